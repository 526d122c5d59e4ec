"""A database of its own with a clinic in it, in which one client has work under way: `tests.bench.crowd` makes it many.

`place` starts Postgres (as `./dev up` has it, every flush on), migrates, and yields where it is; `broker` and `gunicorn` are the
programs beside it. `python -m tests.bench.place SLUG` makes a clinic with a therapist and the first client by the real actions.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from clinic.embedded import database, folders
from clinic.embedded.postgres import Postgres
from clinic.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parents[2]
BUSY = "min_wal_size = '1GB'", "max_wal_size = '4GB'", "log_checkpoints = off"


@dataclass
class Place:
    """Where the database is, and the environment of every program that works on it."""

    server: Postgres
    folder: Path
    env: dict[str, str]

    def link(self) -> psycopg.Connection[Any]:
        """A connection of the superuser, to fill and to count."""
        return psycopg.connect(host=str(self.server.sockets), user="postgres", dbname="between", autocommit=True)

    def python(self, *args: str, **more: str) -> str:
        """Run Python in the repository; returns what it printed. Ends the program when it does not go well."""
        done = subprocess.run(
            [sys.executable, *args], cwd=ROOT, env=self.env | more, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        sys.stderr.write(done.stderr)
        return done.stdout

    @property
    def postmaster(self) -> int:
        """The process whose descendants are the database."""
        assert self.server.process is not None
        return self.server.process.pid


@contextmanager
def place() -> Iterator[Place]:
    """A new database, migrated, with the shipped library and nobody in it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="between-bench-")))
        server = Postgres(folder / "pg")
        server.start()
        stack.callback(server.stop)
        database.create(server, for_tests=True)
        env = dict(
            os.environ, **database.addresses(server), **folders.create_keys(folder), BETWEEN_MODE="demo",
            BETWEEN_RUN_DIR=str(folder), BETWEEN_BASE_URL="http://localhost:8461", BETWEEN_LOG_LEVEL="ERROR",
            DJANGO_SETTINGS_MODULE="clinic.settings",
        )  # fmt: skip
        here = Place(server, folder, env)
        here.python("manage.py", "prepare", "--no-demo")
        with here.link() as link:
            for setting in BUSY:
                link.execute(f"ALTER SYSTEM SET {setting}")
            link.execute("SELECT pg_reload_conf()")
        yield here


@contextmanager
def broker(here: Place) -> Iterator[Valkey]:
    """A Valkey of its own, as `./dev up` has it."""
    server = Valkey(here.folder / "valkey")
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def gunicorn(env: dict[str, str], app: str, port: int) -> Iterator[int]:
    """Two sync workers; yields the master's pid."""
    command = [sys.executable, "-m", "gunicorn", app, "-w", "2", "-k", "sync", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "error"], env=env)
    try:
        for _attempt in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


# --- the first client, in a process with the program's settings -------------------------------------------------------


def begin(slug: str) -> str:
    """One clinic, one therapist, one client who agreed on daily work with a reminder and wants e-mail. Returns the clinic."""
    import django

    django.setup()
    from datetime import UTC, timedelta

    import time_machine
    from django.db import transaction
    from django.utils import timezone

    from clinic import vault
    from clinic.access import Role, TeamRole
    from clinic.models import Clinic, OutgoingMessage, Site
    from clinic.scope import acting_in
    from homework.assignments.models import Assignment, Entry
    from tests.cast import make_person, put_on_team
    from tests.homework.assignments import nudging

    now = timezone.now().astimezone(UTC).replace(second=0, microsecond=0)
    clinic = Clinic.objects.create(name="Bench", slug=slug)
    with acting_in(clinic.pk), vault.session(), transaction.atomic():
        site = Site.objects.create(clinic=clinic, name="House")
        therapist = make_person(clinic, site, f"Therapist-{slug}", Role.THERAPIST)
        client = make_person(clinic, site, f"First-{slug}", Role.CLIENT)
        assert client.episode is not None
        client.user.time_zone = "UTC"
        client.user.save()
        put_on_team(client.episode, therapist, TeamRole.LEAD)
        vault.open_contents([client.membership.pk])
        client.episode.client.user = client.user
        for days_ago in (20, 2):
            with time_machine.travel(now - timedelta(days=days_ago), tick=False):
                clock = {"quiet_from": "00:00", "quiet_until": "00:00", "asked_at": timezone.now()}
                nudging.wants_email(client, timezone.now(), **clock)
                work = nudging.agree(client, therapist, reminder_time=now.time())
                for _ in range(2):
                    nudging.write(client, work)
        first, last = Assignment.objects.order_by("pk")
        first.state = "ended"
        first.next_reminder_at = first.next_due_at = None
        first.save()
        Assignment.objects.filter(pk=last.pk).update(next_reminder_at=now)
        assert Entry.objects.count() == 4
        OutgoingMessage.objects.create(
            clinic=clinic, kind="reminder", key="reminder:0", user=client.user, to=client.user.email, about=client.membership.pk,
            due_at=now, state="sent", sent_at=now,
        )  # fmt: skip
    return str(clinic.pk)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(begin(name))
