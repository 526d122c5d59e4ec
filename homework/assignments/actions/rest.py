"""Rest, go on, let go: what happens to work that is under way. Either side may, no reason needed, nobody is at fault."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments import due
from homework.assignments.models import Assignment, Plan


def needs_open(episode: Episode) -> None:
    """After an episode of care has ended there is reading, no writing. Raises ActionRefused (409)."""
    if not episode.is_open:
        raise ActionRefused(_("This care has ended. You can still read everything here, but nothing new can be added."))


def locked(assignment: Assignment) -> Assignment:
    """The assignment, locked until the end of the transaction: transitions happen one after another."""
    fresh: Assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    fresh.episode = assignment.episode
    return fresh


@transaction.atomic
def pause(*, by: Actor, assignment: Assignment) -> None:
    """Rest. Either side may, no reason needed; nothing is due and no reminder goes out."""
    assignment = locked(assignment)
    if assignment.state != Assignment.State.ACTIVE:
        raise ActionRefused(_("Only work that is under way can be paused."))
    assignment.state = Assignment.State.PAUSED
    due.clear(assignment)
    assignment.save(update_fields=["state", "next_due_at", "next_reminder_at"])
    audit.record(by=by, verb="assignment.paused", obj=assignment)


@transaction.atomic
def resume(*, by: Actor, assignment: Assignment) -> None:
    """Go on with what was agreed."""
    needs_open(assignment.episode)
    assignment = locked(assignment)
    if assignment.state != Assignment.State.PAUSED:
        raise ActionRefused(_("This is not paused."))
    assignment.state = Assignment.State.ACTIVE
    due.reschedule(assignment, assignment.plans.agreed().get(), timezone.now())
    assignment.save(update_fields=["state", "next_due_at", "next_reminder_at"])
    audit.record(by=by, verb="assignment.resumed", obj=assignment)


@transaction.atomic
def let_go(*, by: Actor, assignment: Assignment, ended_as: str = Assignment.EndedAs.DROPPED) -> None:
    """End it. A code says how, never whose fault."""
    assignment = locked(assignment)
    if assignment.state == Assignment.State.ENDED:
        return
    assignment.plans.proposed().update(state=Plan.State.REPLACED)
    end(assignment, ended_as)
    audit.record(by=by, verb="assignment.ended", obj=assignment, ended_as=ended_as)


def end(assignment: Assignment, ended_as: str) -> None:
    """Mark it as over. The assignment is locked."""
    assignment.state, assignment.ended_as = Assignment.State.ENDED, ended_as
    assignment.ended_at = timezone.now()
    due.clear(assignment)
    assignment.save(update_fields=["state", "ended_as", "ended_at", "next_due_at", "next_reminder_at"])
