"""What the weeks show about one client's work: charts, beliefs then and afterwards, what got in the way and what helped.

Everything stands side by side and nothing is put down to anything (F50). Amount and depth stay two charts (F49). The questions
"was it as useful as expected, as hard as it looked" are answered by two numbers each, not by a difference of a person.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import Count

from clinic.models import Appointment, Episode
from homework.assignments import moods, schedule
from homework.assignments.models import AfterCheck, CopingPlan, Entry, Obstacle
from homework.reviews.change_table import MeasureTable
from homework.reviews.charts import engagement, events, measures, mood
from homework.reviews.charts.drawing import Drawing
from homework.reviews.digest.interval import Work
from homework.reviews.digest.trends import mood_ratings

CHECKS = 60  # after-checks that are opened
LATELY = 3  # of one piece of work, for "afterwards"


@dataclass(frozen=True)
class Afterwards:
    """One piece of work: what was expected when agreeing, and what was said afterwards, each 0 to 10 or None."""

    title: str
    useful: int | None
    progress: float | None
    looked_hard: int | None
    was_hard: float | None


@dataclass(frozen=True)
class InTheWay:
    """One obstacle: how often it was named, and of the if-thens for it how often they came up and were used."""

    name: str
    times: int
    came_up: int
    used: int


@dataclass(frozen=True)
class OverTime:
    """Everything of it."""

    measures: list[tuple[MeasureTable, Drawing | None]] = field(default_factory=list)  # no drawing of one score
    practice: list[Drawing] = field(default_factory=list)
    says: list[tuple[str, str]] = field(default_factory=list)  # title, sentence (F16)
    afterwards: list[Afterwards] = field(default_factory=list)
    in_the_way: list[InTheWay] = field(default_factory=list)


def of(
    episode: Episode,
    works: Sequence[Work],
    sessions: Iterable[Appointment],
    tables: Sequence[MeasureTable],
    zone: str,
    now: datetime,
) -> OverTime:
    """Two queries; the rest is drawn from what the page has fetched. `zone`: whose days the dates are."""
    held = [schedule.local_day(row.starts_at, zone) for row in sessions]
    told = events.events(works, zone)
    practice = [work for work in works if not work.row.is_measure]
    checks = _checks(practice)
    rows = [
        engagement.amount(practice, held),
        engagement.depth(practice, held),
        mood.drawing(mood_ratings(works), held, schedule.local_day(now, zone)),
    ]
    return OverTime(
        measures=[(table, measures.drawing(f"m{number}", table, told)) for number, table in enumerate(tables, 1)],
        practice=[one for one in rows if one is not None],
        says=[(work.title, said) for work in practice if (said := _mood_says(work, checks))],
        afterwards=_afterwards(practice, checks),
        in_the_way=_in_the_way(episode, practice),
    )


def _checks(works: Sequence[Work]) -> dict[UUID, Any]:
    """The newest after-checks with what was said in them, by entry. One query."""
    rows = AfterCheck.objects.filter(
        entry__assignment_id__in=[work.row.pk for work in works], entry__state=Entry.State.SHARED
    )
    newest = rows.order_by("-entry__shared_at").only("id", "entry_id", "ratings")[:CHECKS]
    return {row.entry_id: row.ratings or {} for row in newest}


def _mood_says(work: Work, checks: dict[UUID, Any]) -> str:
    """Mood after against mood before, from three pairs on (F16)."""
    pairs = [
        moods.pair_of(work.asked(entry), said.values if said is not None else {}, checks.get(entry.pk))
        for entry in work.entries
        if (said := work.written.get(entry.pk)) is not None or entry.pk in checks
    ]
    return moods.sentence_for_staff(pairs)


def _afterwards(works: Sequence[Work], checks: dict[UUID, Any]) -> list[Afterwards]:
    """Work with both: ratings when agreeing, and ratings afterwards; newest first."""
    found = []
    for work in reversed(works):
        before = next((plan.before for plan in reversed(work.plans) if getattr(plan, "before", None) is not None), None)
        said = [checks[entry.pk] for entry in work.entries if entry.pk in checks][-LATELY:]
        progress, hard = _mean(said, "progress"), _mean(said, "hard")
        if before is None or (progress is None and hard is None):
            continue
        ratings = before.ratings or {}
        found.append(Afterwards(work.title, ratings.get("useful"), progress, ratings.get("hard"), hard))
    return found


def _mean(said: Iterable[dict[str, Any]], key: str) -> float | None:
    """The mean of what was said lately, None when nothing was."""
    values = [float(one[key]) for one in said if one.get(key) is not None]
    return round(fmean(values), 1) if values else None


def _in_the_way(episode: Episode, works: Sequence[Work]) -> list[InTheWay]:
    """What was named, most often first, and what came of the if-thens for it. One query."""
    named = Counter(
        kind
        for work in works
        for entry in work.entries
        if getattr(entry, "after", None) is not None
        for kind in entry.after.obstacles
    )
    outcomes = CopingPlan.objects.filter(episode=episode).exclude(outcome="").values_list("obstacle", "outcome")
    came_up: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for kind, outcome, count in outcomes.annotate(count=Count("pk")).order_by():
        if outcome != CopingPlan.Outcome.NOT_MET:
            came_up[kind] += count
        if outcome == CopingPlan.Outcome.USED:
            used[kind] += count
    labels = dict(Obstacle.choices)
    kinds = sorted(named.keys() | came_up.keys(), key=lambda kind: (-named[kind], -came_up[kind], kind))
    return [InTheWay(str(labels.get(kind, kind)), named[kind], came_up[kind], used[kind]) for kind in kinds]
