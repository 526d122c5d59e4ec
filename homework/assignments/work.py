"""My work: everything a client agreed to, was offered, or let go, in four groups."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from clinic.access import Actor
from homework.assignments import agreed
from homework.assignments.models import Assignment, Plan

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


def lines(actor: Actor) -> list[Line]:
    """All of it, newest first. Two queries."""
    rows = Assignment.objects.visible_to(actor).select_related("version__worksheet").order_by("-created_at")
    known = Prefetch("plans", Plan.objects.in_force())
    return [_line(row) for row in rows.prefetch_related(known)[:SHOWN]]


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
    )
