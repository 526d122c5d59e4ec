"""When an agreed measure may come up: not before its shortest interval, not while nobody would read it (2.1, 6.3, 6.8)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import access
from clinic.actions import absence as changing
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments import tasks
from homework.assignments.actions import measures
from homework.assignments.models import Assignment, Plan
from homework.safety.models import SafetySetup
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.nudging import fresh
from tests.homework.assignments.pages import SignIn, text
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def monday(north: Cast) -> Iterator[Cast]:
    with time_machine.travel(MONDAY, tick=False):
        set_up(north)
        yield north


def asked(cast: Cast, slug: str = "phq-9") -> Assignment:
    more = {"frequency": Plan.Frequency.DAILY, "reminder": "neutral", "reminder_time": time(10)}
    return given.agreed(cast, slug, **more)


def night(days: int = 0) -> int:
    with time_machine.travel(MONDAY + days * DAY, tick=False):
        return tasks.measure_scheduler()


def reminded_on(work: Assignment) -> date | None:
    at = fresh(work).next_reminder_at
    return at.date() if at else None


def test_while_nobody_is_there_nothing_comes_up_in_the_coming_day_and_afterwards_it_does(monday: Cast) -> None:
    work = asked(monday)
    assert reminded_on(work) == date(2027, 3, 15)
    changing.ask(
        by=monday.theo.actor,
        member=monday.theo.membership,
        cover=monday.cora.membership,
        starts_on=date(2027, 3, 15),
        ends_on=date(2027, 3, 16),
    )
    assert night() == 1
    assert reminded_on(work) == date(2027, 3, 17)
    assert night(1) == 1
    assert reminded_on(work) == date(2027, 3, 18), "every night it looks again"
    assert night(2) == 1
    assert reminded_on(work) == date(2027, 3, 17)


def test_a_closed_gate_lets_it_rest_too_and_what_asks_nothing_of_the_kind_goes_on(monday: Cast) -> None:
    work, other = asked(monday), asked(monday, "gad-7")
    SafetySetup.objects.all().delete()
    night()
    assert (reminded_on(work), reminded_on(other)) == (date(2027, 3, 17), date(2027, 3, 15))


def test_it_is_not_due_again_before_its_shortest_interval_is_over(monday: Cast, sign_in: SignIn) -> None:
    work = asked(monday, "gad-7")
    apart = work.version.parsed.measure.min_interval_days  # type: ignore[union-attr]
    answers = {key: 1 for key in work.version.parsed.by_key}  # type: ignore[union-attr]
    given.shared(monday, work, answers)
    again = (MONDAY + apart * DAY).date()
    assert reminded_on(work) == again, "set when it was shared"
    Assignment.objects.filter(pk=work.pk).update(next_reminder_at=MONDAY + DAY, next_due_at=MONDAY + DAY)
    assert night(1) == 1
    assert reminded_on(work) == again, "and set right at night"
    title = str(work.version.parsed.title)  # type: ignore[union-attr]
    for days, there in ((apart - 1, False), (apart, True)):
        with time_machine.travel(MONDAY + days * DAY, tick=False):
            assert (title in text(sign_in(monday.ada).get(reverse("today")))) is there, days


def test_two_runs_do_it_once_and_a_clinic_does_not_touch_another(monday: Cast) -> None:
    work = asked(monday)
    SafetySetup.objects.all().delete()
    with acting_in(monday.south.pk):
        assert measures.arrange(by=access.system(monday.south, "test")) == 0
    assert reminded_on(work) == date(2027, 3, 15)
    assert [night(), night()] == [1, 0]
    assert AuditEvent.objects.filter(verb=measures.ARRANGED).count() == 1


def test_the_number_of_queries_does_not_grow(monday: Cast) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            measures.arrange(by=access.system(monday.north, "test"))
        return len(seen)

    asked(monday)
    asked(monday, "gad-7")
    Assignment.objects.update(next_due_at=None)
    one = counted()
    for _more in range(4):
        asked(monday)
    Assignment.objects.update(next_due_at=None)
    assert counted() == one
