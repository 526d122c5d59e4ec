"""What shows in one piece of work, or in all of a client's, from what they shared: moods, checks, hours, rows written late.

Pure: everything was fetched before (`gather`). The digest looks at the days since a session with it, the nightly job at what
came in since the last night; both ask the same rules (`signals`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from homework.assignments import schedule
from homework.assignments.models import Entry
from homework.reviews.digest import patterns, signals
from homework.reviews.digest.interval import Work
from homework.reviews.digest.signals import OwnDay, Pair, Signal

MOOD_KEYS = ("mood_now", "mood_before")


def number(value: Any) -> float | None:
    """A rating as a plain number; None stays None."""
    return None if value is None else float(value)


def moods(work: Work) -> tuple[Pair, ...]:
    """Mood before and after each entry."""
    definition = work.definition
    if definition is None or not definition.mood_fields:
        return ()
    return tuple(
        (said.rating(definition, "mood_before"), said.rating(definition, "mood_after"))
        for entry in work.entries
        if (said := work.written.get(entry.pk)) is not None
    )


def checks(work: Work) -> tuple[tuple[int | None, float | None], ...]:
    """How much and how deep, entry by entry: two things, side by side (F49)."""
    return tuple((entry.amount, number(entry.depth)) for entry in work.entries)


def mood_ratings(works: Iterable[Work]) -> list[tuple[date, float]]:
    """Every rating of mood there is in words that were fetched, with its day."""
    ratings = []
    for work in works:
        for said in work.written.values():
            assert work.definition is not None
            for key in MOOD_KEYS:
                if (value := said.rating(work.definition, key)) is not None:
                    ratings.append((said.on, value))
    return ratings


def late_rows(entries: Iterable[Entry], zone: str) -> list[timedelta]:
    """How long after the end of its day each row of a diary was written down."""
    ends = ((entry, entry.slot_on) for entry in entries if entry.slot_on is not None)
    return [
        max(entry.captured_at - schedule.instant(on + timedelta(days=1), time.min, zone), timedelta(0))
        for entry, on in ends
    ]


def when_written(work: Work, real: Sequence[Entry], late: Sequence[timedelta], own_day: OwnDay) -> Iterable[Signal]:
    """D10 and D11 of one plan. `real`: its entries that count here; `late`: how late their rows were written down."""
    written = [entry for entry in work.entries if work.plans and work.did(entry).counts]
    clocks = [entry.captured_at.astimezone(work.plans[-1].tz).time() for entry in written]
    if real and signals.end_of_day(clocks, own_day):
        yield Signal.END_OF_DAY
    if signals.back_filled(late):
        yield Signal.BACK_FILLED


def of_work(work: Work, since: datetime, zone: str, own_day: OwnDay) -> frozenset[Signal]:
    """D7, D9, D10 and D11 of one piece of work: what is told of its entries, and of those since a moment."""
    real = work.done(since)
    found = set(when_written(work, real, late_rows(real, zone), own_day))
    if signals.task_may_hurt(moods(work), patterns.distress(work)):
        found.add(Signal.MAY_HURT)
    if signals.much_done_little_learned(checks(work)):
        found.add(Signal.LITTLE_LEARNED)
    return frozenset(found)
