"""Rest, go on, let go: what happens to work that is under way. Either side may, no reason needed, nobody is at fault.

One way back is different: what rests because it made things worse goes on only when both want it (F67). The therapist says
that they would, the client's own yes starts it, and neither can do it alone.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import after_care, audit
from clinic.access import Actor
from clinic.actions import contact
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments import due
from homework.assignments.models import Assignment, Plan

Rest, State = Assignment.Rest, Assignment.State
MOMENTS = ("next_due_at", "next_reminder_at")
STATE = ("state", "rest", "resume_offered_at", *MOMENTS)


def needs_open(episode: Episode) -> None:
    """After an episode of care has ended there is reading, no writing. Raises ActionRefused (409)."""
    if not episode.is_open:
        raise ActionRefused(_("This care has ended. You can still read everything here, but nothing new can be added."))


def needs_writable(episode: Episode, assignment: Assignment) -> None:
    """In care, or afterwards for oneself: no questionnaire and nothing for two, because nobody reads it (F50).

    Raises ActionRefused (409).
    """
    if episode.is_open:
        return
    alone = not assignment.is_measure and assignment.dyad_id is None
    if not (alone and after_care.writes_for_self(episode, episode.clinic)):
        needs_open(episode)


def locked(assignment: Assignment) -> Assignment:
    """The assignment, locked until the end of the transaction: transitions happen one after another."""
    fresh: Assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    fresh.episode = assignment.episode
    return fresh


@transaction.atomic
def pause(*, by: Actor, assignment: Assignment, why: str = Rest.CHOSEN) -> None:
    """Rest. Either side may, no reason needed; nothing is due and no reminder goes out. `stuck`: until they have talked.

    Work for two that the therapist pauses rests until the therapist goes on with it: one partner must not be able to draw
    the other back into it (F63), and neither reads why.
    """
    assignment = locked(assignment)
    if assignment.state != State.ACTIVE:
        raise ActionRefused(_("Only work that is under way can be paused."))
    why = Rest.TEAM if assignment.dyad_id is not None and not by.is_client else why
    _rest(assignment, why)
    audit.record(by=by, verb="assignment.paused", obj=assignment, why=why)


@transaction.atomic
def worse(*, by: Actor, assignment: Assignment) -> None:
    """The client says it makes things worse: it rests at once, until both want to go on (F67). Said twice is said once.

    Raises ActionRefused (409) when it is not under way, nor resting for another reason.
    """
    assignment = locked(assignment)
    if not assignment.is_open:
        raise ActionRefused(_("This is not under way just now. You can look at it under My work."))
    if assignment.rest == Rest.WORSE and assignment.state == State.PAUSED and assignment.resume_offered_at is None:
        return
    _rest(assignment, Rest.WORSE)
    audit.record(by=by, verb="assignment.worse", obj=assignment)


def _rest(assignment: Assignment, why: str) -> None:
    """Put it to rest. The assignment is locked."""
    assignment.state, assignment.rest, assignment.resume_offered_at = State.PAUSED, why, None
    due.clear(assignment)
    assignment.save(update_fields=STATE)


@transaction.atomic
def offer_to_go_on(*, by: Actor, assignment: Assignment) -> None:
    """The therapist would go on with what made things worse. It starts with the client's own yes, not before (F67).

    Raises ActionRefused (409) when it does not rest for that reason.
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    if by.is_client or assignment.state != State.PAUSED or assignment.rest != Rest.WORSE:
        raise ActionRefused(_("This does not wait for a word from you."))
    if assignment.resume_offered_at is None:
        assignment.resume_offered_at = timezone.now()
        assignment.save(update_fields=["resume_offered_at"])
        audit.record(by=by, verb="assignment.go_on_offered", obj=assignment)


def holds_still(assignment: Assignment) -> bool:
    """Whether it made things worse and the therapist has not said yet that they would go on (F67)."""
    return assignment.state == State.PAUSED and assignment.rest == Rest.WORSE and assignment.resume_offered_at is None


@transaction.atomic
def resume(*, by: Actor, assignment: Assignment) -> None:
    """Go on with what was agreed. Raises ActionRefused (409) when it does not rest, or when one alone would decide."""
    needs_open(assignment.episode)
    assignment = locked(assignment)
    if assignment.state != State.PAUSED:
        raise ActionRefused(_("This is not paused."))
    if assignment.rest == Rest.WORSE and not by.is_client:
        raise ActionRefused(
            _("This made things worse. You can say that you would go on; it starts with their own yes.")
        )
    if assignment.rest == Rest.TEAM and by.is_client:
        raise ActionRefused(_("Your therapist has paused this for now. You can talk about it when you next meet."))
    if holds_still(assignment):
        raise ActionRefused(_("This rests because it made things worse. It goes on when you both want it to."))
    wake(assignment)
    due.reschedule(assignment, assignment.plans.agreed().get(), timezone.now())
    assignment.save(update_fields=STATE)
    audit.record(by=by, verb="assignment.resumed", obj=assignment)


def wake(assignment: Assignment) -> None:
    """Mark it as under way, for whatever reason it rested. Does not save."""
    assignment.state, assignment.rest, assignment.resume_offered_at = State.ACTIVE, Rest.NONE, None


@transaction.atomic
def pause_all(*, by: Actor, days: int) -> date | None:
    """Everything rests for 1 to 14 days, no reason asked: no message, nothing due. It comes back by itself that day: returned.

    The one truth is the day in the client's own wishes (`ContactPrefs.paused_until`): Today, what is due and reminders are
    computed from it, so that no worker has to wake anything. Raises ActionRefused (422) for another number of days.
    """
    until = contact.pause_messages(by=by, days=days).paused_until
    _look_again(by)
    audit.record(by=by, verb="work.all_paused", obj=by.membership, days=days)
    return until


@transaction.atomic
def resume_all(*, by: Actor) -> None:
    """Everything goes on now."""
    contact.resume_messages(by=by)
    _look_again(by)
    audit.record(by=by, verb="work.all_resumed", obj=by.membership)


def _look_again(by: Actor) -> None:
    """The next moments of everything the client has under way, which depend on the pause."""
    now = timezone.now()
    rows = Assignment.objects.visible_to(by).active().filter(kind=Assignment.Kind.WORK)
    for row in rows.select_for_update(of=("self",)).select_related("episode"):
        due.reschedule(row, row.plans.agreed().get(), now)
        row.save(update_fields=MOMENTS)


@transaction.atomic
def let_go(*, by: Actor, assignment: Assignment, ended_as: str = Assignment.EndedAs.DROPPED) -> None:
    """End it. A code says how, never whose fault."""
    assignment = locked(assignment)
    if assignment.state == State.ENDED:
        return
    assignment.plans.proposed().update(state=Plan.State.REPLACED)
    end(assignment, ended_as)
    audit.record(by=by, verb="assignment.ended", obj=assignment, ended_as=ended_as)


def end(assignment: Assignment, ended_as: str) -> None:
    """Mark it as over. The assignment is locked."""
    assignment.state, assignment.ended_as = State.ENDED, ended_as
    assignment.ended_at = timezone.now()
    due.clear(assignment)
    assignment.save(update_fields=["state", "ended_as", "ended_at", *MOMENTS])
