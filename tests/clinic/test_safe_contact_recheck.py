"""Every eight weeks one neutral note asks to look at the questions; two weeks later, unanswered, nothing leaves (F36)."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import outbox, safe_contact, vault
from clinic.actions import contact
from clinic.models import ContactPrefs, OutgoingMessage
from clinic.outbox import recheck
from clinic.scope import acting_in
from clinic.tasks import safe_contact_recheck
from tests.cast import Cast, Person, make_person

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NOON = datetime(2027, 3, 16, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.finding("F36")


def set_prefs(person: Person, asked_at: datetime, **more: object) -> None:
    said = {"email_reminders": True, "consented_at": asked_at, "seen_by_others": "no", "updated_at": asked_at}
    ContactPrefs.objects.filter(client=person.membership).update(
        asked_at=asked_at, answered_at=asked_at, **(said | more)
    )


def run(cast: Cast, now: datetime) -> int:
    """The job in this clinic; returns how many were queued."""
    with time_machine.travel(now, tick=False):
        return recheck.queue_notes(cast.north, now)


def send(cast: Cast, now: datetime) -> int:
    with time_machine.travel(now, tick=False), acting_in(cast.north.pk), vault.session():
        return outbox.deliver(cast.north, outbox.claim(cast.north)).sent


def test_once_when_they_are_due_and_never_twice(north: Cast, mailoutbox: list[EmailMessage]) -> None:
    set_prefs(north.ada, NOON - 8 * WEEK)
    assert run(north, NOON - timedelta(hours=1)) == 0
    assert run(north, NOON) == 1
    assert send(north, NOON) == 1
    assert mailoutbox[0].subject == "A note is waiting for you"
    assert [run(north, NOON + n * timedelta(hours=7)) for n in range(1, 50)] == [0] * 49


@pytest.mark.parametrize("hour", [0, 7, 9, 18, 23])
def test_only_in_the_middle_of_their_own_day(north: Cast, hour: int) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK)
    assert run(north, NOON.replace(hour=hour)) == 0


@pytest.mark.parametrize(
    "more", [{"email_reminders": False}, {"seen_by_others": "unsure"}, {"paused_until": (NOON + 3 * DAY).date()}]
)
def test_not_where_nothing_may_be_sent(north: Cast, more: dict[str, object]) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK, **more)
    assert run(north, NOON) == 0


def test_not_on_a_day_that_had_its_message_but_on_the_next(north: Cast) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK)
    outbox.queue(
        clinic_id=north.north.pk, kind=OutgoingMessage.Kind.REMINDER, key="x", user=north.ada.user, due_at=NOON
    )
    assert run(north, NOON) == 0
    assert run(north, NOON + DAY) == 1


def test_answered_in_the_meantime_it_does_not_leave(north: Cast) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK)
    assert run(north, NOON) == 1
    with time_machine.travel(NOON + timedelta(seconds=20), tick=False):
        contact.set_contact(
            by=north.ada.actor, email_reminders=True, seen_by_others="no",
            quiet_from=time(21, 0), quiet_until=time(8, 0), noun="practice",
        )  # fmt: skip
    assert send(north, NOON + timedelta(seconds=30)) == 0
    assert OutgoingMessage.objects.get().skipped_because == "answered"


def test_left_unanswered_nothing_leaves_after_two_weeks(north: Cast) -> None:
    set_prefs(north.ada, NOON - 10 * WEEK)
    reach = outbox.reach_of(north.north, [north.ada.user.pk], NOON)[north.ada.user.pk]
    assert reach.why_not(NOON) == "recheck"
    assert reach.why_not(NOON - timedelta(minutes=1)) == ""
    assert run(north, NOON) == 0


def test_putting_off_asks_again_in_a_week_and_makes_no_old_answer_newer(north: Cast) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK)
    with time_machine.travel(NOON, tick=False):
        contact.ask_later(by=north.ada.actor)
    assert run(north, NOON + 6 * DAY) == 0
    reach = outbox.reach_of(north.north, [north.ada.user.pk], NOON)[north.ada.user.pk]
    assert reach.why_not(NOON + WEEK - timedelta(minutes=1)) == ""
    assert reach.why_not(NOON + WEEK) == "recheck"


def test_after_the_end_of_care_nobody_is_asked(north: Cast) -> None:
    set_prefs(north.ada, NOON - 9 * WEEK)
    assert north.ada.episode is not None
    type(north.ada.episode).objects.filter(pk=north.ada.episode.pk).update(state="ended")
    assert run(north, NOON) == 0


def test_the_number_of_queries_does_not_grow_with_the_number_of_clients(north: Cast) -> None:
    def cost(now: datetime) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            return recheck.queue_notes(north.north, now), len(queries)

    set_prefs(north.ada, NOON - 9 * WEEK)
    one = cost(NOON)
    site = north.ada.membership.site
    assert site is not None
    for number in range(9):
        set_prefs(make_person(north.north, site, f"Client{number}", "client"), NOON - 8 * WEEK)  # type: ignore[arg-type]
    many = cost(NOON + timedelta(minutes=1))
    assert (one[0], many[0]) == (1, 9)
    assert many[1] == one[1]


def test_the_job_goes_through_every_clinic(cast: Cast) -> None:
    with acting_in(cast.south.pk):
        set_prefs(cast.yan, NOON - 9 * WEEK)
    with time_machine.travel(NOON, tick=False):
        assert safe_contact_recheck() == 1
        assert safe_contact_recheck() == 0


def test_two_weeks_are_what_is_written_down() -> None:
    assert safe_contact.GRACE == 2 * WEEK
    assert not safe_contact.rests(NOON - 10 * WEEK + timedelta(seconds=1), NOON)
    assert safe_contact.rests(NOON - 10 * WEEK, NOON)
