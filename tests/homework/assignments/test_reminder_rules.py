"""Reminders: when they come, what never sends one twice, outages, backing off, listening (clinical.md 5, security.md 8.4)."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import push
from clinic.actions import contact, people
from clinic.models import Clinic, ContactNumber, ContactPrefs, OutgoingMessage, PushSubscription
from homework.assignments import schedule, silence
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.forms.plan import ChangeForm
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed
from homework.assignments.schedule import QuietHours, Slot
from tests.cast import Cast
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

NO_QUIET = {"quiet_from": time(0, 0), "quiet_until": time(0, 0)}
Lead = Plan.Lead


def keys_of(kind: str = OutgoingMessage.Kind.REMINDER) -> list[str]:
    """The local dates of the messages there are, in order."""
    rows = OutgoingMessage.objects.filter(kind=kind).order_by("pk").values_list("key", flat=True)
    return [key.rpartition(":")[2] for key in rows]


# --- the way it goes --------------------------------------------------------------------------------------------------


def test_a_reminder_is_queued_for_the_way_the_client_chose(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    PushSubscription.objects.create(clinic=monday.north, member=monday.ada.membership, endpoint_hash="x", sealed="y")
    assert sweep(monday.north, NINE) == 1
    assert OutgoingMessage.objects.get().channel == "push"


def test_a_number_alone_is_enough_for_a_text(monday: Cast, settings: Any, tmp_path: Path) -> None:
    settings.SMS = {**settings.SMS, "folder": str(tmp_path)}
    wants_email(monday.ada, email_reminders=False)
    agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 0
    ContactNumber.objects.create(clinic=monday.north, member=monday.ada.membership, sealed="x", confirmed_at=MONDAY)
    assert sweep(monday.north, NINE + DAY) == 1
    assert OutgoingMessage.objects.get().channel == "sms"


def test_a_way_this_installation_does_not_have_counts_as_closed(monday: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key for web push and nobody who carries texts: the e-mail the client also said yes to goes."""
    agree(monday.ada, monday.theo)
    PushSubscription.objects.create(clinic=monday.north, member=monday.ada.membership, endpoint_hash="x", sealed="y")
    ContactNumber.objects.create(clinic=monday.north, member=monday.ada.membership, sealed="x", confirmed_at=MONDAY)
    monkeypatch.setattr(push, "private_key", lambda: None)
    assert sweep(monday.north, NINE) == 1
    assert OutgoingMessage.objects.get().channel == "email"


def test_a_way_given_up_before_it_leaves_stops_it_and_no_other_is_taken(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    PushSubscription.objects.create(clinic=monday.north, member=monday.ada.membership, endpoint_hash="x", sealed="y")
    assert sweep(monday.north, NINE) == 1
    PushSubscription.objects.update(ended_at=NINE)
    assert send(monday.north, NINE).skipped == 1
    assert reasons() == ["consent"]


@pytest.mark.parametrize("a_week", [1, 2, 3])
def test_a_clinic_may_want_fewer_in_a_week(monday: Cast, a_week: int) -> None:
    Clinic.objects.filter(pk=monday.north.pk).update(weekly_messages=a_week)
    monday.north.refresh_from_db()
    work = agree(monday.ada, monday.theo)
    sent = 0
    for day in range(7):
        sent += minute(monday.north, NINE + day * DAY)
        with at(NINE + day * DAY + timedelta(hours=1)):
            write(monday.ada, work)
    assert sent == a_week


# --- when it comes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "clock"), [(Lead.BEFORE, time(16, 30)), (Lead.AT, time(17, 0)), (Lead.AFTER, time(17, 30))]
)
def test_around_the_time_of_the_work_when_no_time_was_picked(monday: Cast, lead: int, clock: time) -> None:
    work = agree(monday.ada, monday.theo, reminder_time=None, local_time=time(17, 0), reminder_lead=lead)
    due_at = datetime.combine(MONDAY.date(), clock, tzinfo=UTC)
    assert fresh(work).next_reminder_at == due_at
    assert minute(monday.north, due_at - timedelta(minutes=1)) == 0
    assert minute(monday.north, due_at) == 1
    assert fresh(work).next_reminder_at == due_at + DAY


