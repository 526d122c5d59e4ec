"""`manage.py load_demo`: the demo clinic, once. Run by `prepare` in demo mode."""

import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from homework.demo import load

WIDTH = 30


class Command(BaseCommand):
    """Load Larkfield and its twelve weeks, with a progress bar."""

    help = "Load the demo clinic (demo mode only; does nothing when it is there)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless it is there."""
        if not settings.DEMO:
            raise CommandError("The demo clinic is only loaded in demo mode.")
        if load.exists():
            self.stdout.write("  demo clinic    is there")
            return
        began = time.monotonic()
        entries = load.load(progress=self.progress)
        self.stdout.write(
            f"\r  demo clinic    {time.monotonic() - began:5.1f} s, 60 clients, {entries} entries" + " " * 20
        )

    def progress(self, done: int, total: int) -> None:
        """A bar on a screen, a line now and then elsewhere."""
        if sys.stdout.isatty():
            bar = "█" * (WIDTH * done // total)
            self.stdout.write(f"\r  demo clinic    {bar:<{WIDTH}} {done}/{total}", ending="")
        elif done % 20 == 0:
            self.stdout.write(f"  demo clinic    {done}/{total} clients")
        self.stdout.flush()
