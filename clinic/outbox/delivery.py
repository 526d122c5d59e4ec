"""Out of the outbox: claim, ask again, send, note. Nothing here knows what a message is about.

What one transaction is, and why. Three wishes pull apart: the rules are asked inside the transaction that sends, nothing comes
twice when a worker is killed, and it is fast.

* A transaction for many messages would be fast and asked afresh, but a kill in the middle takes back the notes of all that the
  mail server already has: they would come twice. So each message is noted and sent in a transaction of its own, the note
  first: what was in the server's hands at the moment of a kill is at most one message a worker, and its copy has the same
  Message-ID.
* Asking all rules for one message costs eight statements, for fifty the same eight. So they are asked for a group, at most
  half a second ahead, and the sending transaction asks in one statement, the note itself, whether anything that decides has
  moved since (`marking`). Only if it has, all rules are asked again there. The common case is one statement a message.
* A claim is a lease: a killed worker's messages are free again when it runs out. Whoever comes back late finds that its note
  does not hold any more (compare and set on the lease) and sends nothing. While the server takes its time the row is locked.

Channels do not wait for each other: each has its own line, groups go round in turn, and a channel that is away gives back its
own messages only.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import mail
from accounts.models import User
from clinic import logs, stopping
from clinic.models import Clinic, Membership, OutgoingMessage
from clinic.outbox import marking
from clinic.outbox.carriers import CARRIERS, AwayError, Carrier, GoneError
from clinic.outbox.lanes import claim
from clinic.outbox.ledger import checks

GROUP = 50  # messages that are asked about in one go
FRESH = 0.5  # seconds an answer of the checks is good for
TRIES = 5
BUDGET = 45.0  # seconds one sweep works at most; the next one goes on
#: Times in a row nobody answers before a channel counts as away. Behind web push stand many services: one is not all.
PATIENCE = {OutgoingMessage.Channel.PUSH: 10}
State = OutgoingMessage.State


@dataclass
class Tally:
    """What was done. `away`: the channels whose other side could not be reached."""

    sent: int = 0
    skipped: int = 0
    failed: int = 0
    parked: int = 0
    away: frozenset[str] = frozenset()

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.sent += other.sent
        self.skipped += other.skipped
        self.failed += other.failed
        self.parked += other.parked
        self.away |= other.away


def deliver(
    clinic: Clinic, rows: Sequence[OutgoingMessage], *, away: frozenset[str] = frozenset(), until: float | None = None
) -> Tally:
    """Send claimed messages, one line a channel, each only if it is wanted at that moment.

    A message that fails is tried again later and parked after five tries; those of a channel that is away, or known to be
    (`away`), are given back. So is the rest when it is time to stop, or `until` (monotonic).
    """
    tally = Tally()
    with ExitStack() as lines:
        found: dict[str, list[OutgoingMessage]] = {}
        for row in rows:
            found.setdefault(row.channel, []).append(row)
        ways = [_Way(clinic, channel, deque(some), tally, lines) for channel, some in found.items()]
        for way in ways:
            way.is_away = way.channel in away
        while going := [way for way in ways if way.waiting and not way.is_away]:
            for way in going:
                if _is_over(until):
                    _release([row for way in ways for row in way.waiting], None)
                    return tally
                way.next_group()
        for way in ways:
            _release(way.waiting, mail.again_at(1, timezone.now()))
    return tally


def _is_over(until: float | None) -> bool:
    """Whether this worker was asked to stop, or has worked for long enough."""
    return stopping.is_asked() or (until is not None and time.monotonic() >= until)


@dataclass
class _Way:
    """The messages of one channel, and the line they go over; it is opened for the first one that is wanted."""

    clinic: Clinic
    channel: str
    waiting: deque[OutgoingMessage]
    tally: Tally
    lines: ExitStack
    is_away: bool = False
    _line: Carrier | None = None
    _in_vain: int = 0
    _few: int = GROUP  # how many are asked about next

    def next_group(self) -> None:
        """Ask about the next few and send those that are wanted, for as long as the answer is fresh; at least one, however slow.

        Where that time carries fewer than were asked about, fewer are asked about next: a slow machine or mail server would
        else spend its time on asking the same ones again.
        """
        group, tried = [self.waiting.popleft() for _ in range(min(self._few, len(self.waiting)))], 0
        asked, clock = timezone.now(), time.monotonic()
        wanted = deque(_still_wanted(self.clinic, group, self.tally))
        while wanted and not self.is_away and not stopping.is_asked():
            if tried and time.monotonic() - clock >= FRESH:
                break
            row, tried = wanted.popleft(), tried + 1
            with self._trouble_noted(row):
                self._send(row, asked)
                self._in_vain = 0
        self._few = max(tried, 1) if wanted else min(2 * self._few, GROUP)
        self.waiting.extendleft(reversed(wanted))

    def _send(self, row: OutgoingMessage, asked: datetime) -> None:
        """Note one message as sent and hand it over, in one transaction; asked again in it if anything has moved.

        The row is locked while the other side takes its time, so a slow server never makes a second copy; when it does not
        take it, the note is rolled back. Nothing happens when the message is not ours any more.
        """
        if self._line is None:
            self._line = self.lines.enter_context(CARRIERS[self.channel]())
        with transaction.atomic():
            now = timezone.now()
            if not marking.mark_unmoved(row, asked, now) and not self._asked_again(row, now):
                return
            self._line.carry(row, self.clinic)
        self.tally.sent += 1

    def _asked_again(self, row: OutgoingMessage, now: datetime) -> bool:
        """Something has moved, or it is not ours any more: all checks once more, in this transaction, and then the note."""
        return bool(_still_wanted(self.clinic, [row], self.tally)) and marking.mark(row, now)

    @contextmanager
    def _trouble_noted(self, row: OutgoingMessage) -> Iterator[None]:
        """Trouble with one message is its own: it is counted, and the messages behind it go out."""
        try:
            yield
        except AwayError:
            self._in_vain += 1
            self.is_away = self._in_vain >= PATIENCE.get(self.channel, 1)  # type: ignore[call-overload]
            if self.is_away:
                self.tally.away |= {self.channel}
            _release([row], mail.again_at(1, timezone.now()))
        except GoneError:
            self.tally.skipped += _note(
                [row], state=State.SKIPPED, skipped_because="gone away", secret="", lease_until=None
            )
        except Exception as error:
            self.tally.failed += 1
            self.tally.parked += _count_try(row, error)


def _count_try(row: OutgoingMessage, error: Exception) -> int:
    """One more try was in vain: later again, or parked with all it needs, for an admin to decide. Returns how many parked."""
    tries = row.attempts + 1
    parked = 0
    if tries >= TRIES:
        parked = _note([row], state=State.PARKED, attempts=tries, lease_until=None)
    else:
        _note([row], attempts=tries, lease_until=mail.again_at(tries, timezone.now()))
    logs.trouble("message", error, kind=row.kind, message=row.pk, attempts=tries, parked=tries >= TRIES)
    return parked


def _still_wanted(clinic: Clinic, rows: list[OutgoingMessage], tally: Tally) -> list[OutgoingMessage]:
    """Ask the checks about these rows and note those that are not wanted any more.

    Returns the others, with their users as they are now, and the places these have here.
    """
    now = timezone.now()
    with transaction.atomic():
        reasons = _reasons(clinic, rows, now)
        for reason in set(reasons.values()):
            gone = [row for row in rows if reasons.get(row.pk) == reason]
            tally.skipped += _note(gone, state=State.SKIPPED, skipped_because=reason, secret="", lease_until=None)
        wanted = [row for row in rows if row.pk not in reasons]
        people = {row.user_id for row in wanted if row.user_id}
        users = User.objects.in_bulk(people)
        places: dict[UUID | None, list[UUID]] = {}
        for pk, user_id in Membership.objects.filter(clinic=clinic, user_id__in=people).values_list("pk", "user_id"):
            places.setdefault(user_id, []).append(pk)
    for row in wanted:
        row.clinic, row.user = clinic, users[row.user_id] if row.user_id else None
        row.places = places.get(row.user_id, ())  # type: ignore[attr-defined]
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
    if not held:
        return 0
    mine = OutgoingMessage.objects.filter(pk__in=[row.pk for row in held], state=State.QUEUED)
    with transaction.atomic(savepoint=False):
        return mine.filter(lease_until__in={row.lease_until for row in held}).update(**values)


def _release(rows: Iterable[OutgoingMessage], again: datetime | None) -> None:
    """Give claimed messages back, to be tried `again` then, or by whoever is next; their tries are not counted."""
    _note(rows, lease_until=again)


def send_due(
    clinic: Clinic, until: float | None = None, *, urgent: bool | None = None, away: set[str] | None = None
) -> int:
    """Send what is due in the clinic acted in: until all is sent, it is time to stop, or `until` (monotonic).

    urgent: which lane, by default both, the urgent one first. away: channels found away; clinic after clinic they are not
    tried again in the same sweep. Returns how many were sent.
    """
    end = time.monotonic() + BUDGET if until is None else until
    gone, total = away if away is not None else set(), Tally()
    while not _is_over(end) and (rows := claim(clinic, urgent=urgent)):
        total.add(deliver(clinic, rows, away=frozenset(gone), until=end))
        gone |= total.away
    if total != Tally():
        facts = {**vars(total), "away": ",".join(sorted(total.away)) or None}
        logs.log.info("outbox", clinic=clinic.pk, **facts)
    return total.sent
