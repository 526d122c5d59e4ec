"""The page *Messages and jobs* as values: is all well, every job, what left and what did not and why, what is parked (1M).

Numbers of messages, times, and names of staff; of clients neither a name nor a small number. Nine statements at most, whatever
there is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.models import AccountMail
from clinic.access import Actor, Role
from clinic.actions import messages as sending
from clinic.jobs import Row
from clinic.models import Invitation, Membership, OutgoingMessage
from clinic.running import alarm, told
from clinic.running.alarm import Trouble
from clinic.running.told import Words

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SHOWN = 50  # parked messages on the page
Kind, State = OutgoingMessage.Kind, OutgoingMessage.State
USUAL = tuple(kind for kind in Kind if kind not in OutgoingMessage.URGENT)


@dataclass(frozen=True)
class Lane:
    """What waits to be sent on one lane. `since`: when the oldest was due; `later`: how many are for a later time."""

    is_urgent: bool
    waiting: int = 0
    since: datetime | None = None
    later: int = 0


@dataclass(frozen=True)
class Line:
    """What became of messages: the words, and how many in a day and in a week, as they may be told."""

    words: str
    day: str
    week: str
    is_trouble: bool = False


@dataclass(frozen=True)
class Group:
    """The messages of one kind and channel. `waiting`: how many are due and not gone yet."""

    kind: str
    channel: str
    lines: list[Line]
    waiting: int = 0


@dataclass(frozen=True)
class Parked:
    """A message that was tried five times. `to`: a member of staff by name; of a client only that it is one."""

    pk: UUID
    kind: str
    channel: str
    to: str
    since: datetime
    tries: int
    can_retry: bool


@dataclass(frozen=True)
class JobLine:
    """One job in words. `late_since`: when it was due, where it is late and has run before."""

    what: Words
    every: str
    last: datetime | None
    is_late: bool
    late_since: datetime | None
    trouble: str


@dataclass(frozen=True)
class Running:
    """The whole page."""

    trouble: Trouble
    jobs_to_see: list[JobLine]  # late, or stopped half-way
    jobs_well: list[JobLine]
    lanes: list[Lane]
    groups: list[Group]
    parked: list[Parked]
    account_mail_waits: bool


def page(actor: Actor, now: datetime) -> Running:
    """Everything on the page, for the admin's own clinic."""
    trouble = alarm.of(actor.clinic, now)
    waits, lanes = _lanes(actor, now)
    all_jobs = [_job(row, trouble) for row in trouble.runs]
    return Running(
        trouble=trouble,
        jobs_to_see=[job for job in all_jobs if job.is_late or job.trouble],
        jobs_well=[job for job in all_jobs if not (job.is_late or job.trouble)],
        lanes=lanes,
        groups=_groups(actor, now, waits),
        parked=_parked(actor),
        account_mail_waits=_account_mail_waits(now),
    )


def message(actor: Actor, pk: UUID) -> OutgoingMessage:
    """One message of the actor's clinic. Raises Http404."""
    row = OutgoingMessage.objects.filter(clinic_id=actor.clinic_id, pk=pk).first()
    if row is None:
        raise Http404
    return row


def _job(row: Row, trouble: Trouble) -> JobLine:
    is_late = row in trouble.late
    last = row.went_well or row.last
    due = last + timedelta(seconds=row.every) if is_late and last is not None else None
    return JobLine(row.what, told.every(row.every), last, is_late, due, row.trouble)


# --- what waits -------------------------------------------------------------------------------------------------------

Waits = dict[tuple[str, str], int]


def _lanes(actor: Actor, now: datetime) -> tuple[Waits, list[Lane]]:
    """How many wait, by kind and channel, and both lanes. One statement a lane: each has an index of its own."""
    waits: Waits = {}
    lanes: list[Lane] = []
    for kinds in (OutgoingMessage.URGENT, USUAL):
        rows = OutgoingMessage.objects.filter(clinic_id=actor.clinic_id, state=State.QUEUED, kind__in=kinds).order_by()
        due, later = 0, 0
        moments: list[datetime] = []
        for kind, channel, number, oldest, rest in rows.values_list("kind", "channel").annotate(
            number=Count("pk", filter=Q(due_at__lte=now)),
            oldest=Min("due_at", filter=Q(due_at__lte=now)),
            rest=Count("pk", filter=Q(due_at__gt=now)),
        ):
            waits[kind, channel] = number
            due, later = due + number, later + rest
            moments += [oldest] if oldest else []
        lanes.append(Lane(kinds is OutgoingMessage.URGENT, due, min(moments, default=None), later))
    return waits, lanes


# --- what left --------------------------------------------------------------------------------------------------------


