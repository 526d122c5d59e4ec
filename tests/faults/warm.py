"""The program as gunicorn serves it, with every page loaded before workers are forked: a new one is ready at once."""

from django.urls import get_resolver

from clinic.wsgi import application

assert get_resolver().url_patterns

__all__ = ["application"]
