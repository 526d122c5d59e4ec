"""Whether somebody is there for a client's pages today: the lead, or while the lead is away a cover who said yes (6.3).

Somebody is away on the days they said so, whether a cover has agreed yet or not: an absence nobody covers is still an absence.
A cover holds for one client: not when that client would rather not have them, and not when only the safety ladder let them in.
Days are the clinic's. One query for one episode or for many.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from clinic.access import Role, TeamRole
from clinic.models import Absence, CareTeamMember, Episode, Membership


@dataclass(frozen=True)
class Away:
    """What a client is told while their therapist is away: first names, the last day, and whether they said no to the cover."""

    place: UUID
    lead: str
    cover: str
    until: date
    objected: bool


def is_anybody_there(*, lead_is_away: bool, covered: bool) -> bool:
    """The rule itself."""
    return covered or not lead_is_away


def is_there(episode: Episode, day: date) -> bool:
    """Whether somebody is there for this episode on a day of the clinic's. One query."""
    return episode.pk not in unattended([episode.pk], day)


def unattended(episode_ids: Iterable[UUID], day: date) -> set[UUID]:
    """Those of these episodes for which nobody is there on that day. One query, none for no episodes."""
    ids = set(episode_ids)
    if not ids:
        return set()
    rows = Episode.objects.filter(pk__in=ids).annotate(lead_is_away=lead_away(day), covered=covered(day))
    return {
        pk
        for pk, away, held in rows.values_list("pk", "lead_is_away", "covered")
        if not is_anybody_there(lead_is_away=away, covered=held)
    }


def lead_away(day: date) -> Exists:
    """Whether an episode's lead is away on that day, for a query about episodes."""
    away = Absence.objects.said().filter(starts_on__lte=day, ends_on__gte=day, member_id=OuterRef("member_id"))
    leads = CareTeamMember.objects.filter(role=TeamRole.LEAD, ended_at__isnull=True, episode_id=OuterRef("pk"))
    return Exists(leads.filter(Exists(away)))


def covered(day: date) -> Exists:
    """Whether an episode has a cover on that day, agreed with everybody, for a query about episodes."""
    rows = CareTeamMember.objects.filter(role=TeamRole.COVER, by_ladder=False, episode_id=OuterRef("pk"))
    return Exists(rows.filter(_is_on(day), objected_at__isnull=True))


def covers_on(day: date) -> "QuerySet[CareTeamMember]":
    """Places that come from an absence which stands and is on; also those the client would rather not have."""
    stands = Q(absence__state=Absence.State.STANDING, absence__starts_on__lte=day, absence__ends_on__gte=day)
    found: QuerySet[CareTeamMember] = CareTeamMember.objects.filter(_is_on(day), stands, role=TeamRole.COVER)
    return found


def _is_on(day: date) -> Q:
    return Q(starts_on__lte=day, ends_on__gte=day, ended_at__isnull=True)


def told(day: date) -> Subquery:
    """What `away_of` reads, fetched together with an episode."""
    rows = covers_on(day).filter(episode_id=OuterRef("pk")).order_by("starts_on", "pk")
    facts = JSONObject(
        place="pk",
        lead="absence__member__display_name",
        cover="member__display_name",
        until="absence__ends_on",
        objected="objected_at",
    )
    return Subquery(rows.values(facts=facts)[:1])


def away_of(facts: Any) -> Away | None:
    """The same as a value, None while nobody covers."""
    if not facts:
        return None
    return Away(
        place=UUID(facts["place"]),
        lead=_first_name(facts["lead"]),
        cover=_first_name(facts["cover"]),
        until=date.fromisoformat(facts["until"]),
        objected=facts["objected"] is not None,
    )


def _first_name(name: str) -> str:
    return Membership(role=Role.THERAPIST, display_name=name).first_name
