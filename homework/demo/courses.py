"""How each course goes, week by week: drawn from a few numbers a pattern, or written out for the story clients.

Pure: given a client and the fixed seed, always the same twelve weeks. Nothing here links who somebody is to how they engage;
what makes a difference is the plan: language, time, privacy, size (F55, F56).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from homework.demo.people import SEED, ClientRow

TASKS = {
    "improver": ("w04", "w05", "w02"), "sudden": ("w02", "w08"), "uneven": ("w02", "w08", "w26"), "stall": ("w02", "w01", "w02"),
    "privacy": ("w01", "w39"), "care_load": ("w12", "w01"), "forgetful": ("w05", "w04"), "ambivalent": ("w31", "w43"),
    "unsure": ("w43", "w05"), "no_learning": ("w02", "w08"), "worse": ("w01", "w39"), "couple": ("w26", "w43"),
    "dropout": ("w04",), "asks": ("w31",), "culture": ("w26",), "coached": ("w05",), "finished": ("w05", "w02"),
}  # fmt: skip
OBSTACLES = {"privacy": "privacy", "care_load": "care", "forgetful": "forgot", "culture": "fit", "stall": "tired",
             "ambivalent": "point", "unsure": "point", "worse": "tired"}  # fmt: skip
COACHED = {"w05", "w43", "w26", "w12", "w39", "w31"}  # what the coach's library holds is checked when it is proposed


@dataclass(frozen=True)
class Week:
    """One week of one client. `phq`/`gad` are the totals before the week's session; None: not asked.

    starts: how often they wrote; amount: 0 to 5 as they say; depth: 0 to 10; size agreed; shrunk: made smaller by themselves.
    """

    number: int
    slug: str = ""
    size: str = "S"
    starts: int = 0
    amount: int = 0
    depth: int = 5
    shrunk: bool = False
    nothing: bool = False
    says: str = "yes"  # yes, talk or no to the proposal
    beliefs: tuple[int, int, int, int] = (7, 7, 4, 7)  # useful, fits, hard, sure
    step_known: str = "yes"
    obstacle: str = ""
    wish: str = "same"
    tell: str = ""
    found: str = ""
    outcome: str = "keep"
    phq: int | None = None
    gad: int | None = None
    reviewed: bool = True
    late: bool = False  # written at night
    minutes: int = 5


@dataclass(frozen=True)
class Course:
    """All weeks of one client, oldest first."""

    weeks: tuple[Week, ...]
    reminders: bool = True
    seen_by_others: str = "no"
    place: str = ""
    noun: str = "practice"
    quiet: tuple[int, int] = (21, 8)


SLOPES = {
    "improver": -0.9,
    "sudden": 0.0,
    "uneven": -0.5,
    "stall": 0.0,
    "worse": 0.9,
    "no_learning": 0.0,
    "finished": -0.9,
}
STARTS = {"dropout": 0.8, "stall": 0.5, "ambivalent": 0.45, "unsure": 0.6, "privacy": 0.55, "forgetful": 0.6}


def course_of(row: ClientRow) -> Course:
    """The weeks of one client."""
    draw = random.Random(f"{SEED} {row.name}")  # noqa: S311 - invented people
    if row.story:
        return STORIES[row.story](draw)
    return drawn(row, draw)


def drawn(row: ClientRow, draw: random.Random) -> Course:
    """Weeks drawn from the numbers of the pattern."""
    phq = max(4.0, min(24.0, draw.gauss(15, 4.5)))
    chance = STARTS.get(row.course, 0.8)
    tasks = TASKS[row.course]
    weeks = []
    for number in range(1, row.weeks + 1):
        part = min(len(tasks) - 1, (number - 1) * len(tasks) // row.weeks)
        if row.course == "dropout" and number > 2:
            break
        if row.course == "finished" and number > 8:
            break
        begun = draw.random() < (chance if row.course != "stall" or number > 3 else 0.15)
        amount = draw.choices((1, 2, 3, 4, 5), (18, 20, 30, 27, 5))[0] if begun else 0
        level = 3 if row.course == "no_learning" else 5 + number / 4 if row.course == "improver" else 5
        weeks.append(
            Week(
                number=number,
                slug=tasks[part],
                size="S" if number <= 2 or row.course in ("care_load", "worse") else draw.choice("SMM"),
                starts=min(5, max(1, amount)) if begun else 0,
                amount=amount,
                depth=max(1, min(10, round(draw.gauss(level, 1.6)))),
                shrunk=begun and draw.random() < 0.12,
                nothing=draw.random() < 0.05,
                beliefs=(draw.randint(4, 9), draw.randint(5, 9), draw.randint(2, 8), draw.randint(4, 9)),
                obstacle=OBSTACLES.get(row.course, "") if draw.random() < 0.6 else "",
                wish=draw.choice(("same", "same", "same", "smaller", "different", "bigger")),
                outcome=draw.choice(("keep", "keep", "keep", "adjust", "smaller", "bigger")),
                phq=max(0, min(24, round(phq + draw.gauss(0, 1.6)))) if draw.random() < 0.8 else None,
                reviewed=draw.random() < 0.85,
            )
        )
        phq += SLOPES.get(row.course, 0) - (5 if row.course == "sudden" and number == 3 else 0)
    shared = {"privacy": "yes", "couple": "unsure"}.get(row.course, "no")
    return Course(tuple(weeks), reminders=shared == "no" and draw.random() < 0.7, seen_by_others=shared)


def written(slugs: list[str], phq: list[int], **each: Sequence[object]) -> list[Week]:
    """Twelve weeks from lists of values; shorter lists keep their last value."""
    weeks = []
    for number in range(1, 13):
        values = {name: row[min(number - 1, len(row) - 1)] for name, row in each.items()}
        weeks.append(
            replace(
                Week(number, slug=slugs[min(number - 1, len(slugs) - 1)], phq=phq[number - 1] if phq else None),
                **values,  # type: ignore[arg-type]
            )
        )
    return weeks


def amara(draw: random.Random) -> Course:
    """Steady improver: PHQ 18 to 6, depth 4 to 8, from noting to doing."""
    weeks = written(
        ["w04"] * 4 + ["w05"] * 4 + ["w02"] * 4,
        [18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6],
        starts=[2, 3, 3, 4, 3, 3, 4, 3, 3, 3, 4, 3], amount=[2, 3, 3, 4, 3, 3, 4, 4, 3, 4, 4, 4],
        depth=[4, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8], size=["S", "S", "M"], outcome=["keep", "bigger", "keep", "replace"],
    )  # fmt: skip
    return Course(tuple(weeks))


def tomas(draw: random.Random) -> Course:
    """A stall, then a step down he chose himself, and from there on his own pace."""
    weeks = written(
        ["w02", "w02", "w01", "w01", "w01", "w02"],
        [16, 16, 17, 15, 14, 13, 12, 11, 10, 10, 9, 9],
        starts=[0, 0, 1, 3, 3, 3, 4, 3, 3, 4, 3, 2], amount=[0, 0, 1, 2, 3, 3, 4, 3, 3, 4, 3, 2],
        depth=[5, 5, 4, 6, 6, 6, 6, 7, 6, 7, 7, 7], size=["M", "M", "M", "S", "S", "M"],
        shrunk=[False, False, True, False], beliefs=[(5, 6, 7, 4), (5, 6, 7, 5), (6, 7, 4, 7)],
        step_known=["no", "partly", "yes"], obstacle=["tired", "tired", "tired", "tired", ""],
        wish=["smaller", "smaller", "same"], tell=["", "", "", "Can I skip the evidence columns?", ""],
        found=["", "", "One line is enough to start.", "It's always before the Monday call."] + [""] * 7 + ["It's always before the Monday call."],
        outcome=["keep", "smaller", "keep"],
    )  # fmt: skip
    weeks[11] = replace(weeks[11], tell="Can I skip the second part?")
    return Course(tuple(weeks))


def karim(draw: random.Random) -> Course:
    """All done, little learned, until the task changes."""
    weeks = written(
        ["w02"] * 4 + ["w08"] * 8, [15, 15, 15, 15, 14, 13, 12, 11, 10, 10, 9, 9],
        starts=[4, 4, 4, 4, 2], amount=[4, 4, 4, 4, 4], depth=[3, 2, 3, 2, 7], size=["M"], outcome=["keep", "keep", "keep", "replace", "keep"],
    )  # fmt: skip
    return Course(tuple(weeks))


def leila(draw: random.Random) -> Course:
    """No privacy at home: reminders off; from week four she writes at work."""
    weeks = written(
        ["w01"], [14, 14, 13, 14, 13, 12, 12, 11, 11, 10, 10, 10],
        starts=[1, 0, 1, 2, 2, 3], amount=[1, 0, 1, 2, 3, 3], depth=[5], obstacle=["privacy"] * 4 + [""], size=["S"],
    )  # fmt: skip
    return Course(tuple(weeks), reminders=False, seen_by_others="yes", place="at work, at lunch")


def henrik(draw: random.Random) -> Course:
    """Night-shift nurse with two children: three-minute versions, written before dawn."""
    weeks = written(
        ["w12"] * 6 + ["w01"] * 6, [13, 13, 12, 12, 12, 11, 11, 11, 10, 10, 10, 9],
        starts=[2, 3, 3], amount=[2, 3], depth=[5, 6], obstacle=["care"], size=["S"], late=[True],
    )  # fmt: skip
    return Course(tuple(weeks), quiet=(9, 16))


def ines(draw: random.Random) -> Course:
    """Against the task at first; nothing in week four; her own idea in week eight."""
    weeks = written(
        ["w43", "w43", "w43", "w31"], [],
        starts=[1, 0, 0, 0, 1, 1, 2, 2], amount=[1, 0, 0, 0, 2, 2, 3, 3], depth=[4, 4, 4, 4, 6], obstacle=["point", "point", "point", ""],
        nothing=[False, False, False, True, False], beliefs=[(3, 4, 4, 5), (2, 4, 4, 4), (6, 6, 4, 7)], says=["yes", "talk", "yes"],
        tell=["", "Why should I write this down?", ""],
    )  # fmt: skip
    return Course(tuple(weeks), noun="experiment")


def grace(draw: random.Random) -> Course:
    """No tasks by choice, until she asks for something to wonder about."""
    weeks = written(
        [""] * 4 + ["w31"] * 8, [], nothing=[True] * 4 + [False], starts=[0, 0, 0, 0, 1, 2, 1, 2], amount=[0, 0, 0, 0, 3],
        depth=[7], size=["S", "S", "S", "S", "M"],
    )  # fmt: skip
    return Course(tuple(weeks), noun="exercise")


def jonah(draw: random.Random) -> Course:
    """Getting worse, then a little better; small check-ins only."""
    weeks = written(
        ["w01"] * 4 + ["w39"] * 8, [12, 13, 12, 15, 17, 19, 20, 19, 17, 16, 15, 14],
        starts=[2, 2, 1, 1, 1, 0, 1, 1, 2], amount=[3, 3, 2, 1, 1, 0, 1, 2], depth=[5, 5, 4, 4], size=["S"], tell=[""] * 11 + ["I would like to talk about last week."],
    )  # fmt: skip
    return Course(tuple(weeks))


def rosa(draw: random.Random) -> Course:
    """In Spanish; saying it, adapted to her way: a letter, an aunt beside her."""
    weeks = written(
        ["w26"], [], starts=[0, 0, 0, 1, 1, 2], amount=[0, 0, 0, 2, 3], depth=[6, 6, 6, 6, 7],
        obstacle=["fit", "fit", "fit", ""], beliefs=[(5, 3, 6, 5), (6, 4, 6, 5), (7, 7, 4, 7)], found=["", "", "", "Decirlo fue más corto que temerlo.", ""],
    )  # fmt: skip
    return Course(tuple(weeks))


def devon(draw: random.Random) -> Course:
    """With a coach: small things at the coffee machine, week by week."""
    weeks = written(
        ["w05"],
        [],
        starts=[1, 1, 0, 2, 1, 2],
        amount=[2, 2, 0, 3, 3, 4],
        depth=[5, 5, 5, 6],
        obstacle=["forgot", "forgot", ""],
        size=["S"],
    )
    return Course(tuple(weeks), place="at the coffee machine")


STORIES = {
    "amara": amara, "tomas": tomas, "karim": karim, "leila": leila, "henrik": henrik, "ines": ines, "grace": grace,
    "jonah": jonah, "rosa": rosa, "devon": devon,
}  # fmt: skip
