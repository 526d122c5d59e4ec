"""The client's own sentences, to be taken into what is written back (F31).

A quote is kept as `entry`, `on` (the day it is about), `key` (of the question) and `text`. Only what the care team can read in
that entry can be quoted: no part that is kept private, nothing that is not there word for word.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from clinic.refusal import ActionRefused
from homework.assignments.models import Entry
from homework.assignments.planning import agreed
from homework.assignments.schedule import local_day
from homework.worksheets import summary
from homework.worksheets.kinds import Part

MOST = 8  # in one text
LONGEST = 600  # characters of one quote


@dataclass(frozen=True)
class Line:
    """One sentence that can be quoted. `value` is what a tick sends: where it stands, never the words themselves."""

    value: str
    entry: UUID
    key: str
    on: date
    text: str
    ticked: bool = False


@dataclass(frozen=True)
class Quote:
    """One quote as it is shown: the words, their day, and the entry they link to."""

    entry: UUID
    on: date
    text: str
    key: str = ""


def lines(entry: Entry, key: str = "", ticked: Iterable[str] = ()) -> list[Line]:
    """The sentences of one shared entry in reading order, or of one of its answers. It comes with plan and sheet: no query."""
    chosen, on = set(ticked), day_of(entry)
    found = []
    for name, words in own_words(entry):
        if key and name != key:
            continue
        for number, text in enumerate(sentences(words)):
            value = f"{entry.pk}:{name}:{number}"
            found.append(Line(value, entry.pk, name, on, text, value in chosen))
    return found


def day_of(entry: Entry) -> date:
    """The day an entry is about, where its client is. The entry comes with its plan."""
    return entry.slot_on or local_day(entry.captured_at, entry.plan.zone)


def own_words(entry: Entry) -> list[tuple[str, str]]:
    """Question and own words, for each text of an entry that another person may read."""
    shown = summary.shown(agreed.spoken(entry.sheet), entry.answers or {}, entry.kept_private or ())
    parts: list[tuple[str, Part]] = [(one.field.key, part) for one in shown for row in one.rows for part in row]
    return [(key, part.text or part.label) for key, part in parts if part.own_words]


def sentences(words: str) -> list[str]:
    """A text in sentences; a line of its own is one too. Too long ones are left whole up to `LONGEST` characters."""
    rough = re.split(r"(?<=[.!?…])\s+|\n+", words)
    return [text.strip()[:LONGEST].rstrip() for text in rough if text.strip()]


def ticked(values: Sequence[str], entries: Iterable[Entry]) -> list[dict[str, str]]:
    """What ticks on a page mean, to be stored. Ticks that mean nothing here are left out."""
    wanted = set(values)
    return [_kept(line) for entry in entries for line in lines(entry) if line.value in wanted][:MOST] if wanted else []


def checked(wanted: Iterable[Mapping[str, Any]], entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Quotes that were sent as words, to be stored.

    Raises ActionRefused (422) for words that are not in what the care team can read of that entry, or for too many.
    """
    known = {entry.pk: entry for entry in entries}
    found = [_checked(one, known) for one in wanted]
    if len(found) > MOST:
        raise ActionRefused(_("That is a lot to quote. Choose the lines that matter most."), status=422, field="quotes")
    return found


def _checked(one: Mapping[str, Any], known: Mapping[UUID, Entry]) -> dict[str, str]:
    text = str(one.get("text", "")).strip()
    try:
        entry = known.get(UUID(str(one.get("entry", ""))))
    except ValueError:
        entry = None
    where = [key for key, words in own_words(entry) if text in words] if entry is not None and text else []
    if entry is None or not where or len(text) > LONGEST:
        raise ActionRefused(_("A quote has to be in their own words."), status=422, field="quotes")
    return {"entry": str(entry.pk), "on": day_of(entry).isoformat(), "key": where[0], "text": text}


def _kept(line: Line) -> dict[str, str]:
    return {"entry": str(line.entry), "on": line.on.isoformat(), "key": line.key, "text": line.text}


def shown(stored: Any, hidden: Iterable[UUID] = ()) -> list[Quote]:
    """Stored quotes, ready to be read; without those of entries that were taken back since (`hidden`)."""
    gone = set(hidden)
    quotes = [Quote(UUID(one["entry"]), date.fromisoformat(one["on"]), one["text"], one["key"]) for one in stored or ()]
    return [quote for quote in quotes if quote.entry not in gone]


def taken_back(stored: Iterable[Any]) -> set[UUID]:
    """Of all quoted entries those that are not shared any more. One query, and none where nothing is quoted."""
    wanted = {UUID(one["entry"]) for quotes in stored for one in quotes or ()}
    if not wanted:
        return set()
    return wanted - set(Entry.objects.shared().filter(pk__in=wanted).values_list("pk", flat=True))
