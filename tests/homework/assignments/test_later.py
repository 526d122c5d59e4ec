"""Reminders on Today itself: a quiet line, something smaller after two, and one more later today (clinical.md 5, F25)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.actions import nudge_words
from clinic.models import AuditEvent, ContactPrefs, OutgoingMessage
from clinic.outbox.reach import Reach
from clinic.refusal import ActionRefused
from homework.assignments import later
from homework.assignments.actions import snooze
from homework.assignments.models import Assignment, Plan
from homework.safety.actions.flag import raise_flag
from tests.cast import Cast, Person
from tests.homework.assignments.nudging import (
    DAY,
    MONDAY,
    NINE,
    agree,
    at,
    fresh,
    minute,
    reasons,
    send,
    sweep,
    wants_email,
    write,
)

SignIn = Callable[[Person | None], Client]
HOUR = timedelta(hours=1)
AROUND_NOW = "You asked for a nudge around now."
SMALLER = "suit you better just now?"
Kind = OutgoingMessage.Kind


@pytest.fixture
def monday(north: Cast) -> Iterator[Cast]:
    """The North clinic on a Monday morning; Ada wants e-mail."""
    with at(MONDAY):
        wants_email(north.ada, asked_at=MONDAY)
        yield north


def today(cast: Cast, sign_in: SignIn, moment: datetime) -> str:
    """Ada's Today at a moment."""
    with at(moment):
        page: str = sign_in(cast.ada).get(reverse("today")).content.decode()
    return page


def ask(cast: Cast, work: Assignment, moment: datetime, clock: time) -> OutgoingMessage:
    """Ada taps a time."""
    with at(moment):
        return snooze.remind_later(by=cast.ada.actor, assignment=fresh(work), at=clock)


# --- the line on the page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (-timedelta(minutes=1), ""),
        (timedelta(0), AROUND_NOW),
        (2 * HOUR, AROUND_NOW),
        (4 * HOUR, "You asked for a nudge at 09:00."),
        (DAY - timedelta(minutes=1), ""),
    ],
)
def test_today_says_quietly_that_a_nudge_was_asked_for(
    monday: Cast, sign_in: SignIn, after: timedelta, says: str
) -> None:
    agree(monday.ada, monday.theo)
    page = today(monday, sign_in, NINE + after)
    assert ("You asked for a nudge" in page) is bool(says)
    assert says in page


@pytest.mark.parametrize("what", ["written", "begun", "flag", "none", "listening", "three"])
def test_what_silences_a_message_silences_the_page(monday: Cast, sign_in: SignIn, what: str) -> None:
    more = {"reminder": Plan.Reminder.NONE, "reminder_time": None} if what == "none" else {}
    work = agree(monday.ada, monday.theo, **more)
    if what == "three":
        assert [minute(monday.north, NINE + day * DAY) for day in range(-0, 3)] == [1, 1, 1]
    day = 3 if what == "three" else 0
    with at(NINE + day * DAY - HOUR):
        if what in ("written", "begun"):
            write(monday.ada, work, share=what == "written")
        if what == "flag":
            assert monday.ada.episode is not None
            raise_flag(by=monday.ada.actor, episode=monday.ada.episode, kind="contact")
        if what == "listening":
            Assignment.objects.filter(pk=work.pk).update(listens_since=NINE - HOUR)
    assert "You asked for a nudge" not in today(monday, sign_in, NINE + day * DAY + timedelta(minutes=5))


@pytest.mark.finding("F36")
def test_the_page_says_it_also_where_no_message_goes_and_says_that_plainly(monday: Cast, sign_in: SignIn) -> None:
    wants_email(monday.ada, asked_at=MONDAY, seen_by_others="yes")
    agree(monday.ada, monday.theo)
    page = today(monday, sign_in, NINE)
    assert AROUND_NOW in page
    assert "No message is sent, as you chose." in page
    assert "Remind me later" not in page


@pytest.mark.parametrize("here", [True, False])
def test_own_words_stand_on_the_page(monday: Cast, sign_in: SignIn, here: bool) -> None:
    nudge_words.choose(by=monday.ada.actor, chosen="own", words="Tea, then ten lines", here=here)
    agree(monday.ada, monday.theo)
    assert "“Tea, then ten lines”" in today(monday, sign_in, NINE)


def test_today_asks_the_database_no_more_for_all_this(monday: Cast, sign_in: SignIn) -> None:
    agree(monday.ada, monday.theo)

    def cost(moment: datetime) -> int:
        with at(moment):
            browser = sign_in(monday.ada)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(reverse("today")).status_code == 200
        return sum(not row["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")) for row in queries)

    cost(MONDAY)
    quiet = cost(MONDAY + HOUR)
    assert minute(monday.north, NINE) == 1
    assert cost(NINE + HOUR) == quiet + 1  # notes that they came, once
    assert cost(NINE + 2 * HOUR) == quiet


