"""A text message: to a confirmed number only, once, through any provider that takes an HTTP request."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from django.utils import timezone
from pytest import MonkeyPatch

from clinic import numbers
from clinic.models import ContactNumber, OutgoingMessage
from clinic.outbox.carriers import AwayError, GoneError, providers, sms
from tests.cast import Cast, Person
from tests.clinic.numbers_given import NUMBER, give_number
from tests.clinic.wires import Far, far_side, nobody_there

Kind = OutgoingMessage.Kind


@pytest.fixture
def how() -> dict[str, Any]:
    """A provider's settings, as the environment gives them."""
    names = {"to": "to", "text": "text", "from": "from", "reference": "reference"}
    return {**settings.SMS, "folder": "", "fields": names, "token": "zq-token", "from": "Reminders", "url": ""}


@pytest.fixture
def far(how: dict[str, Any], monkeypatch: MonkeyPatch) -> Iterator[Far]:
    """The provider, on this machine."""
    with far_side() as found:
        how["url"] = f"{found.url}/send"
        monkeypatch.setattr(settings, "SMS", how)
        yield found


def row_for(person: Person, **more: Any) -> OutgoingMessage:
    values: dict[str, Any] = {"kind": Kind.REMINDER, "channel": "sms", "due_at": timezone.now(), **more}
    return OutgoingMessage(clinic=person.membership.clinic, user=person.user, **values)


def carry(cast: Cast, *rows: OutgoingMessage) -> None:
    with sms.SmsCarrier() as line:
        for row in rows:
            line.carry(row, cast.north)


def test_a_text_goes_to_the_confirmed_number_with_our_token_and_a_key_of_its_own(north: Cast, far: Far) -> None:
    give_number(north.ada)
    row = row_for(north.ada)
    carry(north, row)
    (post,) = far.posts
    assert post.headers["authorization"] == "Bearer zq-token"
    assert post.headers["idempotency-key"] == str(row.pk)
    said = json.loads(post.body)
    assert (said["to"], said["from"], said["reference"]) == (NUMBER, "Reminders", str(row.pk))
    assert said["text"].startswith("You asked for a nudge around now.")
    assert set(said) == {"to", "text", "from", "reference"}


def test_names_and_form_are_the_providers(north: Cast, far: Far, how: dict[str, Any], monkeypatch: MonkeyPatch) -> None:
    how |= {"body": "form", "fields": {"to": "recipient", "text": "body"}, "token": "", "key_header": "X-Key"}
    monkeypatch.setattr(settings, "SMS", how)
    give_number(north.ada)
    row = row_for(north.ada)
    carry(north, row)
    (post,) = far.posts
    assert post.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in post.headers
    assert post.headers["x-key"] == str(row.pk)
    assert set(parse_qs(post.body.decode())) == {"recipient", "body"}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((404, GoneError), (410, GoneError), (408, AwayError), (425, AwayError), (429, AwayError), (500, AwayError)),
        *(
            (503, AwayError),
            (400, providers.RefusedError),
            (401, providers.RefusedError),
            (302, providers.RefusedError),
        ),
    ],
)
def test_what_an_answer_means(north: Cast, far: Far, status: int, error: type[Exception]) -> None:
    row = give_number(north.ada)
    far.answers = {"/send": status}
    with pytest.raises(error) as no:
        carry(north, row_for(north.ada))
    assert NUMBER not in str(no.value)
    assert len(far.posts) == 1, "nothing is followed, nothing is tried twice"
    row.refresh_from_db()
    assert (row.ended_because, row.sealed == "") == (("bounced", True) if error is GoneError else ("", False))


def test_a_provider_that_is_not_there_is_nobodys_fault(
    north: Cast, far: Far, how: dict[str, Any], monkeypatch: MonkeyPatch
) -> None:
    give_number(north.ada)
    how["url"] = nobody_there()
    monkeypatch.setattr(settings, "SMS", how)
    with pytest.raises(AwayError):
        carry(north, row_for(north.ada))


@pytest.mark.finding("F36")
def test_no_text_goes_to_a_number_that_was_not_confirmed_or_was_given_up(north: Cast, far: Far) -> None:
    row = give_number(north.ada)
    for change in ({"confirmed_at": None}, {"confirmed_at": timezone.now(), "ended_at": timezone.now()}):
        ContactNumber.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(GoneError):
            carry(north, row_for(north.ada))
    with pytest.raises(GoneError):
        carry(north, row_for(north.ben))
    assert far.posts == []


def test_the_folder_keeps_one_file_a_message(north: Cast, tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": str(tmp_path / "texts")})
    give_number(north.ada)
    row = row_for(north.ada)
    carry(north, row, row_for(north.ada))
    files = sorted((tmp_path / "texts").iterdir())
    assert len(files) == 2
    assert json.loads(files[0].read_text())["reference"] == str(row.pk)
    assert files[0].stat().st_mode & 0o077 == 0


def test_without_a_provider_text_messages_are_offered_nowhere(north: Cast, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": "", "url": ""})
    assert not numbers.offered()
    assert not numbers.state_of(north.ada.actor, None, timezone.now()).offered
    give_number(north.ada)
    with pytest.raises(AwayError):
        carry(north, row_for(north.ada))
