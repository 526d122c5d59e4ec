"""Scores of measures: totals, missing answers, bands, reliable change. Pure functions on a `Measure` and answers.

A skipped question is never 0. A total with too many questions open is no total. Change is shown against the first
score of the episode, the best since, and the one before, and only called reliable from the published number of points
on. A zero is an answer, not a sign of safety.
"""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _

from homework.worksheets.kinds import Measure, Values
from homework.worksheets.kinds.measures import Band, MeasureItem, Offer, Pattern, ReliableChange, Scoring, Subscale
from homework.worksheets.kinds.measures import reliable_change as reliable_change


@dataclasses.dataclass(frozen=True)
class Risk:
    """A risky answer. `points` is what was answered; None: the question was left open, so ask."""

    flag: str
    item: int
    points: int | None


@dataclasses.dataclass(frozen=True)
class Part:
    """A subscale of one filled-in measure. `total` is None when too many of its questions are open."""

    key: str
    total: int | None
    prorated: bool
    missing: tuple[int, ...]
    band: str


@dataclasses.dataclass(frozen=True)
class Result:
    """One filled-in measure. `total` is None when too many questions are open; `risks` stand whatever it says.

    `parts`: its subscales. `pattern`: whether the answers follow the published pattern, None where there is none or an
    open question could change it. `watched`: items whose answer the therapist gets a line about. `offers`: slugs of the
    full forms a short one points to.
    """

    total: int | None
    prorated: bool
    answered: int
    missing: tuple[int, ...]
    band: str
    at_cutoff: bool | None
    risks: tuple[Risk, ...]
    not_asked: tuple[Risk, ...]
    parts: tuple[Part, ...] = ()
    pattern: bool | None = None
    watched: tuple[int, ...] = ()
    offers: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The total in words, "prorated" said where it is; without one, those of the parts."""
        if self.total is None and any(part.total is not None for part in self.parts):
            return ", ".join(_said(part.total, part.prorated) for part in self.parts)
        if self.total is None:
            return _("no total, %(count)s questions open") % {"count": len(self.missing)}
        return _said(self.total, self.prorated)


def _said(total: int | None, prorated: bool) -> str:
    if total is None:
        return _("no total")
    return _("%(total)s (prorated)") % {"total": total} if prorated else str(total)


def score(measure: Measure, values: Values) -> Result:
    """Score the answers `q1`, `q2`, ... of a measure."""
    given: dict[int, int] = {}  # as answered
    points: dict[int, int] = {}  # as counted
    risks, not_asked = [], []
    for item, question in zip(measure.items, measure.questions, strict=True):
        raw = question.understood(values.get(question.key))
        answer = raw if isinstance(raw, int) else None
        if answer is not None:
            given[item.n] = answer
            if item.scored:
                points[item.n] = _counted(measure, item, answer)
        if item.risk and answer is None:
            not_asked.append(Risk(item.risk.flag, item.n, None))
        elif item.risk and answer is not None and answer >= item.risk.value:
            risks.append(Risk(item.risk.flag, item.n, answer))
    total, missing = _total(points, [item.n for item in measure.scored], measure.scoring)
    parts = tuple(_part(part, points) for part in measure.subscales)
    return Result(
        total=total,
        prorated=total is not None and bool(missing),
        answered=len(points),
        missing=missing,
        band=band(measure, total),
        at_cutoff=None if total is None or measure.cutoff is None else reaches_cutoff(measure, total),
        risks=tuple(risks),
        not_asked=tuple(not_asked),
        parts=parts,
        pattern=follows(measure.pattern, points) if measure.pattern else None,
        watched=tuple(item.n for item in measure.items if item.watch and _watched(item, given)),
        offers=_offers(measure, total, parts),
    )


def _counted(measure: Measure, item: MeasureItem, answer: int) -> int:
    return sum(measure.ends(item)) - answer if item.reverse else answer


def _watched(item: MeasureItem, given: Mapping[int, int]) -> bool:
    return item.watch is not None and item.n in given and item.watch.holds(given[item.n])


def _total(points: Mapping[int, int], numbers: Sequence[int], how: Scoring) -> tuple[int | None, tuple[int, ...]]:
    """The sum and the items that are open; mean x items when some are open and that is allowed.

    Halves round up, as people do.
    """
    there = [points[n] for n in numbers if n in points]
    missing = tuple(n for n in numbers if n not in points)
    if how.type == "none" or not there or len(missing) > how.max_missing:
        return None, missing
    return (2 * sum(there) * len(numbers) * how.multiply + len(there)) // (2 * len(there)), missing


def _part(part: Subscale, points: Mapping[int, int]) -> Part:
    total, missing = _total(points, part.items, part.scoring)
    return Part(part.key, total, total is not None and bool(missing), missing, band(part, total))


def follows(pattern: Pattern, points: Mapping[int, int]) -> bool | None:
    """Whether the answers follow a pattern; None when open questions could still decide it."""
    least = most = True
    for cluster in pattern.clusters:
        reach = sum(points.get(n, -1) >= pattern.points for n in cluster.items)
        still_open = sum(n not in points for n in cluster.items)
        least, most = least and reach >= cluster.needed, most and reach + still_open >= cluster.needed
    return True if least else None if most else False


def _offers(measure: Measure, total: int | None, parts: Iterable[Part]) -> tuple[str, ...]:
    """The full forms that a pulse points to."""
    rules: list[tuple[Offer | None, int | None]] = [(measure.offers, total)]
    rules += [(part.offers, one.total) for part, one in zip(measure.subscales, parts, strict=True)]
    return tuple(rule.slug for rule, points in rules if rule and points is not None and points >= rule.points)


def _rules(measure: Measure) -> list[Offer]:
    """Every offer a measure may make."""
    return [rule for rule in (measure.offers, *(part.offers for part in measure.subscales)) if rule is not None]


def band(scale: "Measure | Subscale | Track", total: int | None) -> str:
    """What the total is called; empty when there is none."""
    if total is None:
        return ""
    return next((str(b.label) for b in scale.bands if b.low <= total <= b.high), "")


def reaches_cutoff(measure: Measure, total: int) -> bool:
    """Whether a total is on the clinical side of the cut-off."""
    assert measure.cutoff is not None
    return total >= measure.cutoff if measure.higher_is_worse else total <= measure.cutoff


@dataclasses.dataclass(frozen=True)
class Track:
    """One series of totals to follow over time: the measure's own total, or a subscale where it has none."""

    key: str  # empty: the measure's own total
    label: str
    bands: tuple[Band, ...]
    cutoff: int | None
    rci: ReliableChange | None
    higher_is_worse: bool

    def total(self, result: Mapping[str, Any]) -> int | None:
        """The total in a kept result, None when there is none."""
        if not self.key:
            total: int | None = result.get("total")
            return total
        return next((part["total"] for part in result.get("parts", ()) if part["key"] == self.key), None)


