"""The two plain columns the workers look at: when work is next due, and when a reminder may next be thought about.

They follow from `schedule` over the agreed plan, written whenever the plan or its progress changes; the sweep asks the plan
again before anything is sent.
"""

from datetime import date, datetime, timedelta

from clinic.access import Actor
from clinic.models import ContactPrefs, Episode
from homework.assignments import schedule
from homework.assignments.models import Assignment, Plan

LOOK_AHEAD = timedelta(days=21)  # no rule rests longer; what lies further ahead is set by the next change or sweep


def reschedule(assignment: Assignment, plan: Plan, now: datetime, *, done_on: date | None = None) -> None:
    """Set the next due moment and the next reminder moment after `now`, past a local day that is done. Does not save."""
    clear(assignment)
    if assignment.kind == Assignment.Kind.NOTHING or assignment.state != Assignment.State.ACTIVE:
        return
    prefs = wishes_now(assignment.episode)
    today = schedule.local_day(now, plan.zone)
    first = max(today, rests_until(prefs, today) or today)
    first = first if done_on is None else max(first, done_on + timedelta(days=1))
    coming = list(schedule.slots(plan.rule, first, first + LOOK_AHEAD))
    assignment.next_due_at = next((slot.begins for slot in coming), None)
    if plan.reminder == Plan.Reminder.NONE:
        return
    quiet = quiet_hours_of(prefs)
    moments = (schedule.reminder_at(slot, plan.reminder_time, plan.reminder_lead, quiet) for slot in coming)
    assignment.next_reminder_at = next((at for at in moments if at is not None and at > now), None)


def wishes_of(episode: Episode) -> ContactPrefs | None:
    """The client's wishes about messages and rest. Asked for once; no query where they came along with the client."""
    known = episode.client._state.fields_cache if "client" in episode._state.fields_cache else {}
    if "contact" in known:
        came: ContactPrefs | None = known["contact"]
        return came
    return wishes_now(episode)


def wishes_now(episode: Episode) -> ContactPrefs | None:
    """The same as they are now, not as a page saw them: for what is written down."""
    found: ContactPrefs | None = ContactPrefs.objects.filter(client_id=episode.client_id).first()
    return found


def rests_until(prefs: ContactPrefs | None, today: date) -> date | None:
    """The local day on which everything comes back by itself, while the client lets everything rest; else None."""
    until = prefs.paused_until if prefs is not None else None
    return until if until is not None and until > today else None


def rests_now(actor: Actor, now: datetime) -> date | None:
    """The day until which everything of this client rests, None when nothing does. Their wishes are asked for once."""
    if actor.membership is None or actor.user is None:
        return None
    return rests_until(getattr(actor.membership, "contact", None), schedule.local_day(now, actor.user.time_zone))


def quiet_hours_of(prefs: ContactPrefs | None) -> schedule.QuietHours:
    """The client's own quiet hours, by default 21:00 to 08:00."""
    return schedule.QuietHours(prefs.quiet_from, prefs.quiet_until) if prefs else schedule.QuietHours()


def clear(assignment: Assignment) -> None:
    """Nothing is due."""
    assignment.next_due_at = assignment.next_reminder_at = None
