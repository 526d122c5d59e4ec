"""How each course goes, week by week: written out for the story clients, for the others drawn from a few numbers a pattern.

Pure: given a client and the fixed seed, always the same weeks. Nothing here links who somebody is to how they engage; what makes
a difference is the plan: language, time, privacy, size (F55, F56).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from homework.demo.people import MARCUS, NIAMH, SEED, ClientRow
from homework.demo.stories import STORIES
from homework.demo.weeks import Course, Week

TASKS = {
    "improver": ("w04", "w05", "w02"), "sudden": ("w02", "w08"), "uneven": ("w02", "w08", "w26"), "stall": ("w02", "w01", "w02"),
    "privacy": ("w01", "w39"), "care_load": ("w12", "w01"), "forgetful": ("w05", "w04"), "ambivalent": ("w31", "w43"),
    "unsure": ("w43", "w05"), "no_learning": ("w02", "w08"), "worse": ("w01", "w39"), "couple": ("w26", "w43"),
    "dropout": ("w04",), "asks": ("w31",), "culture": ("w26",), "coached": ("w05",), "finished": ("w05", "w02"),
}  # fmt: skip
OBSTACLES = {"privacy": "privacy", "care_load": "care", "forgetful": "forgot", "culture": "fit", "stall": "tired",
             "ambivalent": "point", "unsure": "point", "worse": "tired"}  # fmt: skip
EVERYDAY = (("time", "tired", "forgot", "people"), (40, 30, 20, 10))
SLOPES = {"improver": -0.9, "uneven": -0.5, "worse": 0.9, "finished": -0.9, "privacy": -0.3, "care_load": -0.3}
STARTS = {"stall": 0.55, "ambivalent": 0.5, "unsure": 0.58, "privacy": 0.58, "forgetful": 0.6, "culture": 0.58}
STARTS_ELSE = 0.73
AMOUNTS = ((1, 2, 3, 4, 5), (16, 40, 23, 15, 6))
"""Amounts of weeks that were started, and how often each of a hundred."""
NOTHING = 0.075
DEPTH, SPREAD, TOGETHER = 4.7, 2.2, 0.34
"""Depth of a started week: its mean, its spread, and how far it goes with the amount."""
UNMEASURED = ("couple", "culture", "asks", "coached", "ambivalent")


@dataclass(frozen=True)
class Answered:
    """A risky answer of a client without a written story: in which week, how it was answered, and what followed."""

    week: int
    points: int
    way: str


# Six clients besides Jonah and Lars. Nobody looked at the first of these for four hours, until it reached the safety lead.
RISKY: Mapping[str, Answered] = {
    "Wim Ivers": Answered(1, 1, "lead"),
    "Oskar Kaya": Answered(4, 1, "spoke"),
    "Finn Frost": Answered(3, 1, "spoke"),
    "Tara Holm": Answered(2, 1, "known"),
    "Alba Novel": Answered(3, 2, "made_plan"),
    "Hedda Eklund": Answered(6, 1, "spoke"),
}


def course_of(row: ClientRow) -> Course:
    """The weeks of one client."""
    if row.story:
        return STORIES[row.story]
    return drawn(row, random.Random(f"{SEED} {row.name}"))  # noqa: S311 - invented people


def drawn(row: ClientRow, draw: random.Random) -> Course:
    """Weeks drawn from the numbers of the pattern."""
    phq = max(4.0, min(25.0, draw.gauss(15, 4.5)))
    shared = {"privacy": "yes", "couple": "unsure"}.get(row.course, "no")
    weeks = []
    for number in range(1, _length(row) + 1):
        weeks.append(_week(row, number, phq, draw))
        slope = -0.8 if row.course == "stall" and number > 3 else SLOPES.get(row.course, 0.0)
        phq += slope - (5 if row.course == "sudden" and number == 3 else 0)
    if row.name in RISKY:
        weeks = _with_risk(weeks, RISKY[row.name])
    return Course(tuple(weeks), reminders=shared == "no" and draw.random() < 0.7, seen_by_others=shared)


def _length(row: ClientRow) -> int:
    return {"dropout": 2, "finished": min(8, row.weeks)}.get(row.course, row.weeks)


def _week(row: ClientRow, number: int, phq: float, draw: random.Random) -> Week:
    tasks = TASKS[row.course]
    part = min(len(tasks) - 1, (number - 1) * len(tasks) // row.weeks)
    chance = 0.2 if row.course == "stall" and number < 3 else STARTS.get(row.course, STARTS_ELSE)
    amount = draw.choices(*AMOUNTS)[0] if draw.random() < chance else 0
    total = max(0, min(24, round(phq + draw.gauss(0, 1.6))))  # with 0 at question 9, 24 is the most
    small = number <= 2 or row.course in ("care_load", "worse")
    return Week(
        number=number,
        slug=tasks[part],
        size="S" if small and draw.random() < 0.08 else "M",
        starts=min(4, max(1, amount)) if amount else 0,
        amount=amount,
        depth=_depth(row, amount, draw),
        shrunk=amount > 0 and draw.random() < 0.02,
        nothing=draw.random() < NOTHING,
        beliefs=(draw.randint(4, 9), draw.randint(5, 9), draw.randint(2, 8), draw.randint(4, 9)),
        obstacle=_obstacle(row, draw),
        wish=draw.choice(("same", "same", "same", "smaller", "different", "bigger")),
        outcome=draw.choice(("keep", "keep", "keep", "adjust", "smaller", "bigger")),
        measures=_measures(row, number, total, draw),
        reviewed=draw.random() < 0.85,
        back_filled=draw.random() < 0.35,
    )


def _obstacle(row: ClientRow, draw: random.Random) -> str:
    """What got in the way: what belongs to the pattern, or what gets in everybody's way now and then."""
    own = OBSTACLES.get(row.course, "")
    if own and draw.random() < 0.6:
        return own
    return draw.choices(*EVERYDAY)[0] if draw.random() < 0.5 else ""


def _depth(row: ClientRow, amount: int, draw: random.Random) -> int:
    """How well it was done, 0 to 10: goes a little with the amount, never closely (F49)."""
    level = 2.5 if row.course == "no_learning" else DEPTH
    own = draw.gauss(0, SPREAD * (1 - TOGETHER**2) ** 0.5)
    return max(0, min(10, round(level + TOGETHER * SPREAD * (amount - 2.8) / 1.1 + own)))


def _measures(row: ClientRow, number: int, total: int, draw: random.Random) -> dict[str, int]:
    """The PHQ-9 in most weeks; every second week the GAD-7 with those who came because of worry."""
    asked = draw.random() < 0.85
    if row.course in UNMEASURED:
        return {}
    found = {"phq-9": total} if asked else {}
    if row.lead in (MARCUS, NIAMH) and number % 2:
        found["gad-7"] = max(0, min(21, round(0.7 * total + 2 + draw.gauss(0, 1.5))))
    return found


def _with_risk(weeks: list[Week], said: Answered) -> list[Week]:
    """The same weeks with one answer to question 9 that somebody had to look at."""
    return [
        replace(
            week,
            measures={**week.measures, "phq-9": max(week.phq or 14, said.points + 4)},
            item9=said.points,
            flag=said.way,
        )
        if week.number == said.week
        else week
        for week in weeks
    ]
