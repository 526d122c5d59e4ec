"""Reports as mail servers write them, about a row of the outbox, and rows that were sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from accounts import mail
from clinic.models import OutgoingMessage
from clinic.returns.parse import Event
from tests.cast import Person

Kind, Returned, State = OutgoingMessage.Kind, OutgoingMessage.Returned, OutgoingMessage.State

DSN = """\
From: MAILER-DAEMON@mail.example.net (Mail Delivery System)
To: reminders@localhost
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="7E0/1"
Message-ID: <20261122.7E0@mail.example.net>

This is a MIME-encapsulated message.

--7E0/1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--7E0/1
Content-Type: {report}

Reporting-MTA: dns; mail.example.net
Arrival-Date: Sun, 22 Nov 2026 08:00:00 +0000

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} what the other server said

--7E0/1
Content-Type: {attached}

{headers}
--7E0/1--
"""
ARF = """\
From: <abuse@example.net>
To: <reminders@localhost>
Subject: FW: A note is waiting for you
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain

This is an email abuse report for an email message.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <{recipient}>

--part1
Content-Type: message/rfc822

{headers}
--part1--
"""
ADA = "ada@example.org"


def ours(row: UUID, clinic: UUID) -> str:
    """The headers of a message of ours, and its first words."""
    return (
        f"From: Reminders\nSubject: A note is waiting for you\nMessage-ID: {mail.message_id(row, clinic)}\n\nA note\n"
    )


def bounce(
    row: UUID,
    clinic: UUID,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    recipient: str = ADA,
    attached: str = "message/rfc822",
    report: str = "message/delivery-status",
    headers: str | None = None,
) -> bytes:
    """A report of a mail server about a message (RFC 3464)."""
    said = ours(row, clinic) if headers is None else headers
    text = DSN.format(status=status, action=action, recipient=recipient, attached=attached, headers=said, report=report)
    return text.encode()


def complaint(row: UUID, clinic: UUID, *, kind: str = "abuse", recipient: str = ADA) -> bytes:
    """A report that somebody marked a message as unwanted (RFC 5965)."""
    return ARF.format(kind=kind, recipient=recipient, headers=ours(row, clinic)).encode()


def sent(person: Person, moment: datetime | None = None, **more: Any) -> OutgoingMessage:
    """A message that was sent an hour ago. Call in the scope of the clinic."""
    at = moment or timezone.now() - timedelta(hours=1)
    values: dict[str, Any] = {"kind": Kind.REMINDER, "user": person.user, "to": person.user.email, "key": str(uuid4())}
    values |= {"state": State.SENT, "due_at": at, "sent_at": at} | more
    return OutgoingMessage.objects.create(clinic=person.membership.clinic, **values)


def event(row: OutgoingMessage, what: str = Returned.BOUNCED, recipient: str = "") -> Event:
    """What a report about this row comes to."""
    return Event(what, row.pk, row.clinic_id, recipient)
