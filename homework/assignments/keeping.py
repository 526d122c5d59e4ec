"""How long a draft is kept after its last word, and from when its page says until when (6.7). Pure.

A draft nobody touches goes after thirty days, counted in whole days of the client's. What somebody writes for themself after
care stays (F50).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from homework.assignments import schedule
from homework.assignments.models import Entry

DAYS = 30
KEPT = timedelta(days=DAYS)
TOLD_FROM = timedelta(days=23)


def gone_before(now: datetime) -> datetime:
    """Drafts last saved before this moment have been kept for thirty whole days, wherever the client lives."""
    return now - KEPT - timedelta(days=1)


def last_day(entry: Entry, zone: str) -> date:
    """The last local day on which this draft is there, if nobody writes on it."""
    return schedule.local_day(entry.saved_at + KEPT, zone)


def told(entry: Entry, zone: str, now: datetime) -> date | None:
    """That day, from a week before on; None for what is no draft, was written on lately, or stays."""
    if entry.state != Entry.State.DRAFT or not entry.started or now - entry.saved_at < TOLD_FROM:
        return None
    return last_day(entry, zone)


def soon(entries: Iterable[Entry], zone: str, now: datetime) -> list[tuple[UUID, date]]:
    """The drafts that go within a week, the first to go first, each with its last day. Of an episode in care only."""
    found = [(entry.pk, until) for entry in entries if (until := told(entry, zone, now)) is not None]
    return sorted(found, key=lambda one: one[1])
