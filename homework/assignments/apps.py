"""The assignments app."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """Assignments."""

    name = "homework.assignments"
    label = "assignments"
    verbose_name = "Assignments"

    def ready(self) -> None:
        """Say when a reminder is no longer wanted (the outbox asks), and what was proposed lately (the library asks)."""
