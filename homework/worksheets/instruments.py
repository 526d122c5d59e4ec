"""Bring your own: instruments whose structure and scoring ship, and whose wording a clinic enters (clinical.md 2.1, 2.5).

`library/structures/*.toml` hold no word of an instrument: how many questions, which points, what is reversed, how it is
scored, and whom to ask. `complete` puts a clinic's wording into a structure and gives the same table a shipped measure
has, so that everything after it is one engine. What shipped and what was worded here: `attested`.
"""

import csv
import dataclasses
import io
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from django.utils import translation
from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition, parse
from homework.worksheets.kinds import Json
from homework.worksheets.kinds.measures import (
    TOPS,
    Band,
    CutOff,
    ReliableChange,
    Scale,
    Scoring,
    Subscale,
    checksum_of,
    reliable_change,
)
from homework.worksheets.kinds.source import DefinitionError, Place, build, dump
from homework.worksheets.kinds.vocabulary import Caution, Frequency, Modality

LANGUAGES = ("en", "es")
REVIEW_DUE = "2027-11-01"


@dataclasses.dataclass(frozen=True, kw_only=True)
class RiskAt:
    """Which question raises which flag, from how many points on."""

    n: int
    value: int
    flag: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Structure:
    """An instrument without its words. `points`: what each answer counts, in the order of the form; or a `scale`."""

    slug: str
    title: str
    known_as: dict[str, str]
    caution_note: dict[str, str]
    modalities: tuple[Modality, ...]
    frequency: Frequency
    cautions: tuple[Caution, ...] = ()
    minutes: int
    licence_text: str  # whose it is, and whom to ask
    source_url: str = ""
    recall: str
    items: int
    points: tuple[int, ...] = ()
    scale: Scale = ""
    reverse: tuple[int, ...] = ()
    risks: tuple[RiskAt, ...] = ()
    scoring: Scoring
    subscales: tuple[Subscale, ...] = ()
    bands: tuple[Band, ...] = ()
    cutoff: int | None = None
    cutoffs: tuple[CutOff, ...] = ()
    rci: ReliableChange | None = None
    asks_spread: bool = False  # the clinic may name a standard deviation and reliability to work out reliable change
    higher_is_worse: bool = True
    min_interval_days: int = 0
    gate: Literal["", "safety_setup"] = ""
    ungated: str = ""

    def __post_init__(self) -> None:
        if bool(self.points) == bool(self.scale):
            raise ValueError("points: expected either points or a scale")
        numbers = {*self.reverse, *(risk.n for risk in self.risks)}
        numbers |= {n for part in self.subscales for n in part.items}
        if not numbers <= set(range(1, self.items + 1)):
            raise ValueError("items: a number is named that no item has")

    @property
    def top(self) -> int:
        """The highest number of a scale."""
        return TOPS[self.scale]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wording:
    """What a clinic entered: the words exactly as printed, and the credit line. `sd` and `r`: see `asks_spread`."""

    language: str = "en"
    title: str
    stem: str
    labels: tuple[str, ...] = ()  # of the answers, in the order of the structure's points
    low: str = ""
    high: str = ""
    items: tuple[str, ...]
    credit: str
    sd: float | None = None
    r: float | None = None


@cache
def structures() -> tuple[Structure, ...]:
    """Every structure that ships, by title. Raises DefinitionError for the first that cannot be used."""
    folder = files("homework.worksheets") / "library" / "structures"
    there = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted((read(file.name, file.read_text("utf-8")) for file in there), key=lambda one: one.title))


def read(name: str, text: str) -> Structure:
    """One structure. Raises DefinitionError; also when a wording of the right length would not fit it."""
    try:
        structure = build(Structure, tomllib.loads(text), Place(name))
    except tomllib.TOMLDecodeError as problem:
        raise DefinitionError(name, "", f"expected TOML: {problem}") from None
    if f"{structure.slug}.toml" != name:
        raise DefinitionError(name, "slug", f"expected {name.removesuffix('.toml')!r}, the name of the file")
    parse(complete(structure, placeholder(structure)), source=name)
    return structure


