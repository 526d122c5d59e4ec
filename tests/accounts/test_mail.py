"""Mail about an account: sealed while it waits, sent soon, parked when nobody takes it, in nobody's way."""

import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.db import connections
from django.utils import timezone

from accounts import mail, tasks
from accounts.models import AccountMail
from tests.clinic.test_outbox import Broken
from tests.homework.assignments.nudging import at

State = AccountMail.State
NOON = datetime(2027, 3, 15, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Broken]:
    """The mail server of a test."""
    settings.EMAIL_BACKEND = "tests.clinic.test_outbox.Broken"
    django_mail.outbox = []
    monkeypatch.setattr(Broken, "trouble", {})
    monkeypatch.setattr(Broken, "opened", 0)
    return Broken


def code(to: str = "ada@example.org") -> AccountMail:
    """A code on its way."""
    return mail.queue(to=to, subject="Your\r\n code", body="It is 482913.", user=None)


def test_a_code_is_sealed_while_it_waits_and_gone_when_it_is_sent(mailoutbox: list[EmailMessage]) -> None:
    row = code()
    assert "482913" not in row.sealed_message
    assert tasks.send_waiting_mail() == 1
    assert (mailoutbox[0].subject, mailoutbox[0].body) == ("Your code", "It is 482913.")
    row.refresh_from_db()
    assert (row.state, row.sealed_message, row.lease_until) == (State.SENT, "", None)
    assert tasks.send_waiting_mail() == 0


def test_all_that_waits_shares_a_connection(server: type[Broken]) -> None:
    for _ in range(130):
        code()
    assert tasks.send_waiting_mail() == 130
    assert server.opened == 2  # one for each hundred


def test_no_machine_answers_and_the_message_id_is_the_rows(mailoutbox: list[EmailMessage]) -> None:
    row = code()
    tasks.send_waiting_mail()
    headers = mailoutbox[0].extra_headers
    assert headers["Message-ID"] == f"<{row.pk}@localhost>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_claimed_message_is_nobody_elses_until_the_lease_runs_out(server: type[Broken]) -> None:
    code()
    with at(NOON):
        first = mail.claim()
        assert mail.claim() == []
    with at(NOON + mail.LEASE + timedelta(seconds=1)):
        second = mail.claim()
        assert [row.pk for row in second] == [row.pk for row in first]
        assert mail.deliver(first) == mail.Tally()
        assert mail.deliver(second).sent == 1


def test_one_address_in_trouble_does_not_hold_up_the_others(server: type[Broken]) -> None:
    server.trouble["bad@example.org"] = smtplib.SMTPRecipientsRefused({})
    bad = code("bad@example.org")
    code("good@example.org")
    assert tasks.send_waiting_mail() == 1
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (State.QUEUED, 1)


def test_what_cannot_be_read_any_more_is_its_own_trouble_too(server: type[Broken]) -> None:
    bad = code()
    AccountMail.objects.update(sealed_message="no:thing")
    code("good@example.org")
    assert tasks.send_waiting_mail() == 1
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (State.QUEUED, 1)


def test_after_five_tries_a_message_is_parked_and_its_code_removed(server: type[Broken]) -> None:
    server.trouble["ada@example.org"] = smtplib.SMTPDataError(550, b"no")
    row, now = code(), NOON
    for _ in range(5):
        with at(now):
            assert mail.deliver(mail.claim()).failed == 1
        row.refresh_from_db()
        now = (row.lease_until or now) + timedelta(seconds=1)
    assert (row.state, row.sealed_message) == (State.PARKED, "")
    with at(now + timedelta(days=1)):
        assert mail.claim() == []


def test_when_the_mail_server_is_away_everything_waits_and_no_try_is_counted(server: type[Broken]) -> None:
    server.trouble["open"] = ConnectionRefusedError()
    code()
    code("ben@example.org")
    for minute in range(8):
        with at(NOON + timedelta(minutes=minute)):
            assert tasks.send_waiting_mail() == 0
    assert set(AccountMail.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    server.trouble.clear()
    with at(NOON + timedelta(hours=1)):
        assert tasks.send_waiting_mail() == 2


def test_pauses_between_tries_grow_and_end_at_an_hour() -> None:
    minutes = [(mail.again_at(tries, NOON) - NOON).total_seconds() / 60 for tries in (1, 2, 3, 4, 9, 30)]
    lowest = [0.5, 1, 2, 4, 30, 30]
    assert all(low <= pause <= 3 * low for low, pause in zip(lowest, minutes, strict=True))


@pytest.mark.django_db(transaction=True)
def test_what_the_server_did_not_take_is_not_noted_as_sent(server: type[Broken]) -> None:
    """As in a worker, with real commits."""
    server.trouble["ada@example.org"] = smtplib.SMTPServerDisconnected()
    row = code()
    assert mail.deliver(mail.claim()).away
    row.refresh_from_db()
    assert (row.state, row.sent_at) == (State.QUEUED, None)
    assert row.sealed_message != ""
    assert row.lease_until is not None
    assert row.lease_until < timezone.now() + mail.LEASE
    assert connections["default"].get_autocommit()
