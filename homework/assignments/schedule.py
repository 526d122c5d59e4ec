"""When work counts as due: a rule in the client's local wall time and zone, and the slots that follow from it.

Nothing here is stored. A plan is a `Rule`; its slots are computed from it, each known by its *local date*, which is the
key that makes everything downstream happen once (a shifted clock cannot double a date). Instants are computed per slot
from local date + local time + IANA zone, so daylight saving moves the instant and never the time on the client's wall:

* a wall time that does not exist (the hour that is skipped) becomes the first valid minute after it;
* a wall time that exists twice (the hour that is repeated) is its first occurrence only;
* a local date that does not exist at all (a place that crossed the date line) has no slot.

Pure: no ORM, no I/O, no clock. All instants are aware datetimes in UTC. Serves F18, F21, F37 and the rules of reminders
(quiet hours drop, they never queue).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = 7
EVENING = time(20, 0)  # a reminder nobody picked a time for never comes after this (F37)
THREAD_MARKS = 10  # the thread shows at most so many days


class Frequency(StrEnum):
    """How often the client agreed to try."""

    ONCE = "once"
    DAILY = "daily"
    WEEKDAYS = "weekdays"
    TIMES_PER_WEEK = "times_per_week"
    EVENT = "event"


class DayState(StrEnum):
    """What one day of the thread shows. `SOME` to `SKIPPED` come from the caller, the others follow from the plan.

    `LAPSED` reads "not this time" on screen; it is news, not a fault.
    """

    SOME = "some"
    SMALLER = "smaller"
    DONE = "done"
    SKIPPED = "skipped"
    OPEN = "open"
    PLANNED = "planned"
    LAPSED = "lapsed"
    REST = "rest"


@dataclass(frozen=True)
class Rule:
    """What was agreed about when, in the client's own wall time.

    `weekdays` counts from 0 = Monday. `local_time` None means "any time that day". `ends_on` is the last day that may
    have a slot (usually the day before the next session); None means open-ended. `times_per_week` spreads its days by
    itself unless the client picked weekdays: then those are the days. A rule that says too little has no slots.

    Raises ValueError for an unknown frequency or zone, a weekday outside 0-6, a times_per_week outside 1-7.
    """

    frequency: str
    starts_on: date
    zone: str
    weekdays: frozenset[int] = frozenset()
    times_per_week: int | None = None
    local_time: time | None = None
    ends_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse values no plan can mean."""
        Frequency(self.frequency)
        _zone(self.zone)
        if not self.weekdays <= frozenset(range(WEEK)):
            raise ValueError("weekdays count from 0 (Monday) to 6")
        if self.times_per_week is not None and not 1 <= self.times_per_week <= WEEK:
            raise ValueError("times_per_week is 1 to 7")


@dataclass(frozen=True)
class Slot:
    """One day the plan asks for. `local_date` is its key; `at` is the instant in UTC, or None for "any time"."""

    local_date: date
    at: datetime | None
    zone: str

    @property
    def begins(self) -> datetime:
        """The instant it counts from: `at`, or the start of the local day."""
        return self.at or instant(self.local_date, time.min, self.zone)


@dataclass(frozen=True)
class Revision:
    """One agreed version of a plan's rule and the instant from which it holds."""

    since: datetime
    rule: Rule


@dataclass(frozen=True)
class QuietHours:
    """Local hours without messages, the start included and the end not. Equal ends mean no quiet hours."""

    start: time = time(21, 0)
    end: time = time(8, 0)


@dataclass(frozen=True)
class Day:
    """One mark of the thread between two sessions. `session` marks the two ends."""

    local_date: date
    state: DayState
    slots: tuple[Slot, ...]
    session: bool
    today: bool


def _zone(name: str) -> ZoneInfo:
    """The zone by its IANA name. ZoneInfo keeps the ones it has read. Raises ValueError for a name it does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("unknown time zone") from error


def _utc(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant at which the clock on the wall shows `wall`, or None when it never does."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return found if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall else None


def instant(local_date: date, local_time: time, zone: str) -> datetime:
    """The UTC instant of a local wall time: the first valid minute after a gap, the first occurrence in a fold."""
    tz = _zone(zone)
    wall = datetime.combine(local_date, local_time.replace(tzinfo=None, fold=0))
    found = _utc(wall, tz)
    if found is None:
        wall = wall.replace(second=0, microsecond=0)
        while (found := _utc(wall, tz)) is None:
            wall += timedelta(minutes=1)
    return found


def local_day(at: datetime, zone: str) -> date:
    """The date on the client's wall at an instant. Raises ValueError for a naive datetime."""
    return _wall(at, zone).date()


