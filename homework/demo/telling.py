"""What clients say of their own accord: goals, questions, wins, what they carry along; and what is marked in sessions.

Told through the same actions the pages call, each at its moment. Story clients say what their story needs; the others draw from
a small stock.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from clinic.models import Appointment
from homework.assignments.actions import addition, fit, goal, practice
from homework.assignments.models import Assignment, Entry, EntryAddition, FitProfile
from homework.assignments.planning import about_practice
from homework.demo.life import Life
from homework.demo.moments import Moment
from homework.demo.people import SEED
from homework.reviews.actions import noticed, question, readiness, takeaway, win
from homework.reviews.actions.question import Said
from homework.reviews.actions.readiness import Readiness
from homework.reviews.models import ClientQuestion, Win

GOALS = (
    ("Get through a working week with some evening left", "I miss the person who cooked and called friends."),
    ("Say what I need before it boils over", "My children copy how I argue."),
    ("Sleep enough to feel like myself", "Tired, I am not fair to anybody."),
    ("Go to places I have been staying away from", "My sister’s wedding is in autumn and I want to dance there."),
)
GOAL_ES = ("Decir lo que necesito en casa", "Quiero que mis hijas vean que se puede.")
WINS = (
    "I rang my brother back the same day.",
    "Went for bread and did not turn round.",
    "Said no to a third shift and nothing bad happened.",
    "Laughed at lunch. Out loud.",
    "Slept with the phone in the other room.",
)
WINS_ES = ("Fui al mercado sola.", "Le dije a mi hermana que hoy no podía.")
ASKED = (
    ("why", (), "I get the idea in the session, and then at home I am not sure what it is for."),
    ("how", ("unclear",), "Do I write it down straight away or in the evening?"),
    ("too_hard", ("too_hard",), "Three columns are a lot after work."),
    ("advice", (), "What should I do when my mother asks about it?"),
    ("tell", ("helped",), "The small version is the one that works."),
)
PRACTICE = {
    "earlier": "At school I copied it on the bus. Here it is different, I hope.",
    "word": "Homework sounds like being checked.",
    "helped": "When it was short, and somebody asked how it went.",
    "in_the_way": "Evenings. By nine I am empty.",
}
CARRIED = ("A feeling is weather, not the whole sky.", "Ask first, decide after.", "Small still counts.")
NOTHING_SAID = {
    "in_use": True, "time_of_day": "", "device": "", "ways": [], "shape": "", "company": "", "energy": "", "language": "",
    "avoid": [], "faith": "", "senses": "", "worked": "",
}  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """A question of a story client: days after which session (the first is 1), and what became of it."""

    session: int
    days: float
    said: Said
    outcome: str = ""  # empty: it still waits
    answer: str = ""


STORY_WINS: Mapping[str, tuple[tuple[int, float, str], ...]] = {
    "Tomas Ferrin": ((2, 4, "I went down for the post twice this week."), (7, 2, "Said no to a third shift.")),
    "Leila Baran": ((4, 2, "Ten minutes that were only mine."), (9, 3, "I told my sister I was busy. I was writing.")),
    "Mirela Stan": ((7, 3, "One floor. My hands were dry at the end."),),
    "Noor Whitlock": ((5, 2, "We laughed about the timer."),),
}
STORY_ASKED: Mapping[str, tuple[Asking, ...]] = {
    "Grace Thornton": (
        Asking(4, 3, Said("request", text="I’d like something to work on. Small, and not with numbers."), "talked"),
    ),
    "Ines Kalu": (
        Asking(
            7, 4,
            Said("request", text="An idea of my own.", idea={"what": "Write down one moment with somebody each day", "why": "I want to see what I wait for."}),
            "talked",
        ),
    ),
    "Bianca Toller": (
        Asking(4, 2, Said("request", text="I would like to write to her, even if nobody sends it."), "talked"),
    ),
    "Rosa Mendieta": (Asking(2, 3, Said("not_for_me", ("values",), "En mi casa esto no se dice así."), "talked"),),
    "Priya Castell": (Asking(5, 4, Said("tell", (ClientQuestion.Chip.ALONE,), "")),),
}  # fmt: skip
SUITS: Mapping[str, Mapping[str, object]] = {
    "Leila Baran": {"time_of_day": "evening", "company": "alone", "energy": "short", "avoid": ["writing_load"]},
    "Grace Thornton": {
        "ways": ["writing"], "shape": "free", "avoid": ["eye_contact", "counting"],
        "worked": "Writing a few lines on the bus, without a number in sight.",
    },
    "Noor Whitlock": {"company": "others", "avoid": ["eye_contact"]},
}  # fmt: skip
MARKS: Mapping[str, tuple[tuple[int, Readiness], ...]] = {
    # Ines: against it twice, so listening comes first; how much it matters grows, 3, 4, 6.
    "Ines Kalu": (
        (2, Readiness({"against": 2, "importance": 3}, {"why_not_lower": "Part of me is curious."})),
        (3, Readiness({"against": 3, "importance": 3})),
        (6, Readiness({"against": 1, "importance": 4, "confidence": 4})),
        (-1, Readiness({"against": 2, "importance": 6, "confidence": 5})),
    ),
    # Ruth: unsure, and never against it. That alone opens nothing.
    "Ruth Amaral": (
        (3, Readiness({"unsure": 3}, {"for_change": "I would like mornings back.", "for_staying": "I know how this goes."})),
        (-1, Readiness({"unsure": 3})),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Teller:
    """Whose life it is, and the sessions that are held with them by now."""

    life: Life
    held: list[Appointment]

    @property
    def name(self) -> str:
        """The client's name."""
        return self.life.row.name

    @property
    def spanish(self) -> bool:
        """Whether they write in Spanish."""
        return self.life.row.language == "es"

    def after(self, session: int, **since: float) -> datetime:
        """A moment after a session that is held (the first is 1), never later than now."""
        place = min(session, len(self.held)) - 1
        return min(self.held[place].starts_at + timedelta(**since), self.life.now)


