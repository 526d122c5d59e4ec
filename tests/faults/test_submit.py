"""An answer that was acknowledged is never lost and never doubled, however often web workers are killed.

Real gunicorn, real HTTP with a signed-in client, a real database. Each submission has its key, made before the first
try and kept until the page says yes; whoever gets no answer sends the same again, as the page's script does.
"""

import http.client
import random
import secrets
import socket
import string
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import vault
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.models import AfterCheck, Entry
from tests.cast import Cast, make_cast
from tests.faults import processes
from tests.homework.assignments.nudging import agree, fresh

KILLS, ENOUGH_KILLS, ENOUGH_ACKS, DRAFTS, WRITERS = 42, 40, 100, 200, 3
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Submission:
    """One entry on its way: the same key for every try."""

    entry: UUID
    key: UUID = field(default_factory=uuid4)
    tries: int = 0
    acknowledged: bool = False


@dataclass
class Browser:
    """A signed-in client's browser, reduced to what sends a form."""

    port: int
    session: str
    csrf: str = field(default_factory=lambda: "".join(secrets.choice(string.ascii_letters) for _ in range(32)))

    def send(self, path: str, form: dict[str, object]) -> tuple[int, str]:
        """POST a form; returns status and where it leads. Raises OSError or HTTPException when there is no answer."""
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={self.csrf}"
        head = {
            "Cookie": cookies,
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": f"localhost:{self.port}",
        }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("POST", path, urlencode({"csrfmiddlewaretoken": self.csrf, **form}), head)
            answer = line.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        finally:
            line.close()


@pytest.fixture
def cast(transactional_db: None, opened: vault.Session) -> Iterator[Cast]:
    """Everybody, with real commits, so that other processes see them."""
    with transaction.atomic():
        made = make_cast()
    with acting_in(made.north.pk):
        vault.open_contents([made.ada.membership.pk])
        yield made


@pytest.fixture
def web(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Popen[bytes], int]]:
    """Gunicorn with two workers, as in production, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ("-m", "gunicorn", "tests.faults.warm", "--preload", "--workers", "2", "--no-control-socket")
    server = processes.start(*command, "--bind", f"127.0.0.1:{port}", log=tmp_path / "web.log")
    try:
        processes.until(
            lambda: processes.healthy(port) and len(processes.children(server.pid)) == 2, 60, "the web server"
        )
        yield server, port
    finally:
        processes.end(server)


def drafts(cast: Cast) -> list[Submission]:
    """Ada has begun something on each of many days."""
    today = timezone.now().date()
    with transaction.atomic():
        works = [fresh(agree(cast.ada, cast.theo)) for _ in range(4)]
        found = []
        for number in range(DRAFTS):
            day = today - timedelta(days=number // len(works))
            row = doing.begin(by=cast.ada.actor, assignment=works[number % len(works)], on=day)
            doing.save_draft(by=cast.ada.actor, entry=row, values={"thought": f"t{number}"}, kept_private=[], rev=0)
            found.append(Submission(row.pk))
    assert len({each.entry for each in found}) == DRAFTS
    return found


def signed_in(cast: Cast, port: int) -> Browser:
    """Ada, signed in."""
    browser = Client()
    browser.force_login(cast.ada.user)
    return Browser(port, browser.cookies[settings.SESSION_COOKIE_NAME].value)


def submit(browser: Browser, each: Submission) -> str:
    """Send until there is an answer. Returns "" or what was wrong with the answer."""
    path = reverse("entry_finish", args=[each.entry])
    form = {"submission_key": each.key, "rev": 1, "amount": 2}
    while each.tries < 60:
        each.tries += 1
        try:
            status, where = browser.send(path, form)
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)  # killed under our hands: the same again
            continue
        each.acknowledged = status == 303 and where == reverse("entry_done", args=[each.entry])
        return "" if each.acknowledged else f"{status} {where}"
    return "no answer in 60 tries"


def test_killed_web_workers_lose_no_acknowledged_answer_and_double_none(
    cast: Cast, web: tuple[Popen[bytes], int]
) -> None:
    server, port = web
    waiting, done, wrong = drafts(cast), [], []
    browser, dice, over = signed_in(cast, port), random.Random(20260412), threading.Event()
    kills = 0

    def write() -> None:
        while waiting and not over.is_set():
            each = waiting.pop()
            if problem := submit(browser, each):
                wrong.append(problem)
            done.append(each)

    writers = [threading.Thread(target=write) for _ in range(WRITERS)]
    began = time.monotonic()
    for writer in writers:
        writer.start()
    while kills < KILLS and any(writer.is_alive() for writer in writers) and time.monotonic() - began < 90:
        enough = len(done) + dice.randint(2, 4)
        processes.until(lambda: len(done) >= min(enough, DRAFTS), 30, "the next acknowledgements")  # noqa: B023
        threading.Event().wait(dice.uniform(0, 0.03))
        workers = processes.children(server.pid)
        kills += bool(workers and processes.kill(dice.choice(workers)))
    over.set()
    for writer in writers:
        writer.join()
    report(cast, done, wrong, kills, time.monotonic() - began)


def report(cast: Cast, done: list[Submission], wrong: list[str], kills: int, seconds: float) -> None:
    """Count what the database has, say it, and compare."""
    acked = {each.entry: each.key for each in done if each.acknowledged}
    with transaction.atomic():
        shared = dict(Entry.objects.filter(state=Entry.State.SHARED).values_list("pk", "submission_key"))
        events = AuditEvent.objects.filter(verb="entry.shared").values("object_id").annotate(times=Count("pk"))
        times = {row["object_id"]: row["times"] for row in events}
        looked_back = AfterCheck.objects.count()
    lost = [pk for pk, key in acked.items() if shared.get(pk) != key]
    doubled = [pk for pk, count in times.items() if count != 1]
    again = sum(each.tries > 1 for each in done)
    processes.say(
        f"{len(acked)} acknowledged, {kills} web workers killed, {again} sent again, {seconds:.0f} s: "
        f"{len(lost)} lost, {len(doubled)} doubled"
    )
    assert wrong == []
    assert (lost, doubled) == ([], [])
    assert set(times) == set(shared) == set(acked)
    assert looked_back == len(shared)
    assert kills >= ENOUGH_KILLS
    assert len(acked) >= ENOUGH_ACKS
    assert again >= kills // 4, "hardly a kill hit a submission"