def tracks(measure: Measure) -> tuple[Track, ...]:
    """What to follow over time. One track, unless the measure has only subscales (DASS-21, couple pulse)."""
    if measure.scoring.type != "none":
        return (Track("", "", measure.bands, measure.cutoff, measure.rci, measure.higher_is_worse),)
    return tuple(
        Track(part.key, str(part.label), part.bands, part.cutoff, part.rci, part.higher_is_worse)
        for part in measure.subscales
    )


def lines_for_staff(measure: Measure, result: Mapping[str, Any], *, gate_open: bool = False) -> list[str]:
    """What a kept result tells a clinician beside its total: subscales, the pattern, watched answers, the full form.

    Never for the client or anybody else. `gate_open`: whether measures with a risk question may be used here. Neutral on
    purpose: a pattern is no diagnosis, and a watched answer is a reason to ask.
    """
    lines: list[str] = []
    labels = {part.key: str(part.label) for part in measure.subscales}
    for part in result.get("parts", ()):
        said = _said(part["total"], part["prorated"])
        lines.append(f"{labels.get(part['key'], part['key'])}: {said}" + (f", {part['band']}" if part["band"] else ""))
    if measure.pattern:
        lines.append(_pattern_line(measure.pattern, result.get("pattern")))
    for n in result.get("watched", ()):
        watch = measure.items[n - 1].watch
        if watch:
            lines.append(_("Question %(n)s: %(line)s") % {"n": n, "line": watch.line})
    for offer in _rules(measure):
        if offer.slug in result.get("offers", ()):
            name = full_form(offer, gate_open=gate_open).upper()
            lines.append(_("High enough to offer the full form: %(name)s.") % {"name": name})
    return lines


