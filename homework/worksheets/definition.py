"""A worksheet or a measure as data: what it asks, in which sizes, why, for whom, with what care.

One TOML file each in `library/`; clinic-made ones come from the builder as the same table in JSON, through the same
parser. `parse` is strict and says file, key and expectation. A parsed `Definition` never changes; `to_json` is what a
`WorksheetVersion` stores and `digest` is its fingerprint. To change a wording, edit the TOML; to add a kind of
question, see `kinds`.
"""

import dataclasses
import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

from homework.worksheets.kinds import (
    NO_WORDS,
    Field,
    Json,
    Measure,
    Place,
    Text,
    Values,
    build,
    common_source,
    dump,
    merge,
)
from homework.worksheets.kinds import (
    DefinitionError as DefinitionError,
)
from homework.worksheets.kinds.vocabulary import Caution, Context, Family, Frequency, Kind, Modality

CODES = ("S", "M", "L")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Size:
    """One version of a worksheet: S is the smaller one (F41), M the usual one, L the longer one."""

    label: Text
    minutes: int
    fields: tuple[str, ...] = ()  # empty: every question


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    """The worksheet as somebody made up filled it in (F15)."""

    person: Text
    values: dict[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Guide:
    """For the therapist: how to bring it in, and what to ask about it next time."""

    introduce: Text
    review: Text


@dataclasses.dataclass(frozen=True)
class Layout:
    """The questions of one size in the order they are asked; `folded` ones wait under "If you like"."""

    opening: tuple[Field, ...]
    own: tuple[Field, ...]
    closing: tuple[Field, ...]
    folded: tuple[Field, ...]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.opening + self.own + self.closing + self.folded)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Definition:
    """One worksheet or measure, in one language."""

    slug: str
    kind: Kind
    family: Family
    title: Text  # what clients read
    known_as: Text  # the name therapists know it by
    purpose: Text
    why: Text  # the seed of "why this, for you": never published unedited (F01)
    first_step: Text  # about two minutes (F15)
    counts_as_some: Text  # (F19, F43)
    counts_as_all: Text
    sizes: dict[str, Size]
    fields: tuple[Field, ...] = ()
    measure: Measure | None = None
    example: Example | None = None
    guide: Guide | None = None
    modalities: tuple[Modality, ...] = ()
    frequency: Frequency
    cautions: tuple[Caution, ...] = ()
    caution_note: Text = NO_WORDS
    instead: dict[str, Text] = dataclasses.field(
        default_factory=dict
    )  # where a caution applies: what to offer first (F58)
    contexts: tuple[Context, ...] = ()
    min_role: Literal["therapist", "coach"] = "therapist"
    locked: bool = False  # prepared in session by a therapist, never handed out unseen
    lock_reason: Text = NO_WORDS  # what has to be there first, for the therapist
    couple: bool = False  # for two clients who both agreed to do it together (F61)
    at_hand: bool = False  # a card or plan that is kept: from Today in one tap, printed as small as a bank card
    off: bool = False  # ships switched off: a clinic turns it on and names who supervises it
    outcome: Literal["action", "awareness"] = "action"  # awareness: no amounts, no targets (F10)
    mood_fields: bool = True
    closing_fields: bool = True
    left_out_because: str = ""  # the reason, when either of the two above is false (F04)
    soft_cap_per_day: int | None = None  # more than this a day may feed brooding
    look_again_after_days: int | None = None  # ask whether it is still of use
    reading_grade: float
    review_due: dt.date
    author: str
    languages: tuple[str, ...] = ("en",)
    language: str = dataclasses.field(default="en", metadata={"written": False})
    overlays: dict[str, Json] = dataclasses.field(default_factory=dict, metadata={"written": False})

    def to_json(self) -> Json:
        """The table this was parsed from, as JSON: `Definition.from_json(d.to_json()) == d`."""
        return {**dump(self), **self.overlays}

    @classmethod
    def from_json(cls, table: Mapping[str, Any], source: str = "stored version") -> "Definition":
        """A stored table. Raises DefinitionError."""
        return parse(table, source=source)

    def digest(self) -> str:
        """SHA-256 of the table in canonical JSON: the same text gives the same digest wherever it was stored."""
        return canonical_digest(self.to_json())

    def localised(self, language: str) -> "Definition":
        """This definition in a language; itself where there is no translation."""
        if language == self.language or language not in self.overlays:
            return self
        if language not in self._spoken:
            table = merge(dump(self), self.overlays[language], Place(self.slug, language))
            spoken = _build(table, Place(self.slug, language), language)
            self._spoken[language] = dataclasses.replace(spoken, overlays=self.overlays)
        return self._spoken[language]

    @cached_property
    def _spoken(self) -> dict[str, "Definition"]:
        return {}

    @cached_property
    def questions(self) -> tuple[Field, ...]:
        """The worksheet's own questions; for a measure, its items."""
        return self.measure.questions if self.measure else self.fields

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """Every question that may have an answer, the shared ones included, in the order of the whole worksheet."""
        opening, closing, extra = self._shared
        return {field.key: field for field in (*opening, *self.questions, *closing, *extra)}

    @cached_property
    def _shared(self) -> tuple[tuple[Field, ...], tuple[Field, ...], tuple[Field, ...]]:
        """The shared questions that open, close, and wait folded."""
        common = common_fields(self.language)
        mood_before, mood_after = common["mood_before"], common["mood_after"]
        closing = (common["tried"], common["found_out"]) if self.closing_fields else ()
        reaction = (common["reaction"],) if self.closing_fields else ()
        if self.mood_fields:
            return (common["mood"], mood_before), (mood_after, *closing), reaction
        return (), closing, reaction

    def size_code(self, code: str) -> str:
        """`code` if this worksheet comes in that size, otherwise M."""
        return code if code in self.sizes else "M"

    def layout(self, code: str = "M") -> Layout:
        """What a size asks, in order. The smaller version keeps the shared questions, but a page folds them away."""
        code = self.size_code(code)
        if code not in self._layouts:
            opening, closing, extra = map(_asked, self._shared)
            keys = self.sizes[code].fields
            own = _asked(self.by_key[key] for key in keys) if keys else _asked(self.questions)
            small = Layout(opening, own, (), closing + extra)
            self._layouts[code] = small if code == "S" else Layout(opening, own, closing, extra)
        return self._layouts[code]

    @cached_property
    def _layouts(self) -> dict[str, Layout]:
        return {}

    def notices(self, values: Values) -> dict[str, str]:
        """Friendly "please check" lines by question key, worked out from the answers. They refuse nothing."""
        lines: dict[str, str] = {}
        for field in self.questions:
            lines |= field.notices(values, self.by_key)
        return lines


