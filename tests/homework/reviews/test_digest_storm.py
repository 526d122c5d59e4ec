"""Thousands of sessions at nine on a weekday morning: spread, shared between builders, ready in time, built once."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.ids import uuid7
from clinic import access, celery, jobs, vault
from clinic.models import Appointment, AuditEvent, Clinic, OutgoingMessage
from clinic.scope import acting_in
from homework.reviews import tasks
from homework.reviews.actions import digest as building
from homework.reviews.digest import moments
from homework.reviews.models import Digest
from tests.cast import Cast, make_cast
from tests.homework.reviews.weeks import NOW, crowd

LONDON = ZoneInfo("Europe/London")
NINE = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)  # a Tuesday at nine in London, two days after the clocks changed
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


# --- the moments ------------------------------------------------------------------------------------------------------


def test_two_thousand_sessions_at_nine_are_spread_over_a_night_and_a_quarter_of_an_hour() -> None:
    ids = [uuid7() for _ in range(2000)]
    firsts = sorted(moments.first(pk, NINE, LONDON) for pk in ids)
    agains = sorted(moments.again(pk, NINE) for pk in ids)
    assert (firsts[0].astimezone(LONDON).hour, firsts[-1].astimezone(LONDON).hour) == (0, 5)
    assert {at.astimezone(LONDON).date().isoformat() for at in firsts} == {"2026-03-30"}
    assert most_in_a_minute(firsts) <= 20
    assert most_in_a_minute(agains) <= 2000 / 13 * 1.35
    assert agains[0] >= NINE - 45 * MINUTE
    assert agains[-1] <= NINE - 32 * MINUTE


def most_in_a_minute(found: list[datetime]) -> int:
    minutes = [at.replace(second=0, microsecond=0) for at in found]
    return max(minutes.count(minute) for minute in set(minutes))


ZONES = st.sampled_from(
    ["Europe/London", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Santiago", "Africa/Cairo",
     "Australia/Lord_Howe", "Pacific/Apia"]
)  # fmt: skip


@given(pk=st.uuids(), zone=ZONES, at=st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1)))
def test_it_is_there_a_day_before_and_fresh_half_an_hour_before(pk: UUID, zone: str, at: datetime) -> None:
    starts_at, here = at.replace(tzinfo=UTC), ZoneInfo(zone)
    first, again = moments.first(pk, starts_at, here), moments.again(pk, starts_at)
    assert starts_at - moments.EARLIEST <= first <= starts_at - moments.AHEAD
    assert starts_at - 45 * MINUTE <= again <= starts_at - 32 * MINUTE
    assert first == moments.first(pk, starts_at, here)
    built = None
    for now in (first, again):
        assert not moments.is_due(pk, starts_at, here, built, now - timedelta(seconds=1))
        assert moments.is_due(pk, starts_at, here, built, now)
        built = now
    assert not moments.is_due(pk, starts_at, here, again, starts_at - MINUTE)
    assert not moments.is_due(pk, starts_at, here, None, starts_at)


def test_one_opened_just_before_is_not_built_again_and_one_opened_last_week_is() -> None:
    pk = uuid7()
    assert not moments.is_due(pk, NINE, LONDON, NINE - 44 * MINUTE, NINE - 31 * MINUTE)
    assert moments.is_due(pk, NINE, LONDON, NINE - 7 * 24 * HOUR, NINE - 24 * HOUR)


# --- the sweep and its units ------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The rests that were taken, none of which is waited for."""
    rests: list[float] = []
    monkeypatch.setattr(tasks.time, "sleep", rests.append)
    return rests


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the sweep puts into the broker, which nobody takes."""
    found: list[Any] = []
    monkeypatch.setattr(tasks.build_some_digests, "delay", lambda *what: found.append(what))
    return found


@pytest.fixture
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def sessions(north: Cast, number: int, at: datetime) -> None:
    Appointment.objects.bulk_create(
        Appointment(clinic=north.north, episode=north.ada.episode, therapist=north.theo.membership, starts_at=at)
        for _ in range(number)
    )


def test_a_backlog_nobody_takes_does_not_fill_the_broker(north: Cast, queued: list[Any], clock: None) -> None:
    sessions(north, 2400, NOW + 5 * HOUR)
    for minutes in range(10):
        with time_machine.travel(NOW + minutes * MINUTE, tick=False):
            assert tasks.build_due_digests() == 2400
    assert queued == [(str(north.north.pk),)] * tasks.UNITS * 10
    assert tasks.build_some_digests.expires == jobs.BY_TASK["reviews.build_due_digests"].every == 60


def test_few_that_are_due_want_one_builder(north: Cast, queued: list[Any], clock: None) -> None:
    sessions(north, 101, NOW + 5 * HOUR)
    tasks.build_due_digests()
    assert len(queued) == 2


def test_a_unit_builds_a_hundred_at_most_a_few_at_a_time_and_rests_between(
    north: Cast, quick: list[float], clock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "UNIT", 6)
    monkeypatch.setattr(building, "AT_ONCE", 3)
    monkeypatch.setattr(building.build_due, "__kwdefaults__", {"limit": 3, "at": None})
    crowd(north, 8)
    assert tasks.build_some_digests(str(north.north.pk)) == 6
    assert len(quick) == 2
    assert AuditEvent.objects.filter(verb="digest.built").count() == 2
    assert tasks.build_some_digests(str(north.north.pk)) == 2
    assert tasks.build_some_digests(str(north.north.pk)) == 0
    assert Digest.objects.count() == 8


def test_the_soonest_session_comes_first(north: Cast, clock: None) -> None:
    crowd(north, 3)
    soon = Appointment.objects.create(
        clinic=north.north, episode=north.ada.episode, therapist=north.theo.membership, starts_at=NOW + HOUR
    )
    with vault.session():
        assert building.build_due(by=access.system(north.north, "digest"), limit=1) == 1
    assert Digest.objects.get().pk == soon.pk


def test_a_night_and_a_morning_of_sweeps_build_each_twice_in_time_with_one_message(
    north: Cast, quick: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every minute from midnight of the day before until half past eight, with only the sweep to start it."""
    unit = tasks.build_some_digests
    monkeypatch.setattr(unit, "delay", lambda *ids: unit(*ids))
    built: dict[UUID, list[datetime]] = {}
    keep = building._keep

    def noting(by: Any, rows: Any, now: datetime) -> Any:
        for row in rows:
            built.setdefault(row.pk, []).append(now)
        return keep(by, rows, now)

    monkeypatch.setattr(building, "_keep", noting)
    nine = NOW + 46 * HOUR  # Saturday, 08:00 UTC
    with time_machine.travel(NOW, tick=False):
        sessions(north, 12, nine)
    first_night = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)
    times = [first_night + step * 10 * MINUTE for step in range(37)]
    times += [nine - 46 * MINUTE + step * MINUTE for step in range(17)]
    for now in times:
        with time_machine.travel(now, tick=False):
            tasks.build_due_digests()
    assert {len(found) for found in built.values()} == {2}
    assert len(built) == 12
    assert all(first <= nine - 24 * HOUR and again <= nine - 30 * MINUTE for first, again in built.values())
    assert len({first for first, _again in built.values()}) >= 6
    message = OutgoingMessage.objects.get()
    assert message.due_at.astimezone(LONDON).hour == 7


