"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Reviews."""

    name = "homework.reviews"
    label = "reviews"
    verbose_name = "Reviews"
