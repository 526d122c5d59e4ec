"""A measure: fixed wording in a fixed order, with its scoring, its licence, and what a risky answer is.

The wording is the instrument. A checksum over everything the client reads in it (stem, options, items) refuses any
re-wording or re-ordering; the credit line is part of the form. Scores themselves are worked out in `scoring`.
What an instrument does not need is left out of its file, so that the checksum of a plain one never moves.
"""

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from homework.worksheets.kinds.base import Field, Option
from homework.worksheets.kinds.picks import Checklist, Item
from homework.worksheets.kinds.source import NO_WORDS, Place, Text, convert, dump

Licence = Literal["public_domain", "no_permission_needed", "open_licence", "own", "bring_your_own"]
Scale = Literal["", "s10", "s100"]
TOPS = {"s10": 10, "s100": 100}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Points:
    """One answer everybody may give, and what it counts."""

    value: int
    label: Text


@dataclasses.dataclass(frozen=True, kw_only=True)
class Risk:
    """An answer of `value` or more raises the flag named here at once, whatever the total says."""

    op: Literal[">="] = ">="
    value: int
    flag: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watch:
    """An answer the therapist gets a line about. It is no flag: nobody is called, and nothing is said of danger."""

    op: Literal[">=", "<="] = ">="
    value: int
    line: Text

    def holds(self, points: int) -> bool:
        """Whether an answer is one to tell about."""
        return points >= self.value if self.op == ">=" else points <= self.value


@dataclasses.dataclass(frozen=True, kw_only=True)
class MeasureItem:
    """One question of the measure, in its published words. `reverse` items count the other way round.

    It is answered with the options all items share, with `options` of its own, with a number on a `scale` from 0 to 10
    or 0 to 100 whose ends are called `low` and `high`, or by ticking any of a `checklist`, which has no points. `scored`
    false: it is asked and shown, but counts for no total and may stay open. `key` names it for a translation.
    """

    n: int
    text: Text
    key: str = ""
    hint: Text = NO_WORDS
    reverse: bool = False
    scored: bool = True
    options: tuple[Points, ...] = ()
    scale: Scale = ""
    low: Text = NO_WORDS
    high: Text = NO_WORDS
    checklist: tuple[Option, ...] = ()
    risk: Risk | None = None
    watch: Watch | None = None

    def __post_init__(self) -> None:
        if sum(map(bool, (self.options, self.scale, self.checklist))) > 1:
            raise ValueError("options: expected only one of options, scale and checklist")
        if self.checklist and (self.scored or self.risk or self.watch):
            raise ValueError("checklist: expected scored = false, and neither risk nor watch: it has no points")
        if (self.low or self.high) and not self.scale:
            raise ValueError("low: expected only with a scale")
        if self.options:
            _check_points(self.options)


def _check_points(options: tuple[Points, ...]) -> None:
    if len({option.value for option in options}) != len(options) or len(options) < 2:
        raise ValueError("options: expected two or more, each with points of its own")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scoring:
    """How items become a total: a sum; with up to `max_missing` items open, mean x number of items, called prorated.

    `multiply`: what the sum is taken times (WHO-5: 4). Type "none": there is no total, only subscales.
    """

    type: Literal["sum", "none"] = "sum"
    max_missing: int = 0
    multiply: int = 1


@dataclasses.dataclass(frozen=True, kw_only=True)
class Band:
    """What a range of totals is called. For clinicians; clients see their own line without these names."""

    low: int
    high: int
    label: Text


@dataclasses.dataclass(frozen=True, kw_only=True)
class CutOff:
    """One cut-off that is in use somewhere; `label` says where or for whom. Which one holds is the clinic's choice."""

    value: int
    label: Text