def moments(life: Life) -> Iterator[Moment]:
    """Everything this client says, and what is marked about them."""
    draw = random.Random(f"{SEED} telling {life.row.name}")  # noqa: S311 - invented people
    ended = life.now - timedelta(hours=1)
    held = [row for row in life.sessions if row.starts_at < ended][: len(life.course.weeks)]
    if not held:
        return
    teller = Teller(life, held)
    yield from _hopes(teller, draw)
    yield from _marked(teller)
    yield from _wins(teller, draw)
    yield from _asked(teller, draw)
    yield from _carried(teller, draw)
    yield from _looked_back(teller, draw)


def _hopes(teller: Teller, draw: random.Random) -> Iterator[Moment]:
    """What they want from this, why it matters, what suits them, and what they think of practice between sessions."""
    life = teller.life
    text, why = GOAL_ES if teller.spanish else draw.choice(GOALS)
    speaks = not teller.spanish and draw.random() < 0.4
    made = []
    yield Moment(
        teller.after(1, hours=1), lambda: made.append(goal.name_goal(by=life.lead, episode=life.episode, text=text))
    )
    yield Moment(
        teller.after(1, hours=8), lambda: goal.change_goal(by=life.client, goal=made[0], why=why, rev=made[0].rev)
    )
    if speaks:
        page = about_practice.stamp(FitProfile())
        said = partial(practice.say, said=PRACTICE, noun=life.course.noun, grew_from=page)
        yield Moment(teller.after(1, hours=9), lambda: said(by=life.client, episode=life.episode))
    if teller.name in SUITS:
        suits = NOTHING_SAID | dict(SUITS[teller.name])
        yield Moment(
            teller.after(1, hours=10),
            lambda: fit.say_what_suits(by=life.client, episode=life.episode, said=suits, rev=0),
        )


def _marked(teller: Teller) -> Iterator[Moment]:
    """What the therapist marked about readiness."""
    for number, said in MARKS.get(teller.name, ()):
        place = number if number > 0 else len(teller.held) + number + 1
        if place <= len(teller.held):
            session = teller.held[place - 1]
            yield Moment(
                teller.after(place, minutes=40),
                partial(readiness.mark, by=teller.life.lead, appointment=session, said=said),
            )


