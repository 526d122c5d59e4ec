"""Where machines tell what came back: open to the one who has the secret, the same answer to everything, nothing logged."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import mail
from clinic import headers, logs
from clinic.models import ContactNumber, ContactPrefs, OutgoingMessage
from clinic.scope import acting_in
from clinic.views import hooks
from tests.cast import Cast, Person
from tests.clinic.returns.reports import Returned, bounce, complaint, sent
from tests.homework.assignments.nudging import wants_email

TOKEN = "a-secret-of-this-installation"
MAIL = {"content_type": "message/rfc822"}
ROUTES = ("mail_returned", "text_answered")


@pytest.fixture
def machine(settings: Any) -> Client:
    """A mail server: no cookies, no page seen before, and the secret is set."""
    settings.HOOK_TOKEN = TOKEN
    return Client(enforce_csrf_checks=True)


def to(route: str, token: str = TOKEN) -> str:
    return reverse(route, args=[token])


@pytest.fixture
def row(north: Cast) -> OutgoingMessage:
    """A reminder Ada asked for, on its way."""
    wants_email(north.ada, timezone.now() - timedelta(days=30))
    return sent(north.ada)


def may_email(north: Cast) -> bool:
    return ContactPrefs.objects.get(client=north.ada.membership).may_email


def test_a_mail_as_it_came_back(north: Cast, machine: Client, row: OutgoingMessage) -> None:
    assert machine.post(to("mail_returned"), bounce(row.pk, row.clinic_id), **MAIL).status_code == 204
    row.refresh_from_db()
    assert row.returned == Returned.BOUNCED
    assert not may_email(north)


def test_events_of_a_provider(north: Cast, machine: Client, row: OutgoingMessage) -> None:
    events = [{"type": "complaint", "message_id": mail.message_id(row.pk, row.clinic_id)}]
    assert machine.post(to("mail_returned"), {"events": events}, content_type="application/json").status_code == 204
    row.refresh_from_db()
    assert row.returned == Returned.COMPLAINT
    assert not may_email(north)


@pytest.mark.parametrize("kind", ["message/rfc822", "application/json"])
@pytest.mark.parametrize(
    "body", [b"\n", b"{", b"\xff\x00" * 99, b"[" * 100_000, b'{"events": 1e999}', b"x" * 1_500_000]
)
def test_whatever_is_in_it_the_answer_is_the_same(
    north: Cast, machine: Client, row: OutgoingMessage, kind: str, body: bytes
) -> None:
    answer = machine.post(to("mail_returned"), body, content_type=kind)
    assert (answer.status_code, answer.content) == (204, b"")
    assert may_email(north)


def test_whether_there_is_such_a_message_is_not_told(north: Cast, machine: Client, row: OutgoingMessage) -> None:
    there = machine.post(to("mail_returned"), complaint(row.pk, row.clinic_id), **MAIL)
    nowhere = machine.post(to("mail_returned"), complaint(row.clinic_id, row.pk), **MAIL)
    assert there.status_code == nowhere.status_code == 204
    assert dict(there.headers) == dict(nowhere.headers)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""])
def test_other_things_are_not_taken(north: Cast, machine: Client, row: OutgoingMessage, kind: str) -> None:
    answer = machine.generic("POST", to("mail_returned"), bounce(row.pk, row.clinic_id), content_type=kind)
    assert answer.status_code == 415
    assert may_email(north)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("token", ["x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é" * 20, "%00"])
def test_with_a_wrong_secret_there_is_no_such_page(
    north: Cast, machine: Client, row: OutgoingMessage, route: str, token: str
) -> None:
    assert machine.post(to(route, token), bounce(row.pk, row.clinic_id), **MAIL).status_code == 404
    assert may_email(north)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("known", ["", "short"])
def test_without_a_secret_there_is_no_such_page(db: None, settings: Any, route: str, known: str) -> None:
    settings.HOOK_TOKEN = known
    assert Client().post(to(route, known or "x"), b"", **MAIL).status_code == 404


def test_the_secret_is_compared_in_constant_time(north: Cast, machine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        asked.append((one, other))
        return False

    monkeypatch.setattr(hooks.secrets, "compare_digest", compare)
    assert machine.post(to("mail_returned"), b"", **MAIL).status_code == 404
    assert asked == [(TOKEN.encode(), TOKEN.encode())]


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_looks_at_it(machine: Client, db: None, route: str) -> None:
    for method in ("get", "head", "put", "patch", "delete", "options"):
        assert getattr(machine, method)(to(route)).status_code == 405


@pytest.mark.parametrize("route", ROUTES)
def test_the_answer_has_the_headers_of_every_answer_and_no_cookie(machine: Client, db: None, route: str) -> None:
    for token in (TOKEN, "wrong"):
        answer = machine.post(to(route, token), b"", **MAIL)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Permissions-Policy"] == headers.PERMISSIONS
        assert token == "wrong" or not answer.cookies


def test_a_page_of_another_site_cannot_send_it(machine: Client, row: OutgoingMessage, north: Cast) -> None:
    from_there = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    raw = bounce(row.pk, row.clinic_id)
    assert machine.post(to("mail_returned"), raw, headers=from_there, **MAIL).status_code == 403
    assert may_email(north)


def test_somebody_who_is_signed_in_is_no_different(
    north: Cast, machine: Client, row: OutgoingMessage, sign_in: Callable[[Person | None], Client]
) -> None:
    browser = sign_in(north.zoe)
    assert browser.post(to("mail_returned"), bounce(row.pk, row.clinic_id), **MAIL).status_code == 204
    with acting_in(north.north.pk):
        assert not may_email(north)


# --- answers to text messages -----------------------------------------------------------------------------------------


@pytest.fixture
def number(north: Cast, settings: Any) -> ContactNumber:
    """Ada's number, confirmed."""
    from clinic import numbers

    return ContactNumber.objects.create(
        clinic=north.north,
        member=north.ada.membership,
        sealed=numbers.seal(north.ada.membership.pk, "+447700900123"),
        number_hash=numbers.hash_of("+447700900123"),
        confirmed_at=north.north.created_at,
    )


