"""When somebody may be reminded once more today: a few wall times, never late, never in quiet hours. Pure.

"Remind me later" is the client's own tap, so it is the one message a day beside the day's own; in the week it counts.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.outbox.reach import Reach
from homework.assignments import schedule
from homework.assignments.due import quiet_hours_of

AFTER = (timedelta(hours=1), timedelta(hours=3))
QUARTER = 15  # minutes
THIS_EVENING = time(19, 0)


def times(now: datetime, reach: Reach) -> list[time]:
    """In an hour, in three, this evening: those that are still to come today and may be sent at."""
    wall = now.astimezone(reach.zone)
    some = [_quarter(wall + after).time() for after in AFTER if _quarter(wall + after).date() == wall.date()]
    return [each for each in sorted({*some, THIS_EVENING}) if is_open(each, now, reach)]


def is_open(at: time, now: datetime, reach: Reach) -> bool:
    """Whether a wall time of today lies ahead, not after eight in the evening, outside the client's quiet hours."""
    moment = instant(at, now, reach.zone)
    quiet = schedule.within_quiet_hours(moment, reach.zone.key, quiet_hours_of(reach.prefs))
    return moment > now and at <= schedule.EVENING and not quiet


def instant(at: time, now: datetime, zone: ZoneInfo) -> datetime:
    """A wall time of the client's today as an instant."""
    return schedule.instant(now.astimezone(zone).date(), at, zone.key)


def _quarter(wall: datetime) -> datetime:
    """The next full quarter of an hour."""
    late = timedelta(minutes=-wall.minute % QUARTER, seconds=-wall.second, microseconds=-wall.microsecond)
    whole = wall + late
    return whole if whole >= wall else whole + timedelta(minutes=QUARTER)
