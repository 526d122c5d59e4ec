"""The broker is emptied and stopped for a while: nothing is lost, pages answer as before, and all is done soon after.

Beat, a worker, gunicorn and Valkey for real. Here the broker is gone for fifteen seconds; `python -m tests.faults broker 600` is the
whole measurement. While it is gone, reminders come up and safety notices are caused by what clients do.
"""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from kombu.entity import Exchange, Queue

from clinic import vault
from clinic.embedded.valkey import Valkey
from clinic.models import OutgoingMessage
from homework.safety.actions.flag import raise_flag
from tests.cast import Cast
from tests.faults import processes
from tests.faults.test_delivery import cast, come_up, crowd, forget_everything, states, valkey
from tests.faults.test_submit import web

__all__ = ["cast", "valkey", "web"]

AWAY = float(os.environ.get("BETWEEN_TEST_BROKER_SECONDS", "15"))
WITHIN = 180.0  # seconds after its return in which everything has to be done
BEFORE = max(5.0, AWAY / 10)  # seconds of asking for pages beforehand
CLIENTS = 24
State = OutgoingMessage.State
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Reader:
    """Somebody who opens a page a few times a second, and how long each answer took."""

    port: int
    session: str
    path: str
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        """Until it is over."""
        while not self.over.wait(0.2):
            began = time.monotonic()
            status = self._open()
            self.seconds.append(time.monotonic() - began)
            if status != "200":
                self.wrong.append(status)

    def _open(self) -> str:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.session}"
        try:
            line.request("GET", self.path, headers={"Cookie": cookie, "Host": f"localhost:{self.port}"})
            answer = line.getresponse()
            answer.read()
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            line.close()


@pytest.fixture
def reader(cast: Cast, web: tuple[Popen[bytes], int]) -> Iterator[Reader]:
    """Ada looks at Today again and again."""
    browser = Client()
    browser.force_login(cast.ada.user)
    here = Reader(web[1], browser.cookies[settings.SESSION_COOKIE_NAME].value, reverse("today"))
    thread = threading.Thread(target=here.read)
    thread.start()
    yield here
    here.over.set()
    thread.join()


def p95(seconds: list[float]) -> float:
    """In milliseconds."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def flagged(cast: Cast) -> None:
    """A client asks to be called: staff are told by a safety notice."""
    with transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        raise_flag(by=cast.ada.actor, episode=cast.ada.episode, kind="contact")  # type: ignore[arg-type]


def test_a_broker_that_is_emptied_and_stays_away_loses_nothing_and_no_page_is_slower(
    cast: Cast, valkey: Valkey, reader: Reader, tmp_path: Path
) -> None:
    people = crowd(cast, CLIENTS)
    with processes.sink() as sink:
        more = {**sink.where, "BETWEEN_BROKER_URL": valkey.url}
        base = ("-m", "celery", "-A", "tests.faults.quick")
        beat = ("beat", "-s", str(tmp_path / "beat"), "-l", "INFO")
        running = [
            processes.start(
                *base, "worker", "-c", "2", "--without-gossip", "--without-mingle", "-l", "INFO",
                log=tmp_path / "worker.log", **more,
            ),
            processes.start(*base, *beat, log=tmp_path / "beat.log", **more),
        ]  # fmt: skip
        try:
            come_up(people[:8])
            processes.until(lambda: len(sink.arrivals) >= 8, 90, "the first wave")
            reader.seconds.clear()
            threading.Event().wait(BEFORE)
            before, reader.seconds = reader.seconds, []
            forget_everything(valkey)
            valkey.stop()
            gone = time.monotonic()
            come_up(people[8:16])
            flagged(cast)
            threading.Event().wait(AWAY / 2)
            come_up(people[16:])
            threading.Event().wait(max(0.0, AWAY - (time.monotonic() - gone)))
            during, arrived = reader.seconds, len(sink.arrivals)
            valkey.start()
            back = time.monotonic()
            processes.until(lambda: len(sink.arrivals) >= CLIENTS, WITHIN, "every reminder")
            processes.until(lambda: states()[State.QUEUED] == 0, WITHIN - (time.monotonic() - back), "nothing left")
            took = time.monotonic() - back
            threading.Event().wait(1.5)  # three more sweeps find nothing to do
        finally:
            for process in running:
                processes.end(process)
    said = f"broker emptied and away for {AWAY:.0f} s: {arrived - 8} sent meanwhile, all done {took:.0f} s after its return"
    pages = f"{len(before)} and {len(during)} pages, p95 {p95(before):.0f} ms before, {p95(during):.0f} ms meanwhile"
    with transaction.atomic():
        kinds = dict(OutgoingMessage.objects.values_list("key", "kind"))
        notices = OutgoingMessage.objects.filter(kind="safety").count()
        sent = OutgoingMessage.objects.filter(state=State.SENT).count()
    ids = [arrival.message_id for arrival in sink.arrivals]
    processes.say(
        f"{said}; {len(kinds) - sent} lost, {len(ids) - len(set(ids))} doubled, {notices} safety notices; {pages}"
    )
    assert set(states()) == {State.SENT}
    assert len(ids) == len(set(ids)) == sent == CLIENTS + notices
    assert notices > 0
    assert reader.wrong == []
    assert p95(during) < 3 * p95(before) + 200


def test_a_worker_that_was_busy_while_the_broker_went_away_and_came_back_takes_the_next_task(
    valkey: Valkey, tmp_path: Path
) -> None:
    """All its processes are at work at that moment, so none of them can acknowledge, and no question is open."""
    import redis

    command = ("-m", "celery", "-A", "tests.faults.quick", "worker", "-c", "2", "-Q", "work")
    more = {"BETWEEN_BROKER_URL": valkey.url}
    worker = processes.start(*command, "--without-gossip", "--without-mingle", log=tmp_path / "worker.log", **more)
    app = Celery(broker=valkey.url)
    app.conf.task_queues = [Queue("work", Exchange("work"), routing_key="work")]

    def waiting() -> tuple[int, int]:
        """In the queue, and taken but not acknowledged."""
        with redis.Redis(unix_socket_path=str(valkey.socket)) as line:
            return line.llen("work"), line.hlen("unacked")

    try:
        for _process in range(2):
            app.send_task("test.busy", [10], queue="work", ignore_result=True)
        processes.until(lambda: waiting() == (0, 2), 60, "both tasks to be taken")
        valkey.stop()
        said = tmp_path / "worker.log"
        processes.until(lambda: "t ack" in said.read_text(), 60, "the first to end in vain")
        threading.Event().wait(10)  # so has the other by now
        valkey.start()
        with app.connection_for_write() as line:
            app.send_task("test.busy", [0], queue="work", ignore_result=True, connection=line)
        processes.until(lambda: waiting()[0] == 0, 60, "the next task to be taken")
    finally:
        processes.end(worker)
        app.close()