def structure_of(slug: str) -> Structure | None:
    """The structure with this slug, None when there is none."""
    return next((one for one in structures() if one.slug == slug), None)


def placeholder(structure: Structure) -> Wording:
    """A wording of the right length without any words, to try a structure with."""
    return Wording(
        title=structure.title,
        stem="...",
        labels=tuple(map(str, structure.points)),
        items=tuple(f"({n})" for n in range(1, structure.items + 1)),
        credit="...",
    )


def problems(structure: Structure, wording: Wording) -> dict[str, str]:
    """What is to be looked at before a wording fits: field name and what to do. Empty when it fits."""
    found: dict[str, str] = {}
    for name, value in (("title", wording.title), ("stem", wording.stem), ("credit", wording.credit)):
        if not value.strip():
            found[name] = _("Type this as it is printed on the form.")
    if len(wording.items) != structure.items:
        found["items"] = _("This instrument has %(wanted)s questions, and here are %(got)s. Put one on each line.") % {
            "wanted": structure.items,
            "got": len(wording.items),
        }
    if structure.points and len(wording.labels) != len(structure.points):
        found["labels"] = _("There are %(wanted)s answers, and here are %(got)s. Put one on each line.") % {
            "wanted": len(structure.points),
            "got": len(wording.labels),
        }
    if structure.asks_spread and (wording.sd is not None or wording.r is not None):
        try:
            reliable_change(wording.sd or 0, wording.r if wording.r is not None else -1)
        except ValueError:
            found["sd"] = _("Give both: a standard deviation above 0, and a reliability from 0 to below 1. Or neither.")
    return found


def complete(structure: Structure, wording: Wording) -> Json:
    """The table of a definition: this structure in these words, signed with their checksum.

    The wording has to fit (`problems` is empty); otherwise `parse` raises DefinitionError for what comes out.
    """
    measure = _measure(structure, wording)
    measure["text_sha256"] = checksum_of(measure)
    language = wording.language if wording.language in LANGUAGES else "en"
    with translation.override(language):
        return {
            "slug": structure.slug,
            "kind": "measure",
            "family": "measure",
            "modalities": list(structure.modalities),
            "frequency": structure.frequency,
            "title": wording.title,
            "known_as": structure.known_as[language],
            "purpose": _("How things have been, in numbers that can be compared."),
            "why": _("The same questions, asked again, show a change that is hard to see from inside."),
            "first_step": _("Read the first question and choose what fits best."),
            "counts_as_some": _("The questions you would like to answer."),
            "counts_as_all": _("All questions, or “I’d rather not answer” where you prefer that."),
            "cautions": list(structure.cautions),
            "caution_note": structure.caution_note[language],
            "contexts": ["needs_privacy"],
            "mood_fields": False,
            "closing_fields": False,
            "left_out_because": "A measure is asked exactly as published, with nothing added.",
            "reading_grade": 8.0,
            "languages": [language],
            "author": _("Your clinic"),
            "review_due": REVIEW_DUE,
            "sizes": {"M": {"label": _("All questions"), "minutes": structure.minutes}},
            "measure": measure,
        }


COPIED = ("scoring", "subscales", "bands", "cutoff", "cutoffs", "rci", "higher_is_worse", "min_interval_days")


def _measure(structure: Structure, wording: Wording) -> Json:
    """The `[measure]` table, without its checksum."""
    risks = {risk.n: {"value": risk.value, "flag": risk.flag} for risk in structure.risks}
    items: list[Json] = []
    for n, text in enumerate(wording.items, 1):
        item: Json = {"n": n, "text": text}
        if structure.scale:
            item |= {"scale": structure.scale}
            item |= {name: words for name, words in (("low", wording.low), ("high", wording.high)) if words}
        if n in structure.reverse:
            item["reverse"] = True
        if n in risks:
            item["risk"] = risks[n]
        items.append(item)
    given = dump(structure)
    table: Json = {name: given[name] for name in (*COPIED, "recall", "gate", "ungated", "source_url") if name in given}
    table |= {"stem": wording.stem, "items": items, "attribution": wording.credit}
    if structure.points:
        table["options"] = [
            {"value": value, "label": label or str(value)}
            for value, label in zip(structure.points, wording.labels, strict=False)
        ]
    if structure.asks_spread and wording.sd and wording.r is not None:
        table["rci"] = {"sd": wording.sd, "r": wording.r, "source": "SD and reliability named by the clinic"}
    return table | {"licence_status": "bring_your_own", "licence_text": structure.licence_text}


