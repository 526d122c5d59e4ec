"""The safety app."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Safety."""

    name = "homework.safety"
    label = "safety"
    verbose_name = "Safety"
