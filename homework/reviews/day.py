"""A therapist's day: today's sessions, new work to review, who is worth a thought, the reason always beside the name.

A task not done is never listed by itself: people appear when something changed or when they asked, and a plan that has
not started appears together with what in the plan could be looked at (F17). The number of queries does not depend on
the number of clients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Appointment, Episode
from homework.assignments import story
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning.agreed import title_of
from homework.reviews import attention, caseload, questions
from homework.reviews.digest import build as digest
from homework.worksheets import summary

REVIEWS_SHOWN = 6
ASKED_SHOWN = 6
ATTENTION_SHOWN = 6


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
class Day:
    """Everything on the page."""

    at: datetime
    sessions: list[Session]
    asked: list[questions.Asked]
    more_asked: bool
    news: list[News]
    more_news: bool
    people: list[attention.Person]
    more_people: int
    supervised: list[Episode]
    clients: int


def day(actor: Actor, now: datetime) -> Day:
    """The day of one member of staff."""
    sessions = _sessions(actor, now)
    waiting = caseload.waiting(actor, REVIEWS_SHOWN)
    newest = _newest(waiting[:REVIEWS_SHOWN])
    plans = attention.plans(actor, now)
    asked = questions.waiting(actor, ASKED_SHOWN)
    rows = [*sessions, *waiting[:REVIEWS_SHOWN], *plans, *asked[:ASKED_SHOWN]]
    audit.opened_list(by=actor, client_ids=caseload.names(rows), verb="today.listed")
    people = attention.people(plans, now)
    return Day(
        at=now.astimezone(actor.clinic.zone),
        sessions=_shown(sessions, now, digests=actor.role != Role.COACH),
        asked=questions.listed(asked[:ASKED_SHOWN], actor, now),
        more_asked=len(asked) > ASKED_SHOWN,
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
