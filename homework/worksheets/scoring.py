"""Scores of measures: totals, missing answers, bands, reliable change. Pure functions on a `Measure` and answers.

A skipped question is never 0. A total with too many questions open is no total. Change is shown against the first
score of the episode, the best since, and the one before, and only called reliable from the published number of points
on. A zero is an answer, not a sign of safety.
"""

import dataclasses
import datetime as dt
from typing import Literal

from django.utils.translation import gettext as _

from homework.worksheets.kinds import Measure, Values


@dataclasses.dataclass(frozen=True)
class Risk:
    """A risky answer. `points` is what was answered; None: the question was left open, so ask."""

    flag: str
    item: int
    points: int | None


@dataclasses.dataclass(frozen=True)
class Result:
    """One filled-in measure. `total` is None when too many questions are open; `risks` stand whatever it says."""

    total: int | None
    prorated: bool
    answered: int
    missing: tuple[int, ...]
    band: str
    at_cutoff: bool | None
    risks: tuple[Risk, ...]
    not_asked: tuple[Risk, ...]

    @property
    def label(self) -> str:
        """The total in words, "prorated" said where it is."""
        if self.total is None:
            return _("no total, %(count)s questions open") % {"count": len(self.missing)}
        return _("%(total)s (prorated)") % {"total": self.total} if self.prorated else str(self.total)


def score(measure: Measure, values: Values) -> Result:
    """Score the answers `q1`, `q2`, ... of a measure."""
    points: dict[int, int] = {}
    risks, not_asked = [], []
    edges = min(option.value for option in measure.options) + max(option.value for option in measure.options)
    for item, question in zip(measure.items, measure.questions, strict=True):
        raw = question.understood(values.get(question.key))
        answer = raw if isinstance(raw, int) else None
        if answer is not None:
            points[item.n] = edges - answer if item.reverse else answer
        if item.risk and answer is None:
            not_asked.append(Risk(item.risk.flag, item.n, None))
        elif item.risk and answer is not None and answer >= item.risk.value:
            risks.append(Risk(item.risk.flag, item.n, answer))
    missing = tuple(item.n for item in measure.items if item.n not in points)
    total = _total(list(points.values()), len(measure.items), len(missing) <= measure.scoring.max_missing)
    return Result(
        total=total,
        prorated=total is not None and bool(missing),
        answered=len(points),
        missing=missing,
        band=band(measure, total),
        at_cutoff=None if total is None or measure.cutoff is None else reaches_cutoff(measure, total),
        risks=tuple(risks),
        not_asked=tuple(not_asked),
    )


def _total(points: list[int], items: int, allowed: bool) -> int | None:
    """The sum; mean x items when some are open and that is allowed. Halves round up, as people do."""
    if not points or not allowed:
        return None
    return (2 * sum(points) * items + len(points)) // (2 * len(points))


def band(measure: Measure, total: int | None) -> str:
    """What the total is called; empty when there is none."""
    if total is None:
        return ""
    return next((str(b.label) for b in measure.bands if b.low <= total <= b.high), "")


def reaches_cutoff(measure: Measure, total: int) -> bool:
    """Whether a total is on the clinical side of the cut-off."""
    assert measure.cutoff is not None
    return total >= measure.cutoff if measure.higher_is_worse else total <= measure.cutoff


Direction = Literal["better", "same", "worse"]


@dataclasses.dataclass(frozen=True)
class Compared:
    """One comparison with an earlier score: `points` is now minus then; "same" means no reliable change."""

    since: int
    points: int
    direction: Direction

    @property
    def label(self) -> str:
        """In words."""
        words = {
            "better": _("reliably better"),
            "same": _("no reliable change"),
            "worse": _("reliably worse"),
        }
        return words[self.direction]


@dataclasses.dataclass(frozen=True)
class Labels:
    """Change against the first score of the episode, the best since, and the one before (None: there is none yet)."""

    from_first: Compared | None
    from_best: Compared | None
    from_previous: Compared | None
    crossed: Literal["", "below", "above"]

    @property
    def reliably_worse(self) -> bool:
        """Worse than the first score or than the best since (digest signal D2)."""
        return any(c is not None and c.direction == "worse" for c in (self.from_first, self.from_best))

    @property
    def reliably_better(self) -> bool:
        """Better than the first score (digest signal D3)."""
        return self.from_first is not None and self.from_first.direction == "better"

    @property
    def words(self) -> list[str]:
        """The labels to print: against the first score, against the best since where it got worse, the cut-off."""
        if self.from_first is None:
            return []
        lines = [self.from_first.label]
        if self.reliably_worse and self.from_first.direction != "worse":
            lines.append(_("reliably worse than the best since"))
        return [*lines, _("crossed the cut-off")] if self.crossed else lines


def change(
    first: int | None,
    best: int | None,
    previous: int | None,
    current: int,
    rci: int | None,
    *,
    cutoff: int | None = None,
    higher_is_worse: bool = True,
) -> Labels:
    """Compare a score with earlier ones. `rci`: reliable change in points; without one nothing is called reliable."""

    def against(since: int | None) -> Compared | None:
        if since is None:
            return None
        points = current - since
        worse = points if higher_is_worse else -points
        reliable = rci is not None and abs(points) >= rci
        return Compared(since, points, ("worse" if worse > 0 else "better") if reliable else "same")

    crossed: Literal["", "below", "above"] = ""
    if first is not None and cutoff is not None:
        if first >= cutoff > current:
            crossed = "below"
        elif first < cutoff <= current:
            crossed = "above"
    return Labels(against(first), against(best), against(previous), crossed)


def change_of(measure: Measure, earlier: list[int], current: int) -> Labels:
    """`change` for a score after the earlier totals of the same episode, oldest first."""
    best = (min if measure.higher_is_worse else max)(earlier) if earlier else None
    rci = measure.rci.value if measure.rci else None
    first, previous = (earlier[0], earlier[-1]) if earlier else (None, None)
    return change(first, best, previous, current, rci, cutoff=measure.cutoff, higher_is_worse=measure.higher_is_worse)


def next_day(measure: Measure, last_on: dt.date | None) -> dt.date | None:
    """The first day the measure may be given again, or None when it never was."""
    return None if last_on is None else last_on + dt.timedelta(days=measure.min_interval_days)


Refusal = Literal["", "too_soon", "safety_setup"]


def refusal(measure: Measure, *, on: dt.date, last_on: dt.date | None, safety_set_up: bool) -> Refusal:
    """Why the measure cannot be given `on` a day; empty when it can. `last_on`: when this person last had it."""
    if measure.gate == "safety_setup" and not safety_set_up:
        return "safety_setup"
    earliest = next_day(measure, last_on)
    return "too_soon" if earliest is not None and on < earliest else ""
