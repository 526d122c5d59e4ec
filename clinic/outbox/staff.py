"""Telling staff that there is something to read: at a time they may be written to, once a day and person, saying nothing more.

Whatever the reason, a message with the same `series` has the same key on the same day, so there is one of all of them.
"""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.models import Membership, OutgoingMessage

HOURS = (time(7, 0), time(20, 0))  # when staff may be written to, on their own wall clock


def something_to_read(
    *, member: Membership, about: UUID, now: datetime, series: str = "digest:", not_after: datetime | None = None
) -> OutgoingMessage | None:
    """The message, not queued yet; None for somebody without an address. `member.user` should be fetched along."""
    user = member.user
    if user is None:
        return None
    zone = ZoneInfo(user.time_zone)
    due_at = in_hours(now, zone)
    return OutgoingMessage(
        clinic_id=member.clinic_id,
        key=f"{series}{member.pk}:{due_at.astimezone(zone).date()}",
        kind=OutgoingMessage.Kind.DIGEST,
        user=user,
        language=user.language,
        about=about,
        due_at=due_at,
        not_after=not_after,
    )


def in_hours(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the next morning when it is early or late on that wall clock."""
    wall = at.astimezone(zone)
    first, last = HOURS
    if first <= wall.time() < last:
        return at
    day = wall.date() if wall.time() < first else wall.date() + timedelta(days=1)
    return datetime.combine(day, first, tzinfo=zone)
