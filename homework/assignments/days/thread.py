"""The client's thread: the days between two sessions, drawn without counting anything (F27, F31).

A smaller version is done, only smaller (F41). A day with nothing is a quiet dash, whether it was planned or free: what
is not there is never added up. Unlike the therapist's, it draws drafts as well: it is the client's own page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from homework.assignments import schedule
from homework.assignments.days import marks
from homework.assignments.days.marks import Mark
from homework.assignments.models import Entry
from homework.assignments.schedule import Day, DayState, Rule

MARK_OF = marks.MARK_OF | {DayState.REST: "notthistime"}
AROUND = timedelta(days=3)  # how far the thread reaches where there is no session


@dataclass(frozen=True)
class Ends:
    """The last session and the next one, as local days; None where there is none."""

    last: date | None
    next: date | None

    def since(self, today: date) -> date:
        """Where the thread begins."""
        return self.last if self.last is not None and self.last <= today else today - AROUND

    def until(self, today: date) -> date:
        """Where it ends."""
        return self.next if self.next is not None and self.next >= today else today + AROUND


def day_of(entry: Entry, zone: str) -> date:
    """The local day an entry is about: the one it was planned for, else the one it was begun on."""
    return marks.day_of(entry.slot_on, entry.captured_at, zone)


def state_of(entry: Entry) -> DayState:
    """What an entry shows as: as on the therapist's page (`marks`), and a draft as begun.

    Shared with only what got in the way, it is "not this time" for both.
    """
    if entry.state == Entry.State.DRAFT:
        return DayState.SOME
    return marks.state_of(marks.Did(entry.captured_at.date(), entry.amount, entry.stepped_down, entry.started))


def best_of(entries: Iterable[Entry], zone: str) -> dict[date, DayState]:
    """The best of each day. A draft with nothing in it is nothing yet."""
    found: dict[date, DayState] = {}
    for entry in entries:
        if entry.state == Entry.State.DRAFT and not entry.started:
            continue
        on, state = day_of(entry, zone), state_of(entry)
        if on not in found or marks.RANK.index(state) > marks.RANK.index(found[on]):
            found[on] = state
    return found


def days(rules: Sequence[Rule], entries: Iterable[Entry], ends: Ends, today: date, zone: str) -> list[Mark]:
    """The thread from one session to the next, ten marks at most."""
    done = best_of(entries, zone)
    week = schedule.week_of(rules, ends.since(today), ends.until(today), today, dict(done))
    return [_mark(day, rules, session=day.local_date in (ends.last, ends.next)) for day in week]


def _mark(day: Day, rules: Sequence[Rule], *, session: bool) -> Mark:
    name = _("Today") if day.today else formats.date_format(day.local_date, "D")
    if session:
        return Mark(name, "session", _("Session"), now=day.today)
    if day.state is DayState.OPEN or (day.today and day.state is DayState.REST):
        return Mark(name, "now", _("For today") if day.state is DayState.OPEN else _("Today"), now=True)
    free = day.state is DayState.REST or (day.state is DayState.LAPSED and not _was_fixed(day, rules))
    return Mark(name, MARK_OF[day.state], _("A free day") if free else "", now=day.today)


def _was_fixed(day: Day, rules: Sequence[Rule]) -> bool:
    """Whether a plan asked for this very day; "some days a week" asks for none in particular."""
    fixed = [rule for rule in rules if rule.frequency != schedule.Frequency.TIMES_PER_WEEK or rule.weekdays]
    return any(schedule.slot_for(rule, day.local_date) for rule in fixed)
