"""Which clients listening comes first with, for many at once: asked when their sessions have closed (1L `listen_first_switch`).

The rule is `listening`'s; here its facts are fetched for all of them in a fixed number of queries. Marks are sealed, so the
clients have to be open.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from clinic.models import Appointment, AuditEvent, Clinic, Episode
from clinic.nights import last_turn
from homework.assignments.models import Assignment
from homework.reviews import listening
from homework.reviews.digest import signals

LOOKED = "listening.looked"  # in the record: these clients were looked at
FAR_BACK = timedelta(days=7)
LONGEST = timedelta(hours=4)  # a session
OVERLAP = timedelta(minutes=1)  # what ended while the last look was written down


def to_look_at(clinic: Clinic, now: datetime) -> list[Episode]:
    """Open episodes whose session ended since the last look, whose marks changed since, or where listening work was begun."""
    last = last_turn(clinic, LOOKED, since=now - FAR_BACK)
    since = now - FAR_BACK if last is None else last - OVERLAP
    near = Appointment.objects.standing().filter(clinic=clinic, episode__state=Episode.State.ACTIVE)
    near = near.filter(
        Q(starts_at__gt=since - LONGEST, starts_at__lte=now) | Q(readiness__marked_at__gt=since, starts_at__lte=now)
    )
    rows = near.annotate(marked_at=F("readiness__marked_at")).only("starts_at", "minutes", "episode_id")
    ids = {row.episode_id for row in rows if _closed(row, since, now)} | _begun(clinic, since)
    return list(Episode.objects.active().filter(pk__in=ids).select_related("client").order_by("pk"))


def _closed(row: Any, since: datetime, now: datetime) -> bool:
    """Whether this session is over and it, or what was marked in it, is news."""
    return row.ends_at <= now and (row.ends_at > since or (row.marked_at is not None and row.marked_at > since))


def _begun(clinic: Clinic, since: datetime) -> set[UUID]:
    """Episodes whose work rests from reminders and where something was shared meanwhile. By the record's index."""
    shared = AuditEvent.objects.filter(clinic=clinic, at__gt=since, verb="entry.shared").values("client")
    rows = Assignment.objects.active().filter(clinic=clinic, listens_since__isnull=False, episode__client_id__in=shared)
    return set(rows.values_list("episode_id", flat=True))


def listening_in(episodes: Mapping[UUID, Episode], zone: str, now: datetime) -> set[UUID]:
    """In which of these episodes listening comes first now (F24, F25). Three queries."""
    sessions = _sessions(episodes, now)
    edges = {
        pk: listening.edges_of(begun, episodes[pk].opened_on, zone)
        for pk, rows in sessions.items()
        if len(begun := [row.starts_at for row in rows]) >= listening.SESSIONS
    }
    first = min((one[0] for one in edges.values()), default=now)
    works, shares = defaultdict(list), defaultdict(list)
    work = listening.work_in(edges)
    for pk, span in listening.spans(work, first, zone):
        works[pk].append(span)
    for pk, at in listening.begun_in(work, first):
        shares[pk].append(at)
    found = set()
    for pk, rows in sessions.items():
        against = [_against(row) for row in rows[-listening.SESSIONS :]]
        mine = [one for one in works[pk] if one.ended_at is None or one.ended_at > edges[pk][0]] if pk in edges else []
        started = (
            listening.starts(mine, [at for at in shares[pk] if at >= edges[pk][0]], edges[pk], now) if mine else []
        )
        if signals.listen_first(against, started):
            found.add(pk)
    return found


def _sessions(episodes: Mapping[UUID, Episode], now: datetime) -> dict[UUID, list[Any]]:
    """The last sessions of each episode that have begun, oldest first, one more than count."""
    place = Window(RowNumber(), partition_by=[F("episode_id")], order_by=F("starts_at").desc())
    rows = Appointment.objects.standing().filter(episode_id__in=episodes, starts_at__lte=now)
    rows = rows.annotate(place=place).filter(place__lte=listening.SESSIONS + 1).select_related("readiness")
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.starts_at):
        found[row.episode_id].append(row)
    return found


def _against(row: Any) -> int:
    """What was marked "against this task or the therapy" in a session, 0 where nothing was."""
    note = getattr(row, "readiness", None)
    return (note.marks or {}).get("against") or 0 if note is not None else 0
