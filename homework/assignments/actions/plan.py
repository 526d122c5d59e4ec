"""From an idea to something agreed: propose, shape, say yes, talk first or not this one; pause, change, let go.

Nothing is assigned by one person. A therapist proposes in words written for this client; only the client's own yes
makes it active; either side may change it later, and every change is a new revision (F18, F21).
"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Appointment, Episode
from clinic.refusal import ActionRefused
from homework.assignments import couples, due, measuring, schedule
from homework.assignments.actions import before, rest, revision
from homework.assignments.actions.rest import locked, needs_open
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning.plan_words import Beliefs, PlanWords, words_of
from homework.worksheets.models import Worksheet, WorksheetVersion


def _not_before_today(starts_on: date | None, zone: str) -> date:
    """A plan asks for nothing before it is agreed (F18), and a change plans the future only (F21)."""
    today = schedule.local_day(timezone.now(), zone)
    return max(starts_on or today, today)


def _seeds(version: WorksheetVersion) -> set[str]:
    """The library's own reason, in every language it comes in: a seed stays a seed when it is translated (F01)."""
    definition = version.parsed
    return {revision.squeeze(str(definition.localised(code).why)) for code in definition.languages}


def _check(words: PlanWords, version: WorksheetVersion) -> None:
    """What a proposal needs before anybody else sees it (F01, F15, F19)."""
    if not words.rationale.strip():
        raise ActionRefused(_("Say why this could help, in words for this person."), status=422, field="rationale")
    if revision.squeeze(words.rationale) in _seeds(version):
        raise ActionRefused(
            _("This is still the library’s wording. Say why this could help this person, in your own words."),
            status=422,
            field="rationale",
        )
    if not words.first_step.strip():
        raise ActionRefused(_("Write a first step of about two minutes."), status=422, field="first_step")
    if not words.counts_as_some.strip():
        raise ActionRefused(_("Write what already counts as some."), status=422, field="counts_as_some")


@transaction.atomic
def propose(
    *,
    by: Actor,
    episode: Episode,
    version: WorksheetVersion,
    words: PlanWords,
    appointment: Appointment | None = None,
    follows: Assignment | None = None,
) -> Assignment:
    """Offer a piece of work. It stays inactive until the client says yes: no slot, no reminder before that (F18).

    Raises ActionRefused: 422 when something a client needs is missing (F01, F15, F19), 409 when the episode has ended,
    403-like 422 when the worksheet is not for this role (F64); for a measure 409 while its gate is closed, 422 within its
    shortest interval. A couple's sheet is proposed to both at once, as a plan of each; 409 before it may be (F61, F63).
    """
    _may_use(by, version)
    if not episode.is_open:
        raise ActionRefused(_("This episode of care has ended, so nothing new can be planned."))
    pair = couples.check(by, episode, version)
    _check(words, version)
    zone = revision.zone_of(episode, by)
    measuring.check(episode, version, on=_not_before_today(words.starts_on, zone), zone=zone)
    assignment = Assignment.objects.create(
        clinic_id=by.clinic_id,
        episode=episode,
        version=version,
        appointment=appointment,
        proposed_by=by.member,
        follows=follows,
        dyad=pair.dyad if pair is not None else None,
        state=Assignment.State.PROPOSED,
    )
    revision.write(by, assignment, words, revision=1, state=Plan.State.PROPOSED)
    audit.record(by=by, verb="assignment.proposed", obj=assignment)
    if pair is not None:
        _other_half(by, assignment, pair.theirs.episode, words)
    return assignment


def _other_half(by: Actor, half: Assignment, episode: Episode, words: PlanWords) -> None:
    """The same for the partner, made in the same moment: work, plan and yes of their own. Goals are nobody else's (F61)."""
    other = Assignment.objects.create(
        clinic_id=by.clinic_id,
        episode=episode,
        version=half.version,
        proposed_by=by.member,
        follows=couples.twin_of(half.follows) if half.follows is not None else None,
        dyad_id=half.dyad_id,
        created_at=half.created_at,
        state=Assignment.State.PROPOSED,
    )
    revision.write(by, other, replace(words, goal=None), revision=1, state=Plan.State.PROPOSED)
    audit.record(by=by, verb="assignment.proposed", obj=other)


def _may_use(by: Actor, version: WorksheetVersion) -> None:
    worksheet = version.worksheet
    if by.role != Role.COACH:
        return
    if worksheet.min_role != Role.COACH or worksheet.locked or worksheet.kind == Worksheet.Kind.MEASURE:
        raise ActionRefused(_("This one is offered by a therapist."), status=422)


@transaction.atomic
def agree_nothing(*, by: Actor, episode: Episode, rationale: str, appointment: Appointment | None = None) -> Assignment:
    """Propose a week with nothing: a plan like any other, with its own review and never a reminder (F27)."""
    if not episode.is_open:
        raise ActionRefused(_("This episode of care has ended, so nothing new can be planned."))
    if not rationale.strip():
        raise ActionRefused(_("Say in a line why this week stays free."), status=422, field="rationale")
    assignment = Assignment.objects.create(
        clinic_id=by.clinic_id,
        episode=episode,
        kind=Assignment.Kind.NOTHING,
        appointment=appointment,
        proposed_by=by.member,
        state=Assignment.State.PROPOSED,
    )
    words = PlanWords(rationale=rationale, frequency=Plan.Frequency.EVENT)
    revision.write(by, assignment, words, revision=1, state=Plan.State.PROPOSED)
    audit.record(by=by, verb="assignment.proposed", obj=assignment, kind="nothing")
    return assignment


