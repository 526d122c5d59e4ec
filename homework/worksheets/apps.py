"""The worksheets app."""

from django.apps import AppConfig


class WorksheetsConfig(AppConfig):
    """Worksheets and measures: data, parsed by one engine."""

    name = "homework.worksheets"
    label = "worksheets"
    verbose_name = "Worksheets"

    def ready(self) -> None:
        """Register the check that parses the whole library."""
        from homework.worksheets import checks  # noqa: F401
