"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Reviews."""

    name = "homework.reviews"
    label = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        """Say how a worksheet went here (the library asks), when to listen first and what was wished (planning asks)."""
        from homework.reviews import listening, requests, tallies  # noqa: F401
