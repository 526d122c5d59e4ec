"""What coaches handed over and no therapist has taken up yet, for a therapist's first page (F64). Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clinic import audit
from clinic.access import Actor, Can, Role
from clinic.models import AuditEvent, Episode, Membership
from homework.reviews.actions.hand_over import GIVEN, TAKEN, Reason

KEPT = timedelta(days=60)


@dataclass(frozen=True)
class HandedOver:
    """One client whose coach says that this needs a therapist."""

    episode: UUID
    name: str
    coach: str
    reason: str
    at: datetime


def waiting(actor: Actor, now: datetime) -> list[HandedOver]:
    """The newest first. One query when there is nothing."""
    if actor.role != Role.THERAPIST:
        return []
    mine = Episode.objects.active().permitted(actor, Can.REVIEW)
    rows = AuditEvent.objects.filter(client__in=mine.values("client_id"), at__gte=now - KEPT, verb__in=(GIVEN, TAKEN))
    last = {row.object_id: row for row in rows.order_by("at", "pk")}
    given = {pk: row for pk, row in last.items() if pk is not None and row.verb == GIVEN}
    if not given:
        return []
    episodes = list(mine.filter(pk__in=given).select_related("client"))
    audit.opened_list(
        by=actor, client_ids=[row.client_id for row in episodes], verb="handed_over.listed", names_only=True
    )
    coaches = dict(
        Membership.objects.filter(pk__in={row.actor for row in given.values()}).values_list("pk", "display_name")
    )
    found = [_line(episode, given[episode.pk], coaches) for episode in episodes]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _line(episode: Episode, event: AuditEvent, coaches: dict[UUID, str]) -> HandedOver:
    reasons = dict(Reason.choices)
    name = coaches.get(event.actor, "") if event.actor is not None else ""
    return HandedOver(
        episode.pk, episode.client.label, name, str(reasons.get(event.detail.get("reason"), "")), event.at
    )
