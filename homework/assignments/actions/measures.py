"""Each night: when every agreed measure may come up next (1L `measure_scheduler`, 2.1, 6.3, 6.8).

The plan has the rhythm. A measure is not due before its shortest interval is over, and one that asks about danger is not due in
the coming day while its gate is closed or nobody is there who would read it; it comes back by itself. Nothing is opened for
this: when somebody answered, and which measure, are plain columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Prefetch
from django.utils import timezone

from clinic import audit, standing_in
from clinic.access import Actor
from clinic.models import Episode
from homework.assignments import due, measuring, schedule
from homework.assignments.actions.rest import MOMENTS
from homework.assignments.models import Assignment, Entry, Plan, Score
from homework.assignments.nudge import moment_of
from homework.worksheets import gates, scoring
from homework.worksheets.models import Worksheet

BATCH = 500
ARRANGED = "measures.arranged"
COMING_DAY = timedelta(days=2)  # today and tomorrow: the next night looks again


def arrange(*, by: Actor, at: datetime | None = None) -> int:
    """Set the moments of every measure under way, in batches, each a transaction. Returns how many changed. Twice is once."""
    now, last, total = at or timezone.now(), None, 0
    while True:
        with transaction.atomic():
            rows = _measures(by, last)
            total += _arrange(by, rows, now)
        if len(rows) < BATCH:
            break
        last = rows[-1].pk
    with transaction.atomic():
        audit.record(by=by, verb=ARRANGED, measures=total)
    return total


def _measures(by: Actor, last: UUID | None) -> list[Any]:
    """The next measures under way, by id, with their plan and their client's wishes; held until the end of the transaction."""
    rows = Assignment.objects.active().filter(clinic_id=by.clinic_id, version__worksheet__kind=Worksheet.Kind.MEASURE)
    rows = rows.filter(episode__state=Episode.State.ACTIVE)
    rows = rows.filter(pk__gt=last) if last else rows
    agreed = Prefetch("plans", Plan.objects.agreed(), to_attr="agreed_plans")
    rows = rows.select_related("episode__client__contact", "version__worksheet").prefetch_related(agreed)
    return list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])


def _arrange(by: Actor, rows: Sequence[Any], now: datetime) -> int:
    """One batch: four queries and one that writes, however many there are."""
    resting = _resting(by, rows, now)
    taken = _taken(rows)
    changed = []
    for row in rows:
        plan: Plan | None = next(iter(row.agreed_plans), None)
        if plan is None or plan.frequency == Plan.Frequency.EVENT:
            continue
        before = (row.next_due_at, row.next_reminder_at)
        _set(row, plan, _first_day(row, plan, taken, row.pk in resting, now), now)
        if (row.next_due_at, row.next_reminder_at) != before:
            changed.append(row)
    Assignment.objects.bulk_update(changed, MOMENTS)
    return len(changed)


def _resting(by: Actor, rows: Iterable[Any], now: datetime) -> set[UUID]:
    """Those that nobody may be asked just now: the gate is closed, or nobody is there who would read the answer."""
    asking = [row for row in rows if measuring.asks_about_danger(row.version)]
    if not asking:
        return set()
    nobody = standing_in.unattended({row.episode_id for row in asking}, by.clinic.today(now))
    names = {row.version.parsed.measure.gate for row in asking}
    closed = {gate for gate in names if not gates.is_open(gate, by.clinic_id)}
    return {row.pk for row in asking if row.episode_id in nobody or row.version.parsed.measure.gate in closed}


def _taken(rows: Iterable[Any]) -> dict[tuple[UUID, str], datetime]:
    """When each client last shared each measure, in any episode."""
    clients = {row.episode.client_id for row in rows}
    shared = Score.objects.filter(episode__client_id__in=clients, entry__state=Entry.State.SHARED).order_by()
    found = shared.values_list("episode__client_id", "measure").annotate(last=Max("taken_at"))
    return {(client, measure): last for client, measure, last in found}


def _first_day(row: Any, plan: Plan, taken: Mapping[tuple[UUID, str], datetime], rests: bool, now: datetime) -> date:
    """The first local day on which it may come up."""
    today = schedule.local_day(now, plan.zone)
    days = [today]
    contact = getattr(row.episode.client, "contact", None)
    if contact is not None and contact.paused_until is not None:
        days.append(contact.paused_until)
    definition = row.version.parsed
    last = taken.get((row.episode.client_id, definition.slug))
    earliest = scoring.next_day(definition.measure, schedule.local_day(last, plan.zone) if last else None)
    if earliest is not None:
        days.append(earliest)
    if rests:
        days.append(today + COMING_DAY)
    return max(days)


def _set(row: Any, plan: Plan, first: date, now: datetime) -> None:
    """The moments from that day on. Does not save."""
    due.clear(row)
    quiet = due.quiet_hours_of(getattr(row.episode.client, "contact", None))
    coming = list(schedule.slots(plan.rule, first, first + due.LOOK_AHEAD))
    row.next_due_at = next((slot.begins for slot in coming), None)
    if plan.reminder != Plan.Reminder.NONE:
        moments = (moment_of(plan, slot.local_date, quiet) for slot in coming)
        row.next_reminder_at = next((at for at in moments if at is not None and at > now), None)
