"""The safety app."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Safety."""

    name = "homework.safety"
    label = "safety"
    verbose_name = "Safety"

    def ready(self) -> None:
        """Answer for the gate of measures that ask for a risky answer."""
        from homework.safety import setup
        from homework.worksheets import gates

        gates.answer_for("safety_setup", setup.is_complete)
