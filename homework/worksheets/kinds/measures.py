"""A measure: fixed wording in a fixed order, with its scoring, its licence, and what a risky answer is.

The wording is the instrument. A checksum over stem, options and items refuses any re-wording or re-ordering; the credit
line is part of the form. Scores themselves are worked out in `scoring`.
"""

import dataclasses
import hashlib
import json
from functools import cached_property
from itertools import pairwise
from typing import Literal

from homework.worksheets.kinds.picks import Item
from homework.worksheets.kinds.source import Text

Licence = Literal["public_domain", "no_permission_needed", "open_licence", "own", "bring_your_own"]


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
class MeasureItem:
    """One question of the measure, in its published words. `reverse` items count the other way round."""

    n: int
    text: Text
    reverse: bool = False
    risk: Risk | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scoring:
    """How items become a total: a sum; with up to `max_missing` items open, mean x number of items, called prorated."""

    type: Literal["sum"] = "sum"
    max_missing: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Band:
    """What a range of totals is called. For clinicians; clients see their own line without these names."""

    low: int
    high: int
    label: Text


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReliableChange:
    """From how many points on a change is more than chance, and who says so."""

    value: int
    source: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measure:
    """The instrument."""

    recall: str  # ISO 8601: P14D is "the last 2 weeks"
    stem: Text
    options: tuple[Points, ...]
    items: tuple[MeasureItem, ...]
    scoring: Scoring
    bands: tuple[Band, ...] = ()
    cutoff: int | None = None
    rci: ReliableChange | None = None
    higher_is_worse: bool = True
    min_interval_days: int = 0
    gate: Literal["", "safety_setup"] = ""  # safety_setup: only where the clinic has set up who answers a risky answer
    licence_status: Licence
    licence_text: str
    attribution: str  # shown under the form, always
    source_url: str = ""
    may_translate: bool = False
    may_modify: bool = False
    text_sha256: str

    def __post_init__(self) -> None:
        if [item.n for item in self.items] != list(range(1, len(self.items) + 1)) or not self.items:
            raise ValueError("items: expected them numbered 1, 2, 3 in their own order")
        if len({option.value for option in self.options}) != len(self.options) or len(self.options) < 2:
            raise ValueError("options: expected two or more, each with points of its own")
        edges = [(band.low, band.high) for band in self.bands]
        if edges and (
            edges[0][0] != self.lowest
            or edges[-1][1] != self.highest
            or any(after[0] != before[1] + 1 for before, after in pairwise(edges))
            or any(low > high for low, high in edges)
        ):
            raise ValueError(f"bands: expected them to cover {self.lowest} to {self.highest} without a gap")
        if self.text_sha256 != self.checksum():
            raise ValueError(f"text_sha256: the wording or its order was changed (it is now {self.checksum()})")

    @property
    def lowest(self) -> int:
        """The smallest total."""
        return min(option.value for option in self.options) * len(self.items)

    @property
    def highest(self) -> int:
        """The largest total."""
        return max(option.value for option in self.options) * len(self.items)

    def checksum(self) -> str:
        """SHA-256 over the wording and its order."""
        wording = [
            self.stem,
            [[option.value, option.label] for option in self.options],
            [[item.n, item.text] for item in self.items],
        ]
        return hashlib.sha256(json.dumps(wording, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

    @cached_property
    def questions(self) -> tuple[Item, ...]:
        """The items as questions `q1`, `q2`, ..."""
        options = tuple((option.value, option.label) for option in self.options)
        return tuple(
            Item(key=f"q{item.n}", label=item.text, options=options, required_for_share=True) for item in self.items
        )