def reliable_change(sd: float, r: float) -> float:
    """Points from which on a change is more than chance: 1.96 x SD x sqrt(2 x (1 - r)) (clinical.md 2.1).

    sd: standard deviation of a reference group in points; r: reliability of the scale there, 0 to 1.
    Raises ValueError for numbers that cannot be these.
    """
    if not (sd > 0 and 0 <= r < 1):
        raise ValueError("sd: expected more than 0, and r from 0 to below 1")
    return 1.96 * sd * math.sqrt(2 * (1 - r))


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReliableChange:
    """From how many points on a change is more than chance, and who says so.

    Published, or worked out from `sd` and `r` by `reliable_change` and rounded up to whole points.
    """

    value: int = 0
    sd: float = 0
    r: float = 0
    source: str

    def __post_init__(self) -> None:
        if self.sd or self.r:
            worked_out = math.ceil(round(reliable_change(self.sd, self.r), 6))
            if self.value not in (0, worked_out):
                raise ValueError(f"value: expected {worked_out}, which is what sd and r make, or none")
            object.__setattr__(self, "value", worked_out)
        if self.value < 1:
            raise ValueError("value: expected 1 or more, or sd and r to work it out from")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Cluster:
    """A group of items of which at least `needed` are to reach the pattern's points."""

    key: str
    items: tuple[int, ...]
    needed: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pattern:
    """A published pattern of answers (PCL-5), told to clinicians as a neutral line. It is no diagnosis."""

    points: int  # from here on an item counts
    clusters: tuple[Cluster, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Offer:
    """A short form's rule: from so many points on, the full form may be offered. Nothing is sent by itself.

    `otherwise`: the form without a risk question, where the clinic's safety set-up is not complete.
    """

    slug: str
    points: int
    otherwise: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subscale:
    """A part of the measure with a total of its own, by the numbers of its items."""

    key: str
    label: Text
    items: tuple[int, ...]
    scoring: Scoring = Scoring()
    bands: tuple[Band, ...] = ()
    cutoff: int | None = None
    rci: ReliableChange | None = None
    higher_is_worse: bool = True
    offers: Offer | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measure:
    """The instrument."""

    recall: str  # ISO 8601: P14D is "the last 2 weeks"; empty: no set time
    stem: Text
    options: tuple[Points, ...] = ()
    items: tuple[MeasureItem, ...]
    scoring: Scoring
    subscales: tuple[Subscale, ...] = ()
    pattern: Pattern | None = None
    bands: tuple[Band, ...] = ()
    cutoff: int | None = None
    cutoffs: tuple[CutOff, ...] = ()  # the ones to choose from, where there are several; `cutoff` is the default
    rci: ReliableChange | None = None
    rcis: tuple[ReliableChange, ...] = ()  # the published ones to choose from; `rci` is the default
    higher_is_worse: bool = True
    min_interval_days: int = 0
    offers: Offer | None = None
    gate: Literal["", "safety_setup"] = ""  # safety_setup: only where the clinic has set up who answers a risky answer
    ungated: str = ""  # the slug of the measure that is there while the gate is closed
    licence_status: Licence
    licence_text: str
    attribution: Text  # shown under the form, always
    source_url: str = ""
    may_translate: bool = False
    may_modify: bool = False
    text_sha256: str

    def __post_init__(self) -> None:
        if [item.n for item in self.items] != list(range(1, len(self.items) + 1)) or not self.items:
            raise ValueError("items: expected them numbered 1, 2, 3 in their own order")
        if self.options or not all(item.options or item.scale or item.checklist for item in self.items):
            _check_points(self.options)
        self._check_numbers()
        _check_bands(self.bands, self.lowest, self.highest)
        for part in self.subscales:
            low, high = self.ends_of(part.items, part.scoring)
            _check_bands(part.bands, low, high)
        if self.cutoffs and self.cutoff not in {one.value for one in self.cutoffs}:
            raise ValueError("cutoff: expected one of cutoffs")
        if self.rcis and self.rci not in self.rcis:
            raise ValueError("rci: expected one of rcis")
        if bool(self.gate) != bool(self.ungated):
            raise ValueError("ungated: expected exactly where there is a gate: what can be used until it is open")
        if self.gate == "" and any(item.risk for item in self.items):
            raise ValueError("gate: expected safety_setup, because an item has a risk")
        if self.text_sha256 != self.checksum():
            raise ValueError(f"text_sha256: the wording or its order was changed (it is now {self.checksum()})")

    def _check_numbers(self) -> None:
        """Items named by a subscale or cluster exist and count; what has a total has items that count."""
        counted = {item.n for item in self.scored}
        if not counted and self.scoring.type == "sum":
            raise ValueError("items: expected at least one that is scored")
        if self.scoring.type == "none" and (self.bands or self.cutoff is not None or self.rci or not self.subscales):
            raise ValueError('scoring: with type = "none" expected subscales, and no bands, cutoff or rci beside them')
        parts: list[Subscale | Cluster] = [*self.subscales, *(self.pattern.clusters if self.pattern else ())]
        for part in parts:
            if not part.items or not set(part.items) <= counted or len(set(part.items)) != len(part.items):
                raise ValueError(f"{part.key}: expected numbers of items that are scored, each once")
        if len({part.key for part in self.subscales}) != len(self.subscales):
            raise ValueError("subscales: expected a key of its own for each")

    @cached_property
    def scored(self) -> tuple[MeasureItem, ...]:
        """The items that count."""
        return tuple(item for item in self.items if item.scored)

    def ends(self, item: MeasureItem) -> tuple[int, int]:
        """The fewest and the most points of one item."""
        if item.scale:
            return 0, TOPS[item.scale]
        values = [option.value for option in item.options or self.options]
        return min(values), max(values)

    def ends_of(self, numbers: Iterable[int], scoring: Scoring) -> tuple[int, int]:
        """The smallest and the largest total of some items."""
        ends = [self.ends(self.items[n - 1]) for n in numbers]
        return sum(low for low, _high in ends) * scoring.multiply, sum(high for _low, high in ends) * scoring.multiply

    @property
    def lowest(self) -> int:
        """The smallest total."""
        return self.ends_of((item.n for item in self.scored), self.scoring)[0]

    @property
    def highest(self) -> int:
        """The largest total."""
        return self.ends_of((item.n for item in self.scored), self.scoring)[1]

    def checksum(self) -> str:
        """SHA-256 over the wording and its order."""
        return _checksum(self.stem, self.options, self.items)

    def chosen(self, *, cutoff: int | None = None, rci: int | None = None) -> "Measure":
        """This measure with one of the published alternatives a clinic chose; None keeps the default.

        Raises ValueError for a number that is not among `cutoffs` or `rcis`.
        """
        if cutoff is not None and cutoff not in {self.cutoff, *(one.value for one in self.cutoffs)}:
            raise ValueError("cutoff: expected one that the measure names")
        found = self.rci if rci is None else next((one for one in self.rcis if one.value == rci), None)
        if rci is not None and found is None:
            raise ValueError("rci: expected one that the measure names")
        return dataclasses.replace(self, cutoff=self.cutoff if cutoff is None else cutoff, rci=found)

    @cached_property
    def questions(self) -> tuple[Field, ...]:
        """The items as questions `q1`, `q2`, ..."""
        shared = tuple((option.value, option.label) for option in self.options)
        return tuple(self._question(item, shared) for item in self.items)

    def _question(self, item: MeasureItem, shared: tuple[tuple[int, Text], ...]) -> Field:
        key = f"q{item.n}"
        if item.checklist:
            return Checklist(key=key, label=item.text, hint=item.hint, options=item.checklist)
        if item.scale:
            options = tuple((number, Text(str(number))) for number in range(TOPS[item.scale] + 1))
        else:
            options = tuple((option.value, option.label) for option in item.options) or shared
        return Item(
            key=key,
            label=item.text,
            hint=item.hint,
            options=options,
            scale=item.scale,
            low=item.low,
            high=item.high,
            required_for_share=item.scored,
        )


def _check_bands(bands: tuple[Band, ...], lowest: int, highest: int) -> None:
    """Bands cover every total once."""
    edges = [(band.low, band.high) for band in bands]
    if edges and (
        edges[0][0] != lowest
        or edges[-1][1] != highest
        or any(after[0] != before[1] + 1 for before, after in pairwise(edges))
        or any(low > high for low, high in edges)
    ):
        raise ValueError(f"bands: expected them to cover {lowest} to {highest} without a gap")


READ = ("hint", "options", "scale", "low", "high", "checklist")
"""What else of an item the client reads; in the checksum only where it is used."""


def _checksum(stem: str, options: Iterable[Points], items: Iterable[MeasureItem]) -> str:
    wording: list[Any] = [stem, [[option.value, option.label] for option in options], []]
    for item in items:
        more = {name: dump(value) for name in READ if (value := getattr(item, name))}
        wording[2].append([item.n, item.text, *([more] if more else [])])
    return hashlib.sha256(json.dumps(wording, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def checksum_of(table: Mapping[str, Any]) -> str:
    """The checksum that a `[measure]` table would have to carry, to sign a wording with. Raises DefinitionError."""
    place = Place("wording")
    options = convert(tuple[Points, ...], table.get("options", []), place.at("options"))
    items = convert(tuple[MeasureItem, ...], table["items"], place.at("items"))
    return _checksum(table["stem"], options, items)
