"""Nothing is lost and nothing comes twice when senders are killed, brokers forget and mail servers are slow.

The only second copy there may be is of a message the mail server had taken when its sender was killed, before the
sender could note it; it has the same Message-ID. Real processes, a real database, a real mail server. Each test prints
what it did and fails when it did too little.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from clinic import vault
from clinic.embedded.valkey import Valkey
from clinic.models import ContactPrefs, OutgoingMessage
from clinic.outbox import lanes
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from tests.cast import Cast, Person, make_cast, make_person
from tests.faults import processes
from tests.homework.assignments.nudging import agree

DUE, SENDERS, KILLS = 3000, 3, 120
CLIENTS = 24
State = OutgoingMessage.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, opened: vault.Session) -> Iterator[Cast]:
    """Everybody, with real commits, so that other processes see them."""
    with transaction.atomic():
        made = make_cast()
    with acting_in(made.north.pk):
        yield made


def states() -> Counter[str]:
    """How many messages are in which state."""
    with transaction.atomic():
        return Counter(OutgoingMessage.objects.values_list("state", flat=True))


def queue_many(cast: Cast, count: int) -> set[str]:
    """Messages to a member of staff, all due. Returns their Message-IDs."""
    now = timezone.now()
    rows = [
        OutgoingMessage(clinic=cast.north, kind="digest", key=f"digest:{number}", user=cast.theo.user, due_at=now)
        for number in range(count)
    ]
    with transaction.atomic():
        OutgoingMessage.objects.bulk_create(rows)
    return {f"<{row.pk}.{row.clinic_id}@localhost>" for row in rows}


def test_killed_senders_lose_nothing_and_double_only_what_was_in_the_servers_hands(cast: Cast, tmp_path: Path) -> None:
    wanted = queue_many(cast, DUE)
    dice, kills, began = random.Random(20260411), 0, time.monotonic()
    with processes.sink() as sink:
        senders = [
            processes.start("-m", "tests.faults.sender", "2", "50", log=tmp_path / f"{n}.log", **sink.where)
            for n in range(SENDERS)
        ]
        try:
            processes.until(lambda: len(sink.arrivals) > 20, 60, "the first messages")
            while states()[State.QUEUED] and time.monotonic() - began < 240:
                threading.Event().wait(dice.uniform(0.005, 0.12))
                victims = processes.children(dice.choice(senders).pid)
                kills += bool(kills < KILLS and victims and processes.kill(victims[0]))
        finally:
            for sender in senders:
                processes.end(sender)
        arrived = {arrival.message_id for arrival in sink.arrivals}
        doubled = sink.doubled()
        early = [copies[0] for copies in doubled.values()]
        explained = [arrival for arrival in early if sink.last_on(arrival)]
    seconds = time.monotonic() - began
    said = f"{DUE} due, {SENDERS} senders, {kills} kills, {seconds:.0f} s: {len(wanted - arrived)} lost"
    otherwise = len(doubled) - len(explained)
    processes.say(f"{said}, {len(explained)} doubled in the server's hands, {otherwise} doubled otherwise")
    assert wanted == arrived
    assert len(explained) == len(doubled) <= kills
    assert all(len(copies) <= 3 for copies in doubled.values())
    assert states() == {State.SENT: DUE}
    assert kills >= 60


# --- the broker forgets -----------------------------------------------------------------------------------------------


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A broker of its own."""
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


def crowd(cast: Cast, count: int) -> list[Person]:
    """Clients who want e-mail at any hour and have agreed on work with a reminder."""
    site = cast.ada.membership.site
    assert site is not None
    now = timezone.now().replace(second=0, microsecond=0)
    people = []
    with transaction.atomic():
        for number in range(count):
            person = make_person(cast.north, site, f"client{number}", "client")  # type: ignore[arg-type]
            vault.open_contents([person.membership.pk])
            wishes = ContactPrefs.objects.filter(client=person.membership)
            wishes.update(
                email_reminders=True, consented_at=now, seen_by_others="no", quiet_from="00:00", quiet_until="00:00"
            )
            person.user.time_zone = "UTC"
            person.user.save()
            person.episode.client.user.time_zone = "UTC"  # type: ignore[union-attr]
            agree(person, cast.theo, reminder_time=now.time(), starts_on=now.date())
            people.append(person)
    return people


def come_up(people: list[Person]) -> None:
    """Their reminder moment is this minute."""
    now = timezone.now().replace(second=0, microsecond=0)
    clients = [person.membership.pk for person in people]
    with transaction.atomic():
        rows = Assignment.objects.filter(episode__client_id__in=clients)
        for row in rows:
            row.plans.update(reminder_time=now.time())
        rows.update(next_reminder_at=now)


def test_a_broker_that_forgets_everything_delays_reminders_and_loses_none(
    cast: Cast, valkey: Valkey, tmp_path: Path
) -> None:
    """Beat, a worker with two processes and Valkey for real; the broker is emptied six times and killed twice."""
    people = crowd(cast, CLIENTS)
    waves = [people[number::4] for number in range(4)]
    wiped = killed = 0
    with processes.sink() as sink:
        more = {**sink.where, "BETWEEN_BROKER_URL": valkey.url}
        base = ("-m", "celery", "-A", "tests.faults.quick")
        quiet = ("--without-gossip", "--without-mingle", "-l", "INFO")
        running = [
            processes.start(*base, "worker", "-c", "2", *quiet, log=tmp_path / "worker.log", **more),
            processes.start(
                *base, "beat", "-s", str(tmp_path / "beat"), "-l", "INFO", log=tmp_path / "beat.log", **more
            ),
        ]
        try:
            come_up(waves[0])
            processes.until(lambda: len(sink.arrivals) >= len(waves[0]), 60, "the first wave")
            for wave in waves[1:]:
                come_up(wave)
                for _ in range(2):
                    forget_everything(valkey)
                    wiped += 1
                    threading.Event().wait(0.3)
            for _ in range(2):
                assert valkey.process is not None
                killed += processes.kill(valkey.pid)
                valkey.process.wait()
                threading.Event().wait(0.5)
                valkey.start()
            # A worker that loses its broker is ended in mid-sweep: what it had claimed is free again after the lease.
            longest = lanes.LEASE.total_seconds() + 60
            processes.until(lambda: len(sink.arrivals) >= CLIENTS, longest, "every reminder")
            before = len(sink.arrivals)
            processes.until(lambda: states()[State.QUEUED] == 0, 20, "nothing left")
            threading.Event().wait(1.5)  # three more sweeps find nothing to do
        finally:
            for process in running:
                processes.end(process)
    arrived = Counter(arrival.to for arrival in sink.arrivals)
    doubled = sum(arrived.values()) - len(arrived)
    said = f"{CLIENTS} reminders, broker emptied {wiped} times and killed {killed} times"
    processes.say(f"{said}: {CLIENTS - len(arrived)} lost, {doubled} doubled")
    assert arrived == dict.fromkeys((person.user.email for person in people), 1)
    assert (before, states()) == (CLIENTS, {State.SENT: CLIENTS})
    assert wiped == 6
    assert killed == 2
    assert "tasks take ids only" not in (tmp_path / "worker.log").read_text()


def forget_everything(valkey: Valkey) -> None:
    """FLUSHALL."""
    import redis

    with redis.Redis(unix_socket_path=str(valkey.socket)) as line:
        line.flushall()
