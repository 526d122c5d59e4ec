"""`manage.py open_clinic`: make a clinic and invite its first admin."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from clinic.actions.opening import open_clinic


class Command(BaseCommand):
    """Open a clinic; prints the invitation's address, which works once within 72 hours."""

    help = "Make a clinic with one site and invite its first admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a clinic needs to begin."""
        parser.add_argument("--name", required=True)
        parser.add_argument("--site", required=True)
        parser.add_argument("--admin-name", required=True)
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--time-zone", default="Europe/London")
        parser.add_argument("--crisis-locale", default="en-GB")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it and say where to go."""
        names = ("name", "site", "admin_name", "admin_email", "time_zone", "crisis_locale")
        clinic, _admin, token = open_clinic(**{name: options[name] for name in names})
        self.stdout.write(f"{settings.BASE_URL}{reverse('join', args=[clinic.pk, token])}")
