"""What came back, as the clinic's admin sees it: whom to ask for another address, never what it was about."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from clinic.models import OutgoingMessage

KEPT = timedelta(days=60)
Kind, Channel = OutgoingMessage.Kind, OutgoingMessage.Channel
Returned, State = OutgoingMessage.Returned, OutgoingMessage.State


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
