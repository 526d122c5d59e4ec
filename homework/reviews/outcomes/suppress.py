"""What may be told of numbers of people: none under ten, and none that a subtraction would give away. Pure (F39, F56, 1M).

Who reads the figures is taken to know every whole and every total that is told anywhere, and that no number is below zero.
So hiding the small cells is not enough: a further cell is hidden wherever a small one, or a small rest, could be worked out.
What is hidden says the same for all: nobody is told whether it is small itself or only keeps a small one company.

`line` is for the parts of one whole, `grid` for a table with totals both ways. Numbers that change only a little from month
to month are told roundly (`about`, `share`, `level`), so that two months do not tell one person apart.
"""

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import TypeVar

ENOUGH = 10  # people
ROOM = 5  # people: a hidden small cell could be this many more or fewer, for all that anybody can work out
FINE = 40  # people: from here on shares come in steps of five, below in steps of ten
K = TypeVar("K", bound=Hashable)
Place = tuple[str | None, str | None]  # row and column; None: the total over that side
Table = Mapping[Place, int]
ROW, COLUMN = 0, 1


def line(parts: Mapping[K, int]) -> set[K]:
    """The parts of one known whole that may be told: ten people or more each, and what is left is ten or more, or nobody.

    With one small part the next smallest goes along with it; of two hidden parts nobody can tell which is how large.
    """
    hidden = {key for key, number in parts.items() if number < ENOUGH}
    while 0 < sum(parts[key] for key in hidden) < ENOUGH and len(hidden) < len(parts):
        hidden.add(min(parts.keys() - hidden, key=lambda key: (parts[key], str(key))))
    return set(parts) - hidden


def grid(cells: Mapping[str, Mapping[str, int]], *, columns_known: bool = False) -> dict[Place, int]:
    """The cells and totals of a table that may be told. `None` in a place means the total over that side.

    columns_known: the totals of the columns are told elsewhere, so they are no longer this table's to hide, and they are
    not handed back.
    """
    every: dict[Place, int] = dict(_with_totals(cells))
    known: set[Place] = {place for place in every if place[ROW] is None} if columns_known else set()
    hidden = {place for place, number in every.items() if number < ENOUGH} - known
    while (to_hide := _next(every, hidden, every.keys() - hidden - known)) is not None:
        hidden.add(to_hide)
    return {place: number for place, number in every.items() if place not in hidden | known}


def _with_totals(cells: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[Place, int]]:
    columns = list(dict.fromkeys(column for row in cells.values() for column in row))
    for key, row in cells.items():
        yield from (((key, column), row.get(column, 0)) for column in columns)
        yield (key, None), sum(row.values())
    for column in columns:
        yield (None, column), sum(row.get(column, 0) for row in cells.values())
    yield (None, None), sum(sum(row.values()) for row in cells.values())


def _next(every: Table, hidden: set[Place], left: Collection[Place]) -> Place | None:
    """One more place that has to be hidden, or None when nothing small is given away (or nothing is left to hide)."""
    order = sorted(left, key=lambda place: (None in place, every[place], str(place)))
    for at in _small_rests(every, hidden):
        inside = [place for place in order if place in at]
        if inside:
            return inside[0]
    for place in sorted((one for one in hidden if 0 < every[one] < ENOUGH), key=str):
        if not can_move(every, hidden, place):
            freeing = (one for one in order if can_move(every, hidden | {one}, place))
            return next(freeing, order[0] if order else None)
    return None


def _small_rests(every: Table, hidden: set[Place]) -> Iterator[set[Place]]:
    """The lines whose total is told and whose hidden rest is a small number of people."""
    for side in (ROW, COLUMN):
        for key in dict.fromkeys(place[side] for place in every):
            whole = {place for place in every if place[side] == key}
            total = next(place for place in whole if place[1 - side] is None)
            rest = sum(every[place] for place in whole & hidden if place != total)
            if total not in hidden and 0 < rest < ENOUGH:
                yield whole


def can_move(every: Table, hidden: set[Place], place: Place) -> bool:
    """Whether a hidden cell could be `ROOM` people more or fewer, everything told and every total staying as it is.

    A change is a ring of hidden cells, alternately more and fewer, that comes back to where it began; totals count
    the other way round, and nothing may fall below zero. If there is such a ring, nobody can work the cell out.
    """
    row, column = ("row", place[ROW]), ("column", place[COLUMN])
    ways: dict[object, set[object]] = {}
    for one in hidden - {place}:
        here, there = ("row", one[ROW]), ("column", one[COLUMN])
        if _may(every, one, more=True):
            ways.setdefault(here, set()).add(there)
        if _may(every, one, more=False):
            ways.setdefault(there, set()).add(here)
    more = _may(every, place, more=True) and _leads(ways, column, row)
    return more or (_may(every, place, more=False) and _leads(ways, row, column))


def _may(every: Table, place: Place, *, more: bool) -> bool:
    """Whether a place can be counted `ROOM` more (or fewer) in the sums of its lines. A total stands there with a minus."""
    is_total = (place[ROW] is None) != (place[COLUMN] is None)
    return more != is_total or every[place] >= ROOM


def _leads(ways: Mapping[object, Collection[object]], start: object, end: object) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        for step in ways.get(ahead.pop(), ()):
            if step == end:
                return True
            if step not in seen:
                seen.add(step)
                ahead.append(step)
    return False


def about(number: int) -> int:
    """A number of people, ten or more, to the nearest ten. Nearer, and a share beside it would tell one count exactly."""
    return max(ENOUGH, 10 * ((number + 5) // 10))


def share(yes: float, of: int) -> int:
    """A share in per cent, in steps of five, of fewer than forty people in steps of ten. Never that it was all, or none."""
    step = 5 if of >= FINE else 10
    return int(min(max(step * ((200 * yes / of + step) // (2 * step)), step), 100 - step))


def level(mean: float) -> float:
    """A mean of ratings from 0 to 10, to the nearest half."""
    return round(2 * mean) / 2
