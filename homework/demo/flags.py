"""What follows a risky answer in the demo: who looked, when, what they planned and what became of it.

`Week.flag` names one of `WAYS`. The flag itself is raised by sharing the questionnaire, as everywhere; nothing here makes one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid5

from clinic import access
from clinic.access import Actor
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Plan
from homework.assignments.planning.plan_words import PlanWords
from homework.demo.life import Life
from homework.demo.moments import Moment
from homework.demo.people import HANA
from homework.demo.weeks import Week
from homework.reviews.actions.review import Ratings, review_work
from homework.safety.actions import care, flag, ladder
from homework.safety.models import SafetyFlag

Outcome = SafetyFlag.Outcome
MINUTES = timedelta(minutes=1)


@dataclass(frozen=True)
class Way:
    """One way a flag goes: minutes after it was raised until somebody looks, plans and closes (None: it stays)."""

    seen: int
    planned: int | None
    closed: int | None
    plan: str = ""
    outcome: str = ""
    note: str = ""
    by: str = ""  # a colleague's name; empty: the therapist
    choice: str = "enough"
    own_plan: bool = False  # the plan for hard moments is made on that day


WAYS: Mapping[str, Way] = {
    "made_plan": Way(25, 30, 360, "Ring at noon, and see each other at four.", Outcome.PLAN, own_plan=True),
    "spoke": Way(35, 40, 170, "Ring this morning.", Outcome.SPOKE, "Talked for twenty minutes. The plan still holds."),
    "cover": Way(
        40, 44, 190, "Ring now; I am there while he is away.", Outcome.SPOKE, "Reached at once.", HANA, "contact"
    ),
    "cover_spoke": Way(30, 33, 200, "Ring, as last week.", Outcome.SPOKE, "The same thoughts, no more.", HANA),
    "known": Way(45, 50, 120, "Look at the plan again on the phone.", Outcome.KNOWN, "Nothing new; the plan stays."),
    "lead": Way(
        250, 255, 330, "Ring now, as nobody has looked.", Outcome.SPOKE, "Was surprised and glad of the call.", HANA
    ),
    "mistake": Way(20, 24, 95, "Ring and ask.", Outcome.MISTAKE, "Read the row above by mistake, and said so at once."),
    "seen": Way(15, None, None),
}
HOURS: Mapping[str, tuple[int, int]] = {way: (10, 0) for way in WAYS} | {"seen": (16, 40)}
"""When a questionnaire that leads there is answered: in the morning of a working day, the open one late in the afternoon."""
OWN_PLAN = {
    "numbers": "My brother, 020 7946 0102. Samaritans, 116 123.",
    "people": [{"who": "My brother", "reach": "by phone, also at night"}],
}


def follow(life: Life, week: Week, raised: datetime) -> Iterator[Moment]:
    """What people did about the flag of a week."""
    way = WAYS[week.flag]

    def step(minutes: int, do: Callable[[SafetyFlag], object]) -> Moment:
        return Moment(raised + minutes * MINUTES, lambda: do(_flag(life, raised)))

    yield step(2, lambda row: _choose(life, row, way))
    if week.flag == "lead":
        for minutes in range(5, way.seen, 5):
            yield Moment(
                raised + minutes * MINUTES, lambda: ladder.climb(by=access.system(life.clinic, "safety ladder"))
            )
    by = life.staff.get(way.by, life.lead)
    yield step(way.seen, lambda row: care.see(by=by, flag=row))
    if way.planned is not None:
        yield step(way.planned, lambda row: care.act(by=by, flag=row, plan=way.plan))
    if way.own_plan:
        yield Moment(raised + 330 * MINUTES, lambda: _make_own_plan(life, by))
    if way.closed is not None:
        yield step(way.closed, lambda row: care.close(by=by, flag=row, outcome=way.outcome, note=way.note))


def _flag(life: Life, raised: datetime) -> SafetyFlag:
    found: SafetyFlag = SafetyFlag.objects.filter(episode=life.episode, raised_at__gte=raised).order_by("raised_at")[0]
    found.episode = life.episode
    return found


def _choose(life: Life, row: SafetyFlag, way: Way) -> None:
    """What the client taps on the page after the answer."""
    number = "020 7946 0142" if way.choice == "contact" else ""
    flag.choose(by=life.client, flag=row, choice=way.choice, number=number, when="any time today" if number else "")


def _make_own_plan(life: Life, by: Actor) -> None:
    """W21, made together on the same afternoon, on the client's own screen."""
    work = planning.propose(
        by=by,
        episode=life.episode,
        version=life.library["w21"],
        words=PlanWords(
            rationale="So that on a hard evening you do not have to think first.",
            first_step="The numbers, and one person.",
            counts_as_all="The page as you want it.",
            counts_as_some="One number.",
            frequency=Plan.Frequency.ONCE,
        ),
    )
    planning.confirm(by=life.client, assignment=work)
    entry = doing.begin(by=life.client, assignment=life.fresh(work))
    entry.episode = life.episode
    sharing.share(
        by=life.client,
        entry=entry,
        values=OWN_PLAN,
        kept_private=[],
        after=sharing.After(),
        key=uuid5(life.key("own plan"), "w21"),
    )
    review_work(
        by=by,
        assignment=life.fresh(work),
        outcome="keep",
        learned="Whom to ring first, and that it may be at night.",
        ratings=Ratings(talked=2),
    )
