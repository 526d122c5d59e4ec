"""Whether another time of day would be kinder: most of what was written lately came at the very end of the day (F37).

Tired is no fault: it is news about the plan. The rule is pure; what it found is kept with the work as the day on which another
time was last offered, so that the offer is shown for a few days and not repeated within two weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.models import ContactPrefs
from homework.assignments import due, schedule
from homework.assignments.models import Assignment, Entry, Plan

LATE = 90  # minutes before the own day ends
OF, LATELY = 3, 5  # so many of the last so many
NOT_AGAIN_FOR = timedelta(days=14)
SHOWN_FOR = timedelta(days=3)


@dataclass(frozen=True)
class OwnDay:
    """When the client's own day starts and ends on their wall clock. A shift worker sets both."""

    starts: time = time(4, 0)
    ends: time = time(23, 0)


def own_day_of(prefs: ContactPrefs | None) -> OwnDay:
    """A client's own day: who changed their quiet hours (shift workers) has said when it ends; else until 23:00."""
    fields = ContactPrefs._meta
    usual = (fields.get_field("quiet_from").default, fields.get_field("quiet_until").default)
    if prefs is None or prefs.quiet_from == prefs.quiet_until or (prefs.quiet_from, prefs.quiet_until) == usual:
        return OwnDay()
    return OwnDay(starts=prefs.quiet_until, ends=prefs.quiet_from)


def late_in_own_day(clock: time, own_day: OwnDay) -> bool:
    """Whether a wall time lies in the last 90 minutes of the client's own day, or later, before the next one starts."""
    late_from = _minutes(own_day.ends) - LATE
    return (_minutes(clock) - late_from) % 1440 < (_minutes(own_day.starts) - late_from) % 1440


def end_of_day(clocks: Sequence[time], own_day: OwnDay | None = None) -> bool:
    """D10: 3 or more of the last 5 entries came late in the client's own day (from 21:30 unless they set theirs)."""
    return sum(late_in_own_day(clock, own_day or OwnDay()) for clock in clocks[-LATELY:]) >= OF


def _clock(at: datetime, zone: str) -> time:
    """The wall clock at an instant."""
    return at.astimezone(ZoneInfo(zone)).time()


def _minutes(clock: time) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


def is_time(clocks: Sequence[time], own_day: OwnDay, last: date | None, today: date) -> bool:
    """Whether to offer another time today; `last` is the day it was last offered."""
    return (last is None or today - last >= NOT_AGAIN_FOR) and end_of_day(clocks, own_day)


def look(assignment: Assignment, entry: Entry, now: datetime) -> None:
    """An entry was just shared: note the day when another time is worth offering. Does not save.

    One query, and none for what was written in time.
    """
    zone, last = entry.plan.zone, assignment.kinder_time_on
    today, own_day = schedule.local_day(now, zone), own_day_of(due.wishes_of(assignment.episode))
    recently = last is not None and today - last < NOT_AGAIN_FOR
    if recently or assignment.is_measure or not late_in_own_day(_clock(entry.captured_at, zone), own_day):
        return
    rows = assignment.entries.shared().filter(started=True).order_by("-captured_at")
    clocks = [_clock(at, zone) for at in rows.values_list("captured_at", flat=True)[:LATELY]]
    if is_time(clocks[::-1], own_day, last, today):
        assignment.kinder_time_on = today


def shows(assignment: Assignment, plan: Plan | None, today: date) -> bool:
    """Whether the offer is on the page: for three days, until the plan is changed."""
    on = assignment.kinder_time_on
    if on is None or plan is None or assignment.state != Assignment.State.ACTIVE:
        return False
    changed = plan.confirmed_at is not None and schedule.local_day(plan.confirmed_at, plan.zone) >= on
    return timedelta(0) <= today - on < SHOWN_FOR and not changed
