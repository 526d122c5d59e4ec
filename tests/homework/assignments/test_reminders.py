"""Reminders: at the client's time, once a day, neutral, and silent whenever anything speaks against it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMessage
from django.db import connection, connections, transaction
from django.db.models import Min
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic import outbox, vault
from clinic.actions import care_team, contact
from clinic.models import Appointment, ContactPrefs, Episode, OutgoingMessage
from clinic.scope import acting_in
from homework.assignments import due, reminders, schedule
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Plan
from homework.assignments.nudge import Work
from homework.assignments.planning.plan_words import PlanWords
from homework.assignments.schedule import QuietHours
from homework.safety.actions.flag import raise_flag
from homework.safety.models import SafetyFlag
from tests.cast import Cast, Person, make_cast, make_person
from tests.homework.assignments.nudging import (
    DAY,
    MONDAY,
    NINE,
    agree,
    at,
    fresh,
    minute,
    propose,
    reasons,
    send,
    sweep,
    wants_email,
    words,
    write,
)

Mails = list[EmailMessage]


def nine(days: int) -> datetime:
    """Nine on Ada's wall, so many days after the first reminder."""
    return schedule.instant(NINE.date() + days * DAY, time(9, 0), "Europe/London")


def test_a_reminder_comes_at_the_agreed_time(monday: Cast, mailoutbox: Mails) -> None:
    agree(monday.ada, monday.theo)
    assert minute(monday.north, NINE - timedelta(minutes=1)) == 0
    assert minute(monday.north, NINE) == 1
    assert mailoutbox[0].to == ["ada@example.org"]
    assert mailoutbox[0].subject == "A note is waiting for you"


@pytest.mark.finding("F18")
def test_nothing_is_sent_before_the_client_says_yes(monday: Cast) -> None:
    work = propose(monday.ada, monday.theo)
    assert fresh(work).next_reminder_at is None
    for day in range(7):
        assert minute(monday.north, NINE + day * DAY) == 0
    assert not OutgoingMessage.objects.exists()
    with at(NINE + 7 * DAY):
        planning.confirm(by=monday.ada.actor, assignment=fresh(work))
    assert minute(monday.north, NINE + 8 * DAY) == 1


