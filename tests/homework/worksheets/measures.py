"""What tests of measures start from: every measure that ships or can be brought, and answers to them."""

from typing import Any

from homework.worksheets import instruments, scoring
from homework.worksheets.definition import Definition, load_library, parse
from homework.worksheets.instruments import Structure, Wording
from homework.worksheets.kinds import Measure

LIBRARY = {one.slug: one for one in load_library() if one.measure}
STRUCTURES = {one.slug: one for one in instruments.structures()}


def with_placeholders(structure: Structure) -> Definition:
    return parse(instruments.complete(structure, instruments.placeholder(structure)))


DEFINITIONS = LIBRARY | {slug: with_placeholders(one) for slug, one in STRUCTURES.items()}
MEASURES = {slug: one.measure for slug, one in DEFINITIONS.items() if one.measure}


def answered(points: dict[int, Any]) -> dict[str, Any]:
    return {f"q{n}": value for n, value in points.items()}


def filled(measure: Measure, *, highest: bool) -> dict[int, int]:
    """The answers that make the smallest or the largest total; reverse items turn round."""
    return {item.n: measure.ends(item)[highest != item.reverse] for item in measure.scored}


def adding_up_to(measure: Measure, total: int, numbers: Any = None, times: int = 1) -> dict[int, int]:
    """Answers to some items (all that count) whose points add up to a total."""
    left = total // times
    given_points: dict[int, int] = {}
    items = [item for item in measure.scored if numbers is None or item.n in numbers]
    left -= sum(measure.ends(item)[0] for item in items)
    for item in items:
        low, high = measure.ends(item)
        step = min(high - low, left)
        left -= step
        given_points[item.n] = high - step if item.reverse else low + step
    assert left == 0
    return given_points


def scored(slug: str, points: dict[int, Any]) -> scoring.Result:
    return scoring.score(MEASURES[slug], answered(points))


def words_for(slug: str, **more: Any) -> Wording:
    structure = STRUCTURES[slug]
    said: dict[str, Any] = {
        "title": structure.title,
        "stem": "A stem in the clinic's hands",
        "labels": tuple(f"answer {value}" for value in structure.points),
        "items": tuple(f"Line {n} as printed" for n in range(1, structure.items + 1)),
        "credit": "With permission of its owner",
    }
    return Wording(**said | more)
