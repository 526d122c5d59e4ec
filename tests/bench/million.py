"""`python -m tests.bench.million [--clients N] [--rate R] [--decide MS] [--digest MS] [--away MS]`: a week of a million clients.

A simulation, not a load test. Drawn with a fixed seed: twelve zones by population, reminder times as people choose them (to five
minutes, crowded at 8:00, 12:30, 18:00 and 19:30), days, consent, channels, sessions on weekdays, flags and invitations. Wall
times become instants by the program's own `schedule.instant`, in the week in which North America puts its clocks back. Each
process of a worker serves at the rates measured by `tests.bench.messages`, `.due` and `.digests`, which are given here (by
default those of docs/scale.md). `--away` adds the milliseconds a real mail server or push service takes to answer.

`--rows` starts a database and measures what a message's row takes on disk, indexes and all, with 100,000 real rows.
"""

import math
import random
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from homework.assignments.schedule import instant

ZONES = {
    "America/New_York": 16, "America/Chicago": 10, "America/Denver": 3, "America/Los_Angeles": 9, "America/Mexico_City": 6,
    "America/Sao_Paulo": 6, "Europe/London": 16, "Europe/Berlin": 14, "Europe/Madrid": 6, "Europe/Athens": 4,
    "Asia/Kolkata": 5, "Australia/Sydney": 5,
}  # fmt: skip
MONDAY = date(2026, 10, 26)  # North America puts its clocks back on Sunday, 1 November 2026
PEAKS = {8 * 60: 25, 12 * 60 + 30: 15, 18 * 60: 20, 19 * 60 + 30: 20}  # minute of the day: weight; the rest anywhere
ANYWHERE, ON_THE_DOT, SPREAD = 20, 0.4, 35.0  # weight; share who take the peak itself; minutes around it
FIRST, LAST = 8 * 60, 20 * 60 + 55  # quiet hours drop what is outside
WANTS, DONE_BY_THEN, DIARY = 0.62, 0.35, 0.10  # want messages; have written already; may be asked daily
DAYS = {1: 10, 2: 15, 3: 20, 4: 15, 5: 15, 7: 25}
CHANNELS = {"email": 45, "push": 35, "sms": 20}
WEEKLY = 0.55  # of clients have a session each week, the others every second
SESSION_HOURS = range(8, 19)
FLAGS, TOLD, INVITED = 0.0015, 3, 0.008  # of clients a week; messages a flag; invitations and codes
SWEEP, SEND, URGENT_EVERY = (
    20,
    50,
    10,
)  # seconds after the minute at which beat's two sweeps begin; the urgent lane's beat
MINUTES, STAFF = 7 * 1440, 1 / 40  # of the week; staff a client
KEPT_MONTHS = 13


@dataclass
class Rates:
    """What one process does. rate: messages a second; decide, digest: milliseconds each; away: ms of waiting a message."""

    rate: float = 100.0
    decide: float = 2.0
    digest: float = 12.0
    away: float = 0.0
    bytes_a_row: float = 508.0

    @property
    def send(self) -> float:
        """Seconds one message keeps a process."""
        return 1 / self.rate + self.away / 1000


@dataclass
class Week:
    """Arrivals by minute of the week (UTC)."""

    due: list[int] = field(default_factory=lambda: [0] * (MINUTES + 1440))
    messages: list[int] = field(default_factory=lambda: [0] * (MINUTES + 1440))
    sessions: list[int] = field(default_factory=lambda: [0] * (MINUTES + 1440))
    urgent: list[float] = field(default_factory=list)
    clients: int = 0


def draw(clients: int, seed: int = 20261101) -> Week:
    """The week."""
    dice = random.Random(seed)
    week = Week(clients=clients)
    wants = round(clients * WANTS)
    zones = dice.choices(list(ZONES), list(ZONES.values()), k=wants)
    days = dice.choices(list(DAYS), list(DAYS.values()), k=wants)
    plans: Counter[tuple[str, int, tuple[int, ...]]] = Counter()
    week_days = range(7)
    for zone, number in zip(zones, days, strict=True):
        allowed = number if number <= 4 or dice.random() < DIARY else 4
        picked = tuple(sorted(dice.sample(week_days, allowed)))
        plans[zone, chosen_time(dice), picked] += 1
    at = Instants()
    for (zone, minute, picked), count in plans.items():
        for day in picked:
            place = at(zone, day, minute)
            week.due[place] += count
    week.messages = [round(number * (1 - DONE_BY_THEN)) for number in week.due]
    sessions = round(clients * (WEEKLY + (1 - WEEKLY) / 2))
    hours: Counter[tuple[str, int, int]] = Counter(
        zip(
            dice.choices(list(ZONES), list(ZONES.values()), k=sessions),
            dice.choices(range(5), k=sessions),
            dice.choices(SESSION_HOURS, k=sessions),
            strict=True,
        )
    )
    for (zone, day, hour), count in hours.items():
        week.sessions[at(zone, day, hour * 60)] += count
    urgent = round(clients * (FLAGS * TOLD + INVITED))
    week.urgent = sorted(dice.uniform(0, MINUTES * 60) for _ in range(urgent))
    return week


