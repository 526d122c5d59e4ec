"""The floor's app."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """One app."""

    name = "tests.bench.floor"
    label = "floor"
