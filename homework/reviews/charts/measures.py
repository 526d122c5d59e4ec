"""One measure over the weeks: its bands, the cut-off, from where a change is reliable, and the plan events on the same days."""

from collections.abc import Sequence
from datetime import date
from string import ascii_uppercase

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from homework.reviews.change_table import MeasureTable
from homework.reviews.charts.drawing import Band, Drawing, Edge, Event, Table, dots
from homework.reviews.charts.frame import BASE, TOP, Frame, days_to_name, frame, path
from homework.worksheets.scoring import Track

SHADES = 5


def drawing(key: str, table: MeasureTable, events: Sequence[Event]) -> Drawing | None:
    """The chart of one measure; None before there are two totals. `events` are put on the days between the scores."""
    points = [(row.on, float(row.total)) for row in reversed(table.rows) if row.total is not None]
    if len(points) < 2 or table.track is None:
        return None
    low, high = table.scale
    within = [event for event in events if points[0][0] <= event.on <= points[-1][0]]
    here = frame([on for on, _total in points], low, high)
    places = [here.at(on, total) for on, total in points]
    said = [f"{total:g}" for _on, total in points]
    return Drawing(
        key=key,
        title=_("%(name)s: %(first)s to %(last)s") % {"name": table.title, "first": said[0], "last": said[-1]},
        finding=_("%(name)s, oldest first: %(scores)s. %(sentence)s")
        % {"name": table.title, "scores": ", ".join(said), "sentence": table.sentence},
        sub=table.sentence,
        table=_table(table),
        bands=_bands(here, table.track),
        levels=_levels(here, table.track),
        lines=[path(places)],
        dots=dots(places, said),
        days=days_to_name(here, [on for on, _total in points]),
        edges=_edges(here, table.track, points[0][1]),
        events=[
            Event(letter, event.on, event.words, here.x(event.on))
            for letter, event in zip(ascii_uppercase, within, strict=False)
        ],
    )


def _bands(here: Frame, track: Track) -> list[Band]:
    """The bands from light (least of what is measured) to deep; of a scale where more is better the other way round."""
    count = len(track.bands)
    found = []
    for place, band in enumerate(track.bands):
        top = here.y(min(band.high + 1, here.high)) if place < count - 1 else TOP
        bottom = here.y(max(band.low, here.low))
        step = place if track.higher_is_worse else count - 1 - place
        found.append(Band(_shade(step, count), top, round(bottom - top, 1), str(band.label)))
    return found or [Band(1, TOP, BASE - TOP)]


def _shade(step: int, count: int) -> int:
    return 1 + round(step * (SHADES - 1) / max(count - 1, 1)) if count > 1 else 1


def _levels(here: Frame, track: Track) -> list[tuple[str, float]]:
    """The numbers at the left: where bands begin, and the ends of the scale."""
    values = sorted({here.low, here.high, *(float(band.low) for band in track.bands)})
    kept: list[float] = []
    for value in values:
        if all(abs(here.y(value) - here.y(other)) >= 13 for other in kept):
            kept.append(value)
    return [(f"{value:g}", here.y(value)) for value in kept]


def _edges(here: Frame, track: Track, first: float) -> list[Edge]:
    """The cut-off, and the score from which on it is reliably better than the first one."""
    edges = []
    if track.cutoff is not None:
        edges.append(Edge(here.y(track.cutoff), _("cut-off %(n)s") % {"n": track.cutoff}))
    if track.rci is not None:
        value = first - track.rci.value if track.higher_is_worse else first + track.rci.value
        if here.low <= value <= here.high and value != track.cutoff:
            edges.append(Edge(here.y(value), _("reliably better from %(n)s") % {"n": f"{value:g}"}, dashed=True))
    return edges


def _table(table: MeasureTable) -> Table:
    head = [_("Date"), _("Score"), _("Band"), _("Against the first and the best")]
    rows = [[_day(row.on), row.label, row.band or "–", row.words or "–"] for row in table.rows]
    return Table(head, rows)


def _day(on: date) -> str:
    return date_format(on, "j F Y")
