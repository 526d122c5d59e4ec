"""The two plain columns the workers look at: when work is next due, and when a reminder may next be thought about.

They follow from `schedule` over the agreed plan, written whenever the plan or its progress changes; the sweep asks the plan
again before anything is sent.
"""

from datetime import date, datetime, timedelta

from clinic.models import ContactPrefs
from homework.assignments import schedule
from homework.assignments.models import Assignment, Plan

LOOK_AHEAD = timedelta(days=21)  # no rule rests longer; what lies further ahead is set by the next change or sweep


def reschedule(assignment: Assignment, plan: Plan, now: datetime, *, done_on: date | None = None) -> None:
    """Set the next due moment and the next reminder moment after `now`, past a local day that is done. Does not save."""
    clear(assignment)
    if assignment.kind == Assignment.Kind.NOTHING or assignment.state != Assignment.State.ACTIVE:
        return
    today = schedule.local_day(now, plan.zone)
    first = today if done_on is None else max(today, done_on + timedelta(days=1))
    coming = list(schedule.slots(plan.rule, first, first + LOOK_AHEAD))
    assignment.next_due_at = next((slot.begins for slot in coming), None)
    if plan.reminder == Plan.Reminder.NONE:
        return
    quiet = quiet_hours_of(assignment)
    moments = (schedule.reminder_at(slot, plan.reminder_time, 0, quiet) for slot in coming)
    assignment.next_reminder_at = next((at for at in moments if at is not None and at > now), None)


def quiet_hours_of(assignment: Assignment) -> schedule.QuietHours:
    """The client's own quiet hours, by default 21:00 to 08:00."""
    prefs = ContactPrefs.objects.filter(client_id=assignment.episode.client_id).first()
    return schedule.QuietHours(prefs.quiet_from, prefs.quiet_until) if prefs else schedule.QuietHours()


def clear(assignment: Assignment) -> None:
    """Nothing is due."""
    assignment.next_due_at = assignment.next_reminder_at = None
