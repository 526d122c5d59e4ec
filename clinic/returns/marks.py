"""What came back, as the clinic's admin sees it: counts, and whom to ask for another address. Never of what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clinic.models import Clinic, OutgoingMessage

KEPT = timedelta(days=60)
Kind, Channel = OutgoingMessage.Kind, OutgoingMessage.Channel
Returned, State = OutgoingMessage.Returned, OutgoingMessage.State


@dataclass(frozen=True)
class Counts:
    """How many messages came back since a moment."""

    bounced: int = 0
    delayed: int = 0
    complaints: int = 0


def counts(clinic: Clinic, since: datetime) -> Counts:
    """How many messages of a clinic came back since then; one query. Call it in the scope of the clinic."""
    rows = OutgoingMessage.objects.filter(clinic_id=clinic.pk, returned_at__gte=since).exclude(returned="")
    return Counts(
        **rows.aggregate(
            bounced=Count("pk", filter=Q(returned=Returned.BOUNCED)),
            delayed=Count("pk", filter=Q(returned=Returned.DELAYED)),
            complaints=Count("pk", filter=Q(returned=Returned.COMPLAINT)),
        )
    )


def of_invitations(clinic_id: UUID, invitations: Iterable[UUID | None]) -> set[UUID]:
    """Which of these invitations came back; no query without any."""
    ids = {each for each in invitations if each is not None}
    rows = _bounced(clinic_id).filter(kind=Kind.INVITATION, about__in=ids)
    return {about for about in rows.values_list("about", flat=True) if about is not None} if ids else set()


def of_staff(clinic_id: UUID, users: Iterable[UUID | None]) -> set[UUID]:
    """Whose e-mail came back lately, and none has stayed since; no query without anybody."""
    ids = {each for each in users if each is not None}
    later = OutgoingMessage.objects.filter(
        clinic_id=clinic_id, user_id=OuterRef("user_id"), channel=Channel.EMAIL, state=State.SENT, returned=Returned.NO
    )
    rows = _bounced(clinic_id).filter(user_id__in=ids, returned_at__gte=timezone.now() - KEPT)
    rows = rows.exclude(Exists(later.filter(sent_at__gt=OuterRef("sent_at"))))
    return {user for user in rows.values_list("user_id", flat=True) if user is not None} if ids else set()


def _bounced(clinic_id: UUID) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(clinic_id=clinic_id, channel=Channel.EMAIL, returned=Returned.BOUNCED)
