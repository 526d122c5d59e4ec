"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Reviews."""

    name = "homework.reviews"
    label = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        """Say how a worksheet went here: the library asks."""
        from homework.reviews import tallies  # noqa: F401