def _pattern_line(pattern: Pattern, holds: bool | None) -> str:
    needed = ", ".join(f"{cluster.key} {cluster.needed}" for cluster in pattern.clusters)
    if holds is None:
        line = _("Pattern of answers (%(needed)s): cannot be told, questions are open.")
    elif holds:
        line = _("Pattern of answers (%(needed)s): there. Worth an interview; it is not a diagnosis.")
    else:
        line = _("Pattern of answers (%(needed)s): not there. It rules nothing out.")
    return line % {"needed": needed}


def full_form(offer: Offer, *, gate_open: bool) -> str:
    """The slug of the form a pulse offers: while the gate is closed, the one without a risk question."""
    return offer.slug if gate_open or not offer.otherwise else offer.otherwise


LEVELS = range(-2, 3)
"""Goal attainment: -2 much less than hoped, 0 as hoped for, +2 much more."""


def goal_attainment(levels: Sequence[int], weights: Sequence[float] | None = None) -> float:
    """The T-score of Goal Attainment Scaling, 50 where everything came as hoped for (clinical.md 2.3).

    T = 50 + 10 x sum(w x) / sqrt(0.7 sum(w^2) + 0.3 (sum w)^2); `weights` default to 1 each. Raises ValueError for no
    goals, a level outside -2 to 2, or weights that are not one above 0 a goal.
    """
    weighed = list(weights) if weights is not None else [1.0] * len(levels)
    if not levels or any(level not in LEVELS for level in levels):
        raise ValueError("levels: expected one or more, each from -2 to 2")
    if len(weighed) != len(levels) or any(not weight > 0 for weight in weighed):
        raise ValueError("weights: expected one for each goal, each above 0")
    spread = 0.7 * sum(weight**2 for weight in weighed) + 0.3 * sum(weighed) ** 2
    return 50 + 10 * sum(weight * level for weight, level in zip(weighed, levels, strict=True)) / math.sqrt(spread)


Direction = Literal["better", "same", "worse"]


@dataclasses.dataclass(frozen=True)
class Compared:
    """One comparison with an earlier score: `points` is now minus then; "same" means no reliable change."""

    since: int
    points: int
    direction: Direction
    reliable_known: bool = True  # false: nobody has published from where on a change is reliable, so nothing is said

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
        lines = [self.from_first.label] if self.from_first.reliable_known else []
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
        direction: Direction = ("worse" if worse > 0 else "better") if reliable else "same"
        return Compared(since, points, direction, reliable_known=rci is not None)

    def clinical(total: int, edge: int) -> bool:  # the cut-off itself belongs to the clinical side
        return total >= edge if higher_is_worse else total <= edge

    crossed: Literal["", "below", "above"] = ""
    if first is not None and cutoff is not None and clinical(first, cutoff) != clinical(current, cutoff):
        crossed = "below" if current < first else "above"
    return Labels(against(first), against(best), against(previous), crossed)


def change_of(measure: Measure | Track, earlier: list[int], current: int) -> Labels:
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
