"""The assignments app."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """Assignments."""

    name = "homework.assignments"
    label = "assignments"
    verbose_name = "Assignments"

    def ready(self) -> None:
        """Say when a reminder is no longer wanted (the outbox asks), what was proposed lately (the library asks), and where
        a client's own plan is (Help now asks)."""
        from homework.assignments.days.own_plan import address
        from homework.safety import own_plan

        own_plan.found_by(address)
