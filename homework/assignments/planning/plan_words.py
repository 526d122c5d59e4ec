"""A plan as one value: what a form cleans to, what an action takes, and what a plan that stands reads as."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from homework.assignments.models import CopingPlan, Obstacle, Plan
from homework.assignments.models.plan import UsedAt


@dataclass(frozen=True)
class IfThen:
    """One if-then pair as typed."""

    obstacle: str = Obstacle.OTHER
    if_text: str = ""
    then_text: str = ""


@dataclass(frozen=True)
class PlanWords:
    """Everything planning asks, as one value: what a form cleans to and an action takes."""

    rationale: str = ""
    first_step: str = ""
    counts_as_all: str = ""
    counts_as_some: str = ""
    anchor: str = ""
    place: str = ""
    size: str = Plan.Size.S
    minutes: int | None = None
    frequency: str = Plan.Frequency.TIMES
    weekdays: tuple[int, ...] = ()
    times_per_week: int | None = None
    local_time: time | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    reminder: str = Plan.Reminder.NONE
    reminder_time: time | None = None
    reminder_lead: int = Plan.Lead.AT
    goal: UUID | None = None  # what it is for (F01, F13)
    skill: str = ""  # the skill it practises, named (F03)
    used_at: tuple[str, ...] = ()  # where it is to be used (F42)
    if_thens: tuple[IfThen, ...] = field(default=())


@dataclass(frozen=True)
class Beliefs:
    """The client's ratings when agreeing (2.6), 0 to 10 or None for no answer."""

    useful: int | None = None
    fits: int | None = None
    hard: int | None = None
    sure: int | None = None
    free: int | None = None
    first_step_known: str = ""
    chips: tuple[str, ...] = ()  # what does not feel right about it


PLAIN = (
    *("size", "minutes", "frequency", "times_per_week", "local_time", "ends_on"),
    *("reminder", "reminder_time", "reminder_lead"),
)
SEALED = ("rationale", "first_step", "counts_as_all", "counts_as_some", "anchor", "place", "skill")


def words_of(plan: Plan) -> PlanWords:
    """A plan as the value a form starts from."""
    pairs = tuple(IfThen(row.obstacle, row.if_text or "", row.then_text or "") for row in coping_plans(plan))
    values: dict[str, Any] = {name: getattr(plan, name) for name in PLAIN}
    values |= {name: getattr(plan, name) or "" for name in SEALED}
    return PlanWords(
        **values,
        weekdays=tuple(plan.weekdays),
        starts_on=plan.starts_on,
        goal=plan.goal_id,
        used_at=in_order(plan.used_at),
        if_thens=pairs,
    )


def in_order(places: Iterable[str]) -> tuple[str, ...]:
    """Where it is used, each place once, in the order of the list."""
    chosen = set(places)
    return tuple(place for place in UsedAt.values if place in chosen)


def coping_plans(plan: Plan) -> list[CopingPlan]:
    """The if-then pairs of a plan in order, ready to be read."""
    rows = sorted(plan.coping_plans.all(), key=lambda row: row.position)
    for row in rows:
        row.episode = plan.episode
    return rows
