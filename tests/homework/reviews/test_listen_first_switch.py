"""After a session in which listening comes first, reminders of older plans rest; and go on again by themselves (F24, F25)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import access, vault
from clinic.models import Appointment, AuditEvent
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from homework.reviews import after_session, tasks
from homework.reviews.actions import listening
from homework.reviews.actions.readiness import Readiness, mark
from tests.cast import Cast, Person
from tests.homework.assignments.nudging import minute, wants_email
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, fresh, session, share

HOUR = timedelta(hours=1)
WEEK = 7 * DAY


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def over(cast: Cast, who: Person, now: datetime = NOW, **marks: int) -> Appointment:
    """A session that ended ten minutes ago, with marks made in it."""
    held = session(who, cast.theo, now - HOUR)
    if marks:
        with time_machine.travel(now - HOUR / 2, tick=False):
            mark(by=cast.theo.actor, appointment=held, said=Readiness(marks=marks))
    return held


def begun(cast: Cast, who: Person, *, days: int = 5) -> Assignment:
    """Work that was agreed and begun."""
    work = agree(who, cast.theo, at=NOW - days * DAY, reminder="neutral")
    share(who, work, at=NOW - 2 * DAY)
    return work


def rests(work: Assignment) -> bool:
    return fresh(work).listens_since is not None


@pytest.mark.finding("F24")
def test_a_mark_of_two_lets_reminders_rest_and_a_plan_agreed_anew_brings_them_back(north: Cast) -> None:
    work = begun(north, north.ada)
    wants_email(north.ada, NOW - 5 * DAY)
    over(north, north.ada, against=2)
    assert [tasks.listen_first_switch() for _run in range(2)] == [1, 0]
    assert rests(work)
    tomorrow = (NOW + DAY).replace(hour=9)
    Assignment.objects.filter(pk=work.pk).update(next_reminder_at=tomorrow)
    assert minute(north.north, tomorrow) == 0
    by_actor = AuditEvent.objects.get(verb="listening.switched")
    assert (by_actor.actor, by_actor.detail) == (None, {"on": 1, "off": 0})


@pytest.mark.finding("F24")
def test_being_unsure_about_change_lets_nothing_rest(north: Cast) -> None:
    work = begun(north, north.ada)
    over(north, north.ada, unsure=3, against=1)
    assert tasks.listen_first_switch() == 0
    assert not rests(work)


@pytest.mark.finding("F25")
def test_two_sessions_without_a_start_let_reminders_rest_until_something_is_begun(north: Cast) -> None:
    for weeks in (2, 1):
        session(north.ada, north.theo, NOW - weeks * WEEK - HOUR)
    work = agree(north.ada, north.theo, at=NOW - 2 * WEEK - 2 * HOUR)
    over(north, north.ada)
    assert tasks.listen_first_switch() == 1
    assert rests(work)
    share(north.ada, work, at=NOW + HOUR)
    assert not rests(work)


@pytest.mark.finding("F25")
def test_one_start_between_two_sessions_leaves_everything_as_it_is(north: Cast) -> None:
    for weeks in (2, 1):
        session(north.ada, north.theo, NOW - weeks * WEEK - HOUR)
    work = agree(north.ada, north.theo, at=NOW - 2 * WEEK - 2 * HOUR)
    share(north.ada, work, at=NOW - 3 * DAY)
    over(north, north.ada)
    assert tasks.listen_first_switch() == 0


def test_what_was_agreed_in_that_session_goes_on_as_agreed(north: Cast) -> None:
    old = begun(north, north.ada)
    over(north, north.ada, against=3)
    new = agree(north.ada, north.theo, at=NOW - HOUR / 3, slug="w02")
    assert tasks.listen_first_switch() == 1
    assert (rests(old), rests(new)) == (True, False)


def test_a_mark_taken_back_takes_the_rest_back(north: Cast) -> None:
    work = begun(north, north.ada)
    held = over(north, north.ada, against=2)
    tasks.listen_first_switch()
    with time_machine.travel(NOW + HOUR, tick=False):
        mark(by=north.theo.actor, appointment=held, said=Readiness(marks={"against": 0}))
        assert tasks.listen_first_switch() == 1
    assert not rests(work)


def test_a_session_that_goes_on_is_not_looked_at(north: Cast) -> None:
    begun(north, north.ada)
    held = session(north.ada, north.theo, NOW - HOUR / 2)
    mark(by=north.theo.actor, appointment=held, said=Readiness(marks={"against": 3}))
    assert tasks.listen_first_switch() == 0
    with time_machine.travel(NOW + HOUR, tick=False):
        assert tasks.listen_first_switch() == 1


def test_clinics_are_apart(north: Cast) -> None:
    work = begun(north, north.ada)
    over(north, north.ada, against=2)
    with acting_in(north.south.pk), vault.session():
        assert listening.switch(by=access.system(north.south, "test")) == 0
    assert not rests(work)


def test_the_number_of_queries_does_not_grow_with_the_clients(north: Cast) -> None:
    def counted(first: int, number: int, now: datetime) -> int:
        for person in crowd(north, number, first=first):
            over(north, person, now, against=2)
        here = time_machine.travel(now, tick=False)
        with here, vault.session(), acting_in(north.north.pk), CaptureQueriesContext(connection) as seen:
            assert listening.switch(by=access.system(north.north, "test")) == number
        return len([one for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    assert counted(0, 2, NOW) == counted(2, 8, NOW + 2 * HOUR)


def test_the_record_names_whom_the_look_opened(north: Cast) -> None:
    begun(north, north.ada)
    over(north, north.ada, against=2)
    tasks.listen_first_switch()
    assert AuditEvent.objects.get(verb=after_session.LOOKED).detail["clients"] == [str(north.ada.membership.pk)]
