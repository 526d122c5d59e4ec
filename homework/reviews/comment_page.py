"""The page on which somebody of the care team says something about one answer, or about a whole entry. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from clinic.access import Actor
from homework.assignments.models import Entry
from homework.assignments.planning import agreed
from homework.reviews import comments, quoting
from homework.worksheets.definition import Definition

RELATED = ("plan", "version", "assignment__version__worksheet")


@dataclass(frozen=True)
class Page:
    """Left: the answer, word for word. Then what was said about it so far. Right: the sentences that can be quoted."""

    title: str
    question: str  # empty: the whole entry
    key: str
    on: date
    definition: Definition
    values: dict[str, Any]
    kept_private: list[str]
    said: list[comments.Said]
    lines: list[quoting.Line]


def page(entry: Entry, key: str, actor: Actor, ticked: Iterable[str] = ()) -> Page:
    """Everything on the page. One query: what was said. An unknown or private key means the whole entry."""
    definition = agreed.spoken(entry.sheet)
    values, private = entry.answers or {}, entry.kept_private or []
    field = definition.by_key.get(key)
    if field is None or key in private or definition.measure is not None:
        field, key = None, ""
    beside = comments.by_entry([entry], entry.episode, actor)[entry.pk]
    return Page(
        title=agreed.title_of(entry.assignment),
        question=str(field.label) if field is not None else "",
        key=key,
        on=quoting.day_of(entry),
        definition=definition,
        values={key: values[key]} if key in values else values,
        kept_private=private,
        said=beside.by_key.get(key, []) if key else beside.all,
        lines=quoting.lines(entry, key, ticked),
    )
