"""The client has read what was written back."""

from django.db import transaction
from django.utils import timezone

from clinic import audit
from clinic.access import Actor
from homework.reviews.models import Review


@transaction.atomic
def seen(*, by: Actor, review: Review) -> None:
    """Note when the message was read, the first time."""
    changed = Review.objects.filter(pk=review.pk, message_seen_at__isnull=True).update(message_seen_at=timezone.now())
    if changed:
        audit.record(by=by, verb="message.seen", obj=review)
