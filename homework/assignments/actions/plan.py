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
from homework.assignments import due, measuring, schedule
from homework.assignments.actions import rest
from homework.assignments.actions.rest import locked, needs_open
from homework.assignments.models import Assignment, BeforeCheck, CopingPlan, Obstacle, Plan
from homework.assignments.plan_words import PLAIN, SEALED, Beliefs, PlanWords, words_of
from homework.worksheets.models import Worksheet, WorksheetVersion


def _not_before_today(starts_on: date | None, zone: str) -> date:
    """A plan asks for nothing before it is agreed (F18), and a change plans the future only (F21)."""
    today = schedule.local_day(timezone.now(), zone)
    return max(starts_on or today, today)


def _squeeze(text: str) -> str:
    return " ".join(text.split()).casefold()


def _seeds(version: WorksheetVersion) -> set[str]:
    """The library's own reason, in every language it comes in: a seed stays a seed when it is translated (F01)."""
    definition = version.parsed
    return {_squeeze(str(definition.localised(code).why)) for code in definition.languages}


def _check(words: PlanWords, version: WorksheetVersion) -> None:
    """What a proposal needs before anybody else sees it (F01, F15, F19)."""
    if not words.rationale.strip():
        raise ActionRefused(_("Say why this could help, in words for this person."), status=422, field="rationale")
    if _squeeze(words.rationale) in _seeds(version):
        raise ActionRefused(
            _("This is still the library's wording. Say why this could help this person, in your own words."),
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
    shortest interval.
    """
    _may_use(by, version)
    if not episode.is_open:
        raise ActionRefused(_("This episode of care has ended, so nothing new can be planned."))
    _check(words, version)
    zone = _zone_of(episode, by)
    measuring.check(episode, version, on=_not_before_today(words.starts_on, zone), zone=zone)
    assignment = Assignment.objects.create(
        clinic_id=by.clinic_id,
        episode=episode,
        version=version,
        appointment=appointment,
        proposed_by=by.member,
        follows=follows,
        state=Assignment.State.PROPOSED,
    )
    _write(by, assignment, words, revision=1, state=Plan.State.PROPOSED)
    audit.record(by=by, verb="assignment.proposed", obj=assignment)
    return assignment


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
    _write(by, assignment, words, revision=1, state=Plan.State.PROPOSED)
    audit.record(by=by, verb="assignment.proposed", obj=assignment, kind="nothing")
    return assignment


def _write(by: Actor, assignment: Assignment, words: PlanWords, *, revision: int, state: str, **more: Any) -> Plan:
    """Add one revision with its if-then pairs."""
    episode, version = assignment.episode, assignment.version
    plan = Plan(
        clinic_id=by.clinic_id,
        episode=episode,
        assignment=assignment,
        revision=revision,
        state=state,
        author=by.membership,
        rationale_edited=version is None or _squeeze(words.rationale) != _squeeze(version.parsed.why),
        zone=_zone_of(episode, by),
        starts_on=words.starts_on or by.clinic.today(),
        weekdays=sorted(set(words.weekdays)),
        **{name: getattr(words, name) for name in PLAIN},
        **{name: getattr(words, name).strip() or None for name in SEALED},
        **more,
    )
    plan.save(force_insert=True)
    pairs = [pair for pair in words.if_thens if pair.if_text.strip() or pair.then_text.strip()]
    for position, pair in enumerate(pairs[:3]):
        CopingPlan(
            clinic_id=by.clinic_id,
            episode=episode,
            plan=plan,
            position=position,
            obstacle=pair.obstacle or Obstacle.OTHER,
            if_text=pair.if_text.strip() or None,
            then_text=pair.then_text.strip() or None,
        ).save(force_insert=True)
    return plan


def _zone_of(episode: Episode, by: Actor) -> str:
    """The client's own time zone; their site's before they have signed in for the first time."""
    if by.is_client and by.user is not None:
        return by.user.time_zone
    user = episode.client.user
    return user.time_zone if user is not None else episode.site.time_zone


def _proposed_plan(assignment: Assignment) -> Plan:
    plan: Plan | None = assignment.plans.proposed().first()
    if plan is None:
        raise ActionRefused(_("There is nothing waiting for an answer here any more."))
    plan.episode = assignment.episode
    return plan


@transaction.atomic
def confirm(
    *, by: Actor, assignment: Assignment, words: PlanWords | None = None, beliefs: Beliefs | None = None
) -> Plan:
    """The client says yes, as it is or shaped to fit. Their changes are a revision of their own (codesigned, F18).

    The reason stays the therapist's; everything else is the client's to change. Raises ActionRefused when there is
    nothing to answer (any more).
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    plan = _proposed_plan(assignment)
    now = timezone.now()
    before = words_of(plan)
    starts_on = _not_before_today(plan.starts_on, plan.zone)
    if words is not None:
        words = replace(words, rationale=before.rationale, starts_on=before.starts_on)
    if words is not None and words != before:
        words = replace(words, starts_on=starts_on)
        plan.state = Plan.State.REPLACED
        plan.save(update_fields=["state"])
        assignment.plans.agreed().update(state=Plan.State.REPLACED)
        more = {"confirmed_at": now, "codesigned": True, "answer": Plan.Answer.YES}
        plan = _write(by, assignment, words, revision=plan.revision + 1, state=Plan.State.AGREED, **more)
    else:
        assignment.plans.agreed().update(state=Plan.State.REPLACED)
        plan.state, plan.confirmed_at, plan.answer = Plan.State.AGREED, now, Plan.Answer.YES
        plan.starts_on = starts_on
        plan.save(update_fields=["state", "confirmed_at", "answer", "starts_on"])
    if beliefs is not None:
        _keep_beliefs(by, plan, beliefs)
    if assignment.state == Assignment.State.PROPOSED and assignment.follows is not None:
        _make_way(by, assignment.follows)
    assignment.state = Assignment.State.ACTIVE
    assignment.agreed_at = now
    due.reschedule(assignment, plan, now)
    assignment.save(update_fields=["state", "agreed_at", "next_due_at", "next_reminder_at"])
    audit.record(by=by, verb="plan.confirmed", obj=assignment, revision=plan.revision, codesigned=plan.codesigned)
    return plan


def _make_way(by: Actor, old: Assignment) -> None:
    """What the new work takes the place of ends with the client's yes, not before."""
    if old.state != Assignment.State.ENDED:
        rest.let_go(by=by, assignment=old, ended_as=Assignment.EndedAs.REPLACED)


def _keep_beliefs(by: Actor, plan: Plan, beliefs: Beliefs) -> None:
    """Store the ratings that were given; an untouched one is no answer."""
    given = {
        name: value
        for name in ("useful", "fits", "hard", "sure", "free")
        if (value := getattr(beliefs, name)) is not None
    }
    if not given and not beliefs.first_step_known:
        return
    BeforeCheck(
        clinic_id=by.clinic_id,
        episode=plan.episode,
        plan=plan,
        ratings=given,
        first_step_known=beliefs.first_step_known,
    ).save(force_insert=True)


@transaction.atomic
def decline(*, by: Actor, assignment: Assignment, words: str = "") -> None:
    """Not this one. No reason is needed (F33); a first proposal ends, a changed one leaves what was agreed before."""
    assignment = locked(assignment)
    plan = _proposed_plan(assignment)
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
    plan = _proposed_plan(assignment)
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
    revision = assignment.plans.latest("revision").revision + 1
    more: dict[str, Any] = {"change_reason": reason.strip() or None}
    assignment.plans.proposed().update(state=Plan.State.REPLACED)
    if not by.is_client or assignment.state == Assignment.State.PROPOSED:
        if assignment.version is not None and not by.is_client:
            _check(words, assignment.version)
        plan = _write(by, assignment, words, revision=revision, state=Plan.State.PROPOSED, **more)
        audit.record(by=by, verb="plan.proposed_change", obj=assignment, revision=revision)
        return plan
    now = timezone.now()
    agreed = assignment.plans.agreed().get()
    agreed.episode = assignment.episode
    words = replace(words, rationale=agreed.rationale or "", starts_on=_not_before_today(words.starts_on, agreed.zone))
    assignment.plans.agreed().update(state=Plan.State.REPLACED)
    more |= {"confirmed_at": now, "codesigned": True, "answer": Plan.Answer.YES}
    plan = _write(by, assignment, words, revision=revision, state=Plan.State.AGREED, **more)
    due.reschedule(assignment, plan, now)
    assignment.save(update_fields=["next_due_at", "next_reminder_at"])
    audit.record(by=by, verb="plan.changed", obj=assignment, revision=revision)
    return plan
