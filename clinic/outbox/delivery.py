"""Out of the outbox: claim, ask again, send, note. Nothing here knows what a message is about."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts import mail
from accounts.models import User
from clinic import logs, messages, vault
from clinic.models import Clinic, OutgoingMessage
from clinic.outbox.ledger import checks
from clinic.scope import acting_in

BATCH = 500  # messages a claim takes at most
GROUP = 50  # messages that are asked about in one go
FRESH = 0.5  # seconds an answer of the checks is good for
LEASE = timedelta(minutes=3)  # how long a claim holds; a killed worker's messages are free again after it
TRIES = 5
BUDGET = 45.0  # seconds one sweep works at most; the next one goes on
State = OutgoingMessage.State
_dice = SystemRandom()

CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM clinic_outgoingmessage
     WHERE clinic_id = %(clinic)s AND state = 'queued' AND due_at <= %(now)s
       AND (lease_until IS NULL OR lease_until < %(now)s)
     ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE clinic_outgoingmessage AS message SET lease_until = %(until)s
  FROM due WHERE message.id = due.id RETURNING message.*
"""
# By hand because it runs once a message: building the same statement from a queryset costs half as much as sending.
SENT = """
UPDATE clinic_outgoingmessage SET state = 'sent', sent_at = %s, secret = '', lease_until = NULL
 WHERE id = %s AND state = 'queued' AND lease_until = %s
"""


@dataclass
class Tally:
    """What was done. `away` means that the mail server could not be reached."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    parked: int = 0
    away: bool = False

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.sent += other.sent
        self.skipped += other.skipped
        self.failed += other.failed
        self.parked += other.parked
        self.away = self.away or other.away


def claim(clinic: Clinic, limit: int = BATCH) -> list[OutgoingMessage]:
    """Take due messages of the clinic acted in, oldest first, for the length of a lease. One statement, no waiting."""
    now = timezone.now()
    values = {"clinic": clinic.pk, "now": now, "until": now + LEASE, "limit": limit}
    with transaction.atomic():
        rows = list(OutgoingMessage.objects.raw(CLAIM, values))
    return sorted(rows, key=lambda row: (row.due_at, row.pk))


def deliver(clinic: Clinic, rows: Sequence[OutgoingMessage]) -> Tally:
    """Send claimed messages over one connection, each only if it is wanted at that moment.

    A message that fails is tried again later and parked after five tries; when the mail server is away all are given
    back.
    """
    tally = Tally()
    waiting = deque(rows)
    with mail.Line() as line:
        while waiting and not tally.away:
            group = [waiting.popleft() for _ in range(min(GROUP, len(waiting)))]
            wanted = deque(_still_wanted(clinic, group, tally))
            asked = time.monotonic()
            while wanted and not tally.away and time.monotonic() - asked < FRESH:
                row = wanted.popleft()
                with _failures_noted(row, tally):
                    tally.sent += _send(clinic, row, line)
            waiting.extendleft(reversed(wanted))
    _release(waiting)
    return tally


def _still_wanted(clinic: Clinic, rows: list[OutgoingMessage], tally: Tally) -> list[OutgoingMessage]:
    """Ask the checks about these rows and note those that are not wanted any more. Returns the others, with their
    users.
    """
    now = timezone.now()
    with transaction.atomic():
        reasons = _reasons(clinic, rows, now)
        for reason in set(reasons.values()):
            gone = [row for row in rows if reasons.get(row.pk) == reason]
            tally.skipped += _note(gone, state=State.SKIPPED, skipped_because=reason, secret="", lease_until=None)
        users = User.objects.in_bulk([row.user_id for row in rows if row.user_id])
    wanted = [row for row in rows if row.pk not in reasons]
    for row in wanted:
        row.clinic, row.user = clinic, users[row.user_id] if row.user_id else None
    return wanted


def _reasons(clinic: Clinic, rows: list[OutgoingMessage], now: datetime) -> dict[UUID, str]:
    """Why a message is not to be sent, by row. What is too late is dropped: never a burst after an outage."""
    found = {row.pk: "late" for row in rows if row.not_after is not None and row.not_after < now}
    for kind in {row.kind for row in rows}:
        for asked in checks[kind] or [_nobody_answers_for]:
            left = [row for row in rows if row.kind == kind and row.pk not in found]
            found |= {pk: reason for pk, reason in asked(clinic, left, now).items() if reason} if left else {}
    return found


def _nobody_answers_for(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> dict[UUID, str]:
    """A kind without a check is never sent."""
    return dict.fromkeys((row.pk for row in rows), "unchecked")


def _note(rows: Iterable[OutgoingMessage], **values: Any) -> int:
    """Write these values to the rows as far as our claim on them still holds; returns how many.

    A lease that ran out may be another worker's by now. Always in a transaction: without one there is no scope, no row.
    """
    held = list(rows)
    mine = OutgoingMessage.objects.filter(pk__in=[row.pk for row in held], state=State.QUEUED)
    with transaction.atomic(savepoint=False):
        return mine.filter(lease_until__in={row.lease_until for row in held}).update(**values)


def _send(clinic: Clinic, row: OutgoingMessage, line: mail.Line) -> bool:
    """Note one message as sent and hand it to the mail server, in one transaction. False when it is not ours any more.

    The row is locked while the server takes its time, so a slow server never makes a second copy; when the server does
    not take it, the note is rolled back.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SENT, [timezone.now(), row.pk, row.lease_until])
            if not cursor.rowcount:
                return False
        line.send(messages.compose(row, clinic))
    return True


@contextmanager
def _failures_noted(row: OutgoingMessage, tally: Tally) -> Iterator[None]:
    """Trouble with one message is its own: it is counted, and the messages behind it go out."""
    try:
        yield
    except mail.ServerAwayError:
        tally.away = True
        _release([row])
    except Exception as error:
        tally.failed += 1
        tries = row.attempts + 1
        if tries >= TRIES:
            tally.parked += _note([row], state=State.PARKED, attempts=tries, secret="", lease_until=None)
        else:
            _note([row], attempts=tries, lease_until=mail.again_at(tries, timezone.now()))
        logs.trouble("message", error, kind=row.kind, message=row.pk, attempts=tries, parked=tries >= TRIES)


def _release(rows: Iterable[OutgoingMessage]) -> None:
    """Give claimed messages back, to be tried again a little later; their tries are not counted."""
    _note(rows, lease_until=mail.again_at(1, timezone.now()))


def each_clinic(work: Callable[[Clinic], int], name: str, *, own_transactions: bool = False) -> int:
    """Do a sweep's work in every clinic, acting for it, in no fixed order. Returns the sum of what `work` returns.

    Each clinic is one transaction, because outside of one no row of a clinic is visible; work that opens its own, to
    keep them short, says so. One clinic's trouble is logged under `name` and never keeps the others waiting.
    """
    clinics = list(Clinic.objects.all())
    _dice.shuffle(clinics)
    total = 0
    for clinic in clinics:
        try:
            with acting_in(clinic.pk), vault.session(), nullcontext() if own_transactions else transaction.atomic():
                total += work(clinic)
        except Exception as error:
            logs.trouble(name, error, clinic=clinic.pk)
    return total


def send_due(clinic: Clinic, until: float | None = None) -> int:
    """Send what is due in the clinic acted in: until all is sent, the server is away, or `until` (monotonic)."""
    end = time.monotonic() + BUDGET if until is None else until
    total = Tally()
    while not total.away and time.monotonic() < end and (rows := claim(clinic)):
        total.add(deliver(clinic, rows))
    if total != Tally():
        logs.log.info("outbox", clinic=clinic.pk, **vars(total))
    return total.sent
