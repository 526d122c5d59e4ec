"""Is it still safe to write to you? One neutral note every eight weeks, so that the client comes and sees the question (F36).

It is a message like any other: over the client's own channel, inside their hours, under their caps. Who does not come has
been asked once; two weeks later nothing leaves any more until they have answered (`safe_contact.rests`).
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from clinic import safe_contact
from clinic.models import Clinic, ContactPrefs, Episode, OutgoingMessage
from clinic.outbox.ledger import queue_all
from clinic.outbox.reach import Reach, reach_of

BATCH = 500
HOURS = (time(10, 0), time(18, 0))  # in the middle of the client's own day
WORTH = timedelta(hours=1)


def queue_notes(clinic: Clinic, now: datetime) -> int:
    """Queue the notes whose time has come in the clinic acted in. Returns how many.

    Safe to run twice and side by side: the key holds the day on which the questions came due.
    """
    queued, last = 0, None
    while batch := _due(clinic, now, last):
        reach = reach_of(clinic, [prefs.client.user_id for prefs in batch if prefs.client.user_id], now)
        rows = [_note(prefs, reach, now) for prefs in batch]
        queued += queue_all([row for row in rows if row is not None])
        last = batch[-1].pk
    return queued


def _due(clinic: Clinic, now: datetime, last: UUID | None) -> list[ContactPrefs]:
    """The next clients in care whose answer is due again and whose messages do not rest yet. One query."""
    oldest, until = now - safe_contact.EVERY - safe_contact.GRACE, now - safe_contact.EVERY
    rows = ContactPrefs.objects.filter(clinic_id=clinic.pk, asked_at__lte=until, answered_at__gt=oldest)
    rows = rows.filter(seen_by_others=ContactPrefs.SeenByOthers.NO, client__ended_at__isnull=True)
    in_care = Episode.objects.filter(clinic_id=clinic.pk).exclude(state=Episode.State.ENDED)
    rows = rows.filter(client__in=in_care.values("client_id"))
    rows = rows.filter(pk__gt=last) if last else rows
    return list(rows.select_related("client__user").order_by("pk")[:BATCH])


def _note(prefs: ContactPrefs, reaches: Mapping[UUID, Reach], now: datetime) -> OutgoingMessage | None:
    """The row, or None while it may not be sent; then a later run looks again."""
    user = prefs.client.user
    reach = reaches.get(user.pk) if user is not None else None
    if user is None or reach is None or prefs.asked_at is None:
        return None
    wall = now.astimezone(reach.zone).time()
    if not HOURS[0] <= wall < HOURS[1] or reach.why_not(now):
        return None
    due_on = reach.today(prefs.asked_at + safe_contact.EVERY)
    key = f"{safe_contact.SERIES}{prefs.client_id}:{due_on.isoformat()}"
    return reach.message(
        OutgoingMessage.Kind.NOTE,
        key,
        user,
        clinic_id=prefs.clinic_id,
        about=prefs.client_id,
        due_at=now,
        not_after=now + WORTH,
    )