def _wall(at: datetime, zone: str) -> datetime:
    """The local wall clock at an instant. A naive datetime would silently mean the server's zone: it is refused."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(_zone(zone))


def _spread(rule: Rule, local_date: date) -> bool:
    """Whether an even spread of `times_per_week` falls on this date.

    Counted in blocks of seven days from `starts_on`, so that moving the end (the session was moved) changes the last
    block only and never a day gone by. n days of a block of d are (2i+1)d/2n, whole: centred, so neither the day of the
    session nor the day before the next is crowded. A last, shorter block gets its share; when it is the only block it
    gets all n (what was agreed for "this week"), as far as it has days.
    """
    if rule.times_per_week is None:
        return False
    block, offset = divmod((local_date - rule.starts_on).days, WEEK)
    days, count = WEEK, rule.times_per_week
    if rule.ends_on is not None:
        left = (rule.ends_on - rule.starts_on).days + 1 - block * WEEK
        if left < WEEK:
            days = left
            count = min(count, left) if block == 0 else (2 * count * left + WEEK) // (2 * WEEK)
    return any((2 * i + 1) * days // (2 * count) == offset for i in range(count))


def _asks_for(rule: Rule, local_date: date) -> bool:
    """Whether the rule, its dates aside, asks for this date."""
    on_a_picked_day = local_date.weekday() in rule.weekdays
    if rule.frequency == Frequency.DAILY:
        return True
    if rule.frequency == Frequency.WEEKDAYS:
        return on_a_picked_day
    if rule.frequency == Frequency.TIMES_PER_WEEK:
        return on_a_picked_day if rule.weekdays else _spread(rule, local_date)
    if rule.frequency == Frequency.ONCE:
        waits = min(((day - rule.starts_on.weekday()) % WEEK for day in rule.weekdays), default=0)
        return (local_date - rule.starts_on).days == waits
    return False  # an event has no slots: it comes when it comes


def slot_for(rule: Rule, local_date: date) -> Slot | None:
    """The slot of one local date, or None when the rule asks for nothing on it (or the date does not exist there)."""
    if local_date < rule.starts_on or (rule.ends_on is not None and local_date > rule.ends_on):
        return None
    if not _asks_for(rule, local_date):
        return None
    midnight = instant(local_date, time.min, rule.zone)
    if local_day(midnight, rule.zone) != local_date:
        return None
    at = None if rule.local_time is None else instant(local_date, rule.local_time, rule.zone)
    return Slot(local_date, at, rule.zone)


def slots(rule: Rule, from_date: date, to_date: date) -> Iterator[Slot]:
    """The slots of all local dates from `from_date` to `to_date`, both included, in order."""
    local_date = max(from_date, rule.starts_on)
    last = to_date if rule.ends_on is None else min(to_date, rule.ends_on)
    while local_date <= last:
        slot = slot_for(rule, local_date)
        if slot is not None:
            yield slot
        local_date += DAY


def next_slot(rule: Rule, after: datetime) -> Slot | None:
    """The first slot that begins after an instant (one without a time begins with its local day), or None."""
    first = max(local_day(after, rule.zone) - DAY, rule.starts_on)
    # No rule pauses longer than two of its weeks; the two days more are for dates that do not exist.
    return next((slot for slot in slots(rule, first, first + DAY * (2 * WEEK + 2)) if slot.begins > after), None)


def slots_across(revisions: Sequence[Revision], from_date: date, to_date: date) -> Iterator[Slot]:
    """The slots of a plan through its revisions, oldest revision first: a change plans the future only (F21).

    What began before a change is as the old rule had it; what begins after is as the new one has it. A local date is
    given once, whatever zones the revisions are in, so travelling never makes a second slot of the same date.
    """
    last_date = from_date - DAY
    ends = [revision.since for revision in revisions[1:]]
    for number, revision in enumerate(revisions):
        until = ends[number] if number < len(ends) else None
        for slot in slots(revision.rule, from_date, to_date):
            begun = slot.begins >= revision.since and (until is None or slot.begins < until)
            if begun and slot.local_date > last_date:
                last_date = slot.local_date
                yield slot


def within_quiet_hours(at: datetime, zone: str, quiet: QuietHours) -> bool:
    """Whether the client's wall clock is inside their quiet hours at an instant."""
    clock = _wall(at, zone).time()
    if quiet.start <= quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def reminder_at(slot: Slot, reminder_time: time | None, lead_minutes: int, quiet: QuietHours) -> datetime | None:
    """The instant to remind of a slot, or None for no reminder.

    `reminder_time` is the local time the client chose. Without one it is `lead_minutes` before the slot (after it when
    negative), and then never after 20:00 (F37). What falls into quiet hours is dropped, never moved: a morning burst of
    held-back messages is worse than silence. A slot without a time has a reminder only if the client chose one.
    """
    if reminder_time is not None:
        at = instant(slot.local_date, reminder_time, slot.zone)
    elif slot.at is not None:
        at = slot.at - timedelta(minutes=lead_minutes)
        wall = _wall(at, slot.zone)
        # Half an hour after 23:45 is the next day's small hours, not that day's.
        if wall.date() != slot.local_date or wall.time() > EVENING:
            return None
    else:
        return None
    return None if within_quiet_hours(at, slot.zone, quiet) else at


def week_of(
    rules: Iterable[Rule], since: date, until: date, today: date, done: Mapping[date, str], marks: int = THREAD_MARKS
) -> list[Day]:
    """The days from one session (`since`) to the next (`until`), for the thread; both ends are sessions.

    `done` says what the client did on a local date (some, smaller, done, skipped); it holds on any day, planned or not.
    Every other day follows from the rules: open today, planned ahead, lapsed behind, else rest. When there are more
    days than `marks`, the days nearest to today stay, and both sessions.
    """
    rules = tuple(rules)
    dates = [since + DAY * number for number in range((until - since).days + 1)]
    if len(dates) > marks:
        inner, room = dates[1:-1], max(marks - 2, 0)
        begin = min(max((today - since).days - 1 - room // 2, 0), len(inner) - room)
        dates = [since, *inner[begin : begin + room], until]
    return [_day(rules, each, today, done.get(each), session=each in (since, until)) for each in dates]


def _day(rules: Iterable[Rule], local_date: date, today: date, done: str | None, *, session: bool) -> Day:
    """One day of the thread."""
    planned = tuple(slot for rule in rules if (slot := slot_for(rule, local_date)) is not None)
    if done is not None:
        state = DayState(done)
    elif not planned:
        state = DayState.REST
    elif local_date == today:
        state = DayState.OPEN
    else:
        state = DayState.PLANNED if local_date > today else DayState.LAPSED
    return Day(local_date, state, planned, session=session, today=local_date == today)
