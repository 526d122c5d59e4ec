"""Marks: how the days between two sessions are drawn for the therapist.

Pure: plain rows in, mark names of the design out (done, small, partial, notthistime, planned, now). A smaller version
is drawn as done, only smaller (F41, F43); a day nothing was written is "not this time" and never stands alone in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import gettext as _

from homework.assignments.schedule import Day, DayState, Frequency, Rule, local_day, slot_for, week_of

PARTLY = 2  # "about half" and less is part-way, from "most of it" on it is done

MARK_OF = {
    DayState.SOME: "partial",
    DayState.SMALLER: "small",
    DayState.DONE: "done",
    DayState.SKIPPED: "notthistime",
    DayState.LAPSED: "notthistime",
    DayState.OPEN: "now",
    DayState.PLANNED: "planned",
}
RANK = (DayState.SKIPPED, DayState.SOME, DayState.SMALLER, DayState.DONE)


@dataclass(frozen=True)
class Did:
    """One shared entry as far as a mark needs it: its day, how much, a smaller one or not, anything written or not."""

    on: date
    amount: int | None = None
    smaller: bool = False
    started: bool = True

    @property
    def counts(self) -> bool:
        """Whether anything was done at all: "not today" is news, not an entry."""
        return self.started or bool(self.amount)


@dataclass(frozen=True)
class Mark:
    """One day of the thread, as `{% thread %}` draws it."""

    name: str
    mark: str
    label: str = ""
    detail: str = ""
    now: bool = False


def state_of(did: Did) -> DayState:
    """What one entry shows as. Without a word on the amount, writing it down counts as doing it."""
    if not did.counts:
        return DayState.SKIPPED
    if did.amount is not None and did.amount <= PARTLY:
        return DayState.SOME
    return DayState.SMALLER if did.smaller else DayState.DONE


def by_day(entries: Iterable[Did]) -> dict[date, DayState]:
    """The best of each day."""
    found: dict[date, DayState] = {}
    for did in entries:
        state = state_of(did)
        if did.on not in found or RANK.index(state) > RANK.index(found[did.on]):
            found[did.on] = state
    return found


def day_of(slot_on: date | None, captured_at: datetime, zone: str) -> date:
    """The local day an entry tells about: the one it was planned for, else the one it was written on."""
    return slot_on or local_day(captured_at, zone)


def strip(rules: Sequence[Rule], entries: Iterable[Did], since: date, until: date, today: date) -> list[str]:
    """The marks of the days between two sessions in one row, without words; empty days are left out.

    Days that were not this time are only drawn beside others: a row of nothing else would be a count of misses.
    """
    names = [mark for _day, mark in drawn(rules, entries, since, until, today)]
    if not {"done", "small", "partial"} & set(names):
        return [name for name in names if name != MARK_OF[DayState.LAPSED]]
    return names


def drawn(
    rules: Sequence[Rule], entries: Iterable[Did], since: date, until: date, today: date
) -> list[tuple[Day, str]]:
    """The days that have a mark, ten at most.

    "Some days a week" asks for no day in particular, so none of them is "not this time". The next session may not be
    arranged, or dates may have come in the wrong order.
    """
    fixed = [rule for rule in rules if rule.frequency != Frequency.TIMES_PER_WEEK or rule.weekdays]
    days = week_of(rules, since, max(since, until), today, by_day(entries))
    return [
        (day, MARK_OF[day.state])
        for day in days
        if day.state in MARK_OF
        and (day.state != DayState.LAPSED or any(slot_for(rule, day.local_date) for rule in fixed))
    ]


def stored(days: Iterable[Mapping[str, str]], today: date) -> list[Mark]:
    """The thread as kept in a digest, said in the active language."""
    found = []
    for row in days:
        on, now = date.fromisoformat(row["on"]), row["on"] == today.isoformat()
        if row["mark"] == "session":
            word = _("Today") if now else formats.date_format(on, "D j")
            found.append(Mark(word, "session", label=_("Session"), now=now))
        else:
            found.append(Mark(formats.date_format(on, "D"), row["mark"], now=now))
    return found
