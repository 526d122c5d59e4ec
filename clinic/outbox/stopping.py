"""The way out of messages: one tap, without signing in, at once."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import ContactPrefs


def prefs_of(*, clinic_id: UUID, user_id: UUID) -> ContactPrefs | None:
    """A client's wishes, also after their place has ended. Call it inside `acting_in(clinic_id)`."""
    found = ContactPrefs.objects.filter(clinic_id=clinic_id, client__user_id=user_id)
    return found.select_related("client__user", "clinic").order_by("-client__joined_at").first()


@transaction.atomic
def stop(*, by: Actor, prefs: ContactPrefs) -> None:
    """No more messages to this client; those that wait are dropped when they come up. Twice is the same as once."""
    on = ContactPrefs.objects.filter(pk=prefs.pk, email_reminders=True)
    if on.update(email_reminders=False, consented_at=None, updated_at=timezone.now()):
        prefs.email_reminders = False
        audit.record(by=by, verb="contact.stopped", obj=prefs.client)


def holder_of(prefs: ContactPrefs) -> Actor:
    """Whoever holds the link acts as the client, for this one thing."""
    return Actor(prefs.client.user, prefs.client, prefs.clinic, Role.CLIENT)
