"""Reports in a mailbox: read over TLS, understood, then done with; a killed job does no harm, and nothing else is touched."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from clinic import jobs, logs, tasks
from clinic.models import AuditEvent, ContactPrefs, OutgoingMessage
from clinic.returns import Tally, mailbox, parse
from tests.cast import Cast
from tests.clinic.returns.imap import Server, running
from tests.clinic.returns.reports import Returned, bounce, sent
from tests.homework.assignments.nudging import wants_email


@pytest.fixture
def server(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A mailbox the program is told of, and whose certificate it believes."""
    with running(tmp_path) as here:
        settings.RETURNS_HOST, settings.RETURNS_PORT = "localhost", here.port
        settings.RETURNS_USER, settings.RETURNS_PASSWORD = "reminders", here.password
        settings.RETURNS_DELETE = False
        trusted = ssl.create_default_context(cafile=str(here.certificate))
        monkeypatch.setattr(mailbox, "context", lambda: trusted)
        yield here


@pytest.fixture
def row(north: Cast) -> OutgoingMessage:
    wants_email(north.ada, timezone.now() - timedelta(days=30))
    return sent(north.ada)


def reported(row: OutgoingMessage) -> bytes:
    return bounce(row.pk, row.clinic_id).replace(b"\n", b"\r\n")


def test_new_reports_have_their_effect_and_are_marked(north: Cast, server: Server, row: OutgoingMessage) -> None:
    server.receive(b"Subject: hello\r\n\r\nA person wrote this.\r\n", reported(row))
    assert mailbox.read() == Tally(noted=1, stopped=1)
    row.refresh_from_db()
    assert row.returned == Returned.BOUNCED
    assert not ContactPrefs.objects.get(client=north.ada.membership).may_email
    assert (len(server.mails), server.new) == (2, [])
    assert mailbox.read() == Tally()


def test_they_are_deleted_where_that_is_wanted_and_only_those_that_were_read(
    north: Cast, server: Server, row: OutgoingMessage, settings: Any
) -> None:
    settings.RETURNS_DELETE = True
    server.receive(b"Subject: looked at by a person\r\n\r\n", reported(row))
    server.mails[0].flags.add("\\Seen")
    assert mailbox.read().noted == 1
    assert [mail.uid for mail in server.mails] == [1]


def test_a_job_that_is_killed_finds_the_report_again_and_nothing_happens_twice(
    north: Cast, server: Server, row: OutgoingMessage
) -> None:
    other = sent(north.ben)
    server.receive(reported(row), reported(other))
    server.cut_after = 1  # the line goes dead after the second report had its effect, before it was marked
    with pytest.raises(mailbox.MailboxError):
        mailbox.read()
    assert server.new == [2]
    server.cut_after = None
    wants_email(north.ada, timezone.now())
    assert mailbox.read() == Tally(unknown=1)
    assert server.new == []
    assert AuditEvent.objects.filter(verb="message.returned").count() == 2
    assert ContactPrefs.objects.get(client=north.ada.membership).may_email


def test_one_run_takes_so_many_and_of_each_so_much(
    north: Cast, server: Server, row: OutgoingMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "BATCH", 3)
    server.receive(*[b"Subject: x\r\n\r\n"] * 4, reported(row) + b"x" * 1_000_000)
    assert mailbox.read() == Tally()
    assert server.new == [4, 5]
    assert mailbox.read().noted == 1
    assert f"UID FETCH 5 (BODY.PEEK[]<0.{parse.READ}>)" in server.asked


def test_one_messages_trouble_is_its_own_and_it_stays_new(
    north: Cast, server: Server, row: OutgoingMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent(north.ben)
    server.receive(reported(first), reported(row))
    take, noted = mailbox.take, []

    def breaks(events: Any) -> Tally:
        if events[0].row == first.pk:
            raise RuntimeError("something of ours")
        return take(events)

    monkeypatch.setattr(mailbox, "take", breaks)
    monkeypatch.setattr(logs, "trouble", lambda event, error, **facts: noted.append(event))
    assert mailbox.read().noted == 1
    assert (server.new, noted) == ([1], ["returned_mail"])


def test_without_a_mailbox_nobody_is_asked(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RETURNS_HOST = ""
    monkeypatch.setattr(mailbox.imaplib, "IMAP4_SSL", None)
    assert tasks.read_returns() == 0


def test_a_server_nobody_has_vouched_for_gets_no_password(
    north: Cast, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "context", ssl.create_default_context)
    with pytest.raises(mailbox.MailboxError):
        mailbox.read()
    assert server.asked == []


@pytest.mark.parametrize("wrong", [{"RETURNS_PASSWORD": "another"}, {"RETURNS_FOLDER": "Nowhere"}, {"RETURNS_PORT": 1}])
def test_a_mailbox_that_cannot_be_read_is_said_so_without_its_words(
    north: Cast, server: Server, settings: Any, wrong: dict[str, Any]
) -> None:
    for name, value in wrong.items():
        setattr(settings, name, value)
    with pytest.raises(mailbox.MailboxError) as error:
        tasks.read_returns()
    assert "another" not in str(error.value)


def test_beat_reads_it_every_five_minutes_on_the_queue_for_everything_else() -> None:
    job = jobs.BY_TASK["clinic.read_returns"]
    assert (job.every, job.queue) == (300.0, "work")