def test_a_picked_time_goes_before_any_lead(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo, local_time=time(17, 0), reminder_lead=Lead.BEFORE)
    assert fresh(work).next_reminder_at == NINE


@pytest.mark.finding("F37")
@pytest.mark.parametrize(
    ("clock", "lead", "comes"),
    [
        (time(20, 0), Lead.AT, time(20, 0)),
        (time(20, 30), Lead.BEFORE, time(20, 0)),
        (time(20, 31), Lead.BEFORE, None),
        (time(19, 30), Lead.AFTER, time(20, 0)),
        (time(19, 31), Lead.AFTER, None),
        (time(23, 45), Lead.AFTER, None),
        (time(0, 15), Lead.BEFORE, None),
    ],
)
def test_never_after_eight_unless_that_very_time_was_picked(clock: time, lead: int, comes: time | None) -> None:
    day = MONDAY.date()
    slot = Slot(day, schedule.instant(day, clock, "Europe/London"), "Europe/London")
    none = QuietHours(time(0), time(0))
    found = schedule.reminder_at(slot, None, lead, none)
    assert found == (None if comes is None else datetime.combine(day, comes, tzinfo=UTC))
    picked = schedule.reminder_at(slot, time(22, 0), lead, none)
    assert picked == datetime.combine(day, time(22, 0), tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "lead", "utc"),
    [
        (
            datetime(2027, 3, 28),
            time(1, 30),
            Lead.BEFORE,
            time(0, 30),
        ),  # 01:30 is not there: 02:00 is; half an hour before
        (datetime(2027, 3, 28), time(1, 30), Lead.AFTER, time(1, 30)),
        (datetime(2027, 10, 31), time(1, 30), Lead.AT, time(0, 30)),  # 01:30 is there twice: the first
        (datetime(2027, 10, 31), time(1, 30), Lead.AFTER, time(1, 0)),
    ],
)
def test_gaps_and_folds_move_the_instant_by_half_an_hour_of_real_time(
    day: datetime, clock: time, lead: int, utc: time
) -> None:
    slot = Slot(day.date(), schedule.instant(day.date(), clock, "Europe/London"), "Europe/London")
    found = schedule.reminder_at(slot, None, lead, QuietHours(time(0), time(0)))
    assert found == datetime.combine(day.date(), utc, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"reminder": Plan.Reminder.NONE}, "No reminder"),
        ({"reminder_time": time(9, 0)}, "A plain one at 09:00"),
        ({"local_time": time(17, 0), "reminder_lead": Lead.BEFORE}, "A plain one half an hour before"),
        ({"local_time": time(17, 0)}, "A plain one at 17:00"),
        ({"local_time": time(17, 0), "reminder_lead": Lead.AFTER}, "A plain one half an hour after"),
        ({}, "A plain one, once it has a time"),
    ],
)
@pytest.mark.finding("F19")
def test_the_agreed_sheet_says_when_it_comes(more: dict[str, Any], says: str) -> None:
    assert agreed.reminder(Plan(**({"reminder": Plan.Reminder.NEUTRAL} | more))) == says


# --- hours and zones ----------------------------------------------------------------------------------------------------


def new_hours(cast: Cast, start: time, end: time) -> None:
    contact.set_contact(
        by=cast.ada.actor, email_reminders=True, seen_by_others="no", quiet_from=start, quiet_until=end, noun="practice"
    )


def new_zone(cast: Cast, zone: str) -> None:
    people.set_preferences(by=cast.ada.actor, language="en", time_zone=zone, theme="")