# --- they came --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "noted"), [(timedelta(minutes=1), True), (DAY, True), (DAY + HOUR, False)])
def test_coming_within_a_day_is_noted_with_the_message(
    monday: Cast, sign_in: SignIn, after: timedelta, noted: bool
) -> None:
    agree(monday.ada, monday.theo)
    wants_email(monday.ben)
    agree(monday.ben, monday.theo)
    assert minute(monday.north, NINE) == 2
    today(monday, sign_in, NINE + after)
    today(monday, sign_in, NINE + after + timedelta(minutes=3))
    mine = OutgoingMessage.objects.get(user=monday.ada.user)
    assert mine.opened_at == (NINE + after if noted else None)
    assert OutgoingMessage.objects.get(user=monday.ben.user).opened_at is None


# --- something smaller ------------------------------------------------------------------------------------------------


@pytest.mark.finding("F25")
@pytest.mark.parametrize(("sent", "offered"), [(1, False), (2, True), (3, True)])
def test_after_two_without_an_answer_something_smaller_is_offered(
    monday: Cast, sign_in: SignIn, sent: int, offered: bool
) -> None:
    agree(monday.ada, monday.theo, size="M")
    assert [minute(monday.north, NINE + day * DAY) for day in range(sent)] == [1] * sent
    page = today(monday, sign_in, NINE + (sent - 1) * DAY + HOUR)
    assert (SMALLER in page) is offered
    for word in ("unanswered", "reminders", "missed", "not answered"):
        assert word not in page.lower().partition("<main")[2]


@pytest.mark.finding("F25")
def test_the_offer_makes_the_plan_smaller_in_one_tap_and_is_gone(monday: Cast, sign_in: SignIn) -> None:
    work = agree(monday.ada, monday.theo, size="M")
    assert [minute(monday.north, NINE + day * DAY) for day in range(2)] == [1, 1]
    with at(NINE + DAY + HOUR):
        sign_in(monday.ada).post(reverse("work_change", args=[work.pk]), {"action": "smaller"})
    assert work.plans.agreed().get().size == "S"
    assert SMALLER not in today(monday, sign_in, NINE + DAY + 2 * HOUR)


@pytest.mark.finding("F25")
def test_what_is_small_already_or_was_written_is_offered_nothing(monday: Cast, sign_in: SignIn) -> None:
    agree(monday.ada, monday.theo, size="S")
    other = agree(monday.ada, monday.theo, slug="w05", size="M")
    assert [minute(monday.north, NINE + day * DAY) for day in range(2)] == [1, 1]
    with at(NINE + DAY + HOUR):
        write(monday.ada, other, share=False)
    assert SMALLER not in today(monday, sign_in, NINE + DAY + 2 * HOUR)


def test_the_question_about_safety_comes_first(monday: Cast, sign_in: SignIn) -> None:
    agree(monday.ada, monday.theo, size="M")
    assert [minute(monday.north, NINE + day * DAY) for day in range(2)] == [1, 1]
    ContactPrefs.objects.filter(client=monday.ada.membership).update(asked_at=NINE - timedelta(weeks=9))
    page = today(monday, sign_in, NINE + DAY + HOUR)
    assert "still safe to write to you" in page
    assert SMALLER not in page


# --- one more later today ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "offered"),
    [
        (time(9, 0), ["10:00", "12:00", "19:00"]),
        (time(9, 1), ["10:15", "12:15", "19:00"]),
        (time(16, 50), ["18:00", "19:00", "20:00"]),
        (time(18, 20), ["19:00", "19:30"]),
        (time(19, 30), []),
        (time(23, 30), []),
    ],
)
def test_the_times_offered_are_few_today_and_never_late(clock: time, offered: list[str]) -> None:
    now = datetime.combine(NINE.date(), clock, tzinfo=UTC)
    prefs = ContactPrefs(seen_by_others="no")
    reach = Reach(client_id=NINE, email="", here=True, prefs=prefs, zone=ZoneInfo("Europe/London"))  # type: ignore[arg-type]
    assert [f"{found:%H:%M}" for found in later.times(now, reach)] == offered


def test_none_of_them_is_in_quiet_hours() -> None:
    prefs = ContactPrefs(seen_by_others="no", quiet_from=time(11, 0), quiet_until=time(19, 0))
    reach = Reach(client_id=NINE, email="", here=True, prefs=prefs, zone=ZoneInfo("Europe/London"))  # type: ignore[arg-type]
    assert later.times(NINE, reach) == [time(10, 0), time(19, 0)]
    assert later.times(NINE + 2 * HOUR, reach) == [time(19, 0)]


