"""The cards of Today: which work is for today, how it stands, and in which order. Pure: everything was fetched before.

Begun first, then by the time of day; what has no day comes last, what is done at the end. Work for one day stays until it
is done; nothing counts what was not done (F38).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from homework.assignments import schedule
from homework.assignments.days import quick, thread
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning import agreed
from homework.worksheets import summary


@dataclass(frozen=True)
class Card:
    """One piece of work as Today shows it. `said`: the client's own words of today, when it is done."""

    assignment: UUID
    title: str
    why: str
    minutes: int
    small_minutes: int | None
    plan: str
    begun: bool = False
    done: UUID | None = None
    said: str = ""
    any_time: bool = False
    event: bool = False
    measure: bool = False
    log: bool = False  # one line can be noted right away (F07)
    at: time | None = None
    last: UUID | None = None  # what was written the last time, one tap away (F38)
    nudge: Any = None  # what it says about its reminder today (`nudged.Nudge`)
    skipped: bool = False  # what is there of today is only what got in the way: "not this time" (F40)


def of(
    active: Iterable[Assignment], plans: Mapping[UUID, Plan], entries: list[Entry], today: date, zone: str
) -> list[Card]:
    """The work of today: begun first, then by the time of day, what has no day last, what is done at the end."""
    found = []
    for row in active:
        if row.version is not None and row.pk in plans:
            of_work = [entry for entry in entries if entry.assignment_id == row.pk]
            card = _card(row, plans[row.pk], of_work, today, zone)
            if card is not None:
                found.append(card)
    return sorted(found, key=lambda c: (c.done is not None, c.any_time, not c.begun, c.measure, c.at or time.max))


def _card(row: Assignment, plan: Plan, entries: list[Entry], today: date, zone: str) -> Card | None:
    """This work today, or None when it is for another day."""
    assert row.version is not None
    definition = agreed.spoken(row.version)
    size = definition.sizes[definition.size_code(plan.size)]
    small = definition.sizes.get("S")
    todays = [entry for entry in entries if thread.day_of(entry, zone) == today]
    drafts = entries if plan.frequency == Plan.Frequency.ONCE else todays
    begun = any(entry.state == Entry.State.DRAFT and entry.started for entry in drafts)
    done = next((entry for entry in todays if entry.state == Entry.State.SHARED), None)
    if not begun and done is None and row.is_measure and _comes_later(row, plan, today):
        return None
    any_time = plan.frequency == Plan.Frequency.EVENT
    if not begun and done is None and not any_time and not _is_due(plan, entries, today):
        if plan.frequency != Plan.Frequency.TIMES or plan.weekdays or _is_enough(plan, entries, today, zone):
            return None
        any_time = True  # "some days a week, any": today may be one
    return Card(
        assignment=row.pk,
        title=str(definition.title),
        why=agreed.one_line(plan.rationale),
        minutes=size.minutes,
        small_minutes=small.minutes if small and plan.size != "S" else None,
        plan=agreed.at_a_glance(plan),
        begun=begun,
        done=done.pk if done is not None and not begun and plan.frequency != Plan.Frequency.EVENT else None,
        said=summary.headline(definition, done.answers or {}, limit=90) if done is not None else "",
        any_time=any_time and not begun,
        event=plan.frequency == Plan.Frequency.EVENT,
        measure=row.is_measure,
        log=quick.offered(definition, event=plan.frequency == Plan.Frequency.EVENT),
        at=plan.local_time,
        last=_last(entries, None if any_time else done),
        skipped=done is not None and thread.state_of(done) is schedule.DayState.SKIPPED,
    )


def _comes_later(row: Assignment, plan: Plan, today: date) -> bool:
    """Whether a measure is due on a later day only, whatever the rhythm: its shortest interval is not over (2.1)."""
    return row.next_due_at is not None and schedule.local_day(row.next_due_at, plan.zone) > today


def _last(entries: list[Entry], done: Entry | None) -> UUID | None:
    """The newest entry in which something was written and that is not open again today."""
    return next(
        (row.pk for row in entries if row.started and row.state == Entry.State.SHARED and row is not done), None
    )


def _is_due(plan: Plan, entries: list[Entry], today: date) -> bool:
    """Whether the plan asks for today. Something to do once stays until it is done."""
    if plan.frequency == Plan.Frequency.ONCE:
        first = next(schedule.slots(plan.rule, plan.starts_on, plan.starts_on + timedelta(days=7)), None)
        since = plan.starts_on
        shared = any(
            entry.state == Entry.State.SHARED and schedule.local_day(entry.captured_at, plan.zone) >= since
            for entry in entries
        )
        return first is not None and first.local_date <= today and not shared
    if plan.frequency == Plan.Frequency.TIMES and not plan.weekdays and _is_enough(plan, entries, today, plan.zone):
        return False
    return schedule.slot_for(plan.rule, today) is not None


def _is_enough(plan: Plan, entries: list[Entry], today: date, zone: str) -> bool:
    """Whether as many days as were agreed for a week have something already, in the week of the plan that runs now."""
    begins = plan.starts_on + timedelta(days=(today - plan.starts_on).days // 7 * 7)
    days = {thread.day_of(entry, zone) for entry in entries if entry.state == Entry.State.SHARED}
    return len([day for day in days if day >= begins]) >= (plan.times_per_week or 7)