def test_other_quiet_hours_hold_at_once(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    new_hours(monday, time(21, 0), time(10, 0))
    assert fresh(work).next_reminder_at is None
    new_hours(monday, time(21, 0), time(8, 0))
    assert fresh(work).next_reminder_at == NINE


def test_a_new_zone_moves_what_is_to_come_at_once(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    idea = propose(monday.ada, monday.theo, slug="w01")
    new_zone(monday, "America/New_York")
    assert fresh(work).next_reminder_at == datetime(2027, 3, 15, 13, 0, tzinfo=UTC)  # nine there, still to come today
    assert {plan.zone for plan in Plan.objects.filter(assignment__in=[work, idea])} == {"America/New_York"}


def test_a_zone_of_somebody_who_is_no_client_moves_nothing(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    people.set_preferences(by=monday.theo.actor, language="en", time_zone="Asia/Tokyo", theme="")
    assert fresh(work).next_reminder_at == NINE


def test_what_rests_stays_at_rest_in_a_new_zone(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    resting.pause(by=monday.ada.actor, assignment=fresh(work))
    new_zone(monday, "Asia/Tokyo")
    assert fresh(work).next_reminder_at is None


@pytest.mark.parametrize(
    ("home", "away"),
    [("Pacific/Auckland", "Pacific/Honolulu"), ("Pacific/Honolulu", "Pacific/Auckland")],
    ids=["the day comes twice", "a day is skipped"],
)
def test_across_the_date_line_no_local_day_has_two(monday: Cast, home: str, away: str) -> None:
    new_zone(monday, home)
    work = agree(monday.ada, monday.theo)
    first = fresh(work).next_reminder_at
    assert first is not None
    assert minute(monday.north, first) == 1
    sent = [first]
    with at(first + timedelta(minutes=30)):
        new_zone(monday, away)
    for hour in range(1, 4 * 24):
        now = first + hour * timedelta(hours=1)
        if minute(monday.north, now):
            sent.append(now)
            with at(now + timedelta(minutes=1)):
                write(monday.ada, work)
    assert len(keys_of()) == len(set(keys_of()))
    days = [schedule.local_day(moment, away) for moment in sent]
    assert len(days) == len(set(days))
    assert all(later - earlier > timedelta(hours=12) for earlier, later in pairwise(sent))
    assert {moment.astimezone(ZoneInfo(away)).time() for moment in sent[1:]} == {time(9, 0)}
    assert len(sent) >= 3


def test_what_is_queued_when_the_zone_changes_is_not_sent_and_not_made_up_for(monday: Cast) -> None:
    agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    with at(NINE + timedelta(seconds=5)):
        new_zone(monday, "America/New_York")
    assert send(monday.north, NINE + timedelta(seconds=10)).skipped == 1
    assert minute(monday.north, NINE + timedelta(hours=4)) == 0  # nine there, the same local date
    assert minute(monday.north, NINE + DAY + timedelta(hours=4)) == 1


# --- nothing is sent twice a day, whatever changes --------------------------------------------------------------------


def do(what: str, cast: Cast, work: Assignment) -> None:
    """One thing that touches work under way."""
    ada, theo = cast.ada.actor, cast.theo.actor

    def changed(**more: Any) -> None:
        planning.change(by=ada, assignment=fresh(work), words=words(**more))

    def agreed_again() -> None:
        planning.change(by=theo, assignment=fresh(work), words=words(reminder_time=time(12, 0)))
        planning.confirm(by=ada, assignment=fresh(work))

    def rested() -> None:
        resting.pause(by=ada, assignment=fresh(work))
        resting.resume(by=ada, assignment=fresh(work))

    def all_rested() -> None:
        resting.pause_all(by=ada, days=1)
        resting.resume_all(by=ada)

    def ended() -> None:
        resting.let_go(by=ada, assignment=fresh(work))
        agree(cast.ada, cast.theo, reminder_time=time(12, 0))

    def same_again() -> None:
        agree(cast.ada, cast.theo, reminder_time=time(12, 0))

    def moved() -> None:
        Assignment.objects.filter(pk=work.pk).update(next_reminder_at=NINE)  # whatever set it back

    {
        "an edited plan": lambda: changed(reminder_time=time(12, 0)),
        "the same plan again": lambda: changed(rationale="Because."),
        "a change agreed again": agreed_again,
        "a rest and going on": rested,
        "a rest for everything": all_rested,
        "ended and proposed again": ended,
        "the same sheet twice": same_again,
        "other quiet hours": lambda: new_hours(cast, time(22, 0), time(7, 0)),
        "a moment set back": moved,
    }[what]()


WHAT = [
    "an edited plan", "the same plan again", "a change agreed again", "a rest and going on", "a rest for everything",
    "ended and proposed again", "the same sheet twice", "other quiet hours", "a moment set back",
]  # fmt: skip


@pytest.mark.finding("F21")
@pytest.mark.parametrize("what", WHAT)
def test_no_change_sends_a_second_one_on_the_same_day(monday: Cast, what: str) -> None:
    work = agree(monday.ada, monday.theo)
    assert minute(monday.north, NINE) == 1
    with at(NINE + timedelta(minutes=30)):
        do(what, monday, work)
    assert [minute(monday.north, NINE + hour * timedelta(hours=1)) for hour in range(1, 12)] == [0] * 11
    assert sum(minute(monday.north, NINE + DAY + hour * timedelta(hours=1)) for hour in range(12)) == 1


@pytest.mark.finding("F21")
@pytest.mark.parametrize("what", WHAT)
def test_no_change_while_it_waits_sends_two(monday: Cast, what: str) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    with at(NINE + timedelta(seconds=5)):
        do(what, monday, work)
    sent = send(monday.north, NINE + timedelta(seconds=10)).sent
    sent += sum(minute(monday.north, NINE + hour * timedelta(hours=1)) for hour in range(12))
    assert sent <= 1


# --- after an outage ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("away", "sent"), [(timedelta(minutes=10), 1), (timedelta(minutes=59), 1), (timedelta(hours=3), 0), (2 * DAY, 0)]
)
def test_after_an_outage_of_everything_there_is_no_burst(monday: Cast, away: timedelta, sent: int) -> None:
    """Three pieces of work of two clients. What is over is dropped and never made up for; the next day is as ever."""
    wants_email(monday.ben)
    for person in (monday.ada, monday.ben):
        for slug in ("w01", "w02", "w05"):
            agree(person, monday.theo, slug=slug)
    back = NINE + away
    assert minute(monday.north, back) == 2 * sent
    assert [minute(monday.north, back + n * timedelta(minutes=5)) for n in range(1, 12)] == [0] * 11
    assert OutgoingMessage.objects.count() == 2 * sent
    assert minute(monday.north, NINE + (away.days + 1) * DAY) == 2


@pytest.mark.parametrize(("away", "sent"), [(timedelta(minutes=10), 1), (timedelta(hours=3), 0), (2 * DAY, 0)])
def test_after_an_outage_of_the_mail_alone_nothing_old_is_sent(monday: Cast, away: timedelta, sent: int) -> None:
    agree(monday.ada, monday.theo)
    for day in range(max(away.days, 1)):
        sweep(monday.north, NINE + day * DAY)
    tally = send(monday.north, NINE + away)
    assert tally.sent == sent
    assert OutgoingMessage.objects.filter(state="queued").count() == 0


# --- backing off --------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F25")
@pytest.mark.parametrize("ends", ["", "plan", "yes", "writing", "draft"])
def test_where_listening_comes_first_no_reminder_goes_until_something_new_is_there(monday: Cast, ends: str) -> None:
    work = agree(monday.ada, monday.theo)
    Assignment.objects.filter(pk=work.pk).update(listens_since=MONDAY + timedelta(hours=1))
    assert minute(monday.north, NINE) == 0
    assert not OutgoingMessage.objects.exists()
    with at(NINE + timedelta(hours=1)):
        if ends == "plan":
            planning.change(by=monday.ada.actor, assignment=fresh(work), words=words(place="on the bus"))
        if ends == "yes":
            planning.change(by=monday.theo.actor, assignment=fresh(work), words=words(place="on the bus"))
            planning.confirm(by=monday.ada.actor, assignment=fresh(work))
        if ends in ("writing", "draft"):
            write(monday.ada, work, share=ends == "writing")
    assert minute(monday.north, NINE + DAY) == (1 if ends else 0)
    assert (fresh(work).listens_since is None) == (ends in ("plan", "yes", "writing"))


@pytest.mark.finding("F25")
def test_one_that_waits_when_listening_begins_does_not_leave(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    assert sweep(monday.north, NINE) == 1
    Assignment.objects.filter(pk=work.pk).update(listens_since=NINE)
    assert send(monday.north, NINE + timedelta(seconds=1)).skipped == 1
    assert reasons() == ["listening"]


@pytest.mark.finding("F25")
def test_the_words_stay_the_same_however_many_had_no_answer(monday: Cast, mailoutbox: list[Any]) -> None:
    agree(monday.ada, monday.theo)
    assert [minute(monday.north, NINE + day * DAY) for day in range(6)] == [1, 1, 1, 0, 0, 0]
    assert len({(mail.subject, mail.body) for mail in mailoutbox}) == 1


def test_wishes_of_another_client_are_left_alone(monday: Cast) -> None:
    wants_email(monday.ben)
    work = agree(monday.ben, monday.theo)
    new_zone(monday, "Asia/Tokyo")
    new_hours(monday, time(0, 0), time(12, 0))
    assert fresh(work).next_reminder_at == NINE
    assert ContactPrefs.objects.get(client=monday.ben.membership).quiet_until == time(8, 0)
    assert timezone.now() == MONDAY


# --- the digest asks in the session ---------------------------------------------------------------------------------------


@pytest.mark.finding("F25")
def test_three_without_an_answer_are_told_to_the_digest_and_writing_ends_that(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo)
    other = agree(monday.ada, monday.theo, slug="w01", reminder=Plan.Reminder.NONE, reminder_time=None)
    episodes = {work.episode_id: work.episode}
    episodes[work.episode_id].clinic = monday.north
    told = []
    for day in range(3):
        assert minute(monday.north, NINE + day * DAY) == 1
        with at(NINE + day * DAY + timedelta(hours=1)):
            plans = list(Plan.objects.filter(assignment__in=[work, other]))
            told.append(silence.stopped(plans, episodes, {}, NINE + day * DAY + timedelta(hours=1)))
    assert told == [set(), set(), {work.pk}]
    with at(NINE + 3 * DAY):
        write(monday.ada, work, share=False)
        assert silence.stopped(plans, episodes, {}, NINE + 3 * DAY) == set()


def test_nothing_is_asked_where_nobody_wants_reminders(monday: Cast) -> None:
    work = agree(monday.ada, monday.theo, reminder=Plan.Reminder.NONE, reminder_time=None)
    with CaptureQueriesContext(connection) as queries:
        assert silence.stopped(list(work.plans.all()), {}, {}, NINE) == set()
    assert len(queries) == 1  # the plans themselves


# --- the form, and the API's shape ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "changed", "lead"), [("", False, 0), ("0", False, 0), ("30", True, 30), ("-30", True, -30)]
)
def test_the_client_picks_how_it_lies_around_the_time_of_the_work(sent: str, changed: bool, lead: int) -> None:
    form = ChangeForm({"reminder_lead": sent}, definition=None, words=words())
    assert form.is_valid()
    assert ("reminder_lead" in form.changed_data) is changed
    assert form.to_words().reminder_lead == lead


def test_another_lead_is_not_offered() -> None:
    assert "reminder_lead" in ChangeForm({"reminder_lead": "45"}, definition=None, words=words()).errors
