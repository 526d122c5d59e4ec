"""From days and values to places on paper. A gap stays a gap; the whole range of a scale shows; 0 is at the bottom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDE, HIGH = 410, 232  # the names at the right need their room, also at 320 pixels
LEFT, RIGHT, TOP, BASE = 26, 276, 8, 204
INSET = 12  # room left and right of the first and the last point
DATES = 5  # day labels under a chart at most
Place = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Where things go: days from left to right, values from bottom to top."""

    first: date
    last: date
    low: float
    high: float

    def x(self, on: date) -> float:
        """How far to the right a day is. A day outside is put at the edge."""
        days = max((self.last - self.first).days, 1)
        share = min(max((on - self.first).days / days, 0), 1) if self.last > self.first else 0.5
        return round(LEFT + INSET + share * (RIGHT - LEFT - 2 * INSET), 1)

    def y(self, value: float) -> float:
        """How far down a value is."""
        return round(BASE - (value - self.low) / (self.high - self.low) * (BASE - TOP), 1)

    def at(self, on: date, value: float) -> Place:
        """The place of one point."""
        return self.x(on), self.y(value)


def frame(days: Iterable[date], low: float, high: float) -> Frame:
    """A frame around these days."""
    known = sorted(days)
    return Frame(known[0], known[-1], low, high)


def path(places: Sequence[Place]) -> str:
    """Points as an SVG polyline takes them."""
    return " ".join(f"{x},{y}" for x, y in places)


def runs(points: Sequence[tuple[date, float]], longest: timedelta | None = None) -> list[list[tuple[date, float]]]:
    """Points cut into stretches wherever two neighbours are further apart than `longest`."""
    found: list[list[tuple[date, float]]] = []
    for point in points:
        if found and (longest is None or point[0] - found[-1][-1][0] <= longest):
            found[-1].append(point)
        else:
            found.append([point])
    return found


def days_to_name(frame: Frame, days: Iterable[date]) -> list[tuple[float, date]]:
    """A few of the days, far enough apart to be read: the first, the last, and some between."""
    known = sorted(set(days))
    step = max(1, -(-len(known) // DATES))
    chosen = [known[-1], *(day for day in known[::step] if day != known[-1])]
    named: list[tuple[float, date]] = []
    for day in chosen:
        x = frame.x(day)
        if all(abs(x - other) >= 44 for other, _day in named):
            named.append((x, day))
    return sorted(named)


def sparkline(values: Sequence[float], wide: int = 64, high: int = 20) -> str:
    """A few scores as a line as small as a word, oldest first; empty for fewer than three. Only the shape is drawn."""
    if len(values) < 3:
        return ""
    low, span = min(values), (max(values) - min(values)) or 1
    step = (wide - 4) / (len(values) - 1)
    return path(
        [
            (round(2 + n * step, 1), round(high - 3 - (value - low) / span * (high - 6), 1))
            for n, value in enumerate(values)
        ]
    )
