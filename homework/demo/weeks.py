"""A week and a course as values: what the demo's stories are written in.

Pure. `homework.demo.life` lives them through the actions of the program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

WEEKS = 12


@dataclass(frozen=True)
class Week:
    """One week of one client.

    measures: totals by slug of the measure, answered near the end of the week; absent is not asked. item9: what they answer to
    question 9 of the PHQ-9. pulse: close and safe to say, 0 to 10 (couples). starts: how often they wrote; amount: 0 to 5 as
    they say; depth: 0 to 10; size agreed; shrunk: made smaller by themselves. flag: what becomes of a flag, see `flags`.
    """

    number: int
    slug: str = ""
    size: str = "S"
    starts: int = 0
    amount: int = 0
    depth: int = 5
    shrunk: bool = False
    nothing: bool = False
    says: str = "yes"  # yes or talk to the proposal
    beliefs: tuple[int, int, int, int] = (7, 7, 4, 7)  # useful, fits, hard, sure
    step_known: str = "yes"
    chips: tuple[str, ...] = ()  # what does not feel right about the plan
    obstacle: str = ""
    wish: str = "same"
    tell: str = ""
    found: str = ""
    outcome: str = "keep"
    measures: Mapping[str, int] = field(default_factory=dict)
    item9: int = 0
    pulse: tuple[int, int] | None = None
    flag: str = ""
    moods: tuple[int, int] | None = None  # before and after each entry; None: drawn
    reviewed: bool = True
    late: bool = False  # written at night
    back_filled: bool = False  # written down days later
    minutes: int = 5
    times: int = 4  # times a week, of work that is done when it happens
    answers: Mapping[str, Any] = field(default_factory=dict)  # what they wrote, where that is part of the story
    adapts: bool = False  # from here on with a copy made for them

    @property
    def phq(self) -> int | None:
        """The total of the PHQ-9, None when it was not asked."""
        return self.measures.get("phq-9")


@dataclass(frozen=True)
class Course:
    """All weeks of one client, oldest first."""

    weeks: tuple[Week, ...]
    reminders: bool = True
    seen_by_others: str = "no"
    place: str = ""
    anchor: str = ""
    places: tuple[tuple[int, str], ...] = ()  # from this week on, this place
    noun: str = "practice"
    quiet: tuple[int, int] = (21, 8)

    def place_in(self, number: int) -> str:
        """Where they mean to do it in a week, "" when it is drawn."""
        later = [place for since, place in self.places if number >= since]
        return later[-1] if later else self.place


def written(slugs: Sequence[str], phq: Sequence[int] = (), **each: Sequence[Any]) -> list[Week]:
    """Twelve weeks from lists of values, one list a field of `Week`; shorter lists keep their last value.

    phq: totals of the PHQ-9, one a week. Other measures are added with `measured`.
    """
    weeks = []
    for number in range(1, WEEKS + 1):
        values = {name: row[min(number - 1, len(row) - 1)] for name, row in each.items()}
        totals = {"phq-9": phq[number - 1]} if number <= len(phq) else {}
        weeks.append(replace(Week(number, slug=slugs[min(number - 1, len(slugs) - 1)], measures=totals), **values))
    return weeks


def measured(weeks: Sequence[Week], slug: str, totals: Mapping[int, int]) -> list[Week]:
    """The same weeks with one more measure: its totals by number of week."""
    return [
        replace(week, measures={**week.measures, slug: totals[week.number]}) if week.number in totals else week
        for week in weeks
    ]


def changed(weeks: Sequence[Week], number: int, **values: Any) -> list[Week]:
    """The same weeks, one of them with other values."""
    return [replace(week, **values) if week.number == number else week for week in weeks]