def _asked(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The questions that have an input."""
    return tuple(field for field in fields if not field.computed)


def canonical_digest(table: Any) -> str:
    """SHA-256 over JSON with sorted keys and no spaces."""
    return hashlib.sha256(
        json.dumps(table, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


def parse(toml_or_table: str | Mapping[str, Any], source: str = "worksheet") -> Definition:
    """A definition from TOML text or from a table. Raises DefinitionError with file, key and expectation."""
    if isinstance(toml_or_table, str):
        try:
            table: Json = tomllib.loads(toml_or_table)
        except tomllib.TOMLDecodeError as problem:
            raise DefinitionError(source, "", f"expected TOML: {problem}") from None
    elif isinstance(toml_or_table, Mapping):
        table = dict(toml_or_table)
    else:
        raise DefinitionError(source, "", "expected TOML or a table")
    languages = table.get("languages", ["en"])
    spoken = [word for word in languages if isinstance(word, str)] if isinstance(languages, list) else []
    if not spoken:
        raise DefinitionError(
            source, "languages", 'expected a list such as ["en", "es"], the language of this file first'
        )
    overlays = {language: table.pop(language, None) for language in spoken[1:]}
    definition = dataclasses.replace(_build(table, Place(source), spoken[0]), overlays=overlays)
    for language, overlay in overlays.items():
        if not isinstance(overlay, Mapping):
            raise DefinitionError(source, language, "expected a table with the words in this language")
        _build(merge(dump(definition), overlay, Place(source, language)), Place(source, language), language)
    return definition


def _build(table: Any, place: Place, language: str) -> Definition:
    """The definition in one language, looked at as a whole."""
    definition = build(Definition, table, place)
    asked = tuple(field.in_language(language) for field in definition.fields)
    definition = dataclasses.replace(definition, fields=asked, language=language)
    _check_questions(definition, place)
    _check_sizes(definition, place)
    _check_the_rest(definition, place)
    return definition


def _check_questions(definition: Definition, place: Place) -> None:
    """Every key once, and every question that is named by another is there."""
    keys = [field.key for field in definition.questions]
    if not keys:
        raise place.at("fields").error("expected at least one question")
    for key in keys:
        if keys.count(key) > 1 or key in common_fields("en"):
            raise place.at("fields").error(f"{key!r} is there twice (mood_before, tried, ... are added by the program)")
    for field in definition.fields:
        for key in field.speaks_of:
            if key not in definition.by_key:
                raise place.at("fields").error(f"{field.key!r} speaks of {key!r}, and there is no such question")


def _check_sizes(definition: Definition, place: Place) -> None:
    """M is always there, S for everything but measures; smaller never asks more or takes longer (F41)."""
    sizes, wanted = definition.sizes, ("M",) if definition.measure else ("S", "M")
    for code in wanted:
        if code not in sizes:
            raise place.at("sizes").at(code).error("expected here, but it is not there")
    for code, size in sizes.items():
        here = place.at("sizes").at(code)
        if code not in CODES:
            raise here.error("expected S, M or L")
        for key in size.fields:
            if all(field.key != key or field.computed for field in definition.questions):
                raise here.at("fields").error(f"{key!r} is no question of this worksheet")
        if size.minutes < 1:
            raise here.at("minutes").error("expected 1 or more")
    in_order = [code for code in CODES if code in sizes]
    for small, big in pairwise(in_order):
        less, more = (sum(field.inputs for field in definition.layout(code).own) for code in (small, big))
        if sizes[small].minutes > sizes[big].minutes or less > more:
            raise place.at("sizes").at(small).error(f"expected no more questions or minutes than {big}")


def _check_the_rest(definition: Definition, place: Place) -> None:
    """Reasons, an example that fits its own questions, a guide; a measure where a measure is meant."""
    if definition.locked != bool(definition.lock_reason.strip()):
        raise place.at("lock_reason").error("expected exactly when locked = true: what has to be there first")
    for caution in definition.instead:
        if caution not in definition.cautions:
            raise place.at("instead").at(caution).error("expected one of the cautions of this worksheet")
    for asked in definition.fields:
        if asked.partner and not definition.couple:
            raise place.at("fields").error(
                f"{asked.key!r} has a partner, which only a sheet with couple = true may have"
            )
    if (definition.kind == "measure") != (definition.measure is not None):
        raise place.at("measure").error('expected exactly when kind = "measure"')
    if not (definition.mood_fields and definition.closing_fields) and not definition.left_out_because.strip():
        raise place.at("left_out_because").error("expected the reason why shared questions are left out (F04)")
    if definition.measure:
        return
    for name in ("example", "guide"):
        if getattr(definition, name) is None:
            raise place.at(name).error("expected here, but it is not there")
    assert definition.example is not None
    for key, value in definition.example.values.items():
        field = definition.by_key.get(key)
        if field is None or field.computed or field.understood(value) is None:
            raise place.at("example").at("values").at(key).error("expected an answer this worksheet could have")


@cache
def common_fields(language: str) -> dict[str, Field]:
    """The questions every worksheet shares, by key: mood before and after, tried, found out, reaction."""
    source = common_source()
    words = source.get(language, {}).get("fields", {})
    place = Place("_common", "fields")
    return {f.key: f for f in (Field.from_table(table, place) for table in merge(source["fields"], words, place))}


def library_files() -> Iterator[tuple[str, str]]:
    """Name and text of every worksheet and measure that ships."""
    for file in sorted((files("homework.worksheets") / "library").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml") and not file.name.startswith("_"):
            yield file.name, file.read_text("utf-8")


def parse_file(name: str, text: str) -> Definition:
    """One file of the library; it is called after its slug. Raises DefinitionError."""
    definition = parse(text, source=name)
    if f"{definition.slug}.toml" != name:
        raise DefinitionError(name, "slug", f"expected {name.removesuffix('.toml')!r}, the name of the file")
    return definition


def load_library() -> list[Definition]:
    """Every worksheet and measure that ships, by slug. Raises DefinitionError for the first that cannot be used."""
    return [parse_file(name, text) for name, text in library_files()]
