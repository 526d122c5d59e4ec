"""The assignments app."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """Assignments."""

    name = "homework.assignments"
    label = "assignments"
    verbose_name = "Assignments"

    def ready(self) -> None:
        """Say when a reminder is no longer wanted (the outbox asks), what was proposed lately (the library asks), where
        a client's own plan is (Help now asks), and what follows from other hours or another zone (their settings ask)."""
        from clinic import wishes
        from homework.assignments.actions import replan
        from homework.assignments.days.own_plan import address
        from homework.safety import own_plan

        own_plan.found_by(address)
        wishes.on_change(replan.coming)
