"""A client came to their page within a day of a message: noted with the message, so that reminders can be judged (section 5)."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinic.access import Actor
from clinic.models import OutgoingMessage


@transaction.atomic
def note(*, by: Actor, after: Sequence[UUID]) -> int:
    """Note that this client came after these messages of theirs. Returns how many; without any nothing is asked.

    Not in the audit: it is the client's own coming, and the figures count messages, never people.
    """
    if not after or by.user is None:
        return 0
    rows = OutgoingMessage.objects.filter(pk__in=after, user_id=by.user.pk, opened_at__isnull=True)
    return rows.update(opened_at=timezone.now())
