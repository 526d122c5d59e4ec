"""The client's own entries, drafts and shared, to be read again (F33: they are theirs)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clinic.access import Actor
from homework.assignments import agreed, thread
from homework.assignments.models import Entry
from homework.worksheets import summary


@dataclass(frozen=True)
class Note:
    """One entry in a list."""

    entry: UUID
    title: str
    on: date
    line: str
    draft: bool
    taken_back: bool
    not_today: bool


def written_by(actor: Actor) -> QuerySet[Entry]:
    """Everything this client wrote, newest first; a draft in which nothing was written is not there."""
    rows: Any = Entry.objects.visible_to(actor).filter(~Q(state=Entry.State.DRAFT) | Q(started=True))
    found: QuerySet[Entry] = rows.select_related("assignment__version__worksheet").order_by("-captured_at", "-pk")
    return found


def notes(entries: Iterable[Entry], zone: str) -> list[Note]:
    """The entries of one page, by local day, with the line that says most. Nothing is private from its writer."""
    found = []
    for entry in entries:
        definition = agreed.spoken(entry.sheet)
        found.append(
            Note(
                entry=entry.pk,
                title=str(definition.title),
                on=thread.day_of(entry, zone),
                line="" if definition.measure else summary.headline(definition, entry.answers or {}, limit=120),
                draft=entry.state == Entry.State.DRAFT,
                taken_back=entry.state == Entry.State.WITHDRAWN,
                not_today=entry.state != Entry.State.DRAFT and not entry.started,
            )
        )
    return found
