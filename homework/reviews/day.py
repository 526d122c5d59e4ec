"""A therapist's day: today's sessions, new work to review, who is worth a thought, the reason always beside the name.

A task not done is never listed by itself: people appear when something changed or when they asked, and a plan that has
not started appears together with what in the plan could be looked at (F17). The number of queries does not depend on
the number of clients.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Appointment, Episode
from homework.assignments import beliefs, story
from homework.assignments.agreed import title_of
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, Entry, Plan
from homework.reviews import caseload, digest, gather, signals
from homework.worksheets import summary

REVIEWS_SHOWN = 6
ATTENTION_SHOWN = 6
LINES = 3  # a person


@dataclass(frozen=True)
class Session:
    """One of today's sessions. `line` is the first thing of its digest; `marks` those of its thread."""

    appointment: UUID
    episode: UUID
    name: str
    at: datetime
    number: int
    is_over: bool
    is_next: bool
    line: str
    safety: bool
    marks: list[str]
    has_digest: bool


@dataclass(frozen=True)
class News:
    """Work with something new: the client's own line first."""

    assignment: UUID
    name: str
    title: str
    words: str
    at: datetime
    smaller: bool
    amount: str
    more: int


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


@dataclass(frozen=True)
class Day:
    """Everything on the page."""

    at: datetime
    sessions: list[Session]
    news: list[News]
    more_news: bool
    people: list[Person]
    more_people: int
    supervised: list[Episode]
    clients: int


def day(actor: Actor, now: datetime) -> Day:
    """The day of one member of staff."""
    sessions = _sessions(actor, now)
    waiting = caseload.waiting(actor, REVIEWS_SHOWN)
    newest = _newest(waiting[:REVIEWS_SHOWN])
    plans = _plans(actor, now)
    rows = [*sessions, *waiting[:REVIEWS_SHOWN], *plans]
    audit.opened_list(by=actor, client_ids=caseload.names(rows), verb="today.listed")
    people = _people(plans, now)
    return Day(
        at=now.astimezone(actor.clinic.zone),
        sessions=_shown(sessions, now, digests=actor.role != Role.COACH),
        news=[_news(row, newest[row.pk]) for row in waiting[:REVIEWS_SHOWN]],
        more_news=len(waiting) > REVIEWS_SHOWN,
        people=people[:ATTENTION_SHOWN],
        more_people=max(len(people) - ATTENTION_SHOWN, 0),
        supervised=caseload.supervised(actor) if actor.membership and actor.membership.is_supervisor else [],
        clients=caseload.size(actor),
    )


def _sessions(actor: Actor, now: datetime) -> list[Any]:
    """Today's sessions on the clinic's wall, soonest first, with the digest that is there."""
    today = actor.clinic.today(now)
    begins = datetime.combine(today, time.min, tzinfo=actor.clinic.zone)
    earlier = Appointment.objects.standing().filter(
        episode_id=OuterRef("episode_id"), starts_at__lte=OuterRef("starts_at")
    )
    number = earlier.order_by().values("episode_id").annotate(n=Count("pk")).values("n")
    return list(
        Appointment.objects.standing()
        .of_therapist(actor)
        .filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
        .filter(episode__in=Episode.objects.visible_to(actor))
        .select_related("episode__client", "digest")
        .annotate(number=Subquery(number))
        .order_by("starts_at", "pk")
    )


def _shown(rows: Sequence[Any], now: datetime, *, digests: bool) -> list[Session]:
    """The sessions ready to be shown; the next one is marked."""
    coming = next((row.pk for row in rows if row.ends_at > now), None)
    return [_session(row, now, is_next=row.pk == coming, digests=digests) for row in rows]


def _session(row: Any, now: datetime, *, is_next: bool, digests: bool) -> Session:
    stored = getattr(row, "digest", None) if digests else None
    content = stored.content if stored is not None else {}
    line = headline(content)
    drawn = [each["mark"] for each in content.get("thread", ()) if each["mark"] != "session"]
    return Session(
        appointment=row.pk,
        episode=row.episode_id,
        name=row.episode.client.label,
        at=row.starts_at,
        number=row.number or 1,
        is_over=row.ends_at <= now,
        is_next=is_next,
        line=line.text if line else "",
        safety=line is not None and line.tone == "stop",
        marks=drawn,
        has_digest=stored is not None,
    )


def headline(content: dict[str, Any]) -> Any:
    """The one line of a stored digest to see first: safety, what they asked, found out, what to celebrate, the plan."""
    try:
        stored = digest.from_json(content)
    except ValueError:
        return None
    safety = next((line for line in stored.section("safety").lines if line.tone in ("stop", "care")), None)
    if safety is not None:
        return safety
    for key in ("asked", "found_out", "celebrate", "plan"):
        line = stored.section(key).lines[0]
        if line.msg.id != "none":
            return line
    return None