def test_looking_for_what_is_due_is_one_statement_and_building_a_few_as_many_as_building_one(
    north: Cast, clock: None
) -> None:
    crowd(north, 12)
    with CaptureQueriesContext(connection) as asked:
        assert len(building.due_appointments(NOW)) == 12
    assert len(asked) == 1
    counts = []
    for number in (1, 11):
        with vault.session(), CaptureQueriesContext(connection) as asked:
            assert building.build_due(by=access.system(north.north, "digest"), limit=number) == number
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 27


# --- side by side -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_builders_side_by_side_build_each_digest_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four at a time, in transactions of their own: none is built twice, none is left."""
    built: list[UUID] = []
    keep = building._keep

    def slowly(by: Any, rows: Any, now: datetime) -> Any:
        time.sleep(0.05)  # long enough for the others to come
        built.extend(row.pk for row in rows)
        return keep(by, rows, now)

    monkeypatch.setattr(building, "_keep", slowly)
    with transaction.atomic():
        cast = make_cast()
    with acting_in(cast.north.pk), transaction.atomic():
        crowd(cast, 24, datetime.now(UTC))
    run_four(lambda: build_all(cast.north))
    assert len(built) == len(set(built)) == 24


@pytest.mark.django_db(transaction=True)
def test_one_that_waited_for_another_builder_looks_again() -> None:
    """The row is free again and the digest is there: what was due a moment ago is not due any more."""
    with transaction.atomic():
        cast = make_cast()
    by = access.system(cast.north, "digest")
    with acting_in(cast.north.pk):
        with transaction.atomic():
            crowd(cast, 2, datetime.now(UTC))
        with transaction.atomic():
            due = building.due_appointments(datetime.now(UTC))
        with vault.session():
            assert building.build_digests(by=by, appointment_ids=due) == 2
            assert building.build_digests(by=by, appointment_ids=due) == 0


def build_all(clinic: Clinic) -> None:
    by = access.system(clinic, "digest")
    for _round in range(12):
        with acting_in(clinic.pk), vault.session():
            building.build_due(by=by, limit=3)


def run_four(work: Callable[[], None]) -> None:
    def job() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- giving way -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("queues", "nice"), [(["work"], [celery.NICE]), (["safety"], []), (["work", "messages"], []), (["messages"], [])]
)
def test_a_worker_for_work_alone_gives_way(queues: list[str], nice: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(celery.os, "nice", found.append)

    class Worker:
        class app:  # noqa: N801
            class amqp:  # noqa: N801
                class queues:  # noqa: N801
                    consume_from = dict.fromkeys(queues)

    celery.give_way(Worker())
    assert found == nice
