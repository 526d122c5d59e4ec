"""Questions about danger rest while the therapist is away and nobody covers for this client (6.3)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import absence as changing
from clinic.models import Absence, CareTeamMember
from clinic.refusal import ActionRefused
from homework.assignments import measuring, reminders
from homework.assignments.models import Assignment, Entry, Plan
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.nudging import fresh, reasons, send, sweep, wants_email
from tests.homework.assignments.pages import SignIn
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 3, 15, 8, 0, tzinfo=UTC)
TODAY, LAST = date(2027, 3, 15), date(2027, 3, 19)
SAYS = "rest for now"


@pytest.fixture
def monday(north: Cast) -> Iterator[Cast]:
    """A Monday morning in a clinic that may ask about danger."""
    with time_machine.travel(MONDAY, tick=False):
        set_up(north)
        yield north


def away(cast: Cast, *, yes: bool) -> Absence:
    """Theo is away from today on; Cora was asked."""
    row = changing.ask(
        by=cast.theo.actor, member=cast.theo.membership, cover=cast.cora.membership, starts_on=TODAY, ends_on=LAST
    )
    return changing.answer(by=cast.cora.actor, absence=row, yes=True) if yes else row


def phq_9(cast: Cast, **more: object) -> Assignment:
    return given.agreed(cast, "phq-9", **{"frequency": Plan.Frequency.ONCE} | more)


def may_begin(cast: Cast, work: Assignment) -> bool:
    try:
        measuring.check_now(work, "Europe/London")
    except ActionRefused as no:
        assert SAYS in no.message_for_user
        assert no.status == 409
        return False
    return True


def test_it_rests_without_a_cover_and_comes_back_with_one_or_with_the_therapist(monday: Cast) -> None:
    work = phq_9(monday)
    assert may_begin(monday, work)
    row = away(monday, yes=False)
    assert not may_begin(monday, work), "nobody has said yes yet"
    changing.answer(by=monday.cora.actor, absence=row, yes=True)
    assert may_begin(monday, work)
    place = CareTeamMember.objects.get(episode=monday.ada.episode, role="cover")
    changing.answer_cover(by=monday.ada.actor, place=place, welcome=False)
    assert not may_begin(monday, work), "the client would rather not have them"
    changing.answer_cover(by=monday.ada.actor, place=place, welcome=True)
    assert may_begin(monday, work)
    changing.answer(by=monday.cora.actor, absence=row, yes=False)
    assert not may_begin(monday, work)
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        assert may_begin(monday, work), "the therapist is back"


@pytest.mark.parametrize(("day", "rests"), [(14, False), (15, True), (19, True), (20, False)])
def test_exactly_in_the_days_of_the_absence(monday: Cast, day: int, rests: bool) -> None:
    work = phq_9(monday)
    away(monday, yes=False)
    with time_machine.travel(datetime(2027, 3, day, 12, tzinfo=UTC), tick=False):
        assert may_begin(monday, work) is not rests


def test_it_is_not_proposed_either_and_what_may_be_is_named(monday: Cast) -> None:
    away(monday, yes=False)
    with pytest.raises(ActionRefused, match=r"rests while the therapist is away.*PHQ-8 is there") as no:
        given.proposed(monday, "phq-9", frequency=Plan.Frequency.ONCE)
    assert no.value.status == 409
    assert given.proposed(monday, "phq-8", frequency=Plan.Frequency.ONCE)
    assert given.proposed(monday, "w02")


def test_what_asks_about_no_danger_goes_on_and_costs_no_query(monday: Cast) -> None:
    work = given.agreed(monday, "phq-8", frequency=Plan.Frequency.ONCE)
    away(monday, yes=False)
    with CaptureQueriesContext(connection) as queries:
        assert not measuring.rests(work.episode, work.version)
    assert len(queries) == 0
    assert may_begin(monday, work)


def test_begin_refuses_in_words_without_alarm(monday: Cast, sign_in: SignIn) -> None:
    work = phq_9(monday)
    away(monday, yes=False)
    answer = sign_in(monday.ada).post(reverse("begin", args=[work.pk]))
    assert answer.status_code == 409
    assert "These questions rest for now. You need do nothing about it." in unescape(answer.content.decode())
    assert not Entry.objects.exists()


def test_today_says_that_it_rests_and_asks_for_nothing(monday: Cast, sign_in: SignIn) -> None:
    phq_9(monday)
    given.agreed(monday, "w02")
    browser = sign_in(monday.ada)
    browser.get(reverse("today"))
    with CaptureQueriesContext(connection) as before:
        page = unescape(browser.get(reverse("today")).content.decode())
    assert SAYS not in page and "PHQ-9" in page
    row = away(monday, yes=False)
    with CaptureQueriesContext(connection) as after:
        page = unescape(browser.get(reverse("today")).content.decode())
    assert "The questions “PHQ-9” rest for now. You need do nothing about it." in page
    assert page.count("PHQ-9") == 1, "neither due nor offered"
    assert len(after) <= len(before), "nothing more is asked of the database"
    changing.answer(by=monday.cora.actor, absence=row, yes=True)
    assert SAYS not in unescape(browser.get(reverse("today")).content.decode())


def test_no_reminder_goes_out_for_it_also_when_it_waits_already(monday: Cast) -> None:
    wants_email(monday.ada, MONDAY)
    words = {"frequency": Plan.Frequency.DAILY, "reminder": Plan.Reminder.NEUTRAL, "reminder_time": time(9, 0)}
    work = phq_9(monday, **words)
    row = away(monday, yes=True)
    nine = datetime(2027, 3, 15, 9, 1, tzinfo=UTC)
    assert sweep(monday.north, nine) == 1
    changing.answer(by=monday.cora.actor, absence=row, yes=False)
    send(monday.north, nine)
    assert reasons() == ["nobody there"]
    tomorrow = nine + timedelta(days=1)
    with time_machine.travel(tomorrow, tick=False):
        assert reminders.queue_due(monday.north, tomorrow) == (1, 0)
    assert fresh(work).next_reminder_at == tomorrow.replace(minute=0) + timedelta(days=1), (
        "looked at once, then moved on"
    )
