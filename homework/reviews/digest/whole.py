"""What shows about the client as a whole, not about one plan: not started twice, gone quiet, starts that fall (D5, D12, F66).

Pure. It looks at plans and at what was shared, never at who somebody is, and a rest of everything counts for nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from homework.assignments.models import Assignment
from homework.reviews.digest import signals
from homework.reviews.digest.interval import Interval, Work
from homework.reviews.digest.signals import Signal

WEEK = timedelta(days=7)


def shows(here: Interval, weekly: Sequence[int]) -> Iterable[Signal]:
    """What shows about the client as a whole: D5, D12 and falling starts (F66)."""
    if signals.not_started_twice(_started(here)):
        yield Signal.NOT_STARTED_TWICE
    active = [work for work in here.works if work.row.state == Assignment.State.ACTIVE and work.row.version is not None]
    since = min((work.row.agreed_at for work in active if work.row.agreed_at), default=None)
    shared = [entry.shared_at for work in here.works for entry in work.entries if entry.shared_at]
    said = [step.at for work in here.works for step in work.steps]
    if here.spoken.last_at is not None:
        said.append(here.spoken.last_at)
    awake = here.awake_since(since) if since is not None else None
    if signals.gone_quiet(awake, max(shared, default=None), max(said, default=None), here.now):
        yield Signal.QUIET
    if signals.starts_falling(weekly):
        yield Signal.STARTS_FALLING


def _started(here: Interval) -> list[bool]:
    """Whether anything was shared between the last two pairs of sessions; weeks without agreed work are left out.

    A questionnaire is no practice: answering one is no start, and being asked one is nothing to start (as in `listening`).
    """
    works = [work for work in here.works if work.row.version is not None and not work.row.is_measure]
    found = []
    for since, until in ((here.before, here.since), (here.since, here.now)):
        if since is None:
            continue
        agreed = [work for work in works if _under_way(work, since, until)]
        shared = sum(len(work.done(since, until)) for work in works)
        starts = [here.awake_since(max(w.row.agreed_at, since)) for w in agreed if w.row.agreed_at is not None]
        due = any(signals.not_started(start, until, until, shared) for start in starts)
        if shared or due:
            found.append(bool(shared))
    return found


def _under_way(work: Work, since: datetime, until: datetime) -> bool:
    """Whether work was agreed in a stretch of time."""
    row = work.row
    return row.agreed_at is not None and row.agreed_at < until and (row.ended_at is None or row.ended_at > since)


def weekly_starts(here: Interval) -> tuple[int, ...]:
    """How many entries were begun in each of the last three weeks; nothing before three weeks of agreed work."""
    agreed = min((work.row.agreed_at for work in here.works if work.row.agreed_at), default=None)
    if agreed is None or agreed > here.now - 3 * WEEK:
        return ()
    begun = [entry.captured_at for work in here.works for entry in work.entries if work.did(entry).counts]
    edges = [here.now - number * WEEK for number in (3, 2, 1, 0)]
    return tuple(sum(a <= at < b for at in begun) for a, b in pairwise(edges))
