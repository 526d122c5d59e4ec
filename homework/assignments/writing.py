"""Between a posted worksheet and an entry: what was written, what stays private, and two versions side by side.

A part that is not on the page of this size keeps its answer and its lock: making a sheet smaller opens nothing (F34).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from homework.assignments.models import DraftCopy, Entry
from homework.worksheets import answers
from homework.worksheets.definition import Definition, Size

UNKNOWN_REV = -1  # a page that does not say what it grew from never overwrites anything


@dataclass(frozen=True)
class Written:
    """One posted worksheet over what there was before. `unfit`: those of the problems that are a file not kept."""

    values: dict[str, Any]
    private: list[str]
    problems: dict[str, str]
    rev: int
    unfit: Mapping[str, str] = field(default_factory=dict)


def read(entry: Entry, definition: Definition, post: Mapping[str, Any]) -> Written:
    """What this page said. Never raises, whatever was sent."""
    reading = answers.read(definition, entry.size, post)
    ticked = answers.read_private(definition, post)
    elsewhere = [key for key in entry.kept_private if key not in reading.submitted]
    return Written(
        values=answers.merge(entry.answers, reading),
        private=[*ticked, *elsewhere],
        problems=reading.problems,
        rev=rev_of(post),
    )


def rev_of(post: Mapping[str, Any]) -> int:
    """The revision the page grew from."""
    rev = str(post.get("rev", ""))
    return int(rev) if rev.isdecimal() and len(rev) < 9 else UNKNOWN_REV


def key_of(post: Mapping[str, Any]) -> UUID:
    """The key this page shares with; a page that sends none gets one, and then a double tap is caught by the state."""
    try:
        return UUID(str(post.get("submission_key", "")))
    except ValueError:
        return uuid4()


def other_sizes(definition: Definition, size: str) -> dict[str, tuple[str, Size]]:
    """The next smaller and the next bigger size, where there is one, each with its code."""
    codes: list[str] = [code for code in ("S", "M", "L") if code in definition.sizes]
    here = codes.index(definition.size_code(size))
    found = {"smaller": codes[:here][-1:], "bigger": codes[here + 1 :][:1]}
    return {name: (code, definition.sizes[code]) for name, one in found.items() for code in one}


@dataclass(frozen=True)
class Version:
    """One of two versions: its copy's id ("" for the draft itself), when it was kept, and what differs."""

    copy: str
    at: Any
    values: dict[str, Any]


def versions(entry: Entry, definition: Definition) -> list[Version]:
    """The draft and what another device left beside it, newest first, with only the answers that are not the same.

    Empty when there is one version. One query.
    """
    copies: list[DraftCopy] = list(entry.copies.order_by("-created_at")[:5])
    if not copies:
        return []
    everything = [entry.answers, *(row.answers for row in copies)]
    apart = [key for key in definition.by_key if len({str(values.get(key)) for values in everything}) > 1]

    def only(values: dict[str, Any]) -> dict[str, Any]:
        return {key: values[key] for key in apart if key in values}

    draft = Version("", entry.saved_at, only(entry.answers))
    return [draft, *(Version(str(row.pk), row.created_at, only(row.answers)) for row in copies)]


def joined(definition: Definition, first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Both versions in one: texts one under the other, rows and ticks together, else the first answer there is."""
    both = {key: value for key, value in second.items() if answers.started(value)}
    for key, value in first.items():
        other = both.get(key)
        question = definition.by_key.get(key)
        if other is None or other == value or not answers.started(value):
            both[key] = value if answers.started(value) else other
        elif isinstance(value, str) and isinstance(other, str) and question is not None and question.own_words:
            both[key] = value if other in value else other if value in other else f"{value}\n\n{other}"
        elif isinstance(value, list) and isinstance(other, list):
            both[key] = [*value, *(item for item in other if item not in value)]
        else:
            both[key] = value
    return both
