"""Mail about an account, and the one line over which all mail of the program leaves.

Account mail is queued in the request's transaction and sent by the worker seconds later. The waiting text is sealed (it
may hold a code) and removed once sent. A crash between sending and noting it can send the same code twice, never none;
the Message-ID is the row's id, so that mail programs show one. `Line` and `again_at` serve the clinic's messages too.
"""

import json
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from random import SystemRandom
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import keys
from accounts.models import AccountMail, User

LEASE = timedelta(minutes=2)
TRIES = 5
_dice = SystemRandom()


class ServerAwayError(Exception):
    """The mail server cannot be reached or has hung up. No message is to blame, so none loses one of its tries."""


class Line:
    """One SMTP connection for many messages, opened when the first one goes out. A context manager."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hang_up()

    def send(self, message: EmailMessage) -> None:
        """Hand one message to the mail server; returns once the server has taken it.

        Raises ServerAwayError for trouble with the server, and whatever else is wrong with this one message.
        """
        try:
            if self._connection is None:
                self._connection = django_mail.get_connection()
                self._connection.open()
            message.connection = self._connection
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
            raise  # said about this message; the connection has been reset and is good for the next one
        except OSError as error:  # includes every other SMTPException
            self.hang_up()
            raise ServerAwayError(type(error).__name__) from error

    def hang_up(self) -> None:
        """Close the connection if there is one; trouble while closing is nobody's business."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                return


def message_id(pk: UUID, clinic_id: UUID | None = None) -> str:
    """The same Message-ID for the same row, however often it is sent: mail programs show it once.

    A clinic's message names the clinic too, so that what comes back finds its row behind the clinic's wall.
    """
    row = f"{pk}.{clinic_id}" if clinic_id else pk
    return f"<{row}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def sender_address() -> str:
    """The bare address all mail comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def again_at(tries: int, now: datetime) -> datetime:
    """When to try again after so many tries: one minute, doubled each time up to an hour, give or take a half."""
    minutes = min(2.0 ** max(tries - 1, 0), 60.0)
    return now + timedelta(minutes=minutes * _dice.uniform(0.5, 1.5))


@dataclass
class Tally:
    """What one sweep did. `away` means that the mail server could not be reached."""

    sent: int = 0
    failed: int = 0
    parked: int = 0
    away: bool = False


def queue(*, to: str, subject: str, body: str, user: User | None) -> AccountMail:
    """Put one message in the ledger, sealed."""
    text = json.dumps({"subject": " ".join(subject.split()), "body": body})
    row = AccountMail(to=to, user=user if isinstance(user, User) else None)
    row.sealed_message = keys.seal_text(text, purpose=f"account mail {row.pk}")
    row.save()
    return row


def claim(limit: int = 100) -> list[AccountMail]:
    """Take messages to send now, oldest first, for the length of a lease; no other worker gets them meanwhile."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    with transaction.atomic():
        waiting = AccountMail.objects.filter(free, state=AccountMail.State.QUEUED).order_by("created_at")
        rows = list(waiting.select_for_update(skip_locked=True)[:limit])
        AccountMail.objects.filter(pk__in=[row.pk for row in rows]).update(lease_until=now + LEASE)
    for row in rows:
        row.lease_until = now + LEASE
    return rows


def deliver(rows: Sequence[AccountMail]) -> Tally:
    """Send claimed messages over one connection. A message that keeps failing is parked after five tries."""
    tally = Tally()
    with Line() as line:
        for number, row in enumerate(rows):
            try:
                tally.sent += _send(row, line)
            except ServerAwayError:
                tally.away = True
                _release(rows[number:])
                break
            except Exception:  # whatever it is, the messages behind this one go out
                tally.failed += 1
                tally.parked += _note_failure(row)
    return tally


def _send(row: AccountMail, line: Line) -> bool:
    """Send one message and note it in one transaction; False when another worker has taken it over."""
    with transaction.atomic():
        mine = AccountMail.objects.filter(pk=row.pk, state=AccountMail.State.QUEUED, lease_until=row.lease_until)
        if not mine.update(
            state=AccountMail.State.SENT,
            sent_at=timezone.now(),
            sealed_message="",
            lease_until=None,
            attempts=F("attempts") + 1,
        ):
            return False
        text = json.loads(keys.open_text(row.sealed_message, purpose=f"account mail {row.pk}"))
        line.send(EmailMessage(text["subject"], text["body"], to=[row.to], headers=_headers(row.pk)))
    return True


def _release(rows: Sequence[AccountMail]) -> None:
    """Give messages back, to be tried a little later."""
    mine = AccountMail.objects.filter(pk__in=[row.pk for row in rows], state=AccountMail.State.QUEUED)
    mine.update(lease_until=timezone.now() + timedelta(seconds=_dice.uniform(5, 15)))


def _note_failure(row: AccountMail) -> bool:
    """Count the try, and park the message when it was the last one. Returns whether it was parked."""
    tries = row.attempts + 1
    mine = AccountMail.objects.filter(pk=row.pk, state=AccountMail.State.QUEUED)
    if tries >= TRIES:
        mine.update(state=AccountMail.State.PARKED, attempts=tries, sealed_message="", lease_until=None)
        return True
    mine.update(attempts=tries, lease_until=again_at(tries, timezone.now()))
    return False


def _headers(pk: UUID) -> dict[str, str]:
    return {"Message-ID": message_id(pk), "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
