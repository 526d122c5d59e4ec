"""What makes a plan a good one to start with: the checklist of 2.6, filled in by what the plan says.

For one plan it stands folded on the review page, for the care team. Over many plans it is a therapist's private look at
their own planning (F52, `own_planning`). It is about plans: nothing here counts what a client did or did not do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from homework.assignments.models import BeforeCheck, CopingPlan, Plan

POINTS: dict[str, Promise] = {
    "own_words": _("The reason is in words for this person"),
    "client_changed": _("The client changed something"),
    "when_where": _("It says when and where"),
    "counts_as_some": _("It says what already counts as some"),
    "if_then": _("It has an if-then plan"),
    "asked": _("They were asked how sure they are"),
}


@dataclass(frozen=True)
class Point:
    """One line of the checklist."""

    key: str
    says: "str | Promise"
    holds: bool


def of_plan(plan: Plan | None, pairs: Sequence[Any], check: BeforeCheck | None) -> list[Point]:
    """The checklist of one plan with its if-thens and what the client believed. Empty without a plan. No query."""
    if plan is None:
        return []
    holds = {
        "own_words": plan.rationale_edited,
        "client_changed": plan.codesigned,
        "when_where": bool((plan.anchor or plan.local_time) and (plan.place or plan.used_at)),
        "counts_as_some": bool(plan.counts_as_some),
        "if_then": bool(pairs),
        "asked": check is not None,
    }
    return [Point(key, says, holds[key]) for key, says in POINTS.items()]


def conditions(work: str = "pk") -> dict[str, Exists]:
    """The same in SQL for rows of work, over the revisions the client said yes to; no sealed field is opened.

    work: the path from the row to the assignment.
    """
    agreed = Plan.objects.filter(assignment_id=OuterRef(work), confirmed_at__isnull=False)
    moment = Q(anchor__isnull=False) | Q(local_time__isnull=False)
    place = Q(place__isnull=False) | Q(used_at__len__gt=0)
    pairs = CopingPlan.objects.filter(plan__assignment_id=OuterRef(work), plan__confirmed_at__isnull=False)
    return {
        "own_words": Exists(agreed.filter(rationale_edited=True)),
        "client_changed": Exists(agreed.filter(codesigned=True)),
        "when_where": Exists(agreed.filter(moment, place)),
        "counts_as_some": Exists(agreed.filter(counts_as_some__isnull=False)),
        "if_then": Exists(pairs),
        "asked": Exists(BeforeCheck.objects.filter(plan__assignment_id=OuterRef(work))),
    }