def is_live(number: ContactNumber) -> bool:
    return ContactNumber.objects.live().filter(pk=number.pk).exists()


@pytest.mark.parametrize("sender", ["+447700900123", "447700900123", "00447700900123", "+44 7700 900123"])
@pytest.mark.parametrize("names", [("From", "Body"), ("from", "text"), ("msisdn", "text")])
def test_stop_ends_that_number_at_once(
    north: Cast, machine: Client, number: ContactNumber, names: tuple[str, str], sender: str
) -> None:
    fields = dict(zip(names, (sender, "Stop."), strict=True))
    form = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in fields.items())
    kind = "application/x-www-form-urlencoded"
    assert machine.post(to("text_answered"), f"AccountSid=1&{form}", content_type=kind).status_code == 204
    assert not is_live(number)


def test_a_provider_may_send_json_and_name_its_fields(
    north: Cast, machine: Client, number: ContactNumber, settings: Any
) -> None:
    settings.SMS_REPLY_FROM, settings.SMS_REPLY_TEXT = ["data.sender.number"], ["data.words"]
    body = {"data": {"sender": {"number": "+447700900123"}, "words": "¡BAJA!"}}
    assert machine.post(to("text_answered"), body, content_type="application/json").status_code == 204
    assert not is_live(number)


@pytest.mark.parametrize("text", ["START", "YES", "Thank you", "I cannot stop thinking", "", "ok"])
def test_any_other_word_changes_nothing_and_start_turns_nothing_on(
    north: Cast, machine: Client, number: ContactNumber, text: str
) -> None:
    def answer(word: str) -> None:
        body = {"from": "+447700900123", "text": word}
        assert machine.post(to("text_answered"), body, content_type="application/json").status_code == 204

    answer(text)
    assert is_live(number)
    answer("STOP")
    answer(text)
    assert not is_live(number)


@pytest.mark.parametrize(
    "body",
    [b"", b"[1]", b"{", b"from=1&text=STOP" * 5000, b"\xff=\xfe", b'{"from": {"a": 1}, "text": ["STOP"]}', b"&" * 9000],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "image/png"])
def test_an_answer_nobody_can_read_is_nothing(
    north: Cast, machine: Client, number: ContactNumber, body: bytes, kind: str
) -> None:
    assert machine.post(to("text_answered"), body, content_type=kind).status_code == 204
    assert is_live(number)


def test_another_number_or_none_changes_nothing(north: Cast, machine: Client, number: ContactNumber) -> None:
    for sender in ("+447700900124", "60777", "Agenda", "", "+"):
        body = {"from": sender, "text": "STOP"}
        assert machine.post(to("text_answered"), body, content_type="application/json").status_code == 204
    assert is_live(number)


# --- logs -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the lines of this test go."""
    here = io.StringIO()
    logs.configure({"stream": here, "level": logging.DEBUG})
    yield here
    logs.configure({"stream": sys.__stderr__, "level": "WARNING"})


@pytest.mark.finding("F36")
def test_a_line_in_the_log_holds_counts_and_nothing_of_what_was_sent(
    north: Cast, machine: Client, row: OutgoingMessage, number: ContactNumber, stream: io.StringIO
) -> None:
    machine.post(to("mail_returned"), bounce(row.pk, row.clinic_id, recipient="zqcanary@example.org"), **MAIL)
    texted = {"from": "+447700900123", "text": "stop zqcanary"}
    machine.post(to("text_answered"), texted, content_type="application/json")
    said = stream.getvalue()
    for telling in ("zqcanary", "example.org", "7700", TOKEN, str(row.pk), "STOP", str(north.ada.membership.pk)):
        assert telling not in said
    lines = {line["event"]: line for line in map(json.loads, said.splitlines())}
    assert (lines["returned_mail"]["count"], lines["answered_text"]["count"]) == (1, 1)
    assert set(lines["returned_mail"]) <= set(logs.KEYS)


def test_the_secret_is_read_from_a_file_and_the_deployment_makes_it() -> None:
    root = django_settings.BASE_DIR
    assert "write hook_token" in (root / "deploy" / "make-secrets").read_text()
    assert "BETWEEN_HOOK_TOKEN_FILE: /run/secrets/hook_token" in (root / "docker-compose.yml").read_text()
