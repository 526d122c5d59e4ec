"""How a form's page answers: what was posted, and on to the next page once it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirect):
    """303: the browser fetches the next page with GET, so that reloading it sends nothing again."""

    status_code = 303


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent with a form, or None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, says: str, to: str, *args: Any) -> SeeOther:
    """Say what has happened and go on. Messages wait in the session's row, so they never hold a name."""
    messages.success(request, says)
    return SeeOther(resolve_url(to, *args))
