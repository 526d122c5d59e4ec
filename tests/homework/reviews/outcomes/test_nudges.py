"""What reminders do: counted by channel, kept back under ten, and told without a claim that they make anybody practise."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic import access, vault
from clinic.access import Role
from clinic.models import ContactNumber, ContactPrefs, Episode, OutgoingMessage, PushSubscription, Site
from clinic.scope import acting_in
from homework.assignments.models import Entry
from homework.reviews.actions import figures
from homework.reviews.models import Figures
from homework.reviews.outcomes import nudges
from homework.reviews.outcomes.month import Month
from tests.cast import Cast, Person, make_person
from tests.homework.assignments.pages import SignIn, text
from tests.homework.reviews.weeks import DAY, NOW, agree, share

HOUR = timedelta(hours=1)
Sent = OutgoingMessage


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def march(cast: Cast) -> Month:
    return Month.of(cast.north, date(2026, 3, 15))


def told(cast: Cast) -> dict[str, Any]:
    found: dict[str, Any] = nudges.cells(access.system(cast.north, "test"), march(cast))["channels"]
    return found


def people(cast: Cast, number: int, first: int = 0) -> list[Person]:
    """More clients, who have said yes to e-mail."""
    with vault.session(), acting_in(cast.north.pk):
        site = Site.objects.get(clinic=cast.north)
        made = [make_person(cast.north, site, f"Client{n:03}", Role.CLIENT) for n in range(first, first + number)]
    wants(made, True)
    return made


def wants(some: Sequence[Person], yes: bool) -> None:
    ContactPrefs.objects.filter(client__in=[one.membership.pk for one in some]).update(
        email_reminders=yes, consented_at=NOW if yes else None, seen_by_others="no"
    )


def remind(some: Sequence[Person], *, opened: Any = None, ago: timedelta = DAY, **more: Any) -> None:
    """One reminder to each, sent so long ago."""
    values = {"kind": Sent.Kind.REMINDER, "channel": "email", "state": "sent"} | more
    Sent.objects.bulk_create(
        Sent(
            clinic=one.membership.clinic,
            key=str(uuid4()),
            user=one.user,
            due_at=NOW - ago,
            sent_at=NOW - ago,
            opened_at=opened,
            **values,
        )
        for one in some
    )


@pytest.mark.finding("5")
def test_under_ten_clients_nothing_of_a_channel_is_told(north: Cast) -> None:
    some = people(north, 10)
    remind(some[:9])
    remind(some[:9], ago=2 * DAY)
    assert told(north) == {"email": None, "push": None, "sms": None}
    remind(some[9:])
    assert told(north)["email"]["clients"] == 10
    assert told(north)["push"] is None


@pytest.mark.finding("5")
def test_a_reminder_counts_as_opened_when_the_person_came_within_a_day(north: Cast) -> None:
    some = people(north, 20)
    remind(some[:10], opened=NOW - DAY + 23 * HOUR)
    remind(some[10:], opened=NOW - DAY + 25 * HOUR)
    assert told(north)["email"]["opened"] == 50
    remind(some[:10], ago=3 * DAY)  # of each of these half were opened
    assert told(north)["email"] | {"sent": 0} == {"clients": 20, "sent": 0, "opened": 30, "entry": 10, "off": 10}
    assert told(north)["email"]["sent"] == 30


@pytest.mark.finding("5")
def test_writing_within_a_day_counts_whichever_piece_of_work_it_was(north: Cast) -> None:
    some = people(north, 10)
    remind(some)
    remind([north.ada, north.ben])
    for person, at in ((north.ada, NOW - 2 * HOUR), (north.ben, NOW - 30 * HOUR)):
        share(person, agree(person, north.theo, at=NOW - 3 * DAY), at=at)
    assert told(north)["email"]["entry"] == 10  # one in twelve; writing before the reminder is not after it
    entry = Entry.objects.get(episode=north.ada.episode)
    for number, person in enumerate(some[:6]):
        rows = {"episode": person.episode, "captured_at": NOW - HOUR, "state": "draft", "started": True}
        slot_on = date(2026, 1, 1 + number)
        Entry.objects.create(
            clinic=north.north, assignment=entry.assignment, slot_on=slot_on, size="S", plan=entry.plan, **rows
        )
    assert told(north)["email"]["entry"] == 60


@pytest.mark.finding("5")
def test_who_turned_it_off_is_read_from_their_wishes_and_a_lost_mailbox_or_ended_care_is_not_that(north: Cast) -> None:
    some = people(north, 20)
    remind(some)
    wants(some[:6], False)
    assert told(north)["email"]["off"] == 30
    bounced = ContactPrefs.objects.filter(client__in=[one.membership.pk for one in some[:2]])
    bounced.update(email_stopped="bounced")
    assert told(north)["email"]["off"] == 20
    Episode.objects.filter(pk__in=[one.episode.pk for one in some[:6] if one.episode]).update(state="ended")
    assert told(north)["email"]["off"] == 10  # of the fourteen who are still here nobody: never told exactly


@pytest.mark.finding("5")
def test_browsers_and_numbers_that_are_given_up_count_for_their_own_channel(north: Cast) -> None:
    some = people(north, 12)
    remind(some, channel="push")
    remind(some, channel="sms")
    assert told(north)["push"]["off"] == 90, "never that it was all"
    for one in some:
        place = {"clinic": north.north, "member": one.membership}
        PushSubscription.objects.create(**place, endpoint_hash=str(one.user.pk), sealed="x")
        ContactNumber.objects.create(**place, sealed="x", number_hash="x", confirmed_at=NOW)
    assert (told(north)["push"]["off"], told(north)["sms"]["off"]) == (10, 10)
    PushSubscription.objects.filter(member__in=[one.membership.pk for one in some[:6]]).update(ended_at=NOW)
    numbers = ContactNumber.objects.filter(member__in=[one.membership.pk for one in some[:6]])
    numbers.update(ended_at=NOW, ended_because="stop")
    assert (told(north)["push"]["off"], told(north)["sms"]["off"]) == (50, 50)
    numbers.update(ended_because="bounced")
    assert told(north)["sms"]["off"] == 10


def test_only_reminders_that_left_in_the_month_count(north: Cast) -> None:
    some = people(north, 12)
    remind(some, state="skipped")
    remind(some, kind="note")
    remind(some, ago=20 * DAY)
    assert told(north)["email"] is None
    with acting_in(north.south.pk):
        remind([north.yan] * 12)
    assert told(north)["email"] is None


def test_how_often_the_database_is_asked_does_not_grow_with_the_clients(north: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(north)
        return len(queries)

    for way in ("email", "push", "sms"):
        remind(people(north, 10, first=100 * len(way)), channel=way)
    before = statements()
    for way in ("email", "push", "sms"):
        remind(people(north, 5, first=1000 * len(way)), channel=way)
    assert statements() == before


# --- the page -------------------------------------------------------------------------------------------------------------


def kept(cast: Cast, off: int | None) -> None:
    one = {"clients": 40, "sent": 210, "opened": 65, "entry": 45, "off": off}
    cells = {"channels": {"email": one, "push": None, "sms": None}}
    Figures.objects.create(clinic=cast.north, kind="nudges", month=date(2026, 2, 1), cells=cells, made_at=NOW)


def section(cast: Cast, sign_in: SignIn) -> str:
    read = text(sign_in(cast.amy).get(reverse("figures")))
    return read.split("What reminders do", 1)[1].split("Note what was done")[0]


@pytest.mark.finding("5")
def test_the_page_says_plainly_that_reminders_have_not_been_shown_to_make_people_practise_more(
    north: Cast, sign_in: SignIn
) -> None:
    kept(north, off=10)
    read = section(north, sign_in)
    assert "Reminders have not been shown to make people practise more." in read
    assert "E-mail about 210 65 % 45 % 10 % or less about 40" in read
    assert "Kept back: Phone or browser; Text message." in read
    assert "Fewer may suit" not in read


@pytest.mark.finding("5")
@pytest.mark.parametrize(("off", "advised"), [(20, False), (25, True), (None, False)])
def test_fewer_are_advised_when_more_than_one_in_five_turned_them_off_and_nothing_changes_by_itself(
    north: Cast, sign_in: SignIn, off: int | None, advised: bool
) -> None:
    kept(north, off=off)
    north.north.refresh_from_db()
    before = north.north.weekly_messages
    read = section(north, sign_in)
    assert ("More than one in five turned it off. Fewer may suit people better." in read) is advised
    assert ("How many messages a client may get in a week" in read) is advised
    north.north.refresh_from_db()
    assert north.north.weekly_messages == before


def test_the_monthly_job_keeps_it_with_the_other_tables(north: Cast) -> None:
    remind(people(north, 10))
    figures.make(by=access.system(north.north, "test"), month=march(north))
    assert Figures.objects.get(kind="nudges").cells["channels"]["email"]["clients"] == 10
