"""What was said about a shared entry afterwards, as it is shown beside it: each piece with its author and its day (F07).

A shared answer is never changed, so nothing here is merged into it. One query for a whole page of entries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from homework.assignments.models import Entry, EntryAddition
from homework.assignments.planning import agreed
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Part

Kind = EntryAddition.Kind
SAYS: dict[str, Promise] = {
    Kind.MORE: _("Added on %(on)s by %(author)s"),
    Kind.CORRECTION: _("Corrected on %(on)s by %(author)s"),
    Kind.TOGETHER: _("Added together on %(on)s by %(author)s and %(client)s"),
}
SAYS_YOU: dict[str, Promise] = {
    Kind.MORE: _("You added this on %(on)s"),
    Kind.CORRECTION: _("You corrected this on %(on)s"),
    Kind.TOGETHER: _("Added together on %(on)s by %(author)s and you"),
}


@dataclass(frozen=True)
class Said:
    """One addition, ready to be read: who and when in words, to which question, and what."""

    kind: str
    key: str  # of the question; empty: to the whole entry
    label: str
    author: str
    at: datetime
    on: date
    question: str  # empty: to the whole entry
    content: Any
    rows: list[tuple[Part, ...]]  # as the question's kind shows an answer
    private: bool = False  # to a part the client keeps to themself, read by somebody else: only that there is something

    @property
    def together(self) -> bool:
        """Whether it was added in a session, on one screen."""
        return self.kind == Kind.TOGETHER


def askable(definition: Definition) -> list[tuple[str, str]]:
    """The questions a client can add to, in words. The items of a questionnaire stay as they were answered."""
    if definition.measure is not None:
        return []
    asked = (field for field in definition.by_key.values() if not field.computed and not field.only_read)
    return [(field.key, str(field.label)) for field in asked]


def of(entry: Entry, viewer: Actor) -> list[Said]:
    """What was said about one entry afterwards, oldest first. One query. The entry has come through the door."""
    return by_entry([entry], viewer).get(entry.pk, [])


def by_entry(entries: Iterable[Entry], viewer: Actor) -> dict[UUID, list[Said]]:
    """The same for a page of entries. One query, and none for no entries."""
    known = {entry.pk: entry for entry in entries}
    found: dict[UUID, list[Said]] = {}
    for row in _rows(list(known)) if known else ():
        entry = known[row.entry_id]
        found.setdefault(entry.pk, []).append(_said(row, entry, agreed.spoken(entry.sheet), viewer))
    return found


def _rows(entries: Sequence[UUID]) -> Iterable[EntryAddition]:
    rows = EntryAddition.objects.filter(entry_id__in=entries).select_related("author", "episode__client")
    found: Iterable[EntryAddition] = rows.order_by("created_at", "pk")
    return found


def _said(row: EntryAddition, entry: Entry, definition: Definition, viewer: Actor) -> Said:
    on = timezone.localdate(row.created_at)
    client = row.episode.client
    says = SAYS_YOU if viewer.is_client else SAYS
    author = client.first_name if row.author_id == client.pk else row.author.label
    field = definition.by_key.get(row.key)
    private = bool(row.key) and row.key in (entry.kept_private or ()) and not viewer.is_client
    return Said(
        kind=row.kind,
        key=row.key,
        label=str(says[row.kind]) % {"on": date_format(on, "j F"), "author": author, "client": client.first_name},
        author=author,
        at=row.created_at,
        on=on,
        question=str(field.label) if field is not None else "",
        content=None if private else row.content,
        rows=[] if private else _parts(definition, row.key, row.content),
        private=private,
    )


def _parts(definition: Definition, key: str, content: Any) -> list[tuple[Part, ...]]:
    """What it says: an answer as its question shows one; words about the whole entry (or an unknown question) as words."""
    field = definition.by_key.get(key)
    if isinstance(content, dict) and set(content) == {"text"} and isinstance(content["text"], str):
        return [(Part("", content["text"], own_words=True),)]
    return field.parts(content) if field is not None else []
