"""The rehearsals of a clinic, and who has one waiting. Nothing in them is about a client."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from clinic import outbox
from clinic.access import Actor
from clinic.models import Clinic, OutgoingMessage
from homework.safety.models import SafetyRehearsal

KEY = "rehearsal:"
"""How keys of messages about a rehearsal begin; `about` is the rehearsal."""
SHOWN = 5


def latest(actor: Actor) -> list[SafetyRehearsal]:
    """The clinic's newest rehearsals, for those who arrange. One query."""
    rows = SafetyRehearsal.objects.filter(clinic_id=actor.clinic_id).select_related("handler", "started_by")
    return list(rows.order_by("-started_at", "-pk")[:SHOWN])


def open_of(actor: Actor) -> QuerySet[SafetyRehearsal]:
    """What somebody was asked to walk through and has not closed, newest first: the mark on each of their pages."""
    rows = SafetyRehearsal.objects.filter(clinic_id=actor.clinic_id, handler_id=actor.member_id, closed_at__isnull=True)
    return rows.order_by("-started_at")


def one_of(actor: Actor, pk: UUID) -> SafetyRehearsal:
    """One rehearsal, for an admin of the clinic or whoever was asked to handle it. Raises Http404."""
    mine = Q() if actor.is_admin else Q(handler_id=actor.member_id)
    rows = SafetyRehearsal.objects.filter(mine, clinic_id=actor.clinic_id).select_related("handler", "started_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@outbox.check(OutgoingMessage.Kind.SAFETY)
def rehearsal_still_waits(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A message about a rehearsal that was seen meanwhile, or whose handler has left, is not sent."""
    mine = {row.pk: row.about for row in rows if row.key.startswith(KEY)}
    if not mine:
        return {}
    waits = SafetyRehearsal.objects.filter(clinic=clinic, pk__in=[pk for pk in mine.values() if pk], seen_at=None)
    ids = set(waits.filter(handler__ended_at__isnull=True).values_list("pk", flat=True))
    return {pk: "" if about in ids else "seen" for pk, about in mine.items()}