@transaction.atomic
def confirm(
    *,
    by: Actor,
    assignment: Assignment,
    words: PlanWords | None = None,
    beliefs: Beliefs | None = None,
    together: bool = False,
) -> Plan:
    """The client says yes, as it is or shaped to fit. Their changes are a revision of their own (codesigned, F18).

    together: on one screen in the session, with the client's own tap (`actions.together` sees to that).
    The reason stays the therapist's; everything else is the client's to change. Raises ActionRefused when there is
    nothing to answer (any more).
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan = revision.waiting(assignment)
    now = timezone.now()
    offered = words_of(plan)
    starts_on = _not_before_today(plan.starts_on, plan.zone)
    if words is not None:
        words = replace(words, rationale=offered.rationale, starts_on=offered.starts_on)
    if words is not None and words != offered:
        words = replace(words, starts_on=starts_on)
        plan.state = Plan.State.REPLACED
        plan.save(update_fields=["state"])
        assignment.plans.agreed().update(state=Plan.State.REPLACED)
        more = {"confirmed_at": now, "codesigned": True, "answer": Plan.Answer.YES, "together": together}
        plan = revision.write(by, assignment, words, revision=plan.revision + 1, state=Plan.State.AGREED, **more)
    else:
        assignment.plans.agreed().update(state=Plan.State.REPLACED)
        plan.state, plan.confirmed_at, plan.answer = Plan.State.AGREED, now, Plan.Answer.YES
        plan.starts_on, plan.together = starts_on, together
        plan.codesigned = plan.codesigned or plan.author_id == plan.episode.client_id
        plan.save(update_fields=["state", "confirmed_at", "answer", "starts_on", "together", "codesigned"])
    if beliefs is not None:
        before.keep(by=by, plan=plan, beliefs=beliefs)
    if assignment.state == Assignment.State.PROPOSED and assignment.follows is not None:
        _make_way(by, assignment.follows)
    if together or not rest.holds_still(
        assignment
    ):  # a yes to an earlier proposal does not wake what made things worse (F67)
        rest.wake(assignment)
    assignment.agreed_at, assignment.listens_since = now, None
    due.reschedule(assignment, plan, now)
    assignment.save(update_fields=[*rest.STATE, "agreed_at", "listens_since"])
    audit.record(by=by, verb="plan.confirmed", obj=assignment, revision=plan.revision, codesigned=plan.codesigned)
    return plan


def _make_way(by: Actor, old: Assignment) -> None:
    """What the new work takes the place of ends with the client's yes, not before."""
    if old.state != Assignment.State.ENDED:
        rest.let_go(by=by, assignment=old, ended_as=Assignment.EndedAs.REPLACED)


@transaction.atomic
def decline(*, by: Actor, assignment: Assignment, words: str = "") -> None:
    """Not this one. No reason is needed (F33); a first proposal ends, a changed one leaves what was agreed before."""
    assignment = locked(assignment)
    plan = revision.waiting(assignment)
    plan.state, plan.answer, plan.answer_words = Plan.State.DECLINED, Plan.Answer.NO, words.strip() or None
    plan.save(update_fields=["state", "answer", "answer_words"])
    if assignment.state == Assignment.State.PROPOSED:
        rest.end(assignment, Assignment.EndedAs.DECLINED)
    audit.record(by=by, verb="plan.declined", obj=assignment, revision=plan.revision)


@transaction.atomic
def talk_first(*, by: Actor, assignment: Assignment, words: str = "") -> None:
    """The client wants to talk about it before saying yes or no; the proposal stays open and the therapist sees why."""
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan = revision.waiting(assignment)
    plan.answer, plan.answer_words = Plan.Answer.TALK, words.strip() or None
    plan.save(update_fields=["answer", "answer_words"])
    audit.record(by=by, verb="plan.talk_first", obj=assignment, revision=plan.revision)


@transaction.atomic
def change(*, by: Actor, assignment: Assignment, words: PlanWords, reason: str = "") -> Plan:
    """Change what was agreed. A client's change holds at once; a therapist's waits for the client's yes (F21).

    Entries keep the revision they were written under. Raises ActionRefused when the work has ended.
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    if assignment.state in (Assignment.State.ENDED, Assignment.State.DRAFT):
        raise ActionRefused(_("This has ended. A new plan can be made instead."))
    number = assignment.plans.latest("revision").revision + 1
    more: dict[str, Any] = {"change_reason": reason.strip() or None}
    assignment.plans.proposed().update(state=Plan.State.REPLACED)
    if not by.is_client or assignment.state == Assignment.State.PROPOSED:
        if assignment.version is not None and not by.is_client:
            _check(words, assignment.version)
        plan = revision.write(by, assignment, words, revision=number, state=Plan.State.PROPOSED, **more)
        if rest.holds_still(assignment) and not by.is_client:  # who proposes another way would go on (F67)
            rest.offer_to_go_on(by=by, assignment=assignment)
        audit.record(by=by, verb="plan.proposed_change", obj=assignment, revision=number)
        return plan
    now = timezone.now()
    agreed = assignment.plans.agreed().get()
    agreed.episode = assignment.episode
    words = replace(words, rationale=agreed.rationale or "", starts_on=_not_before_today(words.starts_on, agreed.zone))
    assignment.plans.agreed().update(state=Plan.State.REPLACED)
    more |= {"confirmed_at": now, "codesigned": True, "answer": Plan.Answer.YES}
    plan = revision.write(by, assignment, words, revision=number, state=Plan.State.AGREED, **more)
    assignment.listens_since = None  # who shapes the plan has been listened to (F25)
    due.reschedule(assignment, plan, now)
    assignment.save(update_fields=["next_due_at", "next_reminder_at", "listens_since"])
    audit.record(by=by, verb="plan.changed", obj=assignment, revision=number)
    return plan
