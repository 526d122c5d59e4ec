"""Who is worth a thought, and why: who asked to talk first, wants it different, doubts it, or has gone quiet.

A task not done is never listed by itself. A plan that has not started appears together with what in the plan could be
looked at, because not starting is news about the plan and not about the person (F17).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import Actor
from clinic.models import Appointment, Episode
from homework.assignments import schedule
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, Entry, Plan
from homework.assignments.planning import beliefs
from homework.assignments.planning.agreed import title_of
from homework.reviews import caseload
from homework.reviews.digest import gather, signals

LINES = 3  # a person


@dataclass(frozen=True)
class Said:
    """One line under a name: a sentence, and the client's own words if there are any."""

    text: str
    words: str = ""


@dataclass
class Person:
    """Somebody worth a thought, and why."""

    name: str
    assignment: UUID
    said: list[Said] = field(default_factory=list)


def plans(actor: Actor, now: datetime) -> list[Any]:
    """The plans somebody may want a word about: those to talk about first, and those under way, with the facts."""
    assert actor.membership is not None
    sessions = Appointment.objects.filter(episode_id=OuterRef("episode_id"))
    after = AfterCheck.objects.filter(entry__assignment_id=OuterRef("assignment_id"), entry__state=Entry.State.SHARED)
    after = after.filter(caseload.unreviewed("entry__"))
    shared = Entry.objects.shared().filter(assignment_id=OuterRef("assignment_id"))
    kinds = (
        Q(state=Plan.State.PROPOSED, answer=Plan.Answer.TALK)
        | Q(state=Plan.State.AGREED, assignment__state=Assignment.State.ACTIVE, assignment__kind=Assignment.Kind.WORK)
        | Q(state=Plan.State.AGREED, assignment__state=Assignment.State.PAUSED, assignment__rest__in=WORD_WANTED)
    )
    rows = list(
        Plan.objects.filter(kinds, assignment__in=caseload.work_of(actor))
        .filter(episode__in=Episode.objects.caseload_of(actor.membership))
        .select_related("episode__client__contact", "assignment", "before")
        .defer(*gather.UNREAD)
        .annotate(
            last_at=Subquery(sessions.past(now).values("starts_at")[:1]),
            next_at=Subquery(sessions.upcoming(now).values("starts_at")[:1]),
            wish=Subquery(after.exclude(wish="").order_by("-entry__shared_at").values("wish")[:1]),
            last_shared=Subquery(shared.order_by("-shared_at").values("shared_at")[:1]),
            has_if_then=Exists(CopingPlan.objects.filter(plan_id=OuterRef("pk"))),
        )
        .order_by("created_at", "pk")
    )
    gather.with_versions([row.assignment for row in rows])
    return [row for row in rows if not row.assignment.is_measure]


def people(plans: Iterable[Any], now: datetime) -> list[Person]:
    """Who is worth a thought, those who asked first."""
    found: dict[UUID, Person] = {}
    ranked = sorted(plans, key=lambda plan: (not _rests(plan), plan.answer != Plan.Answer.TALK, not plan.wish))
    for plan in ranked:
        said = list(_said(plan, now))
        if said:
            person = found.setdefault(plan.episode_id, Person(plan.episode.client.label, plan.assignment_id))
            person.said = [*person.said, *said][:LINES]
    return list(found.values())


WORD_WANTED = (Assignment.Rest.WORSE, Assignment.Rest.STUCK)
RESTS: dict[str, Any] = {
    Assignment.Rest.WORSE: gettext_lazy("“%(title)s” made things worse. It rests until you both want to go on."),
    Assignment.Rest.STUCK: gettext_lazy("Is stuck with “%(title)s”. It rests until you two have talked."),
}
WISHES = {"smaller", "different", "stop"}


def _said(plan: Any, now: datetime) -> Iterable[Said]:
    """Why one plan is worth a word. Empty for most."""
    title = title_of(plan.assignment)
    if plan.state == Plan.State.PROPOSED:
        by_them = plan.author_id == plan.episode.client_id
        says = (
            _("Suggests “%(title)s” differently.")
            if by_them
            else _("Would like to talk before saying yes to “%(title)s”.")
        )
        text = says % {"title": title}
        yield Said(text, plan.answer_words or "")
        return
    if plan.assignment.state == Assignment.State.PAUSED:
        if _rests(plan):
            yield Said(RESTS[plan.assignment.rest] % {"title": title})
        return
    if plan.wish in WISHES:
        yield Said(_wish(plan.wish) % {"title": title})
    amber = _amber(plan)
    if amber:
        yield Said(f"{title}: {_sentence(amber)}")
    if plan.last_shared is not None:
        days = (now - plan.last_shared).days
        if signals.gone_quiet(plan.assignment.agreed_at, plan.last_shared, _awake(plan), now):
            text = _("Nothing for %(days)s days after “%(title)s” had begun. What might have changed?")
            yield Said(text % {"days": days, "title": title})
    elif _has_not_started(plan, now):
        lacking = list(_lacking(plan))
        if amber or lacking:
            words = _("“%(title)s” has not started yet.") % {"title": title}
            yield Said(" ".join([words, *lacking, _("What in the plan could change?")]))


def _rests(plan: Any) -> bool:
    """Whether it waits for a word: it made things worse and nobody has offered to go on (F67), or until they talk."""
    row = plan.assignment
    waits = row.rest == Assignment.Rest.STUCK or row.resume_offered_at is None
    return row.state == Assignment.State.PAUSED and row.rest in WORD_WANTED and waits


def _wish(wish: str) -> str:
    return {
        "smaller": _("Would like “%(title)s” smaller."),
        "different": _("Would like “%(title)s” to be different."),
        "stop": _("Would like to stop “%(title)s”."),
    }[wish]


def _amber(plan: Any) -> list[beliefs.Reason]:
    """The doubts named when agreeing, until the work has been reviewed (D6)."""
    before = getattr(plan, "before", None)
    if before is None or (plan.assignment.reviewed_at is not None and plan.assignment.reviewed_at > plan.confirmed_at):
        return []
    return beliefs.of(before)


def _sentence(reasons: Sequence[beliefs.Reason]) -> str:
    parts = [
        f"{str(reason.words).lower()} ({_('%(n)s of 10') % {'n': reason.value}})"
        if reason.value is not None
        else str(reason.words).lower()
        for reason in reasons
    ]
    text = ", ".join(parts)
    return f"{text}."


def _has_not_started(plan: Any, now: datetime) -> bool:
    """D4 for the days since it was agreed, or since the last session."""
    since = max(filter(None, (plan.assignment.agreed_at, plan.last_at, _awake(plan))), default=None)
    return since is not None and signals.not_started(since, plan.next_at or since + timedelta(days=7), now, 0)


def _awake(plan: Any) -> datetime | None:
    """The end of the last pause of everything: days at rest say nothing about a plan."""
    prefs = getattr(plan.episode.client, "contact", None)
    until = prefs.paused_until if prefs is not None else None
    return schedule.instant(until, time.min, plan.zone) if until is not None else None


def _lacking(plan: Any) -> Iterable[str]:
    """What the plan does not say yet, so that not starting is news about the plan and not about the person."""
    if not plan.has_if_then:
        yield _("It has no if-then yet.")
    if not plan.anchor and plan.local_time is None:
        yield _("It has no moment yet.")
