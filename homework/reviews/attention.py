"""Stuck or wants change: who rests, wants it different, doubts it, has not started twice, or has gone quiet; and why.

A task not done is never listed by itself. A plan that has not started appears together with what in the plan could be
looked at, because not starting is news about the plan and not about the person (F17). Scores are not looked at: who is here
and where follows from the plan and from what was said (F53).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import Actor
from clinic.models import Appointment, Episode
from homework.assignments import schedule
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, Entry, Plan
from homework.assignments.planning import beliefs
from homework.assignments.planning.agreed import title_of
from homework.reviews import caseload, quiet
from homework.reviews.digest import gather, signals

LINES = 3  # a person
SETTLED = timedelta(hours=72)  # less than this says nothing about starting (D4, D5)


@dataclass(frozen=True)
class Said:
    """One line under a name: a sentence; `href` and `action`: what it leads to, if not to the plan."""

    text: str
    href: str = ""
    action: str = ""


@dataclass
class Person:
    """Somebody worth a thought, and why: the first reason, more of them, and one thing to do.

    `night`: what showed at night is among it, and can be put aside (`nightly`).
    """

    name: str
    assignment: UUID | None
    episode: UUID
    said: list[Said] = field(default_factory=list)
    night: UUID | None = None

    @property
    def href(self) -> str:
        """Where the one action leads."""
        return self.said[0].href or reverse("assignment", args=[self.assignment])

    @property
    def action(self) -> str:
        """What the one action is called."""
        return self.said[0].action or _("Look at the plan")


def plans(actor: Actor, now: datetime) -> list[Any]:
    """The plans somebody may want a word about: those to talk about first, and those under way, with the facts."""
    assert actor.membership is not None
    sessions = Appointment.objects.filter(episode_id=OuterRef("episode_id"))
    held = sessions.past(now).values("starts_at")
    after = AfterCheck.objects.filter(entry__assignment_id=OuterRef("assignment_id"), entry__state=Entry.State.SHARED)
    after = after.filter(caseload.unreviewed("entry__"))
    shared = Entry.objects.shared().filter(assignment_id=OuterRef("assignment_id"))
    smaller = shared.filter(caseload.unreviewed(), stepped_down=True).order_by().values("assignment_id")
    begun = Entry.objects.shared().filter(Q(started=True) | Q(amount__gt=0), episode_id=OuterRef("episode_id"))
    kinds = (
        Q(state=Plan.State.PROPOSED, answer=Plan.Answer.TALK)
        | Q(state=Plan.State.AGREED, assignment__state=Assignment.State.ACTIVE, assignment__kind=Assignment.Kind.WORK)
        | Q(state=Plan.State.AGREED, assignment__state=Assignment.State.PAUSED, assignment__rest__in=WORD_WANTED)
    )
    rows = list(
        quiet.with_last_words(Plan.objects.filter(kinds, assignment__in=caseload.work_of(actor)))
        .filter(episode__in=Episode.objects.caseload_of(actor.membership))
        .select_related("episode__client__contact", "assignment__version__worksheet", "before")
        # a definition is parsed once a process, so it is not fetched with every row
        .defer(*gather.UNREAD, "assignment__version__definition")
        .annotate(
            last_at=Subquery(held[:1]),
            before_at=Subquery(held[1:2]),
            next_at=Subquery(sessions.upcoming(now).values("starts_at")[:1]),
            wish=Subquery(after.exclude(wish="").order_by("-entry__shared_at").values("wish")[:1]),
            last_shared=Subquery(shared.order_by("-shared_at").values("shared_at")[:1]),
            smaller=Subquery(smaller.annotate(n=Count("pk")).values("n")[:1]),
            begun_at=Subquery(begun.order_by("-shared_at").values("shared_at")[:1]),
            has_if_then=Exists(CopingPlan.objects.filter(plan_id=OuterRef("pk"))),
        )
        .order_by("created_at", "pk")
    )
    return [row for row in rows if not row.assignment.is_measure]


def people(plans: Iterable[Any], now: datetime) -> list[Person]:
    """Who is worth a thought: what rests first, then who wants a change, then what else stands out.

    Proposals that wait for a talk are in the list of replies (`waiting_for_reply`).
    """
    found: dict[UUID, Person] = {}
    standing = [plan for plan in plans if plan.state == Plan.State.AGREED]
    for plan in sorted(standing, key=lambda plan: (not _rests(plan), not _wants_change(plan))):
        said = list(_said(plan, now))
        if said:
            new = Person(plan.episode.client.label, plan.assignment_id, plan.episode_id)
            person = found.setdefault(plan.episode_id, new)
            person.said = [*person.said, *(one for one in said if one not in person.said)][:LINES]
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
    if plan.assignment.state == Assignment.State.PAUSED:
        if _rests(plan):
            yield Said(RESTS[plan.assignment.rest] % {"title": title})
        return
    change = reverse("assignment_change", args=[plan.assignment_id])
    if plan.wish in WISHES:
        smaller = "?outcome=smaller" if plan.wish == "smaller" else ""
        yield Said(_wish(plan.wish) % {"title": title}, f"{change}{smaller}", _("Change the plan"))
    elif _wants_change(plan):
        text = _("Chose the smaller version of “%(title)s” more than once. Would a smaller plan fit better?")
        yield Said(text % {"title": title}, f"{change}?outcome=smaller", _("Change the plan"))
    amber = _amber(plan)
    if amber:
        yield Said(f"{title}: {_sentence(amber)}")
    yield from _stillness(plan, title, amber, now)


def _wants_change(plan: Any) -> bool:
    """D13: a wish for smaller, different or stop, or two steps down since the last look."""
    return signals.wants_change([plan.wish or ""], plan.smaller or 0)


def _stillness(plan: Any, title: str, amber: Sequence[beliefs.Reason], now: datetime) -> Iterable[Said]:
    """Not started two sessions running (D5), gone quiet (D12), or not started, with what in the plan could change (D4)."""
    days = quiet.days(plan, _awake(plan), now)
    if _not_started_twice(plan, now):
        yield Said(
            _("“%(title)s” has not started, two sessions running. There may be good reasons: listening comes first.")
            % {"title": title}
        )
    elif days is not None:
        text = (
            _("Nothing for %(days)s days after “%(title)s” had begun. What might have changed?")
            if plan.last_shared is not None
            else _("Nothing was shared or said for %(days)s days. What might have changed?")
        )
        week = reverse("client_page", args=[plan.episode_id])
        yield Said(text % {"days": days, "title": title}, week, _("Open their weeks"))
    elif plan.last_shared is None and _has_not_started(plan, now):
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


def _not_started_twice(plan: Any, now: datetime) -> bool:
    """D5: agreed before the session before last, and nothing of anything was begun since, in two stretches that are due."""
    agreed, last, before = plan.assignment.agreed_at, plan.last_at, plan.before_at
    if agreed is None or last is None or before is None or agreed >= last:
        return False
    starts = [max(filter(None, (at, agreed, _awake(plan)))) for at in (before, last)]
    due = [until - start >= SETTLED for start, until in zip(starts, (last, now), strict=True)]
    begun = [plan.begun_at is not None and plan.begun_at >= start for start in (before, last)]
    return signals.not_started_twice([not is_due or has for is_due, has in zip(due, begun, strict=True)])


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
