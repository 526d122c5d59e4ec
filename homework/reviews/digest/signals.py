"""The signals of the digest, D1 to D14, each a small pure function over plain values (clinical.md section 4).

They look at the *plan* and at what was answered, never at who somebody is: no function here takes age, sex, diagnosis,
severity, language or ethnicity, and none predicts anything (F53, F55). Amount and depth are two things and stay two
things: no function returns one number made of both (F49). Drafts and sign-ins are not looked at (F33).

A missing answer is None and never counts as 0. Sequences are oldest first. Thresholds are the defaults of the clinic.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from itertools import combinations
from statistics import fmean, median

from homework.assignments.days.kinder import OwnDay as OwnDay
from homework.assignments.days.kinder import end_of_day as end_of_day
from homework.assignments.days.kinder import late_in_own_day as late_in_own_day
from homework.assignments.moods import MoodAfter as MoodAfter
from homework.assignments.moods import Pair as Pair
from homework.assignments.moods import complete
from homework.assignments.moods import mood_after as mood_after
from homework.assignments.moods import mood_sentence as mood_sentence

AGAINST_OPENS = 2
"""Of 3: from this on, "against this task or the therapy" opens *listen first* (F24)."""
LOOKS_BACK = 2
"""How many sessions back *listen first* looks."""


class Signal(StrEnum):
    """The signals by their number in the specification; STARTS_FALLING is F66."""

    SAFETY_FLAG = "D1"
    WORSE = "D2"
    BETTER = "D3"
    NOT_STARTED = "D4"
    NOT_STARTED_TWICE = "D5"
    BELIEF = "D6"
    MAY_HURT = "D7"
    MOOD = "D8"
    LITTLE_LEARNED = "D9"
    END_OF_DAY = "D10"
    BACK_FILLED = "D11"
    QUIET = "D12"
    WANTS_CHANGE = "D13"
    COUPLE_PRIVATE = "D14"
    STARTS_FALLING = "F66"


class Amount(IntEnum):
    """A1 "How much of it happened?": an order, not a quantity."""

    NOT_YET = 0
    A_LITTLE = 1
    HALF = 2
    MOST = 3
    ALL = 4
    MORE = 5


class Belief(StrEnum):
    """Why a plan is amber (D6)."""

    USEFUL = "useful"
    FITS = "fits"
    HARD = "hard"
    SURE = "sure"
    FIRST_STEP = "first_step"
    PRESSED = "pressed"


@dataclass(frozen=True)
class MoodTrend:
    """The last 14 days of mood. `change` is None when there are too few ratings to speak of a trend."""

    change: float | None
    ratings: int
    days: int
    low_run: bool

    @property
    def stands_out(self) -> bool:
        """Whether D8 holds: a change of 2 points or more, or three days in a row at 2 or below."""
        return self.low_run or (self.change is not None and abs(self.change) >= 2)


def safety_flag(states: Iterable[str]) -> bool:
    """D1: any flag that is not closed. Seen is not closed."""
    return any(state != "closed" for state in states)


def _worsening(scores: Sequence[float], against: float, higher_is_better: bool) -> float:
    """How much worse the last score is than another one, in points of the scale."""
    return against - scores[-1] if higher_is_better else scores[-1] - against


def reliably_worse(scores: Sequence[float], rci: float, *, higher_is_better: bool = False) -> bool:
    """D2: the last score is worse than the first, or than the best one, by the reliable change `rci` or more."""
    if len(scores) < 2:
        return False
    best = max(scores) if higher_is_better else min(scores)
    return max(_worsening(scores, against, higher_is_better) for against in (scores[0], best)) >= rci


def reliably_better(scores: Sequence[float], rci: float, *, higher_is_better: bool = False) -> bool:
    """D3: better than the first score by the reliable change or more.

    Only the first score counts here: better than the worst week on the way is not better than at the start.
    """
    return len(scores) > 1 and -_worsening(scores, scores[0], higher_is_better) >= rci


def crossed_cut_off(scores: Sequence[float], cut_off: float, *, higher_is_better: bool = False) -> bool:
    """D3: the first score was on the far side of the cut-off (the cut-off itself included) and the last one is not."""
    if len(scores) < 2:
        return False
    if higher_is_better:
        return scores[0] <= cut_off < scores[-1]
    return scores[-1] < cut_off <= scores[0]


def not_started(since: datetime, until: datetime, now: datetime, shared_entries: int) -> bool:
    """D4: half of the time between two sessions, and 72 hours at least, have passed without a shared entry."""
    return shared_entries == 0 and now - since >= max((until - since) / 2, timedelta(hours=72))


def not_started_twice(started: Sequence[bool]) -> bool:
    """D5: nothing was started, two sessions running. Weeks agreed as "nothing" are left out by the caller."""
    return len(started) >= LOOKS_BACK and not any(started[-LOOKS_BACK:])


def listen_first(against: Sequence[int], started: Sequence[bool]) -> bool:
    """F24, F25: whether to plan in *listen first* mode.

    It takes 2 or more on "against this task or therapy" in either of the last two sessions, or D5. Being unsure about
    change is not an argument of this function: it never turns the mode on.
    """
    return any(mark >= AGAINST_OPENS for mark in against[-LOOKS_BACK:]) or not_started_twice(started)


def belief_amber(
    *,
    useful: float | None = None,
    fits: float | None = None,
    hard: float | None = None,
    sure: float | None = None,
    first_step: str = "",
    free_to_say_no: float | None = None,
) -> tuple[Belief, ...]:
    """D6: what in the client's belief to talk about (0-10 each; first step yes, partly or no). Blocks nothing (F12)."""
    rules = (
        (Belief.USEFUL, useful is not None and useful <= 4),
        (Belief.FITS, fits is not None and fits <= 4),
        (Belief.HARD, hard is not None and hard >= 8),
        (Belief.SURE, sure is not None and sure <= 6),
        (Belief.FIRST_STEP, first_step == "no"),
        (Belief.PRESSED, free_to_say_no is not None and free_to_say_no <= 5),
    )
    return tuple(belief for belief, holds in rules if holds)


