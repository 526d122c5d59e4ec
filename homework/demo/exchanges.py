"""What goes back and forth beside the weeks: a comment with the client's own sentence, a reply, a private note of the therapist's,
what clients say about a session, and, of those who like, how they describe themselves.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from clinic.actions import self_description
from homework.assignments.models import Entry
from homework.demo.life import Life
from homework.demo.moments import Moment
from homework.demo.people import SEED
from homework.reviews.actions import comment, process_note, session_feedback
from homework.reviews.models import Comment

COMMENTS: Mapping[str, tuple[int, str, str]] = {
    # after which session's week, what the therapist says beside "What did I find out?", what the client says back
    "Amara Quist": (6, "You looked again, and wrote it down. What made you look?", "I was curious, for once."),
    "Karim Haddad": (7, "You asked, and it went another way than you thought. What else did you notice?", "That I had held my breath."),
    "Leila Baran": (11, "What is it like to have ten minutes nobody sees?", "Quiet. I look forward to it."),
}  # fmt: skip
NOTES: Mapping[str, str] = {
    "Karim Haddad": "I get busy when he gets quick. Slow down with him, ask what he makes of it.",
    "Ines Kalu": "I felt told off in week three, and wanted to explain. Listen.",
}
FEEDBACK: Mapping[str, Mapping[str, object]] = {
    "Amara Quist": {"chose": 9, "unsaid": "no"},
    "Tomas Ferrin": {"chose": 7, "unsaid": "bring", "words": "I would like to come back to the Monday call."},
    "Ines Kalu": {"chose": 5, "unsaid": "ask"},
}
GROUPS = (("white", 24), ("asian", 12), ("black", 11), ("mixed", 4), ("latin", 4), ("", 5))
MEANS = (("easy", 20), ("just", 16), ("hard", 14), ("", 10))
"""How often each is said, of sixty. Drawn apart from everything a client does, so it goes with nothing (F55)."""


def moments(life: Life) -> Iterator[Moment]:
    """All of it, at its time."""
    yield from _described(life)
    yield from _commented(life)
    yield from _noted(life)
    yield from _told_about_the_session(life)


def _described(life: Life) -> Iterator[Moment]:
    draw = random.Random(f"{SEED} self {life.row.name}")  # noqa: S311 - invented people
    group, means = (draw.choices(*zip(*stock, strict=True))[0] for stock in (GROUPS, MEANS))
    if group or means:
        when = life.sessions[0].starts_at + timedelta(days=1)
        yield Moment(when, lambda: self_description.say(by=life.client, group=group, means=means))


def _commented(life: Life) -> Iterator[Moment]:
    if life.row.name not in COMMENTS:
        return
    number, text, reply = COMMENTS[life.row.name]
    session = life.session_of(number + 1)
    assert session is not None
    made: list[Comment] = []
    yield Moment(session.starts_at + timedelta(hours=3), lambda: _comment(life, made, text))
    yield Moment(
        session.starts_at + timedelta(days=1),
        lambda: [
            comment.reply(by=life.client, comment=row, text=reply, submission_key=life.key("reply")) for row in made
        ],
    )
    yield Moment(session.starts_at + timedelta(days=9), lambda: _read(life, made))


def _read(life: Life, made: list[Comment]) -> None:
    """The therapist has read what came back."""
    replies = Comment.objects.filter(answers__in=made).values_list("pk", flat=True)
    comment.seen(by=life.lead, rows=list(replies))


def _comment(life: Life, made: list[Comment], text: str) -> None:
    """Beside the newest line of theirs, with that line as a quote."""
    rows = Entry.objects.filter(episode=life.episode).shared().exclude(assignment__version__worksheet__kind="measure")
    for entry in rows.select_related("assignment__version__worksheet", "version", "plan").order_by("-captured_at")[:8]:
        entry.episode = life.episode
        said = (entry.answers or {}).get("found_out", "")
        if said and "found_out" not in (entry.kept_private or ()):
            row = comment.say(
                by=life.lead,
                entry=entry,
                text=text,
                key="found_out",
                quotes=[{"entry": str(entry.pk), "text": said}],
                submission_key=life.key("comment"),
            )
            row.episode = life.episode
            made.append(row)
            return


def _noted(life: Life) -> Iterator[Moment]:
    session = life.session_of(4)
    if life.row.name in NOTES and session is not None:
        text = NOTES[life.row.name]
        yield Moment(
            session.starts_at + timedelta(hours=1),
            lambda: process_note.write(by=life.lead, episode=life.episode, text=text),
        )


def _told_about_the_session(life: Life) -> Iterator[Moment]:
    if life.row.name not in FEEDBACK:
        return
    said = dict(FEEDBACK[life.row.name])
    for session in life.sessions[4::4]:
        yield Moment(
            session.starts_at + timedelta(hours=4),
            partial(session_feedback.say, by=life.client, appointment=session, said=said),
        )
