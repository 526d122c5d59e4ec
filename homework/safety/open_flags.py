"""Open flags as an admin may know them: how many, since when, how they stand, and whom to call. No client, no content (6.3).

Four queries, however many flags.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, TeamRole
from clinic.models import Absence, CareTeamMember, Membership
from homework.safety import setup
from homework.safety.models import SafetyFlag


@dataclass(frozen=True)
class Call:
    """Somebody to call, and what they are."""

    name: str
    what: "str | Promise"


@dataclass(frozen=True)
class OpenFlag:
    """One flag without whose it is."""

    since: datetime
    look_by: datetime
    is_unseen: bool
    is_late: bool
    stands: str
    call: list[Call]


def of(actor: Actor, now: datetime) -> list[OpenFlag]:
    """The standing flags of the clinic, those nobody has looked at and that wait longest first."""
    rows = SafetyFlag.objects.filter(clinic_id=actor.clinic_id).standing().order_by("look_by", "pk")
    flags = list(rows.values_list("episode_id", "raised_at", "look_by", "state"))
    arranged = setup.of(actor.clinic_id)
    leads = [one for one in (arranged.lead, arranged.deputy) if one is not None] if arranged is not None else []
    away = Absence.objects.on(actor.clinic.today(now)).filter(clinic_id=actor.clinic_id).select_related("cover")
    covers = {one.member_id: one.cover for one in away}
    teams = _teams(actor, {episode for episode, *_rest in flags}, now)
    found = [_one(actor, teams[episode], covers, leads, at, by, state, now) for episode, at, by, state in flags]
    return sorted(found, key=lambda one: not one.is_unseen)


def _teams(actor: Actor, episodes: set[UUID], now: datetime) -> dict[UUID, list[CareTeamMember]]:
    """Therapist and covers of each episode today."""
    rows = CareTeamMember.objects.current(actor.clinic, now).filter(episode__in=episodes)
    found: dict[UUID, list[CareTeamMember]] = defaultdict(list)
    for place in rows.filter(role__in=(TeamRole.LEAD, TeamRole.COVER)).select_related("member").order_by("pk"):
        found[place.episode_id].append(place)
    return found


def _one(
    actor: Actor,
    team: list[CareTeamMember],
    covers: dict[UUID, Membership],
    leads: list[Membership],
    since: datetime,
    look_by: datetime,
    state: str,
    now: datetime,
) -> OpenFlag:
    lead = next((place.member for place in team if place.role == TeamRole.LEAD), None)
    asked: list[tuple[Membership | None, str | Promise]] = [(lead, _("therapist"))]
    asked += [(covers.get(lead.pk), _("cover, the therapist is away"))] if lead is not None else []
    asked += [(place.member, _("cover")) for place in team if place.role == TeamRole.COVER]
    asked += [(one, _("safety lead") if number == 0 else _("deputy")) for number, one in enumerate(leads)]
    call = {member.pk: Call(member.label, what) for member, what in reversed(asked) if member is not None}
    is_unseen = state == SafetyFlag.State.OPEN
    return OpenFlag(
        since=since,
        look_by=look_by,
        is_unseen=is_unseen,
        is_late=is_unseen and look_by < now,
        stands=str(SafetyFlag.State(state).label),
        call=list(reversed(call.values())),
    )
