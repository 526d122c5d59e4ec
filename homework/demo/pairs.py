"""The couples of the demo: made by Joan, a yes of each, each seen alone first, and sheets for two (F61-F63).

A couple's two lives are lived together, so that what one shares is there when the other comes to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from homework.assignments.actions import couple, sharing
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Dyad, DyadMember, Plan
from homework.assignments.planning.plan_words import PlanWords
from homework.demo.life import Life
from homework.demo.moments import Moment
from homework.reviews.actions.review import Ratings, review_work

COUPLES = (
    ("Sam Whitlock", "Noor Whitlock"),
    ("Priya Castell", "Owen Castell"),
    ("Faye Beck", "Carla Gallo"),
    ("Sven Ueda", "Gita Webb"),
)


@dataclass(frozen=True)
class Sheet:
    """A sheet for two: agreed in which session, and what each wrote, how much of it, and days after the session."""

    session: int
    slug: str
    why: str
    first_step: str
    wrote: Sequence[tuple[int, float, Mapping[str, Any]]]
    size: str = "M"
    reviewed: bool = True


@dataclass(frozen=True)
class Story:
    """What a couple did; weeks in which everything for two rests, in between."""

    sheets: Sequence[Sheet]
    paused: tuple[int, int] | None = None  # paused after which session's week, on again in which session


STOP = "A hand on the table."
STORIES: Mapping[str, Story] = {
    # Noor would rather not look into eyes: variant B. Sam stops early; what both wrote is shown two days later, when both have.
    "Sam Whitlock": Story(
        (
            Sheet(
                3,
                "w27",
                "You both said the evenings pass side by side without a word. This is ten seconds, and you may stop.",
                "Agree on the sign that means stop.",
                (
                    (
                        1,
                        2,
                        {
                            "stop_sign": STOP, "variant": "side", "side_way": "side_by_side", "tension": 55,
                            "learned": "I talk when it gets quiet. You were not waiting for words.",
                            "for_me": "I stopped early, and nobody was cross.",
                        },
                    ),
                    (
                        3,
                        4,
                        {
                            "stop_sign": STOP, "variant": "side", "side_way": "side_by_side", "tension": 40,
                            "questions": ["small_thing"],
                            "learned": "You wait, if I say that I am still thinking.",
                            "for_me": "Less loud than I feared.",
                        },
                    ),
                ),
            ),
            Sheet(
                6,
                "w28",
                "You said it turns into one long sentence. Five minutes each, and the other only listens.",
                "Choose an easy topic.",
                (
                    (3, 2, {"topic": "The garden", "pause_word": "Tea", "heard": "You miss the sound of the street.", "understood": 6}),
                    (4, 3, {"topic": "The garden", "pause_word": "Tea", "heard": "You plan so that nothing can go wrong.", "understood": 7}),
                ),
            ),
            Sheet(
                9,
                "w29",
                "You both said the small things go unseen.",
                "Think of one small thing from today.",
                (
                    (4, 2, {"thanks": [{"did": "You turned the radio down.", "meant": "That you saw my face."}]}),
                    (4, 2.2, {"thanks": [{"did": "You waited on the stairs.", "meant": "That I may be slow."}]}),
                ),
            ),
        )
    ),
    # Priya asked to talk about it alone in week five: everything for two rests until week nine, and Owen is not told why.
    "Priya Castell": Story(
        (
            Sheet(
                3,
                "w28",
                "You said each of you waits for the other to begin. Five minutes each.",
                "Choose an easy topic.",
                (
                    (3, 2, {"topic": "Sundays", "pause_word": "Bread", "heard": "You would like one morning without a plan.", "understood": 5, "found_out": "I said less than I meant to."}),
                    (3, 3, {"topic": "Sundays", "pause_word": "Bread", "heard": "You like it when we are out by ten.", "understood": 8, "found_out": "Five minutes is longer than I thought."}),
                ),
                reviewed=False,
            ),
            Sheet(
                10,
                "w29",
                "A quiet way to begin again: one thank you.",
                "Think of one small thing from today.",
                (
                    (3, 2, {"one_did": "You left the light on.", "one_meant": "That I come home to somebody."}),
                    (3, 3, {"one_did": "You told me about the letter.", "one_meant": "That you trust me with it."}),
                ),
                size="S",
            ),
        ),
        paused=(5, 9),
    ),
}  # fmt: skip
DRAWN = Story(
    (
        Sheet(
            4,
            "w29",
            "You both said the small things go unseen.",
            "Think of one small thing from today.",
            (
                (3, 2, {"one_did": "You made the tea.", "one_meant": "That I may sit."}),
                (3, 3, {"one_did": "You rang my aunt.", "one_meant": "That she is yours too."}),
            ),
            size="S",
        ),
    )
)


@dataclass
class Pair:
    """A couple while its weeks pass."""

    lives: Sequence[Life]
    dyad: Dyad | None = None
    works: dict[tuple[int, str], Assignment] = field(default_factory=dict)

    def begins(self, session: int) -> datetime:
        """When the later one's session of that number begins: by then both have been there."""
        rows = [life.session_of(session) for life in self.lives]
        return max(row.starts_at for row in rows if row is not None)


