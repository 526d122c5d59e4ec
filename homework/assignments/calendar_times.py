"""When agreed work comes up, for a client's own calendar address: times only, from now on.

What is over is never in it: an entry that vanished because something was done would tell the rest of the house what was not.
Work without a time of day is left out, and so is what is paused, done or ended, and everything while everything rests.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from clinic.calendar_feed import AHEAD, MOST, Time
from clinic.models import CalendarFeed
from homework.assignments import due, schedule
from homework.assignments.models import Assignment, Entry, Plan

USUAL_MINUTES = 10
RULE = ("frequency", "weekdays", "times_per_week", "local_time", "starts_on", "ends_on", "zone")


def of(feed: CalendarFeed, now: datetime) -> list[Time]:
    """The times of the agreed work of this client, eight weeks ahead; two queries, and no sealed field is opened."""
    if not feed.work:
        return []
    plans = list(_plans(feed))
    done = _done([plan.assignment_id for plan in plans], now)
    found: list[Time] = []
    for plan in plans:
        found += _of_plan(plan, done.get(plan.assignment_id, []), feed, now)
    return sorted(found, key=lambda time: time.begins)[:MOST]


def _plans(feed: CalendarFeed) -> Iterable[Plan]:
    """Agreed plans with a time of day, of work that is under way. Their words stay in the database."""
    rows = Plan.objects.agreed().filter(
        clinic_id=feed.clinic_id,
        local_time__isnull=False,
        assignment__state=Assignment.State.ACTIVE,
        assignment__kind=Assignment.Kind.WORK,
        episode__client_id=feed.member_id,
    )
    rows = rows.exclude(episode__state="ended")
    plans: Iterable[Plan] = rows.only("assignment_id", "revision", "minutes", "confirmed_at", *RULE).order_by("pk")
    return plans


def _of_plan(plan: Plan, done: list[datetime], feed: CalendarFeed, now: datetime) -> list[Time]:
    """One plan's times, by its local clock; the number of the revision makes a changed time a change, not a new entry."""
    today = schedule.local_day(now, plan.zone)
    first = due.rests_until(getattr(feed.member, "contact", None), today) or today
    written = {schedule.local_day(at, plan.zone) for at in done}
    if plan.frequency == Plan.Frequency.ONCE and any(day >= plan.starts_on for day in written):
        return []
    slots = schedule.slots(plan.rule, first, (now + AHEAD).date())
    return [
        Time(
            f"work {plan.assignment_id} {slot.local_date}",
            slot.at,
            plan.minutes or USUAL_MINUTES,
            busy=False,
            changes=plan.revision - 1,
            changed_at=plan.confirmed_at,
        )
        for slot in slots
        if slot.at is not None and slot.at >= now and slot.local_date not in written
    ]


def _done(works: list[UUID], now: datetime) -> dict[UUID, list[datetime]]:
    """When each piece of work was written on lately; a beginning counts, and no word is read."""
    rows = Entry.objects.filter(Q(started=True) | ~Q(state=Entry.State.DRAFT), assignment_id__in=works)
    found: dict[UUID, list[datetime]] = {}
    for pk, at in rows.filter(captured_at__gte=now - timedelta(weeks=8)).values_list("assignment_id", "captured_at"):
        found.setdefault(pk, []).append(at)
    return found
