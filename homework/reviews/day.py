"""A therapist's day in four lists, always in this order, the reason always beside the name and one thing to do.

1 Safety (`homework.safety.standing`), 2 Needs a reply (`waiting_for_reply`), 3 Stuck or wants change (`attention`), 4 Sessions
today; then new work to review, and what was left from last time (`unreviewed`). A task not done is never listed by itself:
people appear when something changed or when they asked, and a plan that has not started appears together with what in the
plan could be looked at (F17). No score decides who is listed or where (F53). The number of queries does not depend on the
number of clients.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Appointment, Episode
from homework.assignments import story
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning.agreed import title_of
from homework.reviews import attention, caseload, comments, nightly, questions, unreviewed, waiting_for_reply
from homework.reviews.digest import build as digest
from homework.reviews.unreviewed import Left
from homework.reviews.waiting_for_reply import Waits
from homework.safety import standing
from homework.worksheets import summary

REVIEWS_SHOWN = 6
LEFT_SHOWN = 4
ASKED_SHOWN = 6
MOST_WAIT = 30  # of one kind, fetched to find those that wait longest
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
    episode: UUID | None = None


@dataclass(frozen=True)
class Day:
    """Everything on the page. `covers`: the episodes that are only covered, with the last day of that."""

    at: datetime
    flags: list[standing.Row]
    waits: list[Waits]
    more_waits: int
    people: list[attention.Person]
    more_people: int
    sessions: list[Session]
    news: list[News]
    more_news: bool
    left: list[Left]
    more_left: int
    supervised: list[Episode]
    left_longer: dict[UUID, int] = field(default_factory=dict)
    covers: dict[UUID, date] = field(default_factory=dict)


def day(actor: Actor, now: datetime) -> Day:
    """The day of one member of staff."""
    flags = standing.of(actor)
    sessions = _sessions(actor, now)
    left = unreviewed.of_caseload(actor, now)
    known = {row.pk for row in left[:LEFT_SHOWN]}
    waiting = [row for row in caseload.waiting(actor, REVIEWS_SHOWN + LEFT_SHOWN) if row.pk not in known]
    newest = _newest([*waiting[:REVIEWS_SHOWN], *left[:LEFT_SHOWN]])
    plans = attention.plans(actor, now)
    asked = questions.waiting(actor, MOST_WAIT)
    nights = nightly.of_caseload(actor, now)
    rows = [*flags, *sessions, *waiting[:REVIEWS_SHOWN], *plans, *asked, *left[:LEFT_SHOWN], *nights]
    audit.opened_list(by=actor, client_ids=caseload.names(rows), verb="today.listed")
    people = nightly.among(attention.people(plans, now), plans, nights)
    waits = _waits(actor, asked, plans, now)
    supervised = caseload.supervised(actor) if actor.membership and actor.membership.is_supervisor else []
    return Day(
        at=now.astimezone(actor.clinic.zone),
        flags=flags,
        waits=waits[:ASKED_SHOWN],
        more_waits=max(len(waits) - ASKED_SHOWN, 0),
        people=people[:ATTENTION_SHOWN],
        more_people=max(len(people) - ATTENTION_SHOWN, 0),
        sessions=_shown(sessions, now, flags, digests=actor.role != Role.COACH),
        news=[_news(row, newest[row.pk]) for row in waiting[:REVIEWS_SHOWN]],
        more_news=len(waiting) > REVIEWS_SHOWN,
        left=[_left(row, newest.get(row.pk), actor) for row in left[:LEFT_SHOWN]],
        more_left=max(len(left) - LEFT_SHOWN, 0),
        supervised=supervised,
        left_longer=unreviewed.longer_by_episode([row.pk for row in supervised], now) if supervised else {},
        covers=caseload.covered(actor),
    )


def _waits(actor: Actor, asked: Sequence[Any], plans: Sequence[Any], now: datetime) -> list[Waits]:
    """The second list, the longest wait first."""
    found = [
        *waiting_for_reply.of_questions(asked, actor, now),
        *waiting_for_reply.of_proposals(filter(waiting_for_reply.is_proposal, plans), actor, now),
        *waiting_for_reply.of_replies(comments.unread_replies(actor, MOST_WAIT), actor, now),
    ]
    return sorted(found, key=lambda one: one.at)


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


def _shown(rows: Sequence[Any], now: datetime, flags: Sequence[standing.Row], *, digests: bool) -> list[Session]:
    """The sessions ready to be shown; the next one is marked."""
    coming = next((row.pk for row in rows if row.ends_at > now), None)
    flagged = {flag.episode.pk: flag.says for flag in reversed(flags)}  # also those raised since the digest was built
    return [_session(row, now, flagged, is_next=row.pk == coming, digests=digests) for row in rows]


def _session(row: Any, now: datetime, flagged: dict[UUID, str], *, is_next: bool, digests: bool) -> Session:
    stored = getattr(row, "digest", None) if digests else None
    content = stored.content if stored is not None else {}
    line = headline(content, flagged=row.episode_id in flagged)
    drawn = [each["mark"] for each in content.get("thread", ()) if each["mark"] != "session"]
    return Session(
        appointment=row.pk,
        episode=row.episode_id,
        name=row.episode.client.label,
        at=row.starts_at,
        number=row.number or 1,
        is_over=row.ends_at <= now,
        is_next=is_next,
        line=flagged.get(row.episode_id) or (line.text if line else ""),
        safety=row.episode_id in flagged,
        marks=drawn,
        has_digest=stored is not None,
    )


def headline(content: dict[str, Any], *, flagged: bool) -> Any:
    """The one line of a stored digest to see first: safety, what they asked, found out, what to celebrate, the plan."""
    try:
        stored = digest.from_json(content)
    except ValueError:
        return None
    tones = ("stop", "care") if flagged else ("care",)  # a flag that was closed since is not news
    safety = next((line for line in stored.section("safety").lines if line.tone in tones), None)
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


def _left(row: Any, newest: tuple[Entry, int] | None, actor: Actor) -> Left:
    """A plan of last time that nobody has looked at, with what was shared on it since, if anything was."""
    return unreviewed.listed(row, actor, _words(row, newest[0]) if newest is not None else "")


def _words(row: Any, entry: Entry) -> str:
    """The client's own first line of an entry; none of a questionnaire."""
    definition = row.version.parsed
    if definition.measure is not None:
        return ""
    return summary.headline(definition, entry.answers or {}, entry.kept_private or ())


def _news(row: Any, newest: tuple[Entry, int]) -> News:
    entry, number = newest
    definition = row.version.parsed
    return News(
        assignment=row.pk,
        episode=row.episode_id,
        name=row.episode.client.label,
        title=title_of(row),
        words=_words(row, entry),
        at=entry.shared_at or entry.captured_at,
        smaller=entry.stepped_down,
        amount=entry.get_amount_display() if entry.amount is not None and story.has_amount(definition) else "",
        more=number - 1,
    )
