"""What clients say of their own accord: goals, questions, wins, what they carry along; and what is marked in sessions.

Told through the same actions the pages call. Story clients say what their story needs; the others draw from a small stock.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from clinic.access import Actor
from clinic.models import Appointment, Episode
from homework.assignments.actions import addition, goal, practice
from homework.assignments.models import Assignment, Entry, EntryAddition, FitProfile
from homework.assignments.planning import about_practice
from homework.demo.clock import at
from homework.demo.people import SEED, ClientRow
from homework.reviews.actions import noticed, question, readiness, takeaway, win
from homework.reviews.actions.question import Said
from homework.reviews.actions.readiness import Readiness


@dataclass(frozen=True)
class Teller:
    """Whose life it is: the client, the therapist, the sessions held so far, the clock."""

    row: ClientRow
    client: Actor
    lead: Actor
    episode: Episode
    held: list[Appointment]
    now: datetime


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


def tell(teller: Teller) -> None:
    """Everything this client said, oldest first."""
    draw = random.Random(f"{SEED} telling {teller.row.name}")  # noqa: S311 - invented people
    if not teller.held or not teller.episode.is_open:
        return
    _hopes(teller, draw)
    _marked(teller)
    _wins(teller, draw)
    _asked(teller, draw)
    _carried(teller, draw)
    _looked_back(teller, draw)


def _after(teller: Teller, session: int, **since: int) -> datetime:
    """A moment after a session that was held, never later than now."""
    place = min(session, len(teller.held) - 1)
    return min(teller.held[place].starts_at + timedelta(**since), teller.now)


def _hopes(teller: Teller, draw: random.Random) -> None:
    """What they want from this, why it matters to them, and what they think of practice between sessions."""
    spanish = teller.row.language == "es"
    text, why = GOAL_ES if spanish else draw.choice(GOALS)
    with at(_after(teller, 0, hours=1)):
        made = goal.name_goal(by=teller.lead, episode=teller.episode, text=text)
    with at(_after(teller, 0, hours=8)):
        goal.change_goal(by=teller.client, goal=made, why=why, rev=made.rev)
        if not spanish and draw.random() < 0.4:
            practice.say(
                by=teller.client,
                episode=teller.episode,
                said=PRACTICE,
                noun="practice",
                grew_from=about_practice.stamp(FitProfile()),
            )


MARKS: Mapping[str, tuple[tuple[int, Readiness], ...]] = {
    # Ines: against it twice, so listening comes first; her readiness grows later.
    "Ines Kalu": (
        (1, Readiness({"against": 2, "importance": 3}, {"why_not_lower": "Part of me is curious."})),
        (2, Readiness({"against": 3, "importance": 3})),
        (-1, Readiness({"against": 2, "importance": 6, "confidence": 5})),
    ),
    # Ruth: unsure, and never against it. That alone opens nothing.
    "Ruth Amaral": (
        (2, Readiness({"unsure": 3}, {"for_change": "I would like mornings back.", "for_staying": "I know how this goes."})),
        (-1, Readiness({"unsure": 3})),
    ),
}  # fmt: skip


def _marked(teller: Teller) -> None:
    """What the therapist marked about readiness."""
    for number, said in MARKS.get(teller.row.name, ()):
        place = number if number >= 0 else len(teller.held) + number
        if place < len(teller.held):
            session = teller.held[place]
            session.episode = teller.episode
            with at(_after(teller, place, minutes=40)):
                readiness.mark(by=teller.lead, appointment=session, said=said)


def _wins(teller: Teller, draw: random.Random) -> None:
    """Something that went well, now and then; the therapist has seen the earlier ones."""
    stock = WINS_ES if teller.row.language == "es" else WINS
    for number in sorted(draw.sample(range(len(teller.held)), min(2, len(teller.held)))):
        moment = _after(teller, number, days=2)
        with at(moment):
            made = win.note(
                by=teller.client, episode=teller.episode, text=draw.choice(stock), key=_key(teller, f"win {number}")
            )
        if number + 1 < len(teller.held):
            made.episode = teller.episode
            with at(_after(teller, number + 1, minutes=5)):
                win.seen(by=teller.lead, win=made)


def _asked(teller: Teller, draw: random.Random) -> None:
    """One question a client or so; those of the last days are still waiting for an answer."""
    if teller.row.language == "es" or draw.random() < 0.3:
        return
    kind, chips, text = draw.choice(ASKED)
    work = Assignment.objects.of(teller.episode.pk).active().filter(version__isnull=False).first()
    number = draw.randrange(len(teller.held))
    moment = _after(teller, number, days=3)
    if work is not None and work.agreed_at is not None and work.agreed_at > moment:
        moment = min(work.agreed_at + timedelta(hours=20), teller.now)
    if work is not None:
        work.episode = teller.episode
    with at(moment):
        made = question.ask(
            by=teller.client,
            episode=teller.episode,
            said=Said(kind=kind, chips=chips, text=text),
            assignment=work,
            key=_key(teller, "question"),
        )
    later = [session.starts_at for session in teller.held if session.starts_at > moment]
    if later:
        made.episode = teller.episode
        with at(later[0] + timedelta(minutes=10)):
            question.answer(by=teller.lead, question=made, outcome="talked")


def _carried(teller: Teller, draw: random.Random) -> None:
    """One thing to carry along from the last session."""
    session = teller.held[-1]
    if draw.random() < 0.5 or session.starts_at + timedelta(hours=3) > teller.now:
        return
    session.episode = teller.episode
    with at(session.starts_at + timedelta(minutes=50)):
        card = takeaway.begin(by=teller.lead, appointment=session, words=draw.choice(CARRIED))
    if card is not None:
        card.episode = teller.episode
        with at(session.starts_at + timedelta(hours=2)):
            takeaway.write(by=teller.client, takeaway=card, text=card.seed or draw.choice(CARRIED))


def _looked_back(teller: Teller, draw: random.Random) -> None:
    """A star on what they found out, and now and then a word added later."""
    rows = list(
        Entry.objects.filter(episode=teller.episode)
        .shared()
        .select_related("assignment__version__worksheet")
        .order_by("-captured_at")[:4]
    )
    for entry in rows:
        entry.episode = teller.episode
        if (entry.answers or {}).get("found_out"):
            noticed.star(by=teller.client, entry=entry, key="found_out")
    if rows and teller.row.language != "es" and draw.random() < 0.3:
        entry = rows[0]
        assert entry.shared_at is not None
        with at(min(entry.shared_at + timedelta(hours=20), teller.now)):
            addition.add(
                by=teller.client,
                entry=entry,
                kind=EntryAddition.Kind.MORE,
                words="Thought about it again on the way to work. It was less bad than I wrote.",
                submission_key=_key(teller, "addition"),
            )


def _key(teller: Teller, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"between demo {teller.row.name} {what}")
