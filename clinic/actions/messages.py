"""Messages that were parked after five tries: an admin tries them again, or lets them go. What they say is never seen here."""

from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import OutgoingMessage
from clinic.refusal import ActionRefused

Kind, State = OutgoingMessage.Kind, OutgoingMessage.State
NEEDS_ITS_SECRET = (Kind.INVITATION, Kind.CODE)
LET_GO = "let go"


@transaction.atomic
def retry(*, by: Actor, message: OutgoingMessage) -> None:
    """Put one parked message back in the queue, with five new tries. It is asked again whether it is still wanted.

    Raises ActionRefused (409) when it is not parked any more, or when its link or code is no longer kept.
    """
    row = _parked(by, message)
    if not can_be_sent(row):
        raise ActionRefused(
            _("Its link or code is no longer kept. Please send a new one instead, and let this one go.")
        )
    _queue(OutgoingMessage.objects.filter(pk=row.pk))
    audit.record(by=by, verb="message.retried", obj=row, kind=row.kind, channel=row.channel)


@transaction.atomic
def retry_all(*, by: Actor) -> int:
    """The same for every parked message of the clinic that can still be sent. Returns how many."""
    rows = OutgoingMessage.objects.filter(clinic_id=by.clinic_id, state=State.PARKED)
    number = _queue(rows.exclude(kind__in=NEEDS_ITS_SECRET, secret=""))
    if number:
        audit.record(by=by, verb="message.retried", messages=number)
    return number


@transaction.atomic
def let_go(*, by: Actor, message: OutgoingMessage) -> None:
    """Give up a parked message: it is not sent. Raises ActionRefused (409) when it is not parked any more."""
    row = _parked(by, message)
    row.state, row.skipped_because, row.secret = State.SKIPPED, LET_GO, ""
    row.save(update_fields=["state", "skipped_because", "secret"])
    audit.record(by=by, verb="message.let_go", obj=row, kind=row.kind, channel=row.channel)


def can_be_sent(message: OutgoingMessage) -> bool:
    """Whether a parked message still has all it needs: an invitation its link, a code itself."""
    return message.kind not in NEEDS_ITS_SECRET or bool(message.secret)


def _parked(by: Actor, message: OutgoingMessage) -> OutgoingMessage:
    row = OutgoingMessage.objects.select_for_update().filter(pk=message.pk, clinic_id=by.clinic_id).first()
    if row is None or row.state != State.PARKED:
        raise ActionRefused(_("This message is not parked any more. Somebody has seen to it."))
    return row


def _queue(rows: Any) -> int:
    """Free and with new tries; what is urgent is due from now on, so that its wait is counted from here."""
    urgent = When(Q(kind__in=OutgoingMessage.URGENT), then=Value(timezone.now()))
    due_at = Case(urgent, default=F("due_at"))
    number: int = rows.update(state=State.QUEUED, attempts=0, lease_until=None, due_at=due_at)
    return number
