"""Lists over a whole caseload: the clients of a member of staff, with next session, work and marks.

One query for the rows whatever their number: counts and the plain facts behind the marks come as sub-selects, names are
opened with one query for keys and one event in the record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from clinic import audit
from clinic.access import Actor, Can, Role, TeamRole, team_roles_that
from clinic.models import Appointment, CareTeamMember, Episode
from homework.assignments.days import marks
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.models.addition import added_since
from homework.assignments.schedule import Rule, local_day
from homework.reviews.models import ClientQuestion
from homework.worksheets.models import Worksheet

RULE = ("frequency", "weekdays", "times_per_week", "local_time", "starts_on", "ends_on", "zone")
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One client in the list."""

    episode: UUID
    name: str
    next_at: datetime | None
    active: int
    asked: bool
    talk: bool
    question: bool
    news: bool
    marks: list[str]


def work_of(actor: Actor) -> QuerySet[Assignment]:
    """Assignments as this role may know them: none of the measures for a coach (F64)."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(clinic_id=actor.clinic_id)
    return practice(rows) if actor.role == Role.COACH else rows


def practice(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Without measures: their change is in the digest, there is nothing to review about filling one in."""
    return rows.exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)


def unreviewed(prefix: str = "") -> Q:
    """Shared, or added to, since the work was last reviewed; `prefix` leads from the row to the entry."""
    reviewed_at = f"{prefix}assignment__reviewed_at"
    shared = Q(**{f"{reviewed_at}__isnull": True}) | Q(**{f"{prefix}shared_at__gt": F(reviewed_at)})
    return shared | Q(added_since(f"{prefix}pk", reviewed_at))


def episodes(actor: Actor, now: datetime) -> QuerySet[Episode]:
    """The actor's caseload with everything the list shows. One query; measures are left out for everybody here."""
    assert actor.membership is not None
    sessions = Appointment.objects.filter(episode_id=OuterRef("pk"))
    coming, past = sessions.upcoming(now), sessions.past(now).values("starts_at")[:1]
    plans = (
        Plan.objects.filter(episode_id=OuterRef("pk"), state__in=(Plan.State.AGREED, Plan.State.PROPOSED))
        .filter(assignment__state__in=(Assignment.State.ACTIVE, Assignment.State.PROPOSED))
        .exclude(assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
    )
    shared = Entry.objects.shared().filter(episode_id=OuterRef("pk"), score__isnull=True)
    work = JSONObject(**{name: name for name in (*RULE, "state", "answer", "assignment__kind")})
    did = JSONObject(slot="slot_on", at="captured_at", amount="amount", smaller="stepped_down", started="started")
    under_way = (Assignment.State.ACTIVE, Assignment.State.PAUSED)
    return (
        Episode.objects.caseload_of(actor.membership)
        .select_related("client")
        .annotate(
            since=Coalesce(Subquery(past), Value(NEVER)),
            next_at=Subquery(coming.values("starts_at")[:1]),
            zone=Coalesce("client__user__time_zone", "site__time_zone"),
            work=ArraySubquery(plans.order_by("pk").values(json=work)),
            did=ArraySubquery(
                shared.filter(captured_at__gte=OuterRef("since")).order_by("captured_at").values(json=did)
            ),
            news=Exists(shared.filter(unreviewed(), assignment__state__in=under_way)),
            question=Exists(ClientQuestion.objects.known_to(actor).open().filter(episode_id=OuterRef("pk"))),
        )
    )


def listed(actor: Actor, now: datetime, words: str = "") -> list[Row]:
    """The caseload, soonest session first, whose names contain `words`. Opens the names, records one event."""
    rows = list(episodes(actor, now))
    audit.opened_list(by=actor, client_ids=[row.client_id for row in rows], verb="caseload.listed", names_only=True)
    found = [_row(row, now) for row in rows]
    wanted = words.casefold().split()
    found = [row for row in found if all(word in row.name.casefold() for word in wanted)]
    return sorted(found, key=lambda row: (row.next_at is None, row.next_at or now, row.name.casefold()))


def _row(episode: Any, now: datetime) -> Row:
    """One client, ready to be shown."""
    agreed = [plan for plan in episode.work if plan["state"] == Plan.State.AGREED]
    answers = [plan["answer"] for plan in episode.work if plan["state"] == Plan.State.PROPOSED]
    return Row(
        episode=episode.pk,
        name=episode.client.label,
        next_at=episode.next_at,
        active=sum(plan["assignment__kind"] == Assignment.Kind.WORK for plan in agreed),
        asked=Plan.Answer.NONE in answers,
        talk=Plan.Answer.TALK in answers,
        question=episode.question,
        news=episode.news,
        marks=_marks(episode, [rule_of(plan) for plan in agreed], now) if agreed or episode.did else [],
    )


def _marks(episode: Any, rules: list[Rule], now: datetime) -> list[str]:
    """The days since the last session, or since the episode began, up to the next one."""
    since = local_day(episode.since, episode.zone) if episode.since > NEVER else episode.opened_on
    today = local_day(now, episode.zone)
    until = local_day(episode.next_at, episode.zone) if episode.next_at else today
    did = [did_of(facts, episode.zone) for facts in episode.did]
    return marks.strip(rules, did, since, until, today)


def rule_of(facts: dict[str, Any]) -> Rule:
    """A plan's rule from its plain columns as JSON."""
    return Rule(
        frequency=facts["frequency"],
        weekdays=frozenset(facts["weekdays"] or ()),
        times_per_week=facts["times_per_week"],
        local_time=parse_time(facts["local_time"]) if facts["local_time"] else None,
        starts_on=_date(facts["starts_on"]),
        ends_on=_date(facts["ends_on"]) if facts["ends_on"] else None,
        zone=facts["zone"],
    )


def _date(text: str) -> date:
    found = parse_date(text)
    assert found is not None
    return found


def did_of(facts: dict[str, Any], zone: str) -> marks.Did:
    """A shared entry from its plain columns as JSON."""
    at = parse_datetime(facts["at"])
    assert at is not None
    on = marks.day_of(_date(facts["slot"]) if facts["slot"] else None, at, zone)
    return marks.Did(on, facts["amount"], facts["smaller"], facts["started"])


def supervised(actor: Actor) -> list[Episode]:
    """The episodes this person supervises, names opened: each needs a reason before it is read."""
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id, role=TeamRole.SUPERVISOR)
    rows = list(
        Episode.objects.visible_to(actor)
        .filter(pk__in=places.values("episode_id"))
        .exclude(state=Episode.State.ENDED)
        .select_related("client")
    )
    audit.opened_list(by=actor, client_ids=[row.client_id for row in rows], verb="supervision.listed", names_only=True)
    return sorted(rows, key=lambda row: row.client.label.casefold())


