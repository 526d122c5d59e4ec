"""Who can read what a client writes, by name and role (F33): shown before anything is written."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from clinic.access import Actor, Can, TeamRole, team_roles_that
from clinic.models import CareTeamMember, Episode
from clinic.reading import AS

ORDER = (TeamRole.LEAD, TeamRole.COTHERAPIST, TeamRole.COVER, TeamRole.COACH, TeamRole.SUPERVISOR)


@dataclass(frozen=True)
class Reader:
    """One person of the care team."""

    name: str
    role: "str | Promise"
    until: date | None


def of(actor: Actor, episode: Episode, *, measure: bool = False) -> list[Reader]:
    """The care team as it is today; a coach does not read measures. One query; nobody after care, which shares nothing (F50)."""
    if not episode.is_open:
        return []
    needed = Can.MEASURES if measure else Can.READ
    rows = CareTeamMember.objects.current(actor.clinic).filter(episode_id=episode.pk, role__in=team_roles_that(needed))
    found = sorted(rows.select_related("member"), key=lambda row: (ORDER.index(TeamRole(row.role)), row.starts_on))
    return [Reader(row.member.label, AS[row.role], row.ends_on) for row in found]


def told_of_danger(actor: Actor, episode: Episode) -> list[str]:
    """The names of those who are told when an answer says that somebody may not be safe (6.1). One query."""
    treating = (TeamRole.LEAD, TeamRole.COTHERAPIST, TeamRole.COVER)
    rows = CareTeamMember.objects.current(actor.clinic).filter(episode_id=episode.pk, role__in=treating)
    return [row.member.label for row in rows.select_related("member").order_by("starts_on", "pk")]
