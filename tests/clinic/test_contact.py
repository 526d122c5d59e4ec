"""How a client may be reached: off until they say so, never where others could see it (F36)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from clinic.actions import contact
from clinic.models import AuditEvent, ContactPrefs
from clinic.refusal import ActionRefused
from tests.cast import Cast

WISHES: dict[str, Any] = {
    "email_reminders": True,
    "seen_by_others": "no",
    "quiet_from": time(22),
    "quiet_until": time(7),
    "noun": "experiment",
}


def prefs_of(cast: Cast) -> ContactPrefs:
    return ContactPrefs.objects.get(client=cast.ada.membership)


def test_nothing_is_sent_until_the_client_asks_for_it(north: Cast) -> None:
    assert prefs_of(north).may_email is False
    contact.set_contact(by=north.ada.actor, **WISHES)
    prefs = prefs_of(north)
    assert prefs.may_email is True
    assert prefs.consented_at is not None
    assert (prefs.quiet_from, prefs.quiet_until, prefs.noun) == (time(22), time(7), "experiment")


@pytest.mark.finding("F36")
@pytest.mark.parametrize("others", ["yes", "unsure"])
def test_nothing_is_sent_where_somebody_else_could_see_it(north: Cast, others: str) -> None:
    contact.set_contact(by=north.ada.actor, **WISHES)
    contact.set_contact(by=north.ada.actor, **{**WISHES, "seen_by_others": others})
    prefs = prefs_of(north)
    assert prefs.may_email is False
    assert (prefs.email_reminders, prefs.consented_at) == (False, None), "and it does not come back by itself"


@pytest.mark.finding("F36")
def test_the_question_is_answered_before_anything_is_turned_on(north: Cast) -> None:
    with pytest.raises(ActionRefused) as refusal:
        contact.set_contact(by=north.ada.actor, **{**WISHES, "seen_by_others": ""})
    assert (refusal.value.status, refusal.value.field) == (422, "seen_by_others")


def test_saving_again_keeps_the_day_of_the_clients_yes(north: Cast) -> None:
    contact.set_contact(by=north.ada.actor, **WISHES)
    first = prefs_of(north).consented_at
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        contact.set_contact(by=north.ada.actor, **{**WISHES, "noun": "practice"})
    assert prefs_of(north).consented_at == first


@pytest.mark.parametrize(("field", "value"), [("noun", "chores"), ("seen_by_others", "perhaps")])
def test_a_wish_that_is_not_offered_is_refused(north: Cast, field: str, value: str) -> None:
    with pytest.raises(ActionRefused) as refusal:
        contact.set_contact(by=north.ada.actor, **{**WISHES, field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize("who", ["theo", "amy"])
def test_staff_do_not_set_a_clients_wishes(north: Cast, who: str) -> None:
    for act in (lambda by: contact.set_contact(by=by, **WISHES), lambda by: contact.pause_messages(by=by, days=3)):
        with pytest.raises(ActionRefused):
            act(getattr(north, who).actor)


@pytest.mark.parametrize("days", [1, 7, 14])
def test_everything_can_be_paused_for_some_days(north: Cast, days: int) -> None:
    north.ada.user.time_zone = "Pacific/Auckland"
    with time_machine.travel(datetime(2031, 5, 1, 22, tzinfo=UTC), tick=False):
        contact.pause_messages(by=north.ada.actor, days=days)
    assert prefs_of(north).paused_until == date(2031, 5, 2) + timedelta(days=days), "days of the client, not the server"


@pytest.mark.parametrize("days", [0, 15, -1])
def test_a_pause_lasts_from_one_to_fourteen_days(north: Cast, days: int) -> None:
    with pytest.raises(ActionRefused):
        contact.pause_messages(by=north.ada.actor, days=days)


def test_a_pause_can_end_early_and_keeps_what_was_agreed(north: Cast) -> None:
    contact.set_contact(by=north.ada.actor, **WISHES)
    contact.pause_messages(by=north.ada.actor, days=14)
    contact.resume_messages(by=north.ada.actor)
    prefs = prefs_of(north)
    assert prefs.paused_until is None
    assert prefs.may_email is True


def test_one_tap_without_signing_in_stops_everything(north: Cast) -> None:
    contact.set_contact(by=north.ada.actor, **WISHES)
    assert contact.stop_messages(clinic_id=north.north.pk, client_id=north.ada.membership.pk)
    prefs = prefs_of(north)
    assert (prefs.may_email, prefs.email_reminders, prefs.consented_at) == (False, False, None)
    event = AuditEvent.objects.get(verb="contact.stopped")
    assert (event.actor, event.actor_role, event.client) == (None, "system", north.ada.membership.pk)


def test_the_tap_reaches_nobody_of_another_clinic(north: Cast) -> None:
    assert not contact.stop_messages(clinic_id=north.north.pk, client_id=north.yan.membership.pk)
    assert not contact.stop_messages(clinic_id=north.south.pk, client_id=north.ada.membership.pk)


def test_the_record_of_a_change_says_that_and_not_what(north: Cast) -> None:
    contact.set_contact(by=north.ada.actor, **WISHES)
    event = AuditEvent.objects.get(verb="contact.changed")
    assert event.detail == {"email": True}
    assert event.client == north.ada.membership.pk
