"""The client's own entries, drafts and shared, to be read again (F33: they are theirs)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from clinic.access import Actor
from homework.assignments import keeping
from homework.assignments.days import thread
from homework.assignments.models import Entry
from homework.assignments.moods import Mood, mood_sentence, pair_of
from homework.assignments.planning import agreed
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
    kept_until: date | None = None  # the last day of a draft nobody writes on, from a week before (6.7)


def written_by(actor: Actor) -> QuerySet[Entry]:
    """Everything this client wrote, newest first; a draft in which nothing was written is not there."""
    rows: Any = Entry.objects.visible_to(actor).filter(~Q(state=Entry.State.DRAFT) | Q(started=True))
    found: QuerySet[Entry] = rows.select_related("episode", "assignment__version__worksheet").order_by(
        "-captured_at", "-pk"
    )
    return found


def moods(entries: Iterable[Entry], zone: str) -> list[Mood]:
    """Mood before and after of each entry that has both, oldest first; the entries come with their after-check (F16)."""
    found = []
    for entry in entries:
        if entry.state == Entry.State.SHARED and entry.started:
            after = getattr(entry, "after", None)
            definition = entry.sheet.parsed
            ratings = after.ratings if after is not None else None
            before, later = pair_of(definition, entry.answers or {}, ratings)
            if before is not None and later is not None:
                found.append(Mood(thread.day_of(entry, zone), before, later))
    return sorted(found[::-1], key=lambda mood: mood.on)


def mood_says(entries: Iterable[Entry], zone: str) -> str | None:
    """One plain sentence about mood on the days it was done, from three pairs on (F16)."""
    return mood_sentence((mood.before, mood.after) for mood in moods(entries, zone))


def notes(entries: Iterable[Entry], zone: str) -> list[Note]:
    """The entries of one page, by local day, with the line that says most. Nothing is private from its writer."""
    found, now = [], timezone.now()
    for entry in entries:
        definition = agreed.spoken(entry.sheet)
        in_care = entry.state == Entry.State.DRAFT and entry.episode.is_open
        found.append(
            Note(
                entry=entry.pk,
                title=str(definition.title),
                on=thread.day_of(entry, zone),
                line="" if definition.measure else summary.headline(definition, entry.answers or {}, limit=120),
                draft=entry.state == Entry.State.DRAFT,
                taken_back=entry.state == Entry.State.WITHDRAWN,
                not_today=entry.state != Entry.State.DRAFT and not entry.started,
                kept_until=keeping.told(entry, zone, now) if in_care else None,
            )
        )
    return found


def used_before(entry: Entry) -> bool:
    """Whether the client has used this worksheet before and shared what came of it (F03). One query."""
    rows = Entry.objects.written().filter(episode_id=entry.episode_id, started=True).exclude(pk=entry.pk)
    found: bool = rows.filter(assignment__version__worksheet_id=entry.sheet.worksheet_id).exists()
    return found
