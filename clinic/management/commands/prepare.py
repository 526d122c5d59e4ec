"""`manage.py prepare`: everything between fetching the code and serving it, in one process, safe to run again.

Migrations and grants (as the owner of the tables), the shipped library, crisis lines, translations, static files, and in
demo mode the demo clinic. One process, because each start of Django costs more than most of these steps.
"""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.module_loading import import_string

from clinic import roles

SYNCS = ("homework.worksheets.sync.sync_shipped_library", "homework.safety.crisis_lines.sync_seeds")


class Command(BaseCommand):
    """Migrate, grant, sync, translate, collect; load the demo when this is the demo."""

    help = "Bring database, library, translations and static files up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--no-demo` leaves the demo clinic out."""
        parser.add_argument("--no-demo", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps, saying each."""
        if "owner" not in connections:
            raise CommandError("BETWEEN_OWNER_DATABASE_URL is not set: only the owner of the tables can prepare them.")
        self.step("database", self.migrate)
        self.step("library", self.sync)
        self.step("translations", compile_translations)
        self.step("static files", lambda: call_command("collectstatic", interactive=False, verbosity=0))
        if settings.DEMO and not options["no_demo"]:
            call_command("load_demo")

    def step(self, name: str, work: Any) -> None:
        """Run one step and say how long it took."""
        began = time.monotonic()
        work()
        self.stdout.write(f"  {name:<14} {time.monotonic() - began:5.1f} s")
        self.stdout.flush()

    def migrate(self) -> None:
        """As the owner; then what the app's role may do."""
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        call_command("createcachetable", database="owner", verbosity=0)
        with connections["owner"].cursor() as cursor:
            roles.grant(cursor)

    def sync(self) -> None:
        """Shipped rows that belong to no clinic are written by the owner only."""
        for path in SYNCS:
            import_string(path)(using="owner")


def compile_translations() -> None:
    """Write `.mo` files beside the running program: a fresh machine has no GNU gettext."""
    for source in sorted((settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po")):
        target = settings.RUN_DIR / "locale" / source.parent.relative_to(settings.BASE_DIR / "locale") / "django.mo"
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as text:
        catalog = read_po(text)
    with target.open("wb") as out:
        write_mo(out, catalog)
