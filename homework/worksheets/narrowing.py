"""Narrowing the library and putting it on shelves: one's own approach first, everything else reachable (F06).

Pure: a `Filter` is a value, an address can be made from it and it can be read from one (`forms.LibraryForm`). When nothing
is left, `browse` says which one condition to loosen, and what that would bring back.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Membership
from homework.worksheets.catalogue import CAUTIONS, CONTEXTS, FAMILIES, Sheet
from homework.worksheets.models import Worksheet

MINUTES = (5, 15, 30)
GRADES = (3, 4, 5, 6)


@dataclass(frozen=True)
class Part:
    """One condition of a filter, with the words a person would use for it."""

    name: str
    value: Any
    words: str


@dataclass(frozen=True)
class Filter:
    """What the library is narrowed to; empty means everything. The names are those of the address."""

    words: str = ""
    minutes: int | None = None
    kind: str = ""
    approach: str = ""
    family: str = ""
    context: tuple[str, ...] = ()
    without: tuple[str, ...] = ()  # cautions, and what a sheet needs: none of these
    language: str = ""
    grade: int | None = None
    coach: bool = False

    def lets(self, sheet: Sheet) -> bool:
        """Whether a worksheet is shown."""
        definition = sheet.definition
        marks = {*definition.cautions, *definition.contexts}
        return (
            self.kind in ("", definition.kind)
            and self.family in ("", definition.family)
            and (not self.approach or self.approach in definition.modalities)
            and (not self.language or self.language in definition.languages)
            and (self.minutes is None or sheet.minutes[0] <= self.minutes)
            and (self.grade is None or definition.reading_grade <= self.grade)
            and (not self.coach or sheet.for_coaches)
            and set(self.context) <= marks
            and marks.isdisjoint(self.without)
            and says(sheet, self.words)
        )

    def parts(self) -> list[Part]:
        """Its conditions, one by one, in the order of the form."""
        found = []
        for one in fields(self):
            value = getattr(self, one.name)
            values = value if isinstance(value, tuple) else (value,) if value else ()
            found += [Part(one.name, single, str(WORDS[one.name](single))) for single in values]
        return found

    def leaving_out(self, part: Part) -> "Filter":
        """The same without one condition."""
        value = getattr(self, part.name)
        plain = {one.name: one.default for one in fields(self)}[part.name]
        rest: Any = tuple(one for one in value if one != part.value) if isinstance(value, tuple) else plain
        return replace(self, **{part.name: rest})

    def as_query(self, **more: str) -> str:
        """The address of this view of the library, from the question mark on; the same filter always gives the same."""
        pairs = [(part.name, "1" if part.value is True else part.value) for part in self.parts()]
        return "?" + urlencode([*((name, value) for name, value in more.items() if value), *pairs])


def _minutes(number: int) -> str:
    return ngettext("Up to %(n)s minute", "Up to %(n)s minutes", number) % {"n": number}


WORDS: dict[str, Callable[[Any], Any]] = {
    "words": str,
    "minutes": _minutes,
    "kind": lambda key: Worksheet.Kind(key).label,
    "approach": lambda key: Membership.Approach(key).label,
    "family": lambda key: FAMILIES[key],
    "context": lambda key: CONTEXTS[key],
    "without": lambda key: _("Without: %(caution)s") % {"caution": CONTEXTS.get(key) or CAUTIONS[key]},
    "language": lambda key: dict(settings.LANGUAGES)[key],
    "grade": lambda number: _("Up to school grade %(n)s") % {"n": number},
    "coach": lambda _on: _("For coaches too"),
}


def plain(text: str) -> str:
    """Text as it is searched: small letters, and no accents, because few people type them."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def says(sheet: Sheet, words: str) -> bool:
    """Whether every word occurs in what a sheet is called, what it is for, or why it is done."""
    wanted = plain(words).split()
    if not wanted:
        return True
    one = sheet.definition
    text = plain(" ".join(map(str, (one.title, one.known_as, one.purpose, one.why, FAMILIES[one.family], one.slug))))
    return all(word in text for word in wanted)


@dataclass(frozen=True)
class Shelf:
    """Worksheets of one family."""

    family: str
    title: str
    sheets: list[Sheet]


def shelves(sheets: Iterable[Sheet], narrowed: Filter) -> list[Shelf]:
    """The worksheets on their shelves. Those of one's own approach come first on each, and the shelf with most of them.

    Measures are last whatever they suit: they are not what one browses for.
    """
    found: dict[str, list[Sheet]] = {family: [] for family in FAMILIES}
    for sheet in sheets:
        if narrowed.lets(sheet):
            found[sheet.definition.family].append(sheet)
    made = [
        Shelf(family, str(FAMILIES[family]), sorted(rows, key=lambda sheet: not sheet.suits))
        for family, rows in found.items()
        if rows
    ]
    return sorted(made, key=lambda shelf: (shelf.family == "measure", -_share(shelf)))


def _share(shelf: Shelf) -> float:
    """How much of a shelf suits, from 0 to 1."""
    return sum(sheet.suits for sheet in shelf.sheets) / len(shelf.sheets)


@dataclass(frozen=True)
class Loosened:
    """One condition, the address without it, and how many worksheets that shows."""

    part: Part
    query: str
    shown: int


@dataclass(frozen=True)
class Browsed:
    """The library as one page shows it."""

    narrowed: Filter
    shelves: list[Shelf]
    all: int
    loose: list[Loosened]
    everything: str  # the address of all

    @property
    def shown(self) -> int:
        """How many worksheets are shown."""
        return sum(len(shelf.sheets) for shelf in self.shelves)

    @property
    def helps(self) -> list[Loosened]:
        """Where nothing is left: the conditions that bring something back when they are loosened, most first."""
        return sorted((one for one in self.loose if one.shown), key=lambda one: -one.shown)


def browse(sheets: list[Sheet], narrowed: Filter, **more: str) -> Browsed:
    """What is shown of `sheets`, and each condition with the way out of it. `more` stays in the addresses."""
    loose = []
    for part in narrowed.parts():
        wider = narrowed.leaving_out(part)
        loose.append(Loosened(part, wider.as_query(**more), sum(wider.lets(sheet) for sheet in sheets)))
    return Browsed(narrowed, shelves(sheets, narrowed), len(sheets), loose, Filter().as_query(**more))