def chosen_time(dice: random.Random) -> int:
    """A minute of the day, as people choose it."""
    peak = dice.choices([*PEAKS, 0], [*PEAKS.values(), ANYWHERE])[0]
    if not peak:
        return dice.randrange(FIRST, LAST + 1, 5)
    if dice.random() < ON_THE_DOT:
        return peak
    found = 5 * round(dice.gauss(peak, SPREAD) / 5)
    return min(max(found, FIRST), LAST)


class Instants:
    """Minutes of the week, in UTC, of local wall times."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, int, int], int] = {}
        self.begin = datetime.combine(MONDAY, time.min, tzinfo=UTC) - timedelta(hours=12)

    def __call__(self, zone: str, day: int, minute: int) -> int:
        """Of this zone's day (0 = Monday) and minute."""
        key = zone, day, minute
        if key not in self.known:
            at = instant(MONDAY + timedelta(days=day), time(*divmod(minute, 60)), zone)
            self.known[key] = int((at - self.begin).total_seconds() // 60)
        return self.known[key]


@dataclass
class Lags:
    """Seconds of waiting, each with how many waited so."""

    found: list[tuple[float, float, int]] = field(default_factory=list)

    def add(self, first: float, last: float, count: int) -> None:
        """So many, spread evenly from the first to the last."""
        if count:
            self.found.append((first, last, count))

    def shares(self, *parts: float) -> list[float]:
        """The lag that so great a share does not exceed."""
        points = sorted(
            (first + (last - first) * (step + 0.5) / 8, count / 8)
            for first, last, count in self.found
            for step in range(8)
        )
        sums, total = [], 0.0
        for _lag, count in points:
            total += count
            sums.append(total)
        return [points[min(bisect_left(sums, part * total), len(points) - 1)][0] for part in parts]

    @property
    def worst(self) -> float:
        """The longest."""
        return max(last for _first, last, _count in self.found)

    def share_within(self, seconds: float) -> float:
        """The share that waited no longer."""
        total = sum(count for *_lag, count in self.found)
        good = 0.0
        for first, last, count in self.found:
            part = 1.0 if last <= seconds else 0.0 if first > seconds else (seconds - first) / (last - first)
            good += part * count
        return good / total


def reminders(week: Week, rates: Rates, processes: float) -> Lags:
    """First decided by a sweep, then sent by another, `processes` at both together; each minute's batch in turn."""
    lags = Lags()
    decided = sent = 0.0
    for minute, (due, messages) in enumerate(zip(week.due, week.messages, strict=True)):
        if not due:
            continue
        at = minute * 60.0
        decided = max(at + SWEEP, decided) + due * rates.decide / 1000 / processes
        tick = math.ceil((decided - SEND) / 60) * 60 + SEND  # the next sweep that sends, unless one is at it
        start = max(sent, decided) if sent > decided else tick
        sent = start + messages * rates.send / processes
        lags.add(start - at, sent - at, messages)
    return lags


def urgent(week: Week, rates: Rates, beat: int = URGENT_EVERY) -> Lags:
    """The lane of its own, one process."""
    lags, free = Lags(), 0.0
    for at in week.urgent:
        free = max(math.ceil(at / beat) * beat, free) + rates.send + 0.02  # each is asked about by itself
        lags.add(free - at, free - at, 1)
    return lags


def digests(week: Week, rates: Rates, processes: float) -> Lags:
    """Each session's twice: a day before, and half an hour before; builders rest half the time they work."""
    lags, free = Lags(), 0.0
    ahead = [0] * len(week.sessions)
    for minute, count in enumerate(week.sessions):
        ahead[max(minute - 1440, 0)] += count
        ahead[max(minute - 30, 0)] += count
    for minute, count in enumerate(ahead):
        if not count:
            continue
        at = minute * 60.0
        start = max(math.ceil(at / 300) * 300, free)
        free = start + count * rates.digest * 1.5 / 1000 / processes
        lags.add(start - at, free - at, count)
    return lags


def clock(seconds: float) -> str:
    """Seconds as people read them."""
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )


