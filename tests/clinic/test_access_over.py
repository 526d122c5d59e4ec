"""When the months after care are over, what is live ends, nothing is deleted, and the page says whom to ask (F50)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken
from clinic import access, vault
from clinic.access import Role
from clinic.actions import access_over
from clinic.models import (
    AuditEvent,
    CalendarFeed,
    Clinic,
    ContactNumber,
    ContactPrefs,
    Episode,
    Membership,
    PushSubscription,
    Site,
)  # fmt: skip
from clinic.scope import acting_in
from clinic.tasks import discharge_access_end
from tests.cast import Cast, Person, make_person
from tests.homework.assignments.pages import SignIn, text

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def ended(person: Person, days_ago: int) -> None:
    """Their care ended then; the clinic keeps pages open for twelve months."""
    assert person.episode is not None
    on = (NOW - timedelta(days=days_ago)).date()
    Episode.objects.filter(pk=person.episode.pk).update(state="ended", ended_on=on)


def live(clinic: Clinic, person: Person) -> None:
    """Signed in, told by push, a number, a calendar, e-mail, a token."""
    member, user = person.membership, person.user
    key = member.pk.hex
    Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now() + DAY)
    UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="x")
    PushSubscription.objects.create(clinic=clinic, member=member, endpoint_hash=f"{member.pk}", sealed="x")
    ContactNumber.objects.create(clinic=clinic, member=member, sealed="x", number_hash="x", confirmed_at=NOW)
    CalendarFeed.objects.create(clinic=clinic, member=member)
    ContactPrefs.objects.filter(client=member).update(email_reminders=True, consented_at=NOW)
    ApiToken.objects.create(user=user, name="x", token_hash=f"{member.pk}")


def left(person: Person) -> list[int]:
    member, user = person.membership, person.user
    return [
        UserSession.objects.filter(user=user).count(),
        Session.objects.filter(session_key=member.pk.hex).count(),
        PushSubscription.objects.live().filter(member=member).count(),
        ContactNumber.objects.filter(member=member).exclude(sealed="").count(),
        CalendarFeed.objects.live().filter(member=member).count(),
        ContactPrefs.objects.filter(client=member, email_reminders=True).count(),
        ApiToken.objects.live().filter(user=user).count(),
    ]


@pytest.mark.finding("F50")
def test_what_is_live_ends_the_day_after_the_last_one_and_not_before(north: Cast) -> None:
    live(north.north, north.ada)
    ended(north.ada, 365)
    assert discharge_access_end() == 0
    assert left(north.ada) == [1] * 7
    with time_machine.travel(NOW + DAY, tick=False):
        assert [discharge_access_end() for _run in range(2)] == [1, 0]
    assert left(north.ada) == [0] * 7
    assert ContactNumber.objects.get().ended_because == ContactNumber.Ended.CARE
    assert AuditEvent.objects.filter(verb=access_over.OVER).latest("at").detail == {"people": 1}


@pytest.mark.finding("F50")
def test_who_is_in_care_again_keeps_everything(north: Cast) -> None:
    live(north.north, north.ada)
    ended(north.ada, 500)
    first = north.ada.episode
    assert first is not None
    Episode.objects.create(
        clinic=north.north, client=north.ada.membership, site=first.site, state="waiting", opened_on=NOW.date()
    )
    assert discharge_access_end() == 0
    assert left(north.ada) == [1] * 7


@pytest.mark.finding("F50")
def test_who_has_a_place_elsewhere_stays_signed_in_there(north: Cast) -> None:
    live(north.north, north.ada)
    ended(north.ada, 500)
    with acting_in(north.south.pk):
        Membership.objects.create(clinic=north.south, user=north.ada.user, role=Role.THERAPIST, display_name="Ada")
    assert discharge_access_end() == 1
    assert left(north.ada) == [1, 1, 0, 0, 0, 0, 1]


@pytest.mark.finding("F50")
def test_signing_in_still_works_and_says_kindly_whom_to_ask(north: Cast, sign_in: SignIn) -> None:
    ended(north.ada, 500)
    Clinic.objects.filter(pk=north.north.pk).update(phone="020 7946 0018")
    discharge_access_end()
    page = text(sign_in(north.ada).get(reverse("today")))
    assert "Your pages rest" in page
    assert "Ask North clinic" in page
    assert "020 7946 0018" in page


def test_clinics_are_apart(north: Cast) -> None:
    live(north.north, north.ada)
    ended(north.ada, 500)
    with acting_in(north.south.pk):
        assert access_over.end_access(by=access.system(north.south, "test")) == 0
    assert left(north.ada) == [1] * 7


def test_the_number_of_queries_does_not_grow_with_the_people(north: Cast) -> None:
    def counted(first: int, number: int) -> int:
        site = Site.objects.filter(clinic=north.north)[0]
        with vault.session():
            for index in range(first, first + number):
                person = make_person(north.north, site, f"Gone{index}", Role.CLIENT)
                live(north.north, person)
                ended(person, 500)
        with CaptureQueriesContext(connection) as seen:
            assert access_over.end_access(by=access.system(north.north, "test")) == number
        return len(seen)

    assert counted(0, 1) == counted(1, 5)
