"""The safety app."""

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Safety."""

    name = "homework.safety"
    label = "safety"
    verbose_name = "Safety"

    def ready(self) -> None:
        """Answer for the gate of measures that ask for a risky answer, and for what somebody who leaves has to hand over."""
        from clinic import leaving
        from homework.safety import handing_on, lines, parts, rehearsals, setup  # noqa: F401 - handing_on says what goes along
        from homework.worksheets import gates

        gates.answer_for("safety_setup", setup.is_complete)
        leaving.asks(parts.of)