def task_may_hurt(moods: Sequence[Pair], distress: Sequence[Pair] = ()) -> bool:
    """D7: mood (before, after) fell by 3 or more in 2 of the last 3 entries, or distress (peak, end) ended higher
    twice.

    Distress during an approach task is expected; the end is compared, never the middle.
    """
    falls = sum(after - before <= -3 for before, after in complete(moods)[-3:])
    rises = sum(end > peak for peak, end in complete(distress))
    return falls >= 2 or rises >= 2


def theil_sen(points: Sequence[tuple[float, float]]) -> float | None:
    """The median of the slopes between all pairs of points with different x: one odd day does not bend it."""
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x1 != x2]
    return median(slopes) if slopes else None


def mood_trend(ratings: Iterable[tuple[date, float]], today: date) -> MoodTrend:
    """D8: the mood of the last 14 local days, today included.

    A trend needs 6 ratings on 5 days; its change is the Theil-Sen slope over the days from the first to the last rating
    (what was seen, not stretched to 14 days). Three days in a row whose mean is 2 or below need no more ratings than
    that.
    """
    window = sorted((on, value) for on, value in ratings if timedelta(0) <= today - on < timedelta(days=14))
    by_day: dict[date, list[float]] = {}
    for on, value in window:
        by_day.setdefault(on, []).append(value)
    change = None
    if len(window) >= 6 and len(by_day) >= 5:
        slope = theil_sen([(on.toordinal(), value) for on, value in window])
        change = None if slope is None else round(slope * (window[-1][0] - window[0][0]).days, 6)
    low = {on for on, values in by_day.items() if fmean(values) <= 2}
    low_run = any({on + timedelta(days=1), on + timedelta(days=2)} <= low for on in low)
    return MoodTrend(change, len(window), len(by_day), low_run)


def much_done_little_learned(checks: Iterable[tuple[int | None, float | None]]) -> bool:
    """D9: most of it or more was done and depth was 3 or below, twice in the (amount, depth) of one task."""
    low = sum(
        amount is not None and depth is not None and amount >= Amount.MOST and depth <= 3 for amount, depth in checks
    )
    return low >= 2


def late_rows(delays: Iterable[timedelta]) -> int:
    """How many diary rows were written down more than 24 hours after what they tell."""
    return sum(delay > timedelta(hours=24) for delay in delays)


def back_filled(delays: Sequence[timedelta]) -> bool:
    """D11: half of the diary rows or more were. Worth a neutral word: it is how paper diaries are usually kept."""
    return bool(delays) and 2 * late_rows(delays) >= len(delays)


def gone_quiet(
    active_since: datetime | None, last_entry: datetime | None, last_message: datetime | None, now: datetime
) -> bool:
    """D12: a plan is active and 10 days passed without a shared entry or message. Sign-ins are not looked at."""
    if active_since is None:
        return False
    return now - max(at for at in (active_since, last_entry, last_message) if at) >= timedelta(days=10)


def wants_change(wishes: Iterable[str], step_downs: int = 0, chips: Collection[str] = ()) -> bool:
    """D13: any wish for smaller, different or stop, two steps down, or the chip "doesn't fit" (`fit`)."""
    return step_downs >= 2 or "fit" in chips or any(wish in {"smaller", "different", "stop"} for wish in wishes)


def couple_private(safe_to_say: float | None, private_chip: bool) -> bool:
    """D14: the couple safety item is 3 or below, or "I'd rather talk about this on my own". Therapist only."""
    return private_chip or (safe_to_say is not None and safe_to_say <= 3)


def starts_falling(weekly_starts: Sequence[int]) -> bool:
    """F66: the starts of the last three weeks fell each time (4, 3, 2). Changes no reminder: some decline is usual."""
    if len(weekly_starts) < 3:
        return False
    first, second, third = weekly_starts[-3:]
    return first > second > third


def depth(
    *, in_it: float | None = None, learned: float | None = None, skill: int | None = None, learning: int | None = None
) -> float | None:
    """How well it was done, 0-10: the mean of A2, A3 rating, R3 x 2.5, R4 x 2.5; None with fewer than two."""
    parts = [in_it, learned, None if skill is None else skill * 2.5, None if learning is None else learning * 2.5]
    given = [part for part in parts if part is not None]
    return round(fmean(given), 1) if len(given) >= 2 else None


def belief_gap(useful: float | None, progress: float | None) -> float | None:
    """B1 - A6: expected usefulness less the sense of getting somewhere afterwards, in points."""
    return None if useful is None or progress is None else useful - progress


def difficulty_surprise(hard_before: float | None, hard_after: float | None) -> float | None:
    """A4 - B3: how much harder it was than it had looked, in points."""
    return None if hard_before is None or hard_after is None else hard_after - hard_before
