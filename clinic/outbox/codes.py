"""The check of codes that confirm a number: only the newest one, and only while it can still be typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from clinic import numbers
from clinic.models import Clinic, ContactNumber, OutgoingMessage
from clinic.outbox.ledger import check


@check(OutgoingMessage.Kind.CODE)
def code_still_waits(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A code that was replaced, used or given up with its number is not sent."""
    found = ContactNumber.objects.filter(clinic_id=clinic.pk, pk__in=[row.about for row in rows])
    waiting = {number.pk: number for number in found.exclude(sealed="") if numbers.is_waiting(number, now)}
    reasons = {}
    for row in rows:
        number = waiting.get(row.about) if row.about else None
        reasons[row.pk] = "" if number is not None and number.code_sent_at == row.due_at else "withdrawn"
    return reasons
