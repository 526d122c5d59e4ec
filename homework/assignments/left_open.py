"""What two people looking at a shared entry in a session can still add: questions left for then, one more row (F07).

Never offered: what was answered (it stays as it is), what the client keeps to themself, moods of a moment that is over,
recordings and pictures, and anything of a questionnaire with a score.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from homework.assignments.models import Entry, EntryAddition
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Field, File, Post, Rows
from homework.worksheets.summary import FIRST_IN_REVIEW


@dataclass(frozen=True)
class Offered:
    """The questions of one entry that may be added to: `open` has no answer yet, `rows` takes one more row."""

    open: tuple[Field, ...]
    rows: tuple[Field, ...]

    @property
    def keys(self) -> frozenset[str]:
        """All of them by key."""
        return frozenset(field.key for field in (*self.open, *self.rows))


@dataclass(frozen=True)
class Said:
    """What a post said under the offered questions."""

    values: dict[str, Any]
    problems: dict[str, str]


def offered(entry: Entry, definition: Definition, added: Collection[str]) -> Offered:
    """What may be added to this entry. `added`: the keys that were added together before."""
    if definition.measure is not None:
        return Offered((), ())
    values, private = entry.answers or {}, set(entry.kept_private or ())
    asked = [field for field in _questions(definition) if field.key not in private and _fits(field, values)]
    has_answer = {field.key for field in asked if field.understood(values.get(field.key)) is not None}
    known = has_answer | {field.key for field in asked if values.get(field.key) not in (None, "", [], {})} | set(added)
    return Offered(
        open=tuple(field for field in asked if field.key not in known),
        rows=tuple(field for field in asked if field.key in known and isinstance(field, Rows)),
    )


def _questions(definition: Definition) -> list[Field]:
    """The worksheet's own questions, and what was tried and found out."""
    closing = [definition.by_key[key] for key in FIRST_IN_REVIEW if key in definition.by_key]
    own = [field for field in definition.questions if field not in closing]
    return [field for field in (*own, *closing) if not (field.computed or field.only_read or isinstance(field, File))]


def _fits(field: Field, values: Mapping[str, Any]) -> bool:
    return field.show_if is None or field.show_if.holds(values)


def added_keys(entry: Entry) -> set[str]:
    """The questions that were added to together before. One query."""
    rows = EntryAddition.objects.filter(entry=entry, kind=EntryAddition.Kind.TOGETHER)
    return set(rows.values_list("key", flat=True))


def read(offer: Offered, data: object) -> Said:
    """What was said under the offered questions, and nothing else of what was sent. Never raises."""
    post = Post(data)
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in (*offer.open, *offer.rows):
        answer = field.read(post, field.key)
        if answer.value is not None:
            values[field.key] = answer.value
        if answer.problem:
            problems[field.key] = answer.problem
    return Said(values, problems)
