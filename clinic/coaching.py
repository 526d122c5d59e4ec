"""Coaches from the client's side: whom they were asked about, who helps them now, with which skill, until when (F64, F70)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from clinic.access import Actor
from clinic.models import CareTeamMember


@dataclass(frozen=True)
class Coach:
    """One coach, in words for the client. `waits`: the client has not answered yet."""

    place: UUID
    name: str
    skill: str
    until: date
    waits: bool


def places(actor: Actor) -> list[CareTeamMember]:
    """A client's own: asked about, or said yes to, the newest first. One query."""
    rows = CareTeamMember.objects.coaching(actor.clinic).filter(episode__client_id=actor.member_id)
    rows = rows.exclude(episode__state="ended").select_related("member", "episode__client", "episode__clinic")
    return list(rows.order_by("-starts_on", "-pk"))


def own(actor: Actor) -> list[Coach]:
    """The same, ready to be read."""
    return [
        Coach(row.pk, row.member.first_name, row.skill or "", row.ends_on, row.waits_for_yes)
        for row in places(actor)
        if row.ends_on is not None
    ]


def waiting(actor: Actor) -> Exists:
    """Whether a question about a coach waits for this client, for a page that fetches the episode anyway."""
    rows = CareTeamMember.objects.coaching(actor.clinic).filter(episode_id=OuterRef("pk"))
    return Exists(rows.filter(episode__client_id=actor.member_id, client_agreed_at__isnull=True))
