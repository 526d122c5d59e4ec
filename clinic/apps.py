"""The clinic app."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Clinics, people, episodes, the door and its locks."""

    name = "clinic"
    verbose_name = "Clinic"
