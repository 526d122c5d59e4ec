"""What `ui/chart.html` draws: plain coordinates and words."""

from dataclasses import dataclass, field
from datetime import date

from homework.reviews.charts.frame import BASE, HIGH, LEFT, RIGHT, TOP, WIDE, Place


@dataclass(frozen=True)
class Band:
    """One stretch of a scale with its name at the side; `shade` from 1 (light) to 5 (deep), never a colour of its own."""

    shade: int
    y: float
    height: float
    name: str = ""

    @property
    def middle(self) -> float:
        """Where the name stands."""
        return round(self.y + self.height / 2 + 4, 1)


@dataclass(frozen=True)
class Dot:
    """One value. `label` is written above it; empty when there are too many to be read."""

    x: float
    y: float
    label: str = ""

    @property
    def above(self) -> float:
        """Where the label stands."""
        return round(self.y - 11, 1)


@dataclass(frozen=True)
class Event:
    """Something about a plan on the time line: a letter in the drawing, a line below it."""

    letter: str
    on: date
    words: str
    x: float = 0


@dataclass(frozen=True)
class Edge:
    """A line across: the cut-off, or from where a change is a reliable one."""

    y: float
    name: str
    dashed: bool = False


@dataclass(frozen=True)
class Table:
    """The same figures in words."""

    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Drawing:
    """One chart. `finding` is the sentence a screen reader says instead of the picture."""

    key: str
    title: str
    finding: str
    table: Table
    sub: str = ""
    bands: list[Band] = field(default_factory=list)
    levels: list[tuple[str, float]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    days: list[tuple[float, date]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    ends: tuple[str, str] = ("", "")  # words at the bottom and the top of the right side
    width: int = WIDE
    height: int = HIGH
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    base: int = BASE

    @property
    def tall(self) -> int:
        """How tall the drawing is with its letters."""
        return HIGH + 18 if self.events else HIGH


def dots(places: list[Place], labels: list[str], most: int = 14) -> list[Dot]:
    """Points with their values, or without where there are more than can be read."""
    written = labels if len(labels) <= most else [""] * len(labels)
    return [Dot(x, y, label) for (x, y), label in zip(places, written, strict=True)]