def _groups(actor: Actor, now: datetime, waits: Waits) -> list[Group]:
    """What became of the messages of the last week, by kind and channel in a fixed order. One statement."""
    rows = OutgoingMessage.objects.filter(clinic_id=actor.clinic_id, due_at__gte=now - WEEK, due_at__lte=now)
    rows = rows.exclude(state=State.QUEUED).order_by()
    found: dict[tuple[str, str], Counts] = defaultdict(dict)
    names = ("kind", "channel", "state", "skipped_because", "returned")
    counted = rows.values_list(*names).annotate(day=Count("pk", filter=Q(due_at__gte=now - DAY)), week=Count("pk"))
    for kind, channel, state, because, returned, day, week in counted:
        counts = found[kind, channel]
        _add(counts, (state, because if state == State.SKIPPED else ""), day, week)
        if returned:
            _add(counts, ("returned", returned), day, week)
    kinds, channels = list(told.KINDS), list(told.CHANNELS)
    here = sorted({*found, *(key for key, number in waits.items() if number)}, key=_place(kinds, channels))
    return [
        Group(told.kind(kind), told.channel(channel), _lines(kind, found[kind, channel]), waits.get((kind, channel), 0))
        for kind, channel in here
    ]


Counts = dict[tuple[str, str], tuple[int, int]]


def _add(counts: Counts, key: tuple[str, str], day: int, week: int) -> None:
    before = counts.get(key, (0, 0))
    counts[key] = (before[0] + day, before[1] + week)


def _place(kinds: list[str], channels: list[str]) -> Any:
    """The order of the page; what it does not know comes last."""

    def key(one: tuple[str, str]) -> tuple[int, int, tuple[str, str]]:
        kind, channel = one
        where = kinds.index(kind) if kind in kinds else len(kinds)
        way = channels.index(channel) if channel in channels else len(channels)
        return where, way, one

    return key


def _lines(kind: str, counts: Counts) -> list[Line]:
    """Sent, came back, not sent with each reason, parked. No sums: a small number could be had by taking one from another."""
    lines = [_line(_("Sent"), kind, pair)] if (pair := counts.get((State.SENT, ""), (0, 0)))[1] else []
    lines += [
        _line(told.back(code), kind, pair, is_trouble=True)
        for (what, code), pair in sorted(counts.items())
        if what == "returned"
    ]
    lines += [
        _line(_("Not sent: %(reason)s") % {"reason": told.reason(code)}, kind, pair)
        for (what, code), pair in sorted(counts.items(), key=lambda one: (-one[1][1], one[0]))
        if what == State.SKIPPED
    ]
    day, week = counts.get((State.PARKED, ""), (0, 0))
    if week:  # exactly, because somebody has to act
        lines.append(Line(_("Parked after five tries"), str(day), str(week), is_trouble=True))
    return lines


def _line(words: str, kind: str, pair: tuple[int, int], *, is_trouble: bool = False) -> Line:
    return Line(words, told.number(pair[0], kind), told.number(pair[1], kind), is_trouble)


# --- what is parked ---------------------------------------------------------------------------------------------------


def _parked(actor: Actor) -> list[Parked]:
    """The parked messages, the newest first. Three statements when there are any."""
    rows = OutgoingMessage.objects.filter(clinic_id=actor.clinic_id, state=State.PARKED).order_by("-due_at", "-pk")
    listed = list(rows[:SHOWN])
    if not listed:
        return []
    staff = _staff(actor, {row.user_id for row in listed if row.user_id})
    invited = _invited(actor, {row.about for row in listed if row.kind == Kind.INVITATION and row.about})
    return [
        Parked(
            pk=row.pk,
            kind=told.kind(row.kind),
            channel=told.channel(row.channel),
            to=_to(row, staff, invited),
            since=row.due_at,
            tries=row.attempts,
            can_retry=sending.can_be_sent(row),
        )
        for row in listed
    ]


def _to(row: OutgoingMessage, staff: Mapping[UUID, str], invited: Mapping[UUID, str]) -> str:
    name = invited.get(row.about) if row.kind == Kind.INVITATION and row.about else None
    if row.kind in (Kind.SAFETY, Kind.DIGEST, Kind.CODE) and row.user_id:
        name = staff.get(row.user_id)
    return name or (_("a colleague") if row.kind in (Kind.SAFETY, Kind.DIGEST) else _("a client"))


def _staff(actor: Actor, users: Iterable[UUID]) -> dict[UUID, str]:
    """Names of those among these people who work here and are not also a client here."""
    rows = Membership.objects.filter(clinic_id=actor.clinic_id, user_id__in=users)
    found = list(rows.values_list("user_id", "role", "display_name"))
    clients = {user for user, role, _name in found if role == Role.CLIENT}
    return {user: name for user, _role, name in found if user not in clients}


def _invited(actor: Actor, invitations: Iterable[UUID]) -> dict[UUID, str]:
    """Names of colleagues who were invited."""
    rows = Invitation.objects.filter(clinic_id=actor.clinic_id, pk__in=invitations)
    rows = rows.exclude(membership__role=Role.CLIENT)
    return dict(rows.values_list("pk", "membership__display_name"))


# --- mail about accounts ----------------------------------------------------------------------------------------------


def _account_mail_waits(now: datetime) -> bool:
    """Whether any code for signing in of the last day is parked or waits too long. It belongs to no clinic: no number."""
    rows = AccountMail.objects.filter(created_at__gte=now - DAY)
    late = Q(state=AccountMail.State.QUEUED, created_at__lt=now - alarm.SLOW)
    return rows.filter(late | Q(state=AccountMail.State.PARKED)).exists()
