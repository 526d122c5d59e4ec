"""Weeks of reminders over changes of the clock, lived through by the real sweeps, and told apart by an oracle of its own.

`live` lets two hundred clients in ten zones plan, write, rest and meet while the sweeps run at every moment the program itself
has set. `expected` knows nothing of the program's schedule: it walks the minutes of UTC, reads the clock on each wall, and
says from the rules of clinical.md section 5 what has to arrive when. The two have to be the same list.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min

from clinic import vault
from clinic.actions import contact
from clinic.models import Appointment, OutgoingMessage
from homework.assignments import reminders
from homework.assignments.models import Assignment, Entry, Plan
from tests.cast import Cast, Person, make_person
from tests.homework.assignments.nudging import agree, at, minute, wants_email

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
#: Gaps at two, at one and at midnight, half an hour, both halves of the world, and one that goes back for Ramadan.
ZONES = (
    *("America/New_York", "America/Havana", "America/Santiago", "Europe/London", "Africa/Casablanca"),
    *("Africa/Cairo", "Asia/Jerusalem", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland"),
)
YEAR = 2026
SLEEPS, NEVER = (time(21), time(8)), (time(0), time(0))  # quiet hours: as shipped, and none at all
#: What people choose, and times that a change of the clock skips or repeats somewhere.
TIMES = tuple(time(*each) for each in [(8, 0), (8, 30), (12, 30), (17, 45), (19, 30), (20, 15), (21, 0), (7, 59)])
ODD = tuple(time(*each) for each in [(0, 0), (0, 30), (1, 30), (2, 0), (2, 15), (2, 30), (3, 0), (23, 45)])
Moment = tuple[datetime, "Agreed"]


@dataclass(frozen=True)
class Agreed:
    """One piece of work with a reminder at a wall time. `times`: enough for one week; 0 when every day counts."""

    work: Assignment
    days: frozenset[int]
    wall: time
    diary: bool
    times: int
    starts_on: date
    since: datetime


@dataclass
class Living:
    """One client: what was agreed, quiet hours, and what happened, in the order it happened."""

    person: Person
    zone: str
    quiet: tuple[time, time]
    agreed: list[Agreed]
    wrote: dict[object, list[datetime]] = field(default_factory=dict)
    rests: list[tuple[datetime, date]] = field(default_factory=list)  # since when, until which local day
    meets: list[datetime] = field(default_factory=list)


# --- the oracle: minutes of UTC and clocks on walls, no schedule ------------------------------------------------------


@lru_cache(maxsize=64)
def walls(zone: str, first: date, last: date) -> dict[date, list[tuple[time, datetime]]]:
    """For each local date, what its clock shows minute by minute, in the order of time."""
    found: dict[date, list[tuple[time, datetime]]] = {}
    here = ZoneInfo(zone)
    moment = datetime.combine(first, time(), UTC) - DAY
    while moment.date() <= last + DAY:
        wall = moment.astimezone(here)
        found.setdefault(wall.date(), []).append((wall.time(), moment))
        moment += MINUTE
    return found


def when(zone: str, on: date, clock: time, window: tuple[date, date]) -> datetime:
    """The first minute at which that wall shows this time on this date; when it never does, the first one after."""
    shown = walls(zone, *window)[on]
    exact = next((moment for wall, moment in shown if wall == clock), None)
    return exact or next(moment for wall, moment in shown if wall > clock)


def changes(zone: str, first: date, last: date) -> list[datetime]:
    """Every minute of the window after which that clock has another distance to UTC."""
    here = ZoneInfo(zone)
    start = datetime.combine(first, time(), UTC)
    minutes = [start + number * MINUTE * 15 for number in range(((last - first).days + 1) * 96)]
    return [b for a, b in pairwise(minutes) if a.astimezone(here).utcoffset() != b.astimezone(here).utcoffset()]


def expected(one: Living, window: tuple[date, date]) -> list[datetime]:
    """When a message has to reach this client, by the rules."""
    here, sent = ZoneInfo(one.zone), []
    for moment, works in moments(one, window):
        today, clock = moment.astimezone(here).date(), moment.astimezone(here).time()
        wanted = [work for work in works if not settled(one, work, moment, sent)]
        days = [(today - each.astimezone(here).date()).days for each in sent]
        cap = 7 if any(work.diary for work in wanted) else 4
        resting = any(since <= moment and today < until for since, until in one.rests)
        if wanted and not resting and not in_quiet(one, clock) and 0 not in days and sum(day < 7 for day in days) < cap:
            sent.append(moment)
    return sent


def moments(one: Living, window: tuple[date, date]) -> list[tuple[datetime, list[Agreed]]]:
    """Every moment at which something of this client comes up, in order, with what does."""
    found: dict[datetime, list[Agreed]] = {}
    for work in one.agreed:
        for number in range((window[1] - window[0]).days + 1):
            on = window[0] + number * DAY
            if on >= work.starts_on and on.weekday() in work.days:
                found.setdefault(when(one.zone, on, work.wall, window), []).append(work)
    end = datetime.combine(window[1], time(), UTC)
    return sorted((moment, works) for moment, works in found.items() if works[0].since < moment < end)


def settled(one: Living, work: Agreed, moment: datetime, sent: list[datetime]) -> bool:
    """Whether this work wants no reminder now: written today, enough for its week, a session is near, or three went unanswered."""
    here = ZoneInfo(one.zone)
    today = moment.astimezone(here).date()
    wrote = [each for each in one.wrote.get(work.work.pk, []) if each <= moment]
    days = {each.astimezone(here).date() for each in wrote}
    week = today - timedelta(days=(today - work.starts_on).days % 7)
    if today in days or (work.times and sum(week <= day <= today for day in days) >= work.times):
        return True
    if any(abs(moment - met) <= timedelta(hours=2) for met in one.meets):
        return True
    since = max([work.since, *wrote])
    asked = [each.astimezone(here).date() for each in sent if each > since]
    return sum(day.weekday() in work.days and not in_quiet(one, clock_on(one, work, day)) for day in asked) >= 3


def clock_on(one: Living, work: Agreed, on: date) -> time:
    """What the wall shows when this work comes up on a date."""
    around = (on - DAY, on + DAY)
    return when(one.zone, on, work.wall, around).astimezone(ZoneInfo(one.zone)).time()


def in_quiet(one: Living, clock: time) -> bool:
    """Whether the client asked for quiet at this time of day."""
    start, end = one.quiet
    return start <= clock < end if start <= end else clock >= start or clock < end


# --- the lives ------------------------------------------------------------------------------------------------------


def people(cast: Cast, count: int, start: datetime, dice: random.Random) -> list[Living]:
    """Clients, spread over the zones, who want e-mail and agreed on one or two pieces of work just before the window."""
    site = cast.ada.membership.site
    assert site is not None
    found = []
    for number in range(count):
        person = make_person(cast.north, site, f"client{number}", "client")  # type: ignore[arg-type]
        zone = ZONES[number % len(ZONES)]
        assert person.episode is not None and person.episode.client.user is not None
        for user in (person.user, person.episode.client.user):
            user.time_zone = zone
        person.user.save()
        vault.open_contents([person.membership.pk])
        odd = dice.random() < 0.4
        quiet = NEVER if odd else SLEEPS
        wants_email(person, start, quiet_from=quiet[0], quiet_until=quiet[1], asked_at=start, answered_at=start)
        times = [dice.choice(ODD if odd else TIMES) for _ in range(dice.choice((1, 1, 2)))]
        agreed = [
            agree_on(cast, person, slug, wall, start, dice) for slug, wall in zip(("w02", "w01"), times, strict=False)
        ]
        found.append(Living(person, zone, quiet, agreed))
    return found


def agree_on(cast: Cast, person: Person, slug: str, wall: time, start: datetime, dice: random.Random) -> Agreed:
    """Work on every day, on chosen days, or so many times a week on chosen days."""
    how = dice.choice(("daily", "weekdays", "times_per_week"))
    days = range(7) if how == "daily" else sorted(dice.sample(range(7), dice.randint(2, 5)))
    times = dice.randint(1, len(days)) if how == "times_per_week" else 0
    more = {} if how == "daily" else {"weekdays": list(days)}
    work = agree(
        person, cast.theo, slug=slug, frequency=how, reminder_time=wall, times_per_week=times or None, **more
    )  # fmt: skip
    plan = Plan.objects.get(assignment=work)
    diary = how == "daily" and work.version is not None and work.version.worksheet.kind == "monitor"
    return Agreed(work, frozenset(days), wall, diary, times, plan.starts_on, start)


def happenings(one: Living, window: tuple[date, date], dice: random.Random) -> Iterator[tuple[datetime, str, Agreed]]:
    """What this client does: writes, now and then one second before a reminder, lets everything rest, has a session."""
    here = ZoneInfo(one.zone)
    eager = dice.random()
    for number in range(2, (window[1] - window[0]).days):
        on = window[0] + number * DAY
        if dice.random() < eager:
            work = dice.choice(one.agreed)
            moment = when(one.zone, on, work.wall, window) - timedelta(seconds=1)
            if dice.random() < 0.7:
                clock = time(dice.randint(0, 23), dice.randint(0, 59), 30)
                moment = datetime.combine(on, clock, here).astimezone(UTC)
            yield moment, "writes", work
        if dice.random() < 0.02:
            yield datetime.combine(on, time(11, 7), here).astimezone(UTC), "rests", one.agreed[0]
        if on.weekday() == one.person.membership.pk.int % 5:
            yield datetime.combine(on, time(10 + dice.randint(0, 9), 0), here).astimezone(UTC), "meets", one.agreed[0]


def live(
    cast: Cast, everybody: list[Living], window: tuple[date, date], dice: random.Random
) -> dict[object, list[datetime]]:
    """Let the window pass: what happens, happens, and the sweeps run when the program has something due. Returns what was sent.

    Each step is a transaction of its own, as it is for real: in a single one every version of every row would stay, and each
    look at a row would walk past all its earlier ones.
    """
    start, end = (datetime.combine(day, time(), UTC) for day in window)
    diary: list[tuple[datetime, int, int, str, Agreed]] = []
    for who, one in enumerate(everybody):
        for moment, what, work in happenings(one, window, dice):
            if what == "meets":
                one.meets.append(moment)
            elif start < moment < end:
                heapq.heappush(diary, (moment, len(diary), who, what, work))
    with transaction.atomic():
        meet(cast, everybody)
    now, looked = start, start
    while now < end:
        next_at = min(max(due() or end, now), looked + DAY / 2, diary[0][0] if diary else end)
        now = next_at
        if diary and diary[0][0] == next_at:
            moment, _, who, what, work = heapq.heappop(diary)
            with transaction.atomic():
                happens(everybody[who], moment, what, work)
        elif next_at == looked + DAY / 2:
            looked = next_at
            with at(now), transaction.atomic():
                reminders.look_ahead(cast.north, now)
        elif next_at < end:
            minute(cast.north, now)
    with transaction.atomic():
        return arrived()


def due() -> datetime | None:
    """The next moment at which the program itself wants to look."""
    with transaction.atomic():
        coming = Assignment.objects.filter(next_reminder_at__isnull=False).aggregate(Min("next_reminder_at"))
    found: datetime | None = coming["next_reminder_at__min"]
    return found


def happens(one: Living, moment: datetime, what: str, work: Agreed) -> None:
    """One thing in one life."""
    if what == "rests":
        with at(moment):
            prefs = contact.pause_messages(by=one.person.actor, days=2 + one.person.membership.pk.int % 5)
        assert prefs.paused_until is not None
        one.rests.append((moment, prefs.paused_until))
        return
    one.wrote.setdefault(work.work.pk, []).append(moment)
    row = work.work
    Entry.objects.create(
        clinic_id=row.clinic_id, episode_id=row.episode_id, assignment=row, plan=Plan.objects.get(assignment=row, state="agreed"),
        size="S", answers={}, kept_private=[], started=True, captured_at=moment, saved_at=moment,
    )  # fmt: skip


def meet(cast: Cast, everybody: list[Living]) -> None:
    """The sessions, as rows."""
    Appointment.objects.bulk_create(
        Appointment(clinic=cast.north, episode=one.person.episode, therapist=cast.theo.membership, starts_at=moment)
        for one in everybody
        for moment in one.meets
    )


def arrived() -> dict[object, list[datetime]]:
    """When what was sent was sent, by person."""
    found: dict[object, list[datetime]] = {}
    rows = OutgoingMessage.objects.filter(state="sent", kind="reminder").order_by("sent_at")
    for user, sent_at in rows.values_list("user_id", "sent_at"):
        found.setdefault(user, []).append(sent_at)
    return found
