"""The assignments app."""

from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    """Assignments."""

    name = "homework.assignments"
    label = "assignments"
    verbose_name = "Assignments"