def test_a_tap_on_today_brings_one_more_at_that_time(monday: Cast, sign_in: SignIn, mailoutbox: list[Any]) -> None:
    work = agree(monday.ada, monday.theo)
    assert minute(monday.north, NINE) == 1
    page = today(monday, sign_in, NINE + HOUR)
    assert 'value="13:00"' in page
    with at(NINE + HOUR):
        reply = sign_in(monday.ada).post(reverse("remind_later", args=[work.pk]), {"at": "13:00"})
    assert (reply.status_code, reply.headers["Location"]) == (303, reverse("today"))
    assert "A short note comes at 13:00" in today(monday, sign_in, NINE + HOUR + timedelta(minutes=1))
    assert minute(monday.north, NINE + 4 * HOUR - timedelta(minutes=1)) == 0
    assert minute(monday.north, NINE + 4 * HOUR) == 1
    assert len({(mail.subject, mail.body) for mail in mailoutbox}) == 1
    assert AuditEvent.objects.filter(verb="reminder.later").count() == 1
    assert "Remind me later" not in today(monday, sign_in, NINE + 5 * HOUR)


def test_a_tap_before_the_days_own_takes_its_place(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    ask(monday, work, NINE - HOUR, time(15, 0))
    assert minute(monday.north, NINE) == 0
    assert minute(monday.north, NINE + 6 * HOUR) == 1
    assert list(OutgoingMessage.objects.values_list("kind", flat=True)) == [Kind.AGAIN]


def test_tapped_again_it_moves_and_once_it_went_there_is_no_other(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    ask(monday, work, NINE - HOUR, time(10, 0))
    ask(monday, work, NINE - HOUR, time(11, 0))
    assert [minute(monday.north, NINE + n * HOUR) for n in range(3)] == [0, 0, 1]
    with pytest.raises(ActionRefused):
        ask(monday, work, NINE + 3 * HOUR, time(15, 0))
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize("share", [True, False])
def test_writing_ends_it(monday: Cast, share: bool) -> None:
    work = agree(monday.ada, monday.theo)
    ask(monday, work, NINE, time(10, 0))
    with at(NINE + timedelta(minutes=59)):
        write(monday.ada, work, share=share)
    assert send(monday.north, NINE + HOUR).skipped == 1
    assert reasons() == ["written"]


@pytest.mark.parametrize(
    ("clock", "status"),
    [(time(8, 0), 422), (time(9, 0), 422), (time(20, 1), 422), (time(22, 0), 422), (time(20, 0), 0), (time(9, 1), 0)],
)
def test_only_later_today_and_not_late(monday: Cast, clock: time, status: int) -> None:
    work = agree(monday.ada, monday.theo)
    if not status:
        assert ask(monday, work, NINE, clock).due_at.time() == clock
        return
    with pytest.raises(ActionRefused) as refusal:
        ask(monday, work, NINE, clock)
    assert refusal.value.status == status


@pytest.mark.parametrize("more", [{"email_reminders": False}, {"seen_by_others": "yes"}, {"consented_at": None}])
def test_where_no_message_goes_a_tap_sends_none_and_says_so(monday: Cast, more: dict[str, Any]) -> None:
    work = agree(monday.ada, monday.theo)
    wants_email(monday.ada, **({"asked_at": MONDAY} | more))
    with pytest.raises(ActionRefused, match="as you chose"):
        ask(monday, work, NINE, time(10, 0))
    assert not OutgoingMessage.objects.exists()


def test_it_counts_in_the_week(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    sent = 0
    for day in range(3):
        sent += minute(monday.north, NINE + day * DAY)
        if day == 0:
            ask(monday, work, NINE + HOUR, time(12, 0))
            sent += minute(monday.north, NINE + 3 * HOUR)
        with at(NINE + day * DAY + 4 * HOUR):
            write(monday.ada, work)
    assert sent == 4
    assert minute(monday.north, NINE + 3 * DAY) == 0
    with pytest.raises(ActionRefused, match="fits in a week"):
        ask(monday, work, NINE + 3 * DAY, time(15, 0))


@pytest.mark.finding("F25")
def test_a_day_with_two_counts_once_as_unanswered(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    assert minute(monday.north, NINE) == 1
    ask(monday, work, NINE + HOUR, time(12, 0))
    assert minute(monday.north, NINE + 3 * HOUR) == 1
    assert minute(monday.north, NINE + DAY) == 1
    assert minute(monday.north, NINE + 2 * DAY) == 1
    assert minute(monday.north, NINE + 3 * DAY) == 0


def test_another_persons_work_is_not_found(monday: Cast, sign_in: SignIn) -> None:
    work = agree(monday.ada, monday.theo)
    for other in (monday.ben, monday.theo):
        with at(NINE):
            reply = sign_in(other).post(reverse("remind_later", args=[work.pk]), {"at": "15:00"})
        assert reply.status_code == 404
    assert not OutgoingMessage.objects.exists()


def test_the_sweep_beside_it_queues_nothing_more(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    ask(monday, work, NINE - HOUR, time(9, 0))
    assert sweep(monday.north, NINE) == 0
    assert send(monday.north, NINE).sent == 1