def table(title: str, processes: Iterable[float], lags: Sequence[Lags], within: float) -> None:
    """One line a number of processes."""
    print(f"\n{title}\n{'processes':>9}{'p50':>10}{'p95':>10}{'p99':>10}{'max':>10}   within {clock(within)}")
    for number, found in zip(processes, lags, strict=True):
        shown = "".join(f"{clock(each):>10}" for each in (*found.shares(0.5, 0.95, 0.99), found.worst))
        print(f"{number:>9g}{shown}   {100 * found.share_within(within):.2f} %")


def option(name: str, default: float) -> float:
    """A number from the command line."""
    return float(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default


def main() -> int:
    """Draw, simulate, print."""
    base = Rates()
    rates = Rates(
        option("--rate", base.rate), option("--decide", base.decide), option("--digest", base.digest),
        option("--away", base.away), row_bytes() if "--rows" in sys.argv else option("--bytes", base.bytes_a_row),
    )  # fmt: skip
    week = draw(int(option("--clients", 1_000_000)))
    total, peak = sum(week.messages), max(week.messages)
    at = MONDAY_NOON + timedelta(minutes=week.messages.index(peak))
    print(f"{week.clients:,} clients; one process: {rates.rate:.0f} messages/s"
          f" and {rates.away:.0f} ms of waiting each, {rates.decide:.1f} ms a decision, {rates.digest:.1f} ms a digest")  # fmt: skip
    print(f"reminders in the week: {sum(week.due):,} moments, {total:,} messages; busiest minute {peak:,} ({at:%a %H:%M} UTC),"
          f" busiest hour {max(sum(week.messages[n:n + 60]) for n in range(0, MINUTES, 15)):,}")  # fmt: skip
    numbers: tuple[float, ...] = (0.75, 1, 2, 4, 8, 16, 32)
    table("reminders (0.75: one beat, nobody joins in)", numbers, [reminders(week, rates, n) for n in numbers], 300)
    table("safety, codes, invitations: their own lane", [1], [urgent(week, rates)], 60)
    numbers = (1, 2, 4, 8, 16)
    table("digests (the second build has 30 minutes)", numbers, [digests(week, rates, n) for n in numbers], 1800)
    ledger(week, rates, total)
    return 0


MONDAY_NOON = datetime.combine(MONDAY, time.min, tzinfo=UTC) - timedelta(hours=12)


def ledger(week: Week, rates: Rates, messages: int) -> None:
    """What is written down, and what the broker holds."""
    staff = week.clients * STAFF * 5  # one note that there is something to read, a weekday
    rows = messages / (1 - 0.03) + staff + len(week.urgent)  # a few are queued and then skipped
    day = rows / 7
    kept = day * 30.4 * KEPT_MONTHS
    print(f"\nledger: {day:,.0f} rows and {day * rates.bytes_a_row / 1e6:,.0f} MB a day ({rates.bytes_a_row:.0f} bytes a row"
          f" with its indexes); kept for {KEPT_MONTHS} months {kept / 1e6:,.0f} million rows, {kept * rates.bytes_a_row / 1e9:,.0f} GB")  # fmt: skip
    print(f"broker: sweeps are {60 / 60 * 2 + 60 / 10 * 2:.0f} messages a minute however many clients there are; one task a"
          f" message would be {max(week.messages):,} in the busiest minute")  # fmt: skip


def row_bytes() -> float:
    """Bytes a sent message takes, with its indexes, from 100,000 rows as the program writes them: queued first, then noted."""
    from tests.bench.crowd import Crowd
    from tests.bench.place import place

    with place() as here, here.link() as link:
        clinic = here.python("-m", "tests.bench.place", "bench-0").split()[-1]
        size = "SELECT pg_total_relation_size('clinic_outgoingmessage')"
        before = link.execute(size).fetchone()
        Crowd(link, clinic, "bench-0", works=1, sent=10).grow(10_000)
        after = link.execute(size).fetchone()
        assert before
        assert after
        return float(after[0] - before[0]) / 100_000


if __name__ == "__main__":
    sys.exit(main())