def wording_of(definition: Definition) -> Wording:
    """The wording that was put into a structure, to go on from it later."""
    measure = definition.measure
    assert measure is not None
    spread = measure.rci if measure.rci and measure.rci.sd else None
    return Wording(
        language=definition.language,
        title=str(definition.title),
        stem=str(measure.stem),
        labels=tuple(str(option.label) for option in measure.options),
        low=str(measure.items[0].low),
        high=str(measure.items[0].high),
        items=tuple(str(item.text) for item in measure.items),
        credit=str(measure.attribution),
        sd=spread.sd if spread else None,
        r=spread.r if spread else None,
    )


# --- reading what somebody has as a file -------------------------------------------------------------------------------

NUMBERED = re.compile(r"\s*(\d{1,2})\s*[.):]\s+")


def lines_of(text: str) -> tuple[str, ...]:
    """One question or answer a line, without empty lines; numbers in front go when they count 1, 2, 3."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    numbers = [int(found[1]) if (found := NUMBERED.match(line)) else 0 for line in lines]
    if lines and numbers == list(range(1, len(lines) + 1)):
        lines = [NUMBERED.sub("", line, count=1) for line in lines]
    return tuple(lines)


def imported(text: str) -> dict[str, str]:
    """The form's fields from a file: JSON, CSV, or text with one question a line. Raises ValueError with what to do.

    JSON: a list of questions, or an object with items, and if you like title, stem, labels, low, high and credit. CSV: a
    column of questions, with a column of numbers before it or a header naming the column (text, item or question).
    """
    text = text.removeprefix("\ufeff").strip()
    if not text:
        raise ValueError(_("The file is empty."))
    if text[0] in "[{":
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(_("This looks like JSON, but it cannot be read. Type the questions below.")) from None
        return _from_json(found)
    rows = _rows(text)
    return {"items": "\n".join(rows if rows is not None else lines_of(text))}


def _from_json(found: Any) -> dict[str, str]:
    table = found if isinstance(found, Mapping) else {"items": found}
    fields: dict[str, str] = {}
    for name in ("items", "labels"):
        if name in table:
            fields[name] = "\n".join(_texts(table[name]))
    for name in ("title", "stem", "low", "high", "credit"):
        if isinstance(table.get(name), str):
            fields[name] = table[name]
    if not fields.get("items"):
        raise ValueError(_("There is no list called “items” in this file. Type the questions below."))
    return fields


def _texts(value: Any) -> Iterable[str]:
    """Texts of a list, each on one line; an object gives its `text` or `label`."""
    for one in value if isinstance(value, list) else []:
        text = (one.get("text") or one.get("label")) if isinstance(one, Mapping) else one
        if isinstance(text, str | int):
            yield " ".join(str(text).split())


def _rows(text: str) -> list[str] | None:
    """The questions of a CSV file, None when it is plain text. Prose has commas too, so a header or numbers decide."""
    first = text.splitlines()[0]
    separator = max(",;\t", key=first.count)
    if separator not in first:
        return None
    try:
        rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)
        ]
    except csv.Error:
        return None
    header = [cell.casefold() for cell in rows[0]]
    named = next((header.index(name) for name in ("text", "item", "question") if name in header), None)
    if named is not None:
        return [" ".join(row[named].split()) for row in rows[1:] if len(row) > named and row[named]]
    numbers = [row[0] for row in rows]
    if numbers == [str(n) for n in range(1, len(rows) + 1)] and all(len(row) > 1 for row in rows):
        return [" ".join(row[1].split()) for row in rows]
    return None
