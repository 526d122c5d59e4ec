"""Keeping the ledger of messages small: what was sent or skipped over thirteen months ago goes; figures were made long before."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clinic import audit
from clinic.access import Actor
from clinic.after_care import last_day
from clinic.models import OutgoingMessage

BATCH = 5000
MONTHS = 13
TIDIED = "ledger.tidied"
State = OutgoingMessage.State


def tidy(*, by: Actor, at: datetime | None = None) -> int:
    """Remove old messages, in batches, each a transaction. What was parked or still waits stays. Returns how many went."""
    now, total = at or timezone.now(), 0
    while gone := _some(by, now):
        total += gone
    with transaction.atomic():
        audit.record(by=by, verb=TIDIED, messages=total)
    return total


@transaction.atomic
def _some(by: Actor, now: datetime) -> int:
    """One batch, oldest first, by the key: ids rise with time, so no other index is asked for."""
    before = keep_from(now)
    old = Q(state=State.SENT, sent_at__lt=before) | Q(state=State.SKIPPED, due_at__lt=before)
    rows = OutgoingMessage.objects.filter(old, clinic_id=by.clinic_id, pk__lt=first_id(before)).order_by("pk")
    ids = list(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:BATCH])
    gone, _kinds = OutgoingMessage.objects.filter(pk__in=ids).delete() if ids else (0, {})
    return gone


def keep_from(now: datetime) -> datetime:
    """What was sent before this moment is not needed any more: the same day thirteen months ago."""
    day = last_day(now.date(), -MONTHS)
    return now.replace(year=day.year, month=day.month, day=day.day)


def first_id(at: datetime) -> UUID:
    """The lowest id a row made at this moment can have (`accounts.ids`)."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
