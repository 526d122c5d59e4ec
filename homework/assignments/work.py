"""My work: everything a client agreed to, was offered, or let go, in four groups."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch

from clinic import nouns
from clinic.access import Actor
from homework.assignments.actions.rest import holds_still
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, pacing
from homework.worksheets.definition import Definition

SHOWN = 100  # pieces of work of one client on one page


@dataclass(frozen=True)
class Line:
    """One piece of work in a list."""

    assignment: UUID
    title: str
    plan: str
    state: str
    waits: bool
    measure: bool
    held: bool = False  # it made things worse: it goes on when both want it (F67)
    in_care: bool = True  # False once the care it belongs to has ended (F50)
    asks: "tuple[Definition, Plan] | None" = None  # what is agreed and under way, for the minutes of a day


def lines(actor: Actor) -> list[Line]:
    """All of it, newest first. Two queries."""
    beside = ("version__worksheet", "episode__client__contact")
    rows = Assignment.objects.visible_to(actor).select_related(*beside).order_by("-created_at")
    known = Prefetch("plans", Plan.objects.in_force())
    found = list(rows.prefetch_related(known)[:SHOWN])
    for row in found[:1]:
        nouns.learn(actor, row.episode.client)
    return [_line(row) for row in found]


def _line(row: Assignment) -> Line:
    plans = {plan.state: plan for plan in row.plans.all()}
    plan = plans.get(Plan.State.AGREED) or plans.get(Plan.State.PROPOSED)
    is_work = row.version is not None and plan is not None
    return Line(
        assignment=row.pk,
        title=agreed.title_of(row),
        plan=agreed.when(plan) if is_work and plan is not None else "",
        state=row.state,
        waits=Plan.State.PROPOSED in plans,
        measure=row.is_measure,
        held=holds_still(row),
        in_care=row.episode.is_open,
        asks=_asks(row, plans.get(Plan.State.AGREED)),
    )


def _asks(row: Assignment, plan: Plan | None) -> tuple[Definition, Plan] | None:
    if plan is None or row.version is None or row.is_measure or row.state != Assignment.State.ACTIVE:
        return None
    return agreed.spoken(row.version), plan


def full_day(lines: list[Line], today: date) -> pacing.FullDay | None:
    """The day that asks for more than a bad day has, if there is one (F35). No query."""
    return pacing.fullest((line.asks for line in lines if line.asks is not None), today)
