"""When a digest is built: once in the night before the last day, again shortly before the session. Pure.

Sessions crowd at nine on a weekday morning. Built at one and the same distance before, their digests would crowd as well, just
when everybody signs in. So each session has moments of its own, by a number that never changes: its id. The first lies in
the night (00:00 to 06:00 by the clinic's clock) that ends at least 24 hours before the session, the second between 45 and 32
minutes before it, which leaves two minutes to have it built half an hour before.
"""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

AHEAD = timedelta(hours=24)  # by then it is there
MORNING, NIGHT = time(6, 0), timedelta(hours=6)
EARLIEST = (
    AHEAD + timedelta(hours=24) + NIGHT + timedelta(hours=1)
)  # no first moment lies further ahead, clocks changing too
AGAIN_FROM, AGAIN_UNTIL = timedelta(minutes=45), timedelta(minutes=32)


def share(pk: UUID) -> float:
    """Where in a window this session has its place: 0 to 1, even over many, always the same for one."""
    return (pk.int & 0xFFFFFFFF) / 2**32


def first(pk: UUID, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """When its digest is first built."""
    latest = starts_at - AHEAD
    wall = latest.astimezone(zone)
    day = wall.date() if wall.time() >= MORNING else wall.date() - timedelta(days=1)
    morning = min(datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC), latest)
    return morning - NIGHT * (1 - share(pk))


def again(pk: UUID, starts_at: datetime) -> datetime:
    """When it is brought up to date before the session."""
    return starts_at - AGAIN_FROM + (AGAIN_FROM - AGAIN_UNTIL) * share(pk)


def is_due(pk: UUID, starts_at: datetime, zone: ZoneInfo, built_at: datetime | None, now: datetime) -> bool:
    """Whether it wants to be built now. One that was opened on a page meanwhile is as good as built by the worker."""
    if not now < starts_at:
        return False
    if built_at is None or built_at < starts_at - EARLIEST:
        return now >= first(pk, starts_at, zone)
    return built_at < starts_at - AGAIN_FROM and now >= again(pk, starts_at)
