"""Workers as they are deployed: stopped in the middle of work, two beats at once, and a storm of digests beside a safety notice."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from clinic.embedded.valkey import Valkey
from clinic.jobs import WORKERS
from clinic.models import OutgoingMessage
from tests.cast import Cast
from tests.faults import processes
from tests.faults.test_broker import flagged
from tests.faults.test_delivery import cast, states, valkey

__all__ = ["cast", "valkey"]

STOPS, AT_ONCE = 8, 600
STORM, SLOW, ENOUGH_LEFT = 400, 0.5, 100  # units, seconds each (`tests.faults.quick`), left in the end
State = OutgoingMessage.State
pytestmark = pytest.mark.django_db(transaction=True)
QUIET = ("--without-gossip", "--without-mingle", "--loglevel=INFO", "--concurrency=1")


@contextmanager
def running(tmp_path: Path, where: dict[str, str], workers: dict[str, str], beats: int) -> Iterator[dict[str, Any]]:
    """Workers by name, each for its queues (with commas), and so many beats."""
    with ExitStack() as ends:
        found = {}
        for name, queues in workers.items():
            words = ("worker", f"--queues={queues}", f"--hostname={name}@%h", *QUIET)
            found[name] = processes.start("-m", "tests.faults.worker", *words, log=tmp_path / f"{name}.log", **where)
            ends.callback(processes.end, found[name])
        for number in range(beats):
            words = ("beat", "-s", str(tmp_path / f"beat{number}"), "--pidfile=", "-l", "INFO")
            beat = processes.start(
                "-m", "celery", "-A", "tests.faults.quick", *words, log=tmp_path / "beat.log", **where
            )
            ends.callback(processes.end, beat)
        yield found


def queue_some(cast: Cast, round_: int) -> set[str]:
    """More to send. Returns the Message-IDs."""
    now = timezone.now()
    rows = [
        OutgoingMessage(clinic=cast.north, kind="digest", key=f"d:{round_}:{number}", user=cast.theo.user, due_at=now)
        for number in range(AT_ONCE)
    ]
    with transaction.atomic():
        OutgoingMessage.objects.bulk_create(rows)
    return {f"<{row.pk}.{row.clinic_id}@localhost>" for row in rows}


def test_workers_that_are_stopped_in_mid_work_beside_two_beats_lose_nothing_and_send_nothing_twice(
    cast: Cast, valkey: Valkey, tmp_path: Path
) -> None:
    """SIGTERM again and again while messages go out: what was taken is given back at once, and the rest goes on."""
    dice, wanted, stops, slowest = random.Random(20260412), queue_some(cast, 0), 0, 0.0
    with processes.sink() as sink:
        where = {**sink.where, "BETWEEN_BROKER_URL": valkey.url}
        workers = {"one": "safety,messages,work", "two": "messages,work,safety"}
        with running(tmp_path, where, workers, beats=2) as loaded:
            processes.until(lambda: len(sink.arrivals) > 20, 90, "the first messages")
            while stops < STOPS:
                if states()[State.QUEUED] < AT_ONCE // 2:
                    wanted |= queue_some(cast, stops + 1)
                seen = len(sink.arrivals)
                processes.until(lambda: len(sink.arrivals) > seen + 5, 60, "more messages")  # noqa: B023
                threading.Event().wait(dice.uniform(0, 0.2))
                victims = processes.children(dice.choice(list(loaded.values())).pid)
                if victims:
                    slowest = max(slowest, stopped(victims[0]))
                    stops += 1
            processes.until(lambda: states()[State.QUEUED] == 0, 90, "nothing left")
            threading.Event().wait(1.5)
    ids = [arrival.message_id for arrival in sink.arrivals]
    said = f"{len(wanted)} due, 2 beats, 2 workers stopped {stops} times in mid-work (slowest {slowest:.1f} s)"
    processes.say(f"{said}: {len(wanted - set(ids))} lost, {len(ids) - len(set(ids))} doubled")
    assert sorted(ids) == sorted(wanted)
    assert states() == {State.SENT: len(wanted)}
    assert stops >= STOPS
    assert slowest < 30


def stopped(pid: int) -> float:
    """Ask a worker to stop, and wait until it has. Returns the seconds it took."""
    began = time.monotonic()
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    processes.until(lambda: not Path(f"/proc/{pid}").exists(), 60, "the worker to stop")
    return time.monotonic() - began


def test_a_storm_of_digests_does_not_hold_up_a_safety_notice(cast: Cast, valkey: Valkey, tmp_path: Path) -> None:
    """The workers of docker-compose; the queue of work is full of slow units for minutes."""
    from redis import Redis

    from clinic.celery import app

    with processes.sink() as sink:
        where = {**sink.where, "BETWEEN_BROKER_URL": valkey.url}
        workers = {name: ",".join(queues) for name, queues in WORKERS.items()}
        with app.connection_for_write(valkey.url) as line:
            for number in range(STORM):
                app.send_task("test.slow_unit", (number,), connection=line)
        with running(tmp_path, where, workers, beats=1), Redis(unix_socket_path=str(valkey.socket)) as broker:
            processes.until(lambda: broker.llen("work") < STORM - 2, 90, "the storm")
            processes.until(lambda: "clinic.send_urgent" in (tmp_path / "worker-safety.log").read_text(), 60, "safety")
            began = time.monotonic()
            flagged(cast)
            processes.until(lambda: sink.arrivals, 60, "the safety notice")
            took, left = time.monotonic() - began, int(broker.llen("work"))
    said = f"{left} units of {SLOW} s waiting on one worker ({left * SLOW:.0f} s of work)"
    processes.say(f"{said}: a safety notice took {took:.1f} s from the client's tap to the mail server")
    assert left > ENOUGH_LEFT
    assert took < 10
