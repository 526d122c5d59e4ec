"""The client would like it different: their own version goes back as a suggestion, and only their yes starts anything.

A suggestion is a revision that is proposed and written by the client. Whoever plans with them may agree to it, which makes
it a proposal again; the client may also say yes to their own version at any time (F18, F33).
"""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.actions import revision
from homework.assignments.actions.rest import locked, needs_open
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning.plan_words import PlanWords, words_of


@transaction.atomic
def suggest(*, by: Actor, assignment: Assignment, words: PlanWords, why: str = "") -> Plan:
    """The client's own version, for the other side to look at. Nothing starts, and what is agreed holds on.

    The reason stays as it is. Raises ActionRefused: 422 when nothing is different, 409 when nothing waits any more.
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan = revision.waiting(assignment)
    offered = words_of(plan)
    words = replace(words, rationale=offered.rationale, starts_on=offered.starts_on, ends_on=offered.ends_on)
    if words == offered:
        raise ActionRefused(_("Change what you would like different, or choose “Talk about it first”."), status=422)
    plan.state = Plan.State.REPLACED
    plan.save(update_fields=["state"])
    made = revision.write(
        by,
        assignment,
        words,
        revision=plan.revision + 1,
        state=Plan.State.PROPOSED,
        answer=Plan.Answer.TALK,
        answer_words=why.strip() or None,
        codesigned=True,
    )
    audit.record(by=by, verb="plan.suggested", obj=assignment, revision=made.revision)
    return made


@transaction.atomic
def agree_to(*, by: Actor, assignment: Assignment) -> Plan:
    """Agree to the client's version: it is a proposal now, word for word, and starts when they say yes.

    Raises ActionRefused (409) when there is no suggestion of theirs (any more).
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan = revision.waiting(assignment)
    if plan.author_id != assignment.episode.client_id:
        raise ActionRefused(_("There is nothing of theirs waiting here any more."))
    words = words_of(plan)
    plan.state = Plan.State.REPLACED
    plan.save(update_fields=["state"])
    made = revision.write(by, assignment, words, revision=plan.revision + 1, state=Plan.State.PROPOSED, codesigned=True)
    audit.record(by=by, verb="plan.suggestion_agreed", obj=assignment, revision=made.revision)
    return made
