"""What may be told of small numbers: the attacker of these tests solves the sums, and still cannot pin anybody down."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.reviews.outcomes import suppress
from homework.reviews.outcomes.suppress import Place, grid, line

NUMBERS = st.one_of(st.integers(0, 9), st.integers(0, 14), st.integers(10, 60))


# --- parts of one whole ---------------------------------------------------------------------------------------------------


@pytest.mark.finding("F56")
@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ({"a": 10, "b": 12}, {"a", "b"}),
        ({"a": 9, "b": 12, "c": 30}, {"c"}),  # the whole less the others would be a
        ({"a": 9, "b": 12}, set()),
        ({"a": 4, "b": 7, "c": 30}, {"c"}),  # together eleven: which is how large nobody can tell
        ({"a": 3, "b": 4, "c": 20, "d": 30}, {"d"}),  # together seven are too few
        ({"a": 0, "b": 30}, {"b"}),  # nobody is nobody
        ({"a": 0, "b": 3, "c": 11, "d": 12}, {"d"}),
        ({"a": 9}, set()),
        ({}, set()),
    ],
)
def test_a_small_part_is_hidden_and_so_is_what_would_give_it_away(parts: dict[str, int], shown: set[str]) -> None:
    assert line(parts) == shown


@pytest.mark.finding("F56")
@given(st.dictionaries(st.sampled_from("abcdefgh"), NUMBERS, min_size=1))
def test_of_any_parts_what_is_told_is_ten_or_more_and_so_is_the_rest(parts: dict[str, int]) -> None:
    shown = line(parts)
    rest = {key: number for key, number in parts.items() if key not in shown}
    assert all(parts[key] >= 10 for key in shown)
    assert not shown or sum(rest.values()) == 0 or sum(rest.values()) >= 10
    if shown and any(0 < number < 10 for number in rest.values()):
        assert sum(number > 0 for number in rest.values()) >= 2


# --- tables ---------------------------------------------------------------------------------------------------------------


def whole(cells: dict[str, dict[str, int]]) -> dict[Place, int]:
    every = {(row, column): number for row, told in cells.items() for column, number in told.items()}
    columns = list(next(iter(cells.values())))
    every |= {(row, None): sum(told.values()) for row, told in cells.items()}
    every |= {(None, column): sum(told[column] for told in cells.values()) for column in columns}
    return every | {(None, None): sum(sum(told.values()) for told in cells.values())}


def sums(every: dict[Place, int]) -> list[dict[Place, int]]:
    """Every sum that holds in the table, as coefficients: parts +1, total -1."""
    found = []
    for side in (0, 1):
        for key in dict.fromkeys(place[side] for place in every):
            found.append({p: -1 if p[1 - side] is None else 1 for p in every if p[side] == key})
    return found


def freedoms(every: dict[Place, int], unknown: list[Place]) -> list[list[int]]:
    """All the ways in which the unknown numbers can change together with every sum still right: Gauss, exactly."""
    rows = [[Fraction(one.get(place, 0)) for place in unknown] for one in sums(every)]
    pivots: list[int] = []
    for column in range(len(unknown)):
        pivot = next((row for row in rows[len(pivots) :] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot[:] = [value / pivot[column] for value in pivot]
        for row in rows:
            if row[column]:
                row[:] = [a - row[column] * b for a, b in zip(row, pivot, strict=True)]
        rows.insert(len(pivots), pivot)
        pivots.append(column)
    found = []
    for free in (column for column in range(len(unknown)) if column not in pivots):
        way = [0] * len(unknown)
        way[free] = 1
        for row, column in zip(rows, pivots, strict=False):
            assert row[free].denominator == 1
            way[column] = int(-row[free])
        found.append(way)
    return found


def could_be(every: dict[Place, int], told: set[Place]) -> dict[Place, set[int]]:
    """What an attacker who solves the sums has to leave open for each unknown number (none is below zero).

    Looks for other tables with the same sums, those with the fewest changes first, until each small number has a second one.
    """
    unknown = sorted(every.keys() - told, key=str)
    ways = freedoms(every, unknown)
    open_: dict[Place, set[int]] = {place: {every[place]} for place in unknown}
    small = [place for place in unknown if 0 < every[place] < 10]
    steps = [step for step in range(-6, 7) if step] if len(ways) < 4 else [-5, 5]
    for several in range(1, len(ways) + 1):
        for chosen in combinations(ways, several):
            for times in product(steps, repeat=several):
                numbers = [
                    every[at] + sum(t * way[i] for t, way in zip(times, chosen, strict=True))
                    for i, at in enumerate(unknown)
                ]
                if min(numbers) >= 0:
                    for place, number in zip(unknown, numbers, strict=True):
                        open_[place].add(number)
        if all(len(open_[place]) > 1 for place in small):
            break
    return open_


def tables(rows: int, columns: int) -> st.SearchStrategy[dict[str, dict[str, int]]]:
    inner = st.fixed_dictionaries({f"c{n}": NUMBERS for n in range(columns)})
    return st.fixed_dictionaries({f"r{n}": inner for n in range(rows)})


SHAPES = st.sampled_from([(1, 1), (2, 1), (2, 2), (2, 3), (3, 3), (2, 4), (4, 2)])
ANY_TABLE = SHAPES.flatmap(lambda shape: tables(*shape))


@pytest.mark.finding("F39")
@pytest.mark.finding("F56")
@settings(max_examples=100, deadline=None)
@given(ANY_TABLE)
def test_nobody_who_solves_the_sums_of_a_table_can_work_out_a_number_from_one_to_nine(
    cells: dict[str, dict[str, int]],
) -> None:
    every, told = whole(cells), grid(cells)
    assert told == {place: every[place] for place in told}
    assert all(number >= 10 for number in told.values())
    for place, numbers in (could_be(every, set(told)) if told else {}).items():
        if 0 < every[place] < 10:
            assert len(numbers) > 1, (place, every, told)


@pytest.mark.finding("F39")
@settings(max_examples=100, deadline=None)
@given(st.sampled_from([(2, 1), (2, 2), (2, 3), (2, 4)]).flatmap(lambda shape: tables(*shape)))
def test_tables_that_share_totals_told_elsewhere_are_as_safe(cells: dict[str, dict[str, int]]) -> None:
    every = whole(cells)
    shared = {place for place in every if place[0] is None}
    if any(every[place] < 10 for place in shared):
        return  # such totals are told nowhere: small sites are put together before
    told = grid(cells, columns_known=True)
    assert not told.keys() & shared
    for place, numbers in could_be(every, told.keys() | shared).items():
        if 0 < every[place] < 10:
            assert len(numbers) > 1, (place, every, told)


@pytest.mark.finding("F56")
@given(ANY_TABLE)
@settings(max_examples=100, deadline=None)
def test_no_hidden_rest_of_a_line_with_its_total_told_is_a_number_from_one_to_nine(
    cells: dict[str, dict[str, int]],
) -> None:
    every, told = whole(cells), grid(cells)
    for one in sums(every):
        total = next(place for place, sign in one.items() if sign < 0)
        if total in told:
            rest = sum(every[place] for place, sign in one.items() if sign > 0 and place not in told)
            assert rest == 0 or rest >= 10


def test_a_large_table_hides_nothing_and_a_ring_hides_no_more_than_it_has_to() -> None:
    assert len(grid({"a": {"x": 10, "y": 20}, "b": {"x": 30, "y": 40}})) == 9
    told = grid({"yes": {"x": 3, "y": 12, "z": 30}, "no": {"x": 27, "y": 18, "z": 30}})
    assert {place for place in told if None not in place} == {("yes", "z"), ("no", "z")}
    assert told["yes", None] == 45


def test_the_attacker_of_these_tests_does_work_out_what_was_hidden_carelessly() -> None:
    every = whole({"yes": {"x": 3, "y": 12}, "no": {"x": 27, "y": 18}})
    careless = {place for place in every if every[place] >= 10}
    assert could_be(every, careless)["yes", "x"] == {3}


# --- round numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F56")
@given(st.integers(10, 400), st.data())
def test_rounded_shares_and_numbers_leave_more_than_one_count_open(number: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, number))
    told = suppress.about(number), suppress.share(yes, number)
    near = range(max(10, number - 5), number + 6)
    open_ = {
        (some, of) for of in near for some in range(of + 1) if (suppress.about(of), suppress.share(some, of)) == told
    }
    assert len({some for some, _of in open_}) > 1
    assert len({of - some for some, of in open_}) > 1
    assert 5 <= told[1] <= 95


@pytest.mark.parametrize(("number", "told"), [(10, 10), (14, 10), (15, 20), (24, 20), (25, 30), (102, 100)])
def test_numbers_of_people_are_told_to_the_nearest_ten(number: int, told: int) -> None:
    assert suppress.about(number) == told


@pytest.mark.parametrize(
    ("yes", "of", "told"), [(0, 12, 10), (12, 12, 90), (7, 12, 60), (30, 40, 75), (0, 100, 5), (1.5, 10, 20)]
)
def test_shares_come_in_steps_and_never_say_all_or_none(yes: float, of: int, told: int) -> None:
    assert suppress.share(yes, of) == told
