"""What the client did when they were stuck, and how a rest shows: engagement and good self-management, never a fault.

The steps are read from the record of what was done (`work.stuck`): which way on, and what was in the way if they ticked it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.models import AuditEvent
from homework.assignments.actions.stuck import VERB, Way
from homework.assignments.models import Assignment, Entry

STUCK = {str(way) for way in Way}


@dataclass(frozen=True)
class Step:
    """One way on that was taken."""

    at: datetime
    way: str
    obstacles: tuple[str, ...] = ()


def of(clients: Iterable[UUID], since: datetime) -> dict[UUID, list[Step]]:
    """The ways on these clients took since then, by piece of work, oldest first. One query."""
    rows = AuditEvent.objects.filter(client__in=list(clients), verb=VERB, at__gte=since).order_by("at", "pk")
    found: dict[UUID, list[Step]] = {}
    for work, at, detail in rows.values_list("object_id", "at", "detail"):
        if work is not None and detail.get("way") in STUCK:
            found.setdefault(work, []).append(Step(at, detail["way"], tuple(detail.get("obstacles", ()))))
    return found


def state_of(row: Assignment) -> str:
    """How a piece of work stands, as the digest says it."""
    if row.kind == Assignment.Kind.NOTHING and row.state == Assignment.State.ACTIVE:
        return "nothing"
    if row.state == Assignment.State.PAUSED and row.rest in (Assignment.Rest.WORSE, Assignment.Rest.STUCK):
        return str(row.rest)
    return str(row.state)


def reaction(entries: Iterable[Entry]) -> str:
    """What the client last said about their reaction to doing it, or to not doing it (F11)."""
    for entry in reversed(list(entries)):
        after = getattr(entry, "after", None)
        if after is not None and (said := (after.words or {}).get("reaction", "")):
            return str(said)
    return ""
