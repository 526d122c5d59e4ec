"""What comes of a doubt somebody named when agreeing: a choice that is recorded. It blocks nothing (F12, F13).

Change and "make it smaller" are changes of the plan like any other (`actions.plan`); here are the choices that leave the
plan as it is.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.actions.rest import locked, needs_open
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import beliefs

CHOICES = ("keep", "talk")


@transaction.atomic
def choose(*, by: Actor, assignment: Assignment, choice: str) -> None:
    """Record what was decided about an amber plan: `keep` (and explore) by either side, `talk` by the client.

    `talk` also stands with the plan, so that the other side sees it. The same choice again is the same.
    Raises ActionRefused: 422 for another choice, 409 when there is no agreed plan.
    """
    if choice not in CHOICES or (choice == "talk" and not by.is_client):
        raise ActionRefused(_("Choose one of them."), status=422)
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan: Plan | None = assignment.plans.agreed().select_related("before").first()
    if plan is None:
        raise ActionRefused(_("There is no agreed plan here any more."))
    plan.episode = assignment.episode
    if choice == "talk":
        plan.answer = Plan.Answer.TALK
        plan.save(update_fields=["answer"])
    record(by=by, assignment=assignment, plan=plan, choice=choice)


def record(*, by: Actor, assignment: Assignment, plan: Plan, choice: str) -> None:
    """Write the choice down with the doubts it was about: kinds, no words. Inside the caller's transaction."""
    kinds = [reason.key for reason in beliefs.of(getattr(plan, "before", None))]
    audit.record(by=by, verb=f"plan.amber_{choice}", obj=assignment, revision=plan.revision, about=kinds)
