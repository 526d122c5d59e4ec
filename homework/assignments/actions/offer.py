"""Proposing as the therapist's page does it: last time's plan first, and not too much at once.

`plan.propose` says what a proposal needs to be understood; this says when it is time for one (F23, F47).
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import plan
from homework.assignments.models import Assignment
from homework.assignments.planning import composing, listen_first
from homework.assignments.planning.plan_words import PlanWords
from homework.worksheets.models import WorksheetVersion


@transaction.atomic
def offer(
    *,
    by: Actor,
    episode: Episode,
    version: WorksheetVersion,
    words: PlanWords,
    follows: Assignment | None = None,
    pace_reason: str = "",
    together_decided: bool = False,
) -> Assignment:
    """Propose a piece of work, in the session that is being held if there is one.

    follows: the work it is to take the place of. pace_reason: why a third plan at a time, kept with the plan.
    together_decided: "we decided together to add this", needed while listening comes first.
    Raises ActionRefused: 409 when a plan of last time has no outcome yet (F47), when listening comes first and nobody
    says that both decided (F25), or when this would be the third plan and no reason is given (F23); else as `plan.propose`.
    """
    here = composing.ground(episode, timezone.now())
    check_last_time(here)
    listens = follows is None and listen_first.of(episode, by, timezone.now()).on
    if listens and not together_decided:
        raise ActionRefused(
            _("Listening comes first just now. If the two of you decided to add this, say so."),
            field="together_decided",
        )
    is_full = here.is_full(leaving=follows)
    if is_full and not pace_reason.strip():
        raise ActionRefused(
            _("Two plans are under way already. If you have decided together to add one more, say why."),
            field="pace_reason",
        )
    assignment = plan.propose(
        by=by, episode=episode, version=version, words=words, appointment=here.session, follows=follows
    )
    if is_full:
        first = assignment.plans.get()
        first.episode, first.change_reason = episode, pace_reason.strip()
        first.save(update_fields=["change_reason"])
        audit.record(by=by, verb="assignment.third_plan", obj=assignment, under_way=here.under_way(follows))
    if listens:
        audit.record(by=by, verb="assignment.added_while_listening", obj=assignment)
    return assignment


@transaction.atomic
def offer_nothing(*, by: Actor, episode: Episode, rationale: str) -> Assignment:
    """Propose a week with nothing (F27). It needs no outcome of last time's plan: resting is never held back."""
    session = composing.session_now(episode, timezone.now())
    return plan.agree_nothing(by=by, episode=episode, rationale=rationale, appointment=session)


def check_last_time(here: composing.Ground) -> None:
    """Every plan of last time gets a look before a new one is proposed. Raises ActionRefused (409)."""
    if here.unreviewed:
        see = [("review", row.pk) for row in here.unreviewed]
        raise ActionRefused(_("Last time’s plan comes first. One line is enough, then plan something new."), see=see)