def waiting_rows(actor: Actor) -> QuerySet[Any]:
    """Work of the caseload with something shared since it was last reviewed, longest wait first."""
    assert actor.membership is not None
    news = Entry.objects.shared().filter(unreviewed(), assignment_id=OuterRef("pk"))
    rows: Any = practice(work_of(actor))
    found: QuerySet[Any] = (
        rows.awaiting_review()
        .filter(episode__in=Episode.objects.caseload_of(actor.membership))
        .annotate(first_at=Subquery(news.order_by("shared_at").values("shared_at")[:1]))
        .order_by("first_at", "pk")
    )
    return found


def waiting(actor: Actor, most: int) -> list[Any]:
    """The work to review, longest wait first, at most so many rows and one more that tells of others."""
    return list(waiting_rows(actor).select_related("episode__client", "version__worksheet")[: most + 1])


def next_to_review(actor: Actor, after: Assignment) -> Assignment | None:
    """The next piece of work to look at after one that has just been reviewed, its client's name opened."""
    rows = waiting_rows(actor).exclude(pk=after.pk).select_related("episode__client", "version__worksheet")
    found: Assignment | None = rows.first()
    if found is not None:
        audit.opened_list(by=actor, client_ids=[found.episode.client_id], verb="review.next", names_only=True)
    return found


def names(rows: Iterable[Any]) -> set[UUID]:
    """The clients of rows that belong to episodes."""
    return {row.episode.client_id for row in rows}


def covered(actor: Actor) -> dict[UUID, date]:
    """The episodes the actor only covers just now, each with the last day of that cover. One query."""
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id)
    rows = list(places.filter(role__in=team_roles_that(Can.REVIEW)).values_list("episode_id", "role", "ends_on"))
    own = {episode for episode, role, _ends in rows if role != TeamRole.COVER}
    return {episode: ends for episode, role, ends in rows if role == TeamRole.COVER and episode not in own and ends}
