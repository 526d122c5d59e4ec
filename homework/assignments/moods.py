"""Mood before and after, put side by side: one sentence, and the points of a drawing (F16). Pure; it never says why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition

Pair = tuple[float | None, float | None]
BEFORE, AFTER = "mood_before", "mood_after"
ENOUGH = 3  # complete pairs; with fewer nothing is said


@dataclass(frozen=True)
class MoodAfter:
    """Mood after less mood before, on average, rounded to 0.1, and of how many pairs."""

    mean: float
    pairs: int


def complete(pairs: Iterable[Pair]) -> list[tuple[float, float]]:
    """The pairs of which both halves were answered."""
    return [(first, second) for first, second in pairs if first is not None and second is not None]


def mood_after(moods: Iterable[Pair]) -> MoodAfter | None:
    """Mood after less mood before, on average; None with fewer than three complete pairs."""
    pairs = complete(moods)
    if len(pairs) < ENOUGH:
        return None
    return MoodAfter(round(fmean(after - before for before, after in pairs), 1), len(pairs))


def mood_sentence(moods: Iterable[Pair]) -> str | None:
    """What the client and their therapist read, said as plainly when mood was lower; None with fewer than three
    pairs."""
    found = mood_after(moods)
    if found is None:
        return None
    if found.mean == 0:
        return _("On days you did this, mood was on average the same before and after.")
    if found.mean > 0:
        text = _("On days you did this, mood after was on average %(points)s higher.")
    else:
        text = _("On days you did this, mood after was on average %(points)s lower.")
    return text % {"points": f"{abs(found.mean):g}"}


def sentence_for_staff(moods: Iterable[Pair]) -> str:
    """The same for the care team; empty with fewer than three pairs."""
    found = mood_after(moods)
    if found is None:
        return ""
    if found.mean == 0:
        return _("On days they did this, mood was on average the same before and after.")
    if found.mean > 0:
        text = _("On days they did this, mood after was on average %(points)s higher.")
    else:
        text = _("On days they did this, mood after was on average %(points)s lower.")
    return text % {"points": f"{abs(found.mean):g}"}


def pair_of(definition: Definition | None, answers: Mapping[str, Any], ratings: Mapping[str, Any] | None) -> Pair:
    """The two ratings of one entry: on the worksheet where it asks for them, else as said when looking back."""
    return _rated(definition, answers, ratings, BEFORE), _rated(definition, answers, ratings, AFTER)


def _rated(
    definition: Definition | None, answers: Mapping[str, Any], ratings: Mapping[str, Any] | None, key: str
) -> float | None:
    question = definition.by_key.get(key) if definition is not None else None
    value = question.understood(answers.get(key)) if question is not None else None
    value = (ratings or {}).get(key) if value is None else value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Mood:
    """One day's pair."""

    on: date
    before: float
    after: float


WIDE, HIGH, SIDE, TOP = 520, 190, 28, 12  # of the drawing, in its own units; SIDE leaves room for the scale


@dataclass(frozen=True)
class Drawing:
    """A line chart of mood after, with mood before as hollow dots: coordinates only, drawn by `ui/mood_chart.html`."""

    line: str
    before: list[tuple[float, float]]
    after: list[tuple[float, float]]
    levels: list[tuple[int, float]]
    first: date
    last: date
    width: int = WIDE
    height: int = HIGH
    left: int = SIDE
    right: int = WIDE - 8
    base: float = HIGH - 24


def drawing(moods: Iterable[Mood]) -> Drawing | None:
    """Where each point goes; None with fewer than two days. Days keep their distance from each other."""
    rows = sorted(moods, key=lambda mood: mood.on)
    if len(rows) < 2:
        return None
    first, span = rows[0].on, max((rows[-1].on - rows[0].on).days, 1)
    left, right, base = SIDE + 10, WIDE - 18, HIGH - 24

    def across(index: int, on: date) -> float:
        share = (on - first).days / span if rows[0].on != rows[-1].on else index / (len(rows) - 1)
        return round(left + share * (right - left), 1)

    def up(value: float) -> float:
        return round(base - value / 10 * (base - TOP), 1)

    after = [(across(i, mood.on), up(mood.after)) for i, mood in enumerate(rows)]
    before = [(across(i, mood.on), up(mood.before)) for i, mood in enumerate(rows)]
    line = " ".join(f"{x},{y}" for x, y in after)
    levels = [(value, up(value)) for value in (0, 5, 10)]
    return Drawing(line=line, before=before, after=after, levels=levels, first=first, last=rows[-1].on)
