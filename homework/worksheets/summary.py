"""Answers in a line each, for review lists and the digest. Plain texts, no HTML; nothing is interpreted or added up."""

import dataclasses
from collections.abc import Collection
from typing import Any

from homework.worksheets.answers import visible
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Change, Field, Part, Shift, Values

FIRST_IN_REVIEW = ("tried", "found_out")
"""What the review shows before anything else (F04)."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One answer: its question, and the answer in one line. `private` ones say that there is something, never what."""

    key: str
    label: str
    text: str
    private: bool = False


@dataclasses.dataclass(frozen=True)
class Shown:
    """One answer to lay out on a page: `rows` of parts, as the kind gives them."""

    field: Field
    rows: list[tuple[Part, ...]]
    private: bool = False


def shown(
    definition: Definition, values: Values, kept_private: Collection[str] = (), *, for_client: bool = False
) -> list[Shown]:
    """Every answer there is, in reading order. Others get no private part; ratings made twice are told as one change.

    The client reads it in the order it was written; everybody else reads what was tried and found out first (F04).
    """
    private = set(kept_private)
    others, hidden = visible(definition, values, private)
    seen = {key: values[key] for key in definition.by_key if key in values} if for_client else others
    told = _told_by_a_change(definition, seen)
    found = []
    for field in definition.by_key.values():
        if field.key in hidden and not for_client:
            found.append(Shown(field, [], private=True))
            continue
        value = field.compute(seen, definition.by_key) if field.computed else seen.get(field.key)
        if field.key not in told and value is not None and (rows := field.parts(value)):
            found.append(Shown(field, rows, private=field.key in private))
    if for_client:
        return found
    return sorted(found, key=lambda one: one.field.key not in FIRST_IN_REVIEW)


def _told_by_a_change(definition: Definition, values: Values) -> set[str]:
    """The ratings that a change already tells, both before and after."""
    told: set[str] = set()
    for field in definition.by_key.values():
        if isinstance(field, Change) and field.compute(values, definition.by_key):
            told |= {field.before, field.after}
    return told


def lines(definition: Definition, values: Values, kept_private: Collection[str] = ()) -> list[Line]:
    """Every answer in one line, as another person may see it, tried and found out first."""
    return [
        Line(one.field.key, str(one.field.label), "" if one.private else _in_one_line(one), one.private)
        for one in shown(definition, values, kept_private)
    ]


def _in_one_line(one: Shown) -> str:
    rows = (", ".join(f"{part.label} {part.text}".strip() for part in row) for row in one.rows)
    return "; ".join(" ".join(row.split()) for row in rows)


def headline(definition: Definition, values: Values, kept_private: Collection[str] = (), *, limit: int = 140) -> str:
    """The one line that says most: what was found out, else the first own words, else the first answer."""
    others, _hidden = visible(definition, values, kept_private)
    if found_out := others.get("found_out"):
        return shorten(str(found_out), limit)
    there = [one for one in shown(definition, values, kept_private) if not one.private]
    own = next((one for one in there if one.field.own_words), None) or next(iter(there), None)
    return shorten(_in_one_line(own), limit) if own else ""


def changes(definition: Definition, values: Values, kept_private: Collection[str] = ()) -> list[tuple[str, Shift]]:
    """Each rating made before and after, with its question's label; feelings come one by one."""
    others, _hidden = visible(definition, values, kept_private)
    found: list[tuple[str, Shift]] = []
    for field in definition.by_key.values():
        if isinstance(field, Change):
            found += [(str(field.label), shift) for shift in field.compute(others, definition.by_key) or []]
    return found


def own_words(definition: Definition, values: Values, key: str, kept_private: Collection[str] = ()) -> str:
    """One prose answer another person may see (`found_out`, `tried`), or an empty text."""
    others, _hidden = visible(definition, values, kept_private)
    value: Any = others.get(key)
    return value if isinstance(value, str) and definition.by_key[key].own_words else ""


def shorten(text: str, limit: int) -> str:
    """A text in one line, cut at a word with three dots when it is longer than `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.")
    return f"{cut} …"