@pytest.mark.finding("F21")
def test_a_proposed_change_changes_no_reminder_until_it_is_agreed(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    with at(MONDAY):
        planning.change(by=monday.theo.actor, assignment=work, words=words(reminder_time=time(12, 0)))
    assert minute(monday.north, NINE) == 1
    with at(NINE + timedelta(minutes=30)):
        planning.confirm(by=monday.ada.actor, assignment=fresh(work))
    assert minute(monday.north, NINE + DAY) == 0
    assert minute(monday.north, NINE + DAY + timedelta(hours=3)) == 1


@pytest.mark.finding("F27")
def test_a_week_with_nothing_sends_nothing(monday: Cast) -> None:
    assert monday.ada.episode is not None
    work = planning.agree_nothing(by=monday.theo.actor, episode=monday.ada.episode, rationale="A quiet week.")
    planning.confirm(by=monday.ada.actor, assignment=fresh(work))
    Assignment.objects.filter(pk=work.pk).update(next_reminder_at=NINE)  # even if something had set it
    Plan.objects.filter(assignment=work).update(reminder="neutral", reminder_time=time(9, 0), frequency="daily")
    assert minute(monday.north, NINE) == 0
    assert fresh(work).next_reminder_at is None


def test_a_plan_without_a_reminder_sends_nothing(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo, reminder=Plan.Reminder.NONE, reminder_time=None)
    assert fresh(work).next_reminder_at is None
    assert minute(monday.north, NINE) == 0


@pytest.mark.finding("F36")
@pytest.mark.parametrize("seen", ["yes", "unsure", ""])
def test_on_a_shared_device_nothing_leaves(monday: Cast, mailoutbox: Mails, seen: str) -> None:
    agree(monday.ada, monday.theo)
    wants_email(monday.ada, seen_by_others=seen)
    for day in range(7):
        minute(monday.north, NINE + day * DAY)
    assert not OutgoingMessage.objects.exists()
    assert mailoutbox == []


@pytest.mark.parametrize("given", [{"email_reminders": False}, {"consented_at": None}])
def test_without_consent_nothing_leaves(monday: Cast, given: dict[str, Any]) -> None:
    agree(monday.ada, monday.theo)
    wants_email(monday.ada, **given)
    assert minute(monday.north, NINE) == 0
    assert not OutgoingMessage.objects.exists()


def test_two_pieces_of_work_make_one_message(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    agree(monday.ada, monday.theo, slug="w01")
    agree(monday.ada, monday.theo, slug="w05", reminder_time=time(15, 0))
    assert sweep(monday.north, NINE) == 1
    assert send(monday.north, NINE).sent == 1
    assert minute(monday.north, NINE + timedelta(hours=6)) == 0
    assert OutgoingMessage.objects.count() == 1


def test_every_client_has_a_message_of_their_own(monday: Cast, mailoutbox: Mails) -> None:
    wants_email(monday.ben)
    agree(monday.ada, monday.theo)
    agree(monday.ben, monday.theo)
    assert minute(monday.north, NINE) == 2
    assert sorted(mail.to[0] for mail in mailoutbox) == ["ada@example.org", "ben@example.org"]


@pytest.mark.parametrize("share", [True, False])
def test_any_writing_of_the_day_stops_the_reminder_while_it_waits(monday: Cast, share: bool) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    with at(NINE + timedelta(seconds=10)):
        write(monday.ada, work, share=share)
    tally = send(monday.north, NINE + timedelta(seconds=11))
    assert (tally.sent, tally.skipped) == (0, 1)
    assert reasons() == ["written"]


@pytest.mark.parametrize("share", [True, False])
def test_what_was_written_in_the_morning_means_no_reminder_at_all(monday: Cast, share: bool) -> None:
    work = agree(monday.ada, monday.theo)
    with at(NINE - timedelta(hours=1)):
        write(monday.ada, work, share=share)
    assert minute(monday.north, NINE) == 0
    assert not OutgoingMessage.objects.exists()
    assert minute(monday.north, NINE + DAY) == 1


def test_opening_the_page_alone_is_no_answer(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    with at(NINE - timedelta(hours=1)):
        doing.begin(by=monday.ada.actor, assignment=fresh(work))
    assert minute(monday.north, NINE) == 1


def test_writing_one_of_two_keeps_the_reminder_of_the_other(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    agree(monday.ada, monday.theo, slug="w01")
    sweep(monday.north, NINE)
    with at(NINE):
        write(monday.ada, work)
    assert send(monday.north, NINE + timedelta(seconds=5)).sent == 1


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("pause work", "changed"),
        ("let go", "changed"),
        ("discharge", "not active"),
        ("pause messages", "paused"),
        ("stop word", "consent"),
        ("shared device", "consent"),
        ("place ended", "gone"),
        ("account closed", "gone"),
        ("address changed", "address"),
        ("reminder off", "not asked for"),
        ("moved to noon", "changed"),
        ("moved to seven", "changed"),
        ("session at ten", "session"),
        ("quiet hours", "changed"),
    ],
)
def test_whatever_changes_before_it_leaves_stops_it(monday: Cast, what: str, reason: str) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    with at(NINE):
        happen(what, monday, work)
    tally = send(monday.north, NINE + timedelta(seconds=1))
    assert (tally.sent, tally.skipped) == (0, 1)
    assert reasons() == [reason]


def happen(what: str, cast: Cast, work: Assignment) -> None:
    """One thing that speaks against a reminder."""
    ada, by = cast.ada, cast.ada.actor
    assert ada.episode is not None
    prefs = ContactPrefs.objects.filter(client=ada.membership)
    plain = words(reminder_time=time(9, 0))
    deeds: dict[str, Any] = {
        "pause work": lambda: resting.pause(by=by, assignment=fresh(work)),
        "let go": lambda: resting.let_go(by=by, assignment=fresh(work)),
        "discharge": lambda: care_team.end_episode(by=cast.amy.actor, episode=ada.episode),
        "pause messages": lambda: contact.pause_messages(by=by, days=3),
        "stop word": lambda: contact.stop_messages(clinic_id=cast.north.pk, client_id=ada.membership.pk),
        "shared device": lambda: prefs.update(seen_by_others="unsure"),
        "place ended": lambda: type(ada.membership).objects.filter(pk=ada.membership.pk).update(ended_at=NINE),
        "account closed": lambda: type(ada.user).objects.filter(pk=ada.user.pk).update(is_active=False),
        "address changed": lambda: type(ada.user).objects.filter(pk=ada.user.pk).update(email="new@example.org"),
        "reminder off": lambda: change(cast, work, PlanWords(**{**vars(plain), "reminder": "none"})),
        "moved to noon": lambda: change(cast, work, words(reminder_time=time(12, 0))),
        "moved to seven": lambda: change(cast, work, words(reminder_time=time(7, 0))),
        "session at ten": lambda: session(cast, NINE + timedelta(hours=1)),
        "quiet hours": lambda: prefs.update(quiet_from=time(8, 30), quiet_until=time(10, 0)),
    }
    deeds[what]()


def change(cast: Cast, work: Assignment, shape: PlanWords) -> None:
    """The client changes the plan."""
    planning.change(by=cast.ada.actor, assignment=fresh(work), words=shape)


def session(cast: Cast, begins: datetime) -> Appointment:
    """A session of Ada's."""
    assert cast.ada.episode is not None
    return Appointment.objects.create(
        clinic=cast.north, episode=cast.ada.episode, therapist=cast.theo.membership, starts_at=begins
    )


@pytest.mark.parametrize("hours", [-1.9, -0.5, 0.5, 1.9])
def test_within_two_hours_of_a_session_there_is_none(monday: Cast, hours: float) -> None:
    agree(monday.ada, monday.theo)
    session(monday, NINE + timedelta(hours=hours))
    assert minute(monday.north, NINE) == 0
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("hours", [-2.1, 2.1])
def test_further_from_a_session_there_is_one(monday: Cast, hours: float) -> None:
    agree(monday.ada, monday.theo)
    session(monday, NINE + timedelta(hours=hours))
    assert minute(monday.north, NINE) == 1


def test_a_cancelled_session_silences_nothing(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    row = session(monday, NINE + timedelta(hours=1))
    Appointment.objects.filter(pk=row.pk).update(state=Appointment.State.CANCELLED)
    assert minute(monday.north, NINE) == 1


def test_a_pause_of_three_days_is_silent_for_three_days(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    with at(NINE - timedelta(hours=1)):
        contact.pause_messages(by=monday.ada.actor, days=3)
    assert [minute(monday.north, NINE + day * DAY) for day in range(4)] == [0, 0, 0, 1]


def test_a_new_address_is_silent_until_the_client_was_asked_again(monday: Cast, mailoutbox: Mails) -> None:
    agree(monday.ada, monday.theo)
    assert minute(monday.north, NINE) == 1
    type(monday.ada.user).objects.filter(pk=monday.ada.user.pk).update(email="new@example.org")
    assert minute(monday.north, NINE + DAY) == 0
    wants_email(monday.ada, NINE + DAY + timedelta(hours=1))
    assert minute(monday.north, NINE + 2 * DAY) == 1
    assert mailoutbox[-1].to == ["new@example.org"]


def test_quiet_hours_drop_and_never_make_a_morning_burst(monday: Cast) -> None:
    wants_email(monday.ada, quiet_from=time(20, 0), quiet_until=time(8, 0))
    for slug in ("w01", "w02", "w05"):
        agree(monday.ada, monday.theo, slug=slug, reminder_time=time(22, 0))
    for hour in range(24):
        assert minute(monday.north, MONDAY + timedelta(hours=hour)) == 0
    assert not OutgoingMessage.objects.exists()


@pytest.mark.finding("F37")
def test_a_reminder_nobody_picked_a_time_for_never_comes_in_the_evening(monday: Cast) -> None:
    wants_email(monday.ada, quiet_from=time(0, 0), quiet_until=time(0, 0))
    agree(monday.ada, monday.theo, reminder_time=None, local_time=time(20, 30))
    work = agree(monday.ada, monday.theo, slug="w01", reminder_time=None, local_time=time(19, 50))
    assert fresh(work).next_reminder_at == datetime(2027, 3, 15, 19, 50, tzinfo=UTC)
    assert sweep(monday.north, datetime(2027, 3, 15, 19, 55, tzinfo=UTC)) == 1
    assert send(monday.north, datetime(2027, 3, 15, 20, 1, tzinfo=UTC)).sent == 0
    assert reasons() == ["late"]


def test_what_is_late_after_an_outage_is_dropped(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE + timedelta(minutes=61)) == 0
    assert fresh(work).next_reminder_at == NINE + DAY
    assert sweep(monday.north, NINE + DAY) == 1
    assert send(monday.north, NINE + DAY + timedelta(minutes=61)).skipped == 1
    assert reasons() == ["late"]


def test_a_week_of_outage_ends_without_a_burst(monday: Cast) -> None:
    for slug in ("w01", "w02", "w05"):
        agree(monday.ada, monday.theo, slug=slug)
    assert minute(monday.north, NINE + 7 * DAY + timedelta(minutes=20)) == 0  # each was due a week ago
    assert minute(monday.north, NINE + 8 * DAY) == 1


def test_at_most_four_a_week(monday: Cast) -> None:
    agree(monday.ada, monday.theo, frequency=Plan.Frequency.DAILY)
    sent = []
    for day in range(14):
        sent.append(minute(monday.north, NINE + day * DAY))
        if day % 2:  # something is written now and then, so that silence after three is not what is seen here
            with at(NINE + day * DAY + timedelta(hours=3)):
                write(monday.ada, fresh(Assignment.objects.get()))
    assert all(sum(sent[day : day + 7]) <= 4 for day in range(8))
    assert sum(sent[:7]) == 4


def test_a_diary_agreed_daily_may_ask_daily(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo, slug="w01", frequency=Plan.Frequency.DAILY)
    sent = 0
    for day in range(7):
        sent += minute(monday.north, NINE + day * DAY)
        with at(NINE + day * DAY + timedelta(hours=1)):
            write(monday.ada, work)
    assert sent == 7


@pytest.mark.finding("F25")
def test_after_three_without_an_answer_there_is_silence_until_something_is_written(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    sent = [minute(monday.north, nine(day)) for day in range(20)]
    assert sent == [1, 1, 1] + [0] * 17
    with at(nine(19) + timedelta(hours=9)):
        write(monday.ada, work)
    assert minute(monday.north, nine(20)) == 1


@pytest.mark.finding("F25")
def test_after_three_without_an_answer_a_changed_plan_may_ask_again(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    assert [minute(monday.north, nine(day)) for day in range(10)] == [1, 1, 1] + [0] * 7
    with at(nine(9) + timedelta(hours=2)):
        change(monday, work, words(reminder_time=time(10, 0)))
    assert minute(monday.north, nine(10) + timedelta(hours=1)) == 1


@pytest.mark.finding("F25")
def test_how_many_were_not_answered_is_told_for_each_piece_of_work(monday: Cast) -> None:
    work, other = agree(monday.ada, monday.theo), agree(monday.ada, monday.theo, slug="w01")
    told = []
    for day in range(4):
        assert minute(monday.north, nine(day)) == 1  # from the fourth day on for the other one alone
        if day == 1:
            with at(nine(day) + timedelta(hours=2)):
                write(monday.ada, other)
        with at(nine(day) + timedelta(hours=3)):
            found = reminders.unanswered(monday.north, [work.pk, other.pk], nine(day) + timedelta(hours=3))
        told.append((found[work.pk], found[other.pk]))
    assert told == [(1, 1), (2, 0), (3, 1), (4, 2)]


@pytest.mark.finding("F25")
def test_silence_of_one_plan_does_not_silence_another(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    assert [minute(monday.north, nine(day)) for day in range(10)] == [1, 1, 1] + [0] * 7
    with at(nine(9) + timedelta(hours=2)):
        agree(monday.ada, monday.theo, slug="w01")
    assert minute(monday.north, nine(10)) == 1


def test_work_done_often_enough_this_week_asks_no_more(monday: Cast) -> None:
    more = {"frequency": Plan.Frequency.TIMES, "times_per_week": 2, "starts_on": MONDAY.date()}
    work = agree(monday.ada, monday.theo, weekdays=(1, 3, 5), **more)
    with at(MONDAY + timedelta(hours=4)):
        write(monday.ada, work)
    assert minute(monday.north, NINE) == 1
    with at(NINE + timedelta(hours=4)):
        write(monday.ada, work)
    assert [minute(monday.north, NINE + day * DAY) for day in range(1, 6)] == [0] * 5
    assert minute(monday.north, NINE + 7 * DAY) == 1


def test_work_agreed_once_and_written_asks_no_more(monday: Cast) -> None:
    more = {"frequency": Plan.Frequency.ONCE, "weekdays": (3,), "starts_on": MONDAY.date()}
    work = agree(monday.ada, monday.theo, **more)
    with at(MONDAY + timedelta(hours=2)):
        write(monday.ada, work)
    assert [minute(monday.north, NINE + day * DAY) for day in range(7)] == [0] * 7


def test_the_sweep_is_idempotent(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    assert [sweep(monday.north, NINE + timedelta(seconds=second)) for second in range(0, 90, 30)] == [0, 0, 0]
    assert fresh(work).next_reminder_at == NINE + DAY
    Assignment.objects.filter(pk=work.pk).update(next_reminder_at=NINE)  # a sweep that had not got to say so
    assert sweep(monday.north, NINE + timedelta(minutes=2)) == 0
    assert send(monday.north, NINE + timedelta(minutes=2)).sent == 1
    assert send(monday.north, NINE + timedelta(minutes=9)).sent == 0
    assert OutgoingMessage.objects.count() == 1


def test_another_clinics_work_is_not_touched(monday: Cast) -> None:
    with acting_in(monday.south.pk):
        vault.open_contents([monday.yan.membership.pk])
        wants_email(monday.yan)
        work = agree(monday.yan, monday.zoe)
    assert sweep(monday.north, NINE) == 0
    with acting_in(monday.south.pk):
        assert fresh(work).next_reminder_at == NINE
    assert minute(monday.south, NINE) == 1


def test_clocks_that_change_move_the_instant_and_not_the_time_on_the_wall(monday: Cast) -> None:
    more = {"frequency": Plan.Frequency.WEEKDAYS, "weekdays": (5, 6, 0), "starts_on": date(2027, 3, 23)}
    work = agree(monday.ada, monday.theo, **more)
    saturday = datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
    assert minute(monday.north, saturday) == 1
    sunday = datetime(2027, 3, 28, 8, 0, tzinfo=UTC)  # nine in summer time
    assert fresh(work).next_reminder_at == sunday
    assert minute(monday.north, sunday - timedelta(minutes=1)) == 0
    assert minute(monday.north, sunday) == 1
    assert minute(monday.north, sunday + timedelta(hours=1)) == 0


def test_a_wall_time_that_does_not_exist_is_the_first_one_after_it(monday: Cast) -> None:
    wants_email(monday.ada, quiet_from=time(4, 0), quiet_until=time(4, 0))
    more = {"frequency": Plan.Frequency.WEEKDAYS, "weekdays": (6,), "reminder_time": time(1, 30)}
    work = agree(monday.ada, monday.theo, starts_on=date(2027, 3, 22), **more)
    assert fresh(work).next_reminder_at == datetime(
        2027, 3, 28, 1, 0, tzinfo=UTC
    )  # 02:00, the first minute after the gap


def test_a_client_elsewhere_has_their_own_nine_and_their_own_day(monday: Cast) -> None:
    type(monday.ada.user).objects.filter(pk=monday.ada.user.pk).update(time_zone="Pacific/Auckland")
    monday.ada.user.time_zone = "Pacific/Auckland"
    work = agree(monday.ada, monday.theo)
    nine = datetime(2027, 3, 16, 9, 0, tzinfo=ZoneInfo("Pacific/Auckland"))
    assert fresh(work).next_reminder_at == nine
    assert minute(monday.north, nine.astimezone(UTC)) == 1
    assert OutgoingMessage.objects.get().key.endswith("2027-03-16")


def test_the_sweep_sets_the_same_moments_as_a_change_does(monday: Cast) -> None:
    shapes: list[dict[str, Any]] = [
        {},
        {"frequency": Plan.Frequency.WEEKDAYS, "weekdays": (2, 4)},
        {"frequency": Plan.Frequency.TIMES, "times_per_week": 3, "reminder_time": None, "local_time": time(7, 30)},
        {
            "frequency": Plan.Frequency.TIMES,
            "times_per_week": 3,
            "local_time": time(18, 30),
            "reminder_time": time(22, 0),
        },
        {"frequency": Plan.Frequency.EVENT},
        {"frequency": Plan.Frequency.ONCE, "starts_on": date(2027, 3, 20)},
        {"ends_on": date(2027, 3, 18)},
    ]
    wants_email(monday.ada, quiet_from=time(20, 0), quiet_until=time(7, 45))
    rows = [agree(monday.ada, monday.theo, **shape) for shape in shapes]
    quiet = QuietHours(time(20, 0), time(7, 45))
    for hours in (0, 5, 30, 77, 100, 200):
        now = MONDAY + timedelta(hours=hours)
        for row in rows:
            plan = row.plans.agreed().get()
            Work(row, plan, quiet, None, frozenset(), session_near=False).advance(now)
            mine = (row.next_due_at, row.next_reminder_at)
            due.reschedule(row, plan, now)
            assert (row.next_due_at, row.next_reminder_at) == mine


def test_a_plan_that_begins_in_a_month_is_found_when_it_comes_near(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo, starts_on=MONDAY.date() + 30 * DAY)
    assert fresh(work).next_due_at is None
    assert reminders.look_ahead(monday.north, MONDAY + 5 * DAY) == 0
    assert reminders.look_ahead(monday.north, MONDAY + 10 * DAY) == 1
    assert fresh(work).next_reminder_at == datetime(2027, 4, 14, 8, 0, tzinfo=UTC)
    assert reminders.look_ahead(monday.north, MONDAY + 10 * DAY) == 0


def test_hours_that_are_no_longer_quiet_are_noticed(monday: Cast) -> None:
    wants_email(monday.ada, quiet_from=time(8, 0), quiet_until=time(10, 0))
    work = agree(monday.ada, monday.theo)
    assert fresh(work).next_reminder_at is None
    wants_email(monday.ada, quiet_from=time(21, 0), quiet_until=time(8, 0))
    assert reminders.look_ahead(monday.north, MONDAY) == 1
    assert fresh(work).next_reminder_at == NINE


def test_the_number_of_queries_does_not_grow_with_the_number_of_clients(monday: Cast) -> None:
    def cost(moment: datetime) -> tuple[int, int, int]:
        with at(moment), CaptureQueriesContext(connection) as swept:
            queued = reminders.queue_due(monday.north, moment)[1]
        rows = list(OutgoingMessage.objects.filter(state="queued").select_related("user"))
        with at(moment), CaptureQueriesContext(connection) as checked:
            assert set(reminders.still_wanted(monday.north, rows, moment).values()) == {""}
        OutgoingMessage.objects.update(state="sent", sent_at=moment)
        return queued, len(swept), len(checked)

    agree(monday.ada, monday.theo)
    one = cost(NINE)
    with at(NINE + timedelta(hours=1)):
        for number in range(12):
            agree(crowd(monday, f"Client{number}"), monday.theo)
    many = cost(NINE + DAY)
    assert (one[0], many[0]) == (1, 13)
    assert one[1:] == many[1:]


def crowd(cast: Cast, name: str) -> Person:
    """One more client who wants e-mail."""
    site = cast.ada.membership.site
    assert site is not None
    person = make_person(cast.north, site, name, "client")  # type: ignore[arg-type]
    vault.open_contents([person.membership.pk])
    wants_email(person)
    return person


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_agreed_and_written_the_caps_hold(monday: Cast, data: st.DataObject) -> None:
    """One a local day, four in any seven days, none in quiet hours, none on a day with writing before it."""
    OutgoingMessage.objects.all().delete()
    Assignment.objects.update(state=Assignment.State.PAUSED, next_reminder_at=None)
    prefs = wants_email(
        monday.ada,
        quiet_from=time(data.draw(st.integers(17, 23), "quiet from"), 0),
        quiet_until=time(data.draw(st.integers(5, 9), "quiet until"), 0),
    )
    shapes = data.draw(st.lists(shapes_of_plans(), min_size=1, max_size=3), "plans")
    works = [agree(monday.ada, monday.theo, **shape) for shape in shapes]
    writings = st.tuples(st.integers(1, 20 * 24), st.integers(0, len(works) - 1), st.booleans())
    london = ZoneInfo("Europe/London")
    written: dict[date, datetime] = {}
    for hour, which, share in [*sorted(data.draw(st.lists(writings, max_size=8), "writings")), (20 * 24, 0, False)]:
        now = MONDAY + timedelta(hours=hour)
        let_pass(monday, now)
        with at(now):
            write(monday.ada, works[which], share=share)
        written.setdefault(now.astimezone(london).date(), now)
    sent = sorted(OutgoingMessage.objects.filter(state="sent").values_list("sent_at", flat=True))
    days = [moment.astimezone(london).date() for moment in sent]
    assert len(days) == len(set(days))
    assert all(sum(0 <= (day - first).days < 7 for day in days) <= 4 for first in days)
    clocks = [moment.astimezone(london).time() for moment in sent]
    assert all(prefs.quiet_until <= clock < prefs.quiet_from for clock in clocks)
    if len(works) == 1:
        assert not any(day in written and written[day] < moment for day, moment in zip(days, sent, strict=True))
    assert not OutgoingMessage.objects.filter(state="queued").exists()


def let_pass(cast: Cast, until: datetime) -> None:
    """Every minute that matters until then."""
    due_at = Min("next_reminder_at")
    while (moment := Assignment.objects.active().aggregate(due_at)["next_reminder_at__min"]) and moment < until:
        minute(cast.north, moment + timedelta(seconds=20))


def shapes_of_plans() -> st.SearchStrategy[dict[str, Any]]:
    """Any way of agreeing on when."""
    hours = st.integers(0, 23).map(lambda hour: time(hour, 0))
    return st.fixed_dictionaries(
        {
            "frequency": st.sampled_from(["daily", "weekdays", "times_per_week", "once", "event"]),
            "weekdays": st.sets(st.integers(0, 6), max_size=4).map(lambda days: tuple(sorted(days))),
            "times_per_week": st.integers(1, 7),
            "reminder_time": st.one_of(st.none(), hours),
            "local_time": st.one_of(st.none(), hours),
        }
    )


def test_a_client_whose_episode_has_ended_hears_nothing_even_if_their_wish_still_stands(monday: Cast) -> None:
    assert monday.ada.episode is not None
    work = agree(monday.ada, monday.theo)
    Episode.objects.filter(pk=monday.ada.episode.pk).update(state=Episode.State.ENDED)
    assert minute(monday.north, NINE) == 0
    assert fresh(work).state == Assignment.State.ACTIVE


def test_looking_ahead_in_the_very_minute_of_a_reminder_does_not_take_it_away(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    Assignment.objects.filter(pk=work.pk).update(next_due_at=NINE - 2 * DAY)
    with at(NINE):
        assert reminders.look_ahead(monday.north, NINE) == 0
    assert minute(monday.north, NINE) == 1


# --- several workers, real commits ------------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db: None, opened: vault.Session) -> Iterator[Cast]:
    """The cast on a Monday with real commits; Ada and Ben want e-mail and have agreed on work."""
    with at(MONDAY), transaction.atomic():
        cast = make_cast()
        with acting_in(cast.north.pk):
            vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
            for person in (cast.ada, cast.ben):
                wants_email(person)
                agree(person, cast.theo)
                agree(person, cast.theo, slug="w01")
    with acting_in(cast.north.pk):
        yield cast


def elsewhere(work: Callable[[], object]) -> threading.Thread:
    """Run in a thread with a database connection of its own; returns it, started."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_a_second_before_sending_stops_it(committed: Cast, mailoutbox: Mails) -> None:
    """Another connection commits two drafts after the message was claimed and one second before it would leave."""
    assert sweep(committed.north, NINE) == 2
    with at(NINE + timedelta(seconds=59)):
        rows = outbox.claim(committed.north)
    assert len(rows) == 2

    def save() -> None:
        with acting_in(committed.north.pk), vault.session(), transaction.atomic():
            vault.open_contents([committed.ada.membership.pk])
            for work in Assignment.objects.filter(episode__client=committed.ada.membership):
                write(committed.ada, work, share=False)

    with at(NINE + timedelta(seconds=60)):
        elsewhere(save).join()
    with at(NINE + timedelta(seconds=61)):
        assert outbox.deliver(committed.north, rows) == outbox.Tally(sent=1, skipped=1)
    assert [mail.to for mail in mailoutbox] == [["ben@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_make_one_message_a_client(committed: Cast) -> None:
    together, queued = threading.Barrier(4), []

    def run() -> None:
        with acting_in(committed.north.pk), vault.session():
            together.wait()
            for _ in range(5):
                queued.append(reminders.queue_due(committed.north, NINE, limit=1)[1])

    with at(NINE):
        for thread in [elsewhere(run) for _ in range(4)]:
            thread.join()
    with transaction.atomic():
        assert sum(queued) == OutgoingMessage.objects.count() == 2
        assert not Assignment.objects.due(NINE).exists()


class TestAnOpenFlag:
    """Section 5 "Low mood / flag": while something waits that somebody has to look at, no reminder of work goes out."""

    def raised(self, cast: Cast, **changed: Any) -> None:
        with at(MONDAY), acting_in(cast.north.pk), vault.session():
            vault.open_contents([cast.ada.membership.pk])
            assert cast.ada.episode is not None
            flag = raise_flag(by=cast.ada.actor, episode=cast.ada.episode, kind="contact")
            SafetyFlag.objects.filter(pk=flag.pk).update(**changed) if changed else None

    def reminders(self) -> list[OutgoingMessage]:
        return list(OutgoingMessage.objects.filter(kind=OutgoingMessage.Kind.REMINDER))

    @pytest.mark.parametrize(
        ("changed", "queued"),
        [
            ({}, 0),
            ({"state": "seen", "seen_at": MONDAY}, 0),
            ({"state": "acting", "seen_at": MONDAY, "acting_at": MONDAY}, 0),
            ({"reminders_on": True}, 1),
            ({"state": "closed", "outcome": "spoke", "closed_at": MONDAY}, 1),
        ],
    )
    def test_it_pauses_them_until_a_clinician_decides(self, monday: Cast, changed: dict[str, Any], queued: int) -> None:
        agree(monday.ada, monday.theo)
        self.raised(monday, **changed)
        sweep(monday.north, NINE)
        assert len(self.reminders()) == queued

    def test_one_that_was_queued_already_does_not_leave(self, monday: Cast) -> None:
        agree(monday.ada, monday.theo)
        sweep(monday.north, NINE)
        assert len(self.reminders()) == 1
        self.raised(monday)
        send(monday.north, NINE)
        (row,) = self.reminders()
        row.refresh_from_db()
        assert row.state != OutgoingMessage.State.SENT
        assert reasons() == ["flag"]

    def test_it_pauses_nobody_elses(self, monday: Cast) -> None:
        wants_email(monday.ben)
        agree(monday.ben, monday.theo)
        self.raised(monday)
        assert minute(monday.north, NINE) >= 1
        assert [row.about for row in self.reminders()] == [monday.ben.membership.pk]
