"""Whether a piece of work wants a reminder: one pure question over facts, asked by the sweep and again before sending.

Nothing before the client's yes (F18) and nothing for "nothing this week" (F27); any writing, also a beginning, ends the
day's reminder; none within two hours of a session; after three in a row without an answer, or where listening comes
first, silence until something is written or the plan changes (F25). Consent, quiet hours, rest and caps are rules of every
message to a client: `clinic.outbox.reach`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from clinic.models import OutgoingMessage
from clinic.outbox.reach import A_WEEK_WITH_A_DIARY, Earlier, Reach
from homework.assignments import schedule
from homework.assignments.due import LOOK_AHEAD
from homework.assignments.models import Assignment, Plan
from homework.worksheets.models import Worksheet

WINDOW = timedelta(minutes=60)  # a reminder says "around now": later than this it is dropped
OFFER_AFTER = 2  # reminders in a row without an answer, then Today offers something smaller
SILENT_AFTER = 3  # then no more for this plan
NUDGES = (OutgoingMessage.Kind.REMINDER, OutgoingMessage.Kind.AGAIN)


@dataclass(frozen=True)
class Work:
    """One piece of work with the facts that decide. `written_on`: local days with writing, of the last eight."""

    assignment: Assignment
    plan: Plan | None
    quiet: schedule.QuietHours
    last_written: datetime | None
    written_on: frozenset[date]
    session_near: bool
    paused_until: date | None = None
    flagged: bool = False  # something waits that a clinician has to look at first (6.3)
    at_rest: bool = False  # it asks about danger, and nobody is there just now (6.3)

    @property
    def user_id(self) -> UUID | None:
        """The client's account, if they have joined."""
        return self.assignment.episode.client.user_id

    def why_not(self, at: datetime, reach: Reach, *, asked: bool = False) -> str:
        """Why there is no reminder of this work now, or "". asked: the client asked for this one today, with a tap."""
        row, plan = self.assignment, self.plan
        if row.kind != Assignment.Kind.WORK or row.state != Assignment.State.ACTIVE or not row.episode.is_open:
            return "not active"
        if plan is None or plan.reminder == Plan.Reminder.NONE:
            return "not asked for"
        if self.flagged:
            return "flag"
        if self.at_rest:
            return "nobody there"
        if self.session_near:
            return "session"
        if self._done(plan, at):
            return "written"
        if self._listens(plan) and not asked:
            return "listening"
        return "unanswered" if not asked and self.unanswered(reach) >= SILENT_AFTER else ""

    def _listens(self, plan: Plan) -> bool:
        """Whether listening comes first since a session (F25), until a plan is agreed again or something is written."""
        since = self.assignment.listens_since
        return since is not None and not any(
            at is not None and at > since for at in (self.last_written, plan.confirmed_at)
        )

    def moment(self, on: date) -> datetime | None:
        """When the reminder of a local day comes, or None when there is none."""
        return moment_of(self.plan, on, self.quiet) if self.plan is not None else None

    def unanswered(self, reach: Reach) -> int:
        """How many reminders were sent on days of this plan since something was last written or the plan was agreed."""
        if self.plan is None:
            return 0
        return len(silent_days(self.plan, self.quiet, self.last_written, reach.earlier))

    def worth_until(self, moment: datetime) -> datetime:
        """Until when a reminder may still go out; one at a time nobody picked not in the evening either (F37)."""
        until = moment + WINDOW
        if self.plan is None or self.plan.reminder_time is not None:
            return until
        evening = schedule.instant(schedule.local_day(moment, self.plan.zone), schedule.EVENING, self.plan.zone)
        return min(until, max(evening, moment + timedelta(minutes=5)))

    def advance(self, now: datetime) -> None:
        """Set the next due and reminder moments after `now`, as `due.reschedule` does for one. Does not save."""
        row, plan = self.assignment, self.plan
        row.next_due_at = row.next_reminder_at = None
        if plan is None or row.kind == Assignment.Kind.NOTHING or row.state != Assignment.State.ACTIVE:
            return
        today = schedule.local_day(now, plan.zone)
        first = max(today, self.paused_until or today)
        coming = list(schedule.slots(plan.rule, first, first + LOOK_AHEAD))
        row.next_due_at = next((slot.begins for slot in coming), None)
        if plan.reminder == Plan.Reminder.NONE:
            return
        moments = (schedule.reminder_at(slot, plan.reminder_time, plan.reminder_lead, self.quiet) for slot in coming)
        row.next_reminder_at = next((at for at in moments if at is not None and at > now), None)

    @property
    def is_diary(self) -> bool:
        """Whether the client agreed to keep a diary daily: then a reminder may come daily too."""
        version, plan = self.assignment.version, self.plan
        if version is None or plan is None or plan.frequency != Plan.Frequency.DAILY:
            return False
        return bool(version.worksheet.kind == Worksheet.Kind.MONITOR)

    def _done(self, plan: Plan, at: datetime) -> bool:
        """Whether what the plan asks for up to today is written, be it only begun."""
        today = schedule.local_day(at, plan.zone)
        if today in self.written_on:
            return True
        if plan.frequency == Plan.Frequency.ONCE and self.last_written is not None:
            return plan.confirmed_at is None or self.last_written >= plan.confirmed_at
        if plan.frequency == Plan.Frequency.TIMES and plan.times_per_week:
            began = today - timedelta(days=(today - plan.starts_on).days % 7)
            return sum(began <= day <= today for day in self.written_on) >= plan.times_per_week
        return False


def weekly_cap(works: Iterable[Work], reach: Reach) -> int:
    """How many messages a client may get in any seven days, with this work in hand."""
    return A_WEEK_WITH_A_DIARY if any(work.is_diary for work in works) else reach.a_week


def moment_of(plan: Plan, on: date, quiet: schedule.QuietHours) -> datetime | None:
    """When the reminder of a local day comes by this plan, or None when there is none."""
    slot = schedule.slot_for(plan.rule, on)
    return schedule.reminder_at(slot, plan.reminder_time, plan.reminder_lead, quiet) if slot is not None else None


def silent_days(
    plan: Plan, quiet: schedule.QuietHours, last_written: datetime | None, earlier: Iterable[Earlier]
) -> set[date]:
    """The days of this plan on which a reminder went out since something was last written or the plan was agreed (F25)."""
    since = max((at for at in (last_written, plan.confirmed_at) if at is not None), default=None)
    sent = [one.at for one in earlier if one.sent and one.kind in NUDGES and (since is None or one.at > since)]
    days = {schedule.local_day(at, plan.zone) for at in sent}
    return {day for day in days if moment_of(plan, day, quiet) is not None}
