"""Is it safe to write to you? At the first sign-in and every eight weeks; and what follows from the answers (F36)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import safe_contact
from clinic.models import AuditEvent, ContactPrefs
from clinic.scope import acting_in
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
WEEKS = timedelta(weeks=8)
DAY = timedelta(days=1)
ANSWERS = {
    "seen_by_others": "no",
    "shared": "no",
    "way": "email",
    "quiet_from": "20:00",
    "quiet_until": "09:00",
    "noun": "experiment",
}
pytestmark = pytest.mark.finding("F36")


def prefs_of(cast: Cast) -> ContactPrefs:
    with acting_in(cast.north.pk):
        return ContactPrefs.objects.get(client=cast.ada.membership)


def set_asked(cast: Cast, when: datetime | None) -> None:
    with acting_in(cast.north.pk):
        ContactPrefs.objects.filter(client=cast.ada.membership).update(asked_at=when)


def answer(browser: Client, **more: str) -> Any:
    return browser.post(reverse("about_contact"), {**ANSWERS, **more})


# --- the rule ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_at", "due"),
    [
        (None, True),
        (NOON, False),
        (NOON - WEEKS + DAY, False),
        (NOON - WEEKS + timedelta(seconds=1), False),
        (NOON - WEEKS, True),
        (NOON - WEEKS - DAY, True),
        (NOON - timedelta(days=4000), True),
        (NOON + DAY, False),
    ],
)
def test_asked_again_after_eight_weeks(asked_at: datetime | None, due: bool) -> None:
    assert safe_contact.is_due(asked_at, NOON) is due


@pytest.mark.parametrize(
    ("later", "due"), [(timedelta(days=6), False), (timedelta(days=7), True), (timedelta(days=8), True)]
)
def test_put_off_means_a_week(later: timedelta, due: bool) -> None:
    assert safe_contact.is_due(safe_contact.put_off(NOON), NOON + later) is due


def test_the_first_time_is_told_from_the_next_ones() -> None:
    assert safe_contact.asks(None, NOON) == ""
    assert safe_contact.asks(ContactPrefs(asked_at=None), NOON) == "first"
    assert safe_contact.asks(ContactPrefs(asked_at=NOON - WEEKS), NOON) == "again"
    assert safe_contact.asks(ContactPrefs(asked_at=NOON), NOON) == ""


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_first_sign_in_leads_to_the_questions_and_only_until_they_were_met(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert browser.get("/").headers["Location"] == reverse("about_contact")
    page = browser.get(reverse("about_contact")).content.decode()
    assert "Could someone else see messages" in page
    assert browser.post(reverse("about_contact"), {"answer": "later"}).headers["Location"] == reverse("today")
    assert browser.get("/").headers["Location"] == reverse("today")


def test_answers_become_wishes_and_are_asked_again_in_eight_weeks(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert answer(browser).headers["Location"] == reverse("today")
    prefs = prefs_of(cast)
    assert prefs.may_email
    assert (str(prefs.quiet_from), str(prefs.quiet_until), prefs.noun) == ("20:00:00", "09:00:00", "experiment")
    assert prefs.asked_at is not None
    assert timezone.now() - prefs.asked_at < timedelta(minutes=1)
    assert "Is it still safe to write to you?" not in browser.get(reverse("today")).content.decode()


@pytest.mark.parametrize(("days", "asked"), [(55, False), (57, True)])
def test_today_asks_in_one_calm_line_when_it_is_due(cast: Cast, sign_in: SignIn, days: int, asked: bool) -> None:
    set_asked(cast, timezone.now() - timedelta(days=days))
    page = sign_in(cast.ada).get(reverse("today")).content.decode()
    assert ("Is it still safe to write to you?" in page) is asked
    assert (f'href="{reverse("about_contact")}"' in page) is asked


def test_today_asks_without_a_statement_of_its_own(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    with CaptureQueriesContext(connection) as queries:
        assert "Is it safe to write to you?" in browser.get(reverse("today")).content.decode()
    assert [row["sql"] for row in queries if 'FROM "clinic_contactprefs"' in row["sql"]] == []


def test_put_off_it_comes_again_in_a_week_and_nothing_else_changes(cast: Cast, sign_in: SignIn) -> None:
    before = prefs_of(cast)
    sign_in(cast.ada).post(reverse("about_contact"), {"answer": "later", "way": "email", "seen_by_others": "no"})
    after = prefs_of(cast)
    assert (after.may_email, after.seen_by_others) == (before.may_email, before.seen_by_others)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert "safe to write" not in sign_in(cast.ada).get(reverse("today")).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert "Is it still safe to write to you?" in sign_in(cast.ada).get(reverse("today")).content.decode()
    with acting_in(cast.north.pk):
        assert AuditEvent.objects.filter(verb="contact.put_off").count() == 1


@pytest.mark.parametrize("others", ["yes", "unsure"])
def test_where_others_could_see_it_no_e_mail_goes_and_that_is_said(cast: Cast, sign_in: SignIn, others: str) -> None:
    browser = sign_in(cast.ada)
    page = browser.post(reverse("about_contact"), {**ANSWERS, "seen_by_others": others}, follow=True).content.decode()
    assert not prefs_of(cast).may_email
    assert "so we send none" in page


def test_here_only_means_no_e_mail(cast: Cast, sign_in: SignIn) -> None:
    answer(sign_in(cast.ada), way="here")
    assert not prefs_of(cast).may_email


def test_a_shared_device_leads_to_the_pin(cast: Cast, sign_in: SignIn) -> None:
    assert answer(sign_in(cast.ada), shared="yes").headers["Location"] == reverse("my_security")
    assert prefs_of(cast).may_email, "it is about this device, not about the mailbox"


def test_nothing_is_chosen_for_a_client_before_they_have_answered(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ada).get(reverse("about_contact")).content.decode()
    for name in ("seen_by_others", "way", "shared"):
        assert not [
            tag for tag in page.split("<input") if f'name="{name}"' in tag and " checked" in tag.partition(">")[0]
        ]


@pytest.mark.parametrize("missing", ["seen_by_others", "way"])
def test_an_open_question_is_shown_with_what_was_said_kept(cast: Cast, sign_in: SignIn, missing: str) -> None:
    reply = answer(sign_in(cast.ada), **{missing: ""})
    assert reply.status_code == 422
    assert 'value="20:00"' in reply.content.decode()
    assert prefs_of(cast).asked_at is None


def test_wishes_on_the_settings_page_answer_the_questions_too(cast: Cast, sign_in: SignIn) -> None:
    wishes = {name: ANSWERS[name] for name in ("seen_by_others", "quiet_from", "quiet_until", "noun")}
    sign_in(cast.ada).post(reverse("settings"), {"part": "messages", **wishes})
    assert prefs_of(cast).asked_at is not None


@pytest.mark.parametrize("who", ["theo", "amy", "kit"])
def test_the_questions_are_for_clients(cast: Cast, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(cast, who)).get(reverse("about_contact")).status_code == 404
