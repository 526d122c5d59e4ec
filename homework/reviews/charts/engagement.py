"""How much was done, and how deep it went: two charts side by side, never one number (F49).

Amount is an order and not a quantity, so it is drawn as dots on named steps. Work that is about noticing has no amount (F10).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from homework.assignments.models import Entry
from homework.reviews.charts.drawing import Band, Drawing, Table, dots
from homework.reviews.charts.frame import BASE, TOP, days_to_name, frame, path
from homework.reviews.digest.interval import Work

MOST = 40  # entries drawn; older ones are in their own stories


@dataclass(frozen=True)
class Point:
    """One shared entry: the day, the piece of work, and one value."""

    on: date
    work: str
    value: float
    label: str


def amount(works: Iterable[Work], sessions: Sequence[date]) -> Drawing | None:
    """How much of it happened, entry by entry; None with fewer than two."""
    points = _points(works, _amount)
    words = {str(value): str(label) for value, label in Entry.Amount.choices}
    levels = [(words[str(value)], value) for value, _label in Entry.Amount.choices]
    said = [point.label for point in points]
    return _drawing("amount", _("How much was done"), points, sessions, 0, 5, levels, said)


def depth(works: Iterable[Work], sessions: Sequence[date]) -> Drawing | None:
    """How deep it went, 0 to 10, entry by entry; None with fewer than two."""
    points = _points(works, _depth)
    levels = [(str(value), value) for value in (0, 5, 10)]
    return _drawing("depth", _("How deep it went"), points, sessions, 0, 10, levels, [])


def _points(works: Iterable[Work], value: Callable[[Work, Entry], tuple[float, str] | None]) -> list[Point]:
    found = [
        Point(work.did(entry).on, work.title, *given)
        for work in works
        if not work.row.is_measure
        for entry in work.entries
        if (given := value(work, entry)) is not None
    ]
    return sorted(found, key=lambda point: point.on)[-MOST:]


def _amount(work: Work, entry: Entry) -> tuple[float, str] | None:
    awareness = work.definition is not None and work.definition.outcome == "awareness"
    if entry.amount is None or awareness:
        return None
    return float(entry.amount), str(entry.get_amount_display())


def _depth(work: Work, entry: Entry) -> tuple[float, str] | None:
    return None if entry.depth is None else (float(entry.depth), f"{float(entry.depth):g}")


def _drawing(
    key: str,
    title: str,
    points: Sequence[Point],
    sessions: Sequence[date],
    low: float,
    high: float,
    levels: Sequence[tuple[str, float]],
    words: Sequence[str],
) -> Drawing | None:
    """Dots by day; a line joins those of one piece of work."""
    if len(points) < 2:
        return None
    here = frame([point.on for point in points], low, high)
    by_work: dict[str, list[Point]] = {}
    for point in points:
        by_work.setdefault(point.work, []).append(point)
    lines = [path([here.at(one.on, one.value) for one in row]) for row in by_work.values() if len(row) > 1]
    numbers = key == "depth"
    said = ", ".join(words[-5:] if words else [point.label for point in points[-5:]])
    return Drawing(
        key=key,
        title=title,
        finding=_("%(title)s. The last ones, oldest first: %(said)s.") % {"title": title, "said": said},
        sub=_("0 to 10, from what was said afterwards and in the session.") if numbers else _("As they said it."),
        table=Table(
            [_("Date"), _("Task"), _("Depth") if numbers else _("Amount")],
            [[date_format(one.on, "j F"), one.work, one.label] for one in reversed(points)],
        ),
        bands=[Band(1, TOP, BASE - TOP)],
        levels=[(str(value), here.y(value)) for _label, value in levels],
        lines=lines,
        dots=dots([here.at(one.on, one.value) for one in points], [""] * len(points)),
        days=days_to_name(here, [one.on for one in points]),
        sessions=[here.x(on) for on in sessions if here.first <= on <= here.last],
        ends=(levels[0][0], levels[-1][0]) if not numbers else ("", ""),
    )
