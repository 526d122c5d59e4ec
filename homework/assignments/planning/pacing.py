"""How much one day asks for, against the minutes a client has on a bad one; and when there is room to grow. Pure.

The first is a word on the client's own page (F35), the second one for the therapist (F68). Nothing is held back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from homework.assignments import schedule
from homework.assignments.models import Entry, Plan
from homework.worksheets.definition import CODES, Definition

GOOD_DEPTH = 5  # of 10
GOOD_WEEKS = 2
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class FullDay:
    """A day that asks for more minutes than a bad day has."""

    on: date
    minutes: int
    on_a_bad_day: int


def fullest(rows: Iterable[tuple[Definition, Plan]], today: date) -> FullDay | None:
    """The fullest of the next seven days when it asks for more than the client said they have; else None.

    What counts is what they said last. Plans for "when it happens" ask for no day.
    """
    plans = list(rows)
    said = [plan for _definition, plan in plans if plan.minutes]
    if not said:
        return None
    latest = max(said, key=lambda plan: (plan.created_at, plan.pk))
    asked: dict[date, int] = defaultdict(int)
    for definition, plan in plans:
        size = definition.sizes[definition.size_code(plan.size)]
        for slot in schedule.slots(plan.rule, today, today + WEEK - timedelta(days=1)):
            asked[slot.local_date] += size.minutes
    most = max(asked.values(), default=0)
    limit = latest.minutes or 0
    if most <= limit:
        return None
    return FullDay(min(day for day, minutes in asked.items() if minutes == most), most, limit)


def room_to_grow(definition: Definition | None, plan: Plan, entries: Sequence[Entry]) -> str:
    """The label of the next bigger size once two weeks had something done that went deep; else nothing (F68).

    entries: what was shared about this work. Only weeks since this size was agreed count.
    """
    if definition is None or definition.measure is not None or plan.confirmed_at is None:
        return ""
    there = [code for code in CODES if code in definition.sizes]
    here = definition.size_code(plan.size)
    if here not in there or here == there[-1]:
        return ""
    weeks: dict[date, list[float]] = defaultdict(list)
    for entry in entries:
        if entry.plan.size == plan.size and entry.amount not in (None, Entry.Amount.NOT_YET):
            on = entry.slot_on or schedule.local_day(entry.captured_at, plan.zone)
            weeks[on - timedelta(days=on.weekday())].append(float(entry.depth or 0))
    good = [week for week, depths in weeks.items() if max(depths) >= GOOD_DEPTH]
    return str(definition.sizes[there[there.index(here) + 1]].label) if len(good) >= GOOD_WEEKS else ""
