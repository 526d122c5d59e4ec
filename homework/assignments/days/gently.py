"""What Today asks quietly: another time of day (F37), going on after all (F67); what was shared, by work (F69)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from homework.assignments.days import kinder
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning import agreed


@dataclass(frozen=True)
class Wish:
    """One quiet question about a piece of work."""

    assignment: UUID
    title: str
    by: str = ""


def kinder_time(active: Iterable[Assignment], plans: Mapping[UUID, Plan], today: date) -> Wish | None:
    """The one piece of work for which another time of day is offered just now (F37)."""
    shown = (row for row in active if kinder.shows(row, plans.get(row.pk), today))
    return next((Wish(row.pk, agreed.title_of(row)) for row in shown), None)


def to_go_on(rows: Iterable[Assignment]) -> list[Wish]:
    """What made things worse and the therapist would go on with: the client's own yes is all it waits for (F67)."""
    waits = [row for row in rows if row.state == Assignment.State.PAUSED and row.rest == Assignment.Rest.WORSE]
    offered = [row for row in waits if row.resume_offered_at is not None]
    return [Wish(row.pk, agreed.title_of(row), row.proposed_by.introduced) for row in offered]


def shared_by_work(entries: Iterable[Entry]) -> dict[UUID, list[Entry]]:
    """What was shared and holds anything, by work, newest first. Nothing is opened here."""
    found: dict[UUID, list[Entry]] = {}
    for entry in entries:
        if entry.state == Entry.State.SHARED and entry.shared_at and entry.started:
            found.setdefault(entry.assignment_id, []).append(entry)
    return found
