"""What two people need in front of them to agree on one screen (F12, F18). Reads only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from accounts import pin
from clinic.access import Actor, Can
from homework.assignments.forms.plan import ShapeForm
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, beliefs, goals, shaping
from homework.assignments.planning.plan_words import words_of
from homework.worksheets.definition import Definition


@dataclass(frozen=True)
class Table:
    """The proposal on the table: what is proposed, the goals it may be for, whether the client can say yes here."""

    definition: Definition
    plan: Plan
    goals: list[tuple[str, str]]
    has_pin: bool
    asks_free: bool

    def form(self, data: Any) -> ShapeForm:
        """The client's own form; the reminder stays theirs to choose on their phone."""
        form = ShapeForm(
            data,
            definition=self.definition,
            words=shaping.fitted(words_of(self.plan), self.definition),
            asks_free=self.asks_free,
            goals=self.goals,
        )
        for name in ("reminder", "reminder_time", "reminder_lead"):
            del form.fields[name]
        return form


def table(assignment: Assignment) -> Table | None:
    """What is on the table; None when nothing waits for an answer (any more). Five queries."""
    plan = shaping.plan_of(assignment, Plan.State.PROPOSED)
    if plan is None or assignment.version is None:
        return None
    user = assignment.episode.client.user
    return Table(
        definition=agreed.spoken(assignment.version),
        plan=plan,
        goals=goals.choices(goals.of(assignment.episode), plan.goal_id),
        has_pin=user is not None and pin.has_pin(user),
        asks_free=shaping.asks_how_free(assignment.episode),
    )


def doubts(form: ShapeForm) -> list[beliefs.Reason]:
    """Why the plan would be amber, from what stands on the screen. The form is valid."""
    return beliefs.of_said(form.to_beliefs())


def is_answered(actor: Actor, pk: UUID) -> bool:
    """Whether the client has answered meanwhile. Raises Http404 for work this person does not plan. One query.

    A page asks this every few seconds, so nothing sealed is opened and nothing is recorded: there is nothing to read.
    """
    waits = Plan.objects.proposed().filter(assignment_id=OuterRef("pk"))
    found = (
        Assignment.objects.permitted(actor, Can.PLAN).filter(pk=pk).annotate(waits=Exists(waits)).values_list("waits")
    )
    row = found.first()
    if row is None:
        raise Http404
    return not row[0]
