"""Things I've noticed: the lines a client starred in what they wrote, newest first (F31). Reads only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.access import Actor
from homework.assignments.days import thread
from homework.assignments.models import Entry
from homework.assignments.planning import agreed
from homework.reviews.models import Noticed

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One starred line, where it is from, and the day it is about."""

    entry: UUID
    key: str
    words: str
    title: str
    on: date


def words(entry: Entry, key: str) -> str:
    """The client's own words in one answer; empty for numbers, ticks, and keys that are not there."""
    question = entry.sheet.parsed.by_key.get(key)
    value = (entry.answers or {}).get(key)
    return value if question is not None and question.own_words and isinstance(value, str) else ""


def lines(actor: Actor) -> list[Line]:
    """The client's starred lines, by the day they are about, newest first. A taken-back entry is still theirs. One query."""
    assert actor.user is not None
    rows = Noticed.objects.visible_to(actor).select_related("entry__assignment__version__worksheet", "entry__version")
    found = []
    for row in rows.order_by("-entry__captured_at", "-created_at")[:SHOWN]:
        said = words(row.entry, row.key)
        if said:
            title = str(agreed.spoken(row.entry.sheet).title)
            on = thread.day_of(row.entry, actor.user.time_zone)
            found.append(Line(row.entry_id, row.key, said, title, on))
    return found