def moments(lives: Sequence[Life]) -> Iterator[Moment]:
    """What a couple did together."""
    pair = Pair(lives)
    story = STORIES.get(lives[0].row.name, DRAWN)
    yield Moment(pair.begins(1) + timedelta(minutes=70), lambda: _make(pair))
    yield Moment(pair.begins(1) + timedelta(hours=9), lambda: _say_yes(pair))
    for sheet in story.sheets:
        begins = pair.begins(sheet.session)
        yield Moment(begins + timedelta(minutes=70), partial(_propose, pair, sheet))
        for life, (amount, days, values) in zip(lives, sheet.wrote, strict=True):
            yield Moment(
                begins + timedelta(days=days, hours=2),
                partial(_write, pair, life, sheet, amount, values),
            )
        if sheet.reviewed:
            yield Moment(pair.begins(sheet.session + 1) + timedelta(minutes=75), partial(_review, pair, sheet))
    if story.paused is not None:
        first, until = story.paused
        yield Moment(pair.begins(first) + timedelta(days=5), lambda: _pause(pair))
        yield Moment(pair.begins(until) + timedelta(minutes=65), lambda: _go_on(pair))


def _joan(pair: Pair) -> Any:
    return pair.lives[0].lead


def _make(pair: Pair) -> None:
    """From "would you two" on; each was seen alone in the week before."""
    one, other = pair.lives
    alone = one.clinic.today() - timedelta(days=2)
    pair.dyad = couple.make(
        by=_joan(pair), episode=one.episode, partner=other.episode, seen_on=alone, partner_seen_on=alone
    )


def _say_yes(pair: Pair) -> None:
    for life in pair.lives:
        couple.consent(by=life.client, place=_place(pair, life))


def _place(pair: Pair, life: Life) -> DyadMember:
    assert pair.dyad is not None
    found: DyadMember = pair.dyad.members.select_related("dyad").get(episode=life.episode)
    found.episode = life.episode
    return found


def _propose(pair: Pair, sheet: Sheet) -> None:
    """One proposal for both; each says yes alone."""
    one = pair.lives[0]
    half = planning.propose(
        by=_joan(pair),
        episode=one.episode,
        version=one.library[sheet.slug],
        words=PlanWords(
            rationale=sheet.why,
            first_step=sheet.first_step,
            counts_as_all="All of it.",
            counts_as_some="A part of it, or stopping.",
            size=sheet.size,
            frequency=Plan.Frequency.ONCE,
        ),
    )
    halves = Assignment.objects.filter(dyad=half.dyad, version=half.version, created_at=half.created_at)
    for work in halves:
        life = next(life for life in pair.lives if life.episode.pk == work.episode_id)
        work.episode = life.episode
        pair.works[sheet.session, life.row.name] = work
        planning.confirm(by=life.client, assignment=work)


def _write(pair: Pair, life: Life, sheet: Sheet, amount: int, values: Mapping[str, Any]) -> None:
    entry = doing.begin(by=life.client, assignment=life.fresh(pair.works[sheet.session, life.row.name]))
    entry.episode = life.episode
    sharing.share(
        by=life.client,
        entry=entry,
        values=dict(values),
        kept_private=[],
        after=sharing.After(amount=amount, engaged=6, learned=6),
        key=life.key(f"couple {sheet.session}"),
        for_partner=True,
    )


def _review(pair: Pair, sheet: Sheet) -> None:
    """Looked at with each; then it is done."""
    for life in pair.lives:
        work = life.fresh(pair.works[sheet.session, life.row.name])
        review_work(
            by=_joan(pair),
            assignment=work,
            outcome="stop",
            learned="That stopping is part of it." if sheet.slug == "w27" else "That the other heard it.",
            message="What was it like to be looked at, or to look?",
            ratings=Ratings(talked=2, skill=3, learning=3),
        )


def _open_halves(pair: Pair, state: str) -> Iterator[tuple[Life, Assignment]]:
    for life in pair.lives:
        for work in Assignment.objects.filter(episode=life.episode, dyad=pair.dyad, state=state):
            work.episode = life.episode
            yield life, work


def _pause(pair: Pair) -> None:
    """Everything for two rests, on the therapist's word; nobody is told why."""
    for _life, work in _open_halves(pair, Assignment.State.ACTIVE):
        resting.pause(by=_joan(pair), assignment=work)


def _go_on(pair: Pair) -> None:
    """Both were seen alone again, then it goes on."""
    for life in pair.lives:
        couple.note_seen_alone(by=_joan(pair), place=_place(pair, life), on=life.clinic.today())
    for life, work in _open_halves(pair, Assignment.State.PAUSED):
        resting.resume(by=_joan(pair), assignment=work)
        review_work(
            by=_joan(pair),
            assignment=life.fresh(work),
            outcome="stop",
            learned="That each needed an hour alone first.",
            ratings=Ratings(talked=2),
        )
