"""One client's days between two sessions, as fetched: the work, its revisions, what was shared, and the thread.

Everything is fetched before (`gather`); nothing here asks the database. Only what was shared is looked at, and of it
only what the client did not keep to themself (F33, F34).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from clinic.models import Appointment
from homework.assignments import schedule
from homework.assignments.days import marks
from homework.assignments.models import Assignment, CopingPlan, Entry, Plan, Score
from homework.assignments.planning.agreed import title_of
from homework.reviews import ways_taken
from homework.reviews.digest.signals import OwnDay
from homework.reviews.spoken import Spoken
from homework.safety.models import SafetyFlag
from homework.worksheets import summary
from homework.worksheets.answers import visible
from homework.worksheets.definition import Definition


@dataclass(frozen=True)
class Written:
    """What one entry says, as the care team may read it: answers by key, without the parts kept private."""

    on: date
    values: dict[str, Any] = field(default_factory=dict)
    found_out: str = ""

    def rating(self, definition: Definition, key: str) -> float | None:
        """A 0-10 answer, None when it was not given or cannot be read."""
        question = definition.by_key.get(key)
        value = question.understood(self.values.get(key)) if question is not None else None
        return float(value) if isinstance(value, int | float) else None


@dataclass
class Work:
    """One assignment with what belongs to it, oldest first."""

    row: Assignment
    plans: list[Plan] = field(default_factory=list)
    coping: list[CopingPlan] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    written: dict[UUID, Written] = field(default_factory=dict)
    steps: list[ways_taken.Step] = field(default_factory=list)  # ways on when stuck
    reminders_stopped: bool = False  # three in a row had no answer (F25)

    @property
    def title(self) -> str:
        """What it is called, in the active language."""
        return title_of(self.row)

    @property
    def definition(self) -> Definition | None:
        """What it asks, None for "nothing this week"."""
        return self.row.version.parsed if self.row.version is not None else None

    def asked(self, entry: Entry) -> Definition | None:
        """What an entry was asked: the version it stayed on, once its work has moved."""
        return entry.version.parsed if entry.version_id and entry.version else self.definition

    @property
    def confirmed(self) -> list[Plan]:
        """The revisions the client said yes to, oldest first."""
        return [plan for plan in self.plans if plan.confirmed_at is not None]

    @property
    def revisions(self) -> list[schedule.Revision]:
        """The same as rules, each with the instant from which it holds."""
        return [schedule.Revision(plan.confirmed_at, plan.rule) for plan in self.confirmed if plan.confirmed_at]

    def fresh(self, since: datetime, until: datetime | None = None) -> list[Entry]:
        """What was shared in a stretch of time."""
        return [
            entry
            for entry in self.entries
            if entry.shared_at is not None and entry.shared_at >= since and (until is None or entry.shared_at < until)
        ]

    def done(self, since: datetime, until: datetime | None = None) -> list[Entry]:
        """What was shared and holds anything: "not today" is told elsewhere, it is no start (F40)."""
        return [entry for entry in self.fresh(since, until) if self.did(entry).counts]

    def did(self, entry: Entry) -> marks.Did:
        """One entry as a mark needs it."""
        zone = self.plans[-1].zone if self.plans else "UTC"
        on = marks.day_of(entry.slot_on, entry.captured_at, zone)
        return marks.Did(on, entry.amount, smaller=entry.stepped_down, started=entry.started)


@dataclass(frozen=True)
class Interval:
    """From the last session to the one the digest is for. `before` is the session before the last, if there was one."""

    appointment: Appointment
    since: datetime
    before: datetime | None
    now: datetime
    zone: str
    own_day: OwnDay = field(default_factory=OwnDay)
    paused_until: date | None = None  # everything rests, or rested, up to that day
    works: Sequence[Work] = ()
    scores: Sequence[tuple[Definition, Score]] = ()
    spoken: Spoken = field(default_factory=Spoken)
    put_aside: frozenset[str] = frozenset()  # suggested questions the therapist put aside for this session
    flags: Sequence[SafetyFlag] = ()  # what stands, first things first

    @property
    def until(self) -> datetime:
        """When the session starts."""
        return self.appointment.starts_at

    def awake_since(self, at: datetime) -> datetime:
        """From when days count: a pause of everything is no time in which something was not done."""
        if self.paused_until is None:
            return at
        return max(at, schedule.instant(self.paused_until, time.min, self.zone))

    @property
    def rests(self) -> date | None:
        """Until when everything rests, None when nothing does."""
        until = self.paused_until
        return until if until is not None and until > self.local(self.now) else None

    def local(self, at: datetime) -> date:
        """The date on the client's wall."""
        return schedule.local_day(at, self.zone)


def thread(here: Interval) -> list[dict[str, str]]:
    """The days as stored in the digest: date and mark name, both sessions included; said in words when it is read."""
    works = [work for work in here.works if not work.row.is_measure]
    rules = [work.confirmed[-1].rule for work in works if work.confirmed and work.row.state == Assignment.State.ACTIVE]
    first, last = here.local(here.since), here.local(here.until)
    did = [one for work in works for entry in work.entries if (one := work.did(entry)).on >= first]
    drawn = marks.drawn(rules, did, first, last, here.local(here.now))
    marked = {day.local_date: mark for day, mark in drawn} | {first: "session", last: "session"}
    return [{"on": on.isoformat(), "mark": marked[on]} for on in sorted(marked)]


def written(definition: Definition, on: date, values: Any, kept_private: Any) -> Written:
    """One entry as the care team may read it."""
    shown, _hidden = visible(definition, values or {}, kept_private or ())
    return Written(on, shown, summary.own_words(definition, values or {}, "found_out", kept_private or ()))