def _newest(rows: Sequence[Assignment]) -> dict[UUID, tuple[Entry, int]]:
    """The newest shared entry of each piece of work, and how many are new. One query."""
    found: dict[UUID, tuple[Entry, int]] = {}
    for entry in Entry.objects.shared().filter(caseload.unreviewed(), assignment__in=rows).order_by("shared_at", "pk"):
        found[entry.assignment_id] = (entry, found.get(entry.assignment_id, (entry, 0))[1] + 1)
    return found


def _news(row: Any, newest: tuple[Entry, int]) -> News:
    entry, number = newest
    definition = row.version.parsed
    words = summary.headline(definition, entry.answers or {}, entry.kept_private or ())
    if definition.measure is not None:
        words = ""
    return News(
        assignment=row.pk,
        name=row.episode.client.label,
        title=title_of(row),
        words=words,
        at=entry.shared_at or entry.captured_at,
        smaller=entry.stepped_down,
        amount=entry.get_amount_display() if entry.amount is not None and story.has_amount(definition) else "",
        more=number - 1,
    )


def _plans(actor: Actor, now: datetime) -> list[Any]:
    """The plans somebody may want a word about: those to talk about first, and those under way, with the facts."""
    assert actor.membership is not None
    sessions = Appointment.objects.filter(episode_id=OuterRef("episode_id"))
    after = AfterCheck.objects.filter(entry__assignment_id=OuterRef("assignment_id"), entry__state=Entry.State.SHARED)
    after = after.filter(caseload.unreviewed("entry__"))
    shared = Entry.objects.shared().filter(assignment_id=OuterRef("assignment_id"))
    kinds = Q(state=Plan.State.PROPOSED, answer=Plan.Answer.TALK) | Q(
        state=Plan.State.AGREED, assignment__state=Assignment.State.ACTIVE, assignment__kind=Assignment.Kind.WORK
    )
    rows = list(
        Plan.objects.filter(kinds, assignment__in=caseload.work_of(actor))
        .filter(episode__in=Episode.objects.caseload_of(actor.membership))
        .select_related("episode__client", "assignment", "before")
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


def _people(plans: Iterable[Any], now: datetime) -> list[Person]:
    """Who is worth a thought, those who asked first."""
    found: dict[UUID, Person] = {}
    ranked = sorted(plans, key=lambda plan: (plan.answer != Plan.Answer.TALK, not plan.wish))
    for plan in ranked:
        said = list(_said(plan, now))
        if said:
            person = found.setdefault(plan.episode_id, Person(plan.episode.client.label, plan.assignment_id))
            person.said = [*person.said, *said][:LINES]
    return list(found.values())


WISHES = {"smaller", "different", "stop"}


def _said(plan: Any, now: datetime) -> Iterable[Said]:
    """Why one plan is worth a word. Empty for most."""
    title = title_of(plan.assignment)
    if plan.state == Plan.State.PROPOSED:
        text = _("Would like to talk before saying yes to “%(title)s”.") % {"title": title}
        yield Said(text, plan.answer_words or "")
        return
    if plan.wish in WISHES:
        yield Said(_wish(plan.wish) % {"title": title})
    amber = _amber(plan)
    if amber:
        yield Said(f"{title}: {_sentence(amber)}")
    if plan.last_shared is not None:
        days = (now - plan.last_shared).days
        if signals.gone_quiet(plan.assignment.agreed_at, plan.last_shared, None, now):
            text = _("Nothing for %(days)s days after “%(title)s” had begun. What might have changed?")
            yield Said(text % {"days": days, "title": title})
    elif _has_not_started(plan, now):
        lacking = list(_lacking(plan))
        if amber or lacking:
            words = _("“%(title)s” has not started yet.") % {"title": title}
            yield Said(" ".join([words, *lacking, _("What in the plan could change?")]))


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
    return beliefs.reasons(before.ratings or {}, before.first_step_known)


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
    since = max(filter(None, (plan.assignment.agreed_at, plan.last_at)), default=None)
    return since is not None and signals.not_started(since, plan.next_at or since + timedelta(days=7), now, 0)


def _lacking(plan: Any) -> Iterable[str]:
    """What the plan does not say yet, so that not starting is news about the plan and not about the person."""
    if not plan.has_if_then:
        yield _("It has no if-then yet.")
    if not plan.anchor and plan.local_time is None:
        yield _("It has no moment yet.")