def _wins(teller: Teller, draw: random.Random) -> Iterator[Moment]:
    """Something that went well, now and then; the therapist has seen the earlier ones."""
    stock = WINS_ES if teller.spanish else WINS
    drawn = sorted(draw.sample(range(1, len(teller.held) + 1), min(2, len(teller.held))))
    told = STORY_WINS.get(teller.name) or tuple((number, 2, draw.choice(stock)) for number in drawn)
    for number, days, text in told:
        if number <= len(teller.held):
            yield from _one_win(teller, number, days, text)


def _one_win(teller: Teller, number: int, days: float, text: str) -> Iterator[Moment]:
    made: list[Win] = []
    yield Moment(teller.after(number, days=days), lambda: _win(teller, made, number, text))
    if number < len(teller.held):
        seen = teller.after(number + 1, minutes=5)
        yield Moment(seen, lambda: win.seen(by=teller.life.lead, win=made[0]))


def _win(teller: Teller, made: list[Win], number: int, text: str) -> None:
    life = teller.life
    made.append(win.note(by=life.client, episode=life.episode, text=text, key=life.key(f"win {number}")))


def _asked(teller: Teller, draw: random.Random) -> Iterator[Moment]:
    """One question a client or so; those of the last days are still waiting for an answer."""
    told = STORY_ASKED.get(teller.name, ())
    if not told and not teller.life.is_story and not teller.spanish and draw.random() >= 0.15:
        kind, chips, text = draw.choice(ASKED)
        told = (Asking(draw.randint(1, len(teller.held)), 3, Said(kind, chips, text), "talked"),)
    for asking in told:
        if asking.session <= len(teller.held):
            yield from _one_question(teller, asking)


def _one_question(teller: Teller, asking: Asking) -> Iterator[Moment]:
    made: list[ClientQuestion] = []
    yield Moment(teller.after(asking.session, days=asking.days), lambda: _ask(teller, made, asking))
    if asking.outcome and asking.session < len(teller.held):
        yield Moment(
            teller.after(asking.session + 1, minutes=10),
            lambda: question.answer(by=teller.life.lead, question=made[0], outcome=asking.outcome, text=asking.answer),
        )


def _ask(teller: Teller, made: list[ClientQuestion], asking: Asking) -> None:
    life = teller.life
    work = None
    if asking.said.kind != "request":
        work = Assignment.objects.of(life.episode.pk).active().filter(version__isnull=False).first()
    if work is not None:
        work.episode = life.episode
    key = life.key(f"question {asking.session}")
    row = question.ask(by=life.client, episode=life.episode, said=asking.said, assignment=work, key=key)
    row.episode = life.episode
    made.append(row)


def _carried(teller: Teller, draw: random.Random) -> Iterator[Moment]:
    """One thing to carry along from the last session."""
    session, life = teller.held[-1], teller.life
    if draw.random() < 0.5 or life.ended_weeks or session.starts_at + timedelta(hours=3) > life.now:
        return
    made = []
    words = draw.choice(CARRIED)

    def begin() -> None:
        card = takeaway.begin(by=life.lead, appointment=session, words=words)
        if card is not None:
            card.episode = life.episode
            made.append(card)

    def write() -> None:
        for card in made:
            takeaway.write(by=life.client, takeaway=card, text=card.seed or words)

    yield Moment(session.starts_at + timedelta(minutes=50), begin)
    yield Moment(session.starts_at + timedelta(hours=2), write)


def _looked_back(teller: Teller, draw: random.Random) -> Iterator[Moment]:
    """A star on what they found out, and now and then a word added later."""
    adds = not teller.spanish and draw.random() < 0.3
    if not teller.life.ended_weeks:
        yield Moment(teller.life.now, lambda: _star(teller, adds=adds))


def _star(teller: Teller, *, adds: bool) -> None:
    life = teller.life
    shared = Entry.objects.filter(episode=life.episode).shared().exclude(assignment__version__worksheet__kind="measure")
    rows = list(shared.select_related("assignment__version__worksheet").order_by("-captured_at")[:4])
    for entry in rows:
        entry.episode = life.episode
        if (entry.answers or {}).get("found_out"):
            noticed.star(by=life.client, entry=entry, key="found_out")
    if rows and adds:
        addition.add(
            by=life.client,
            entry=rows[0],
            kind=EntryAddition.Kind.MORE,
            words="Thought about it again on the way to work. It was less bad than I wrote.",
            submission_key=life.key("addition"),
        )
