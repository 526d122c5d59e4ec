"""Section 3 of the digest: what the client asked, told or wished for, in their own words until they close it (F02, F44)."""

from collections.abc import Iterator

from homework.assignments.models import Obstacle
from homework.reviews.digest.lines import Line, tidy
from homework.reviews.digest.rows import DigestInput, QuestionRow
from homework.reviews.digest.words import MESSAGES, Msg

SAID_BY_KIND = ("why", "how", "too_hard", "not_for_me", "advice", "request")


def asked(rows: DigestInput) -> Iterator[Line]:
    """3: open questions first, oldest first; then what was answered since the last session and is not closed yet.

    Of what was answered before that, only how many.
    """
    for question in sorted(rows.questions, key=lambda question: (question.state != "open", question.asked_at)):
        days = (rows.now - question.asked_at).days
        age = Msg.of("asked.open", n=days) if days > 0 else Msg("asked.today")
        yield _line(question, age if question.state == "open" else Msg(f"asked.{question.state}"))
    if rows.answered_before:
        yield Line(Msg.of("asked.before", n=rows.answered_before))


def _line(question: QuestionRow, age: Msg) -> Line:
    """One question; a tap without words says what the tap was. A home that is not safe is seen at once."""
    chips = tuple(Msg(f"chip.{chip}") for chip in question.chips if f"chip.{chip}" in MESSAGES)
    words = tidy(question.words)
    tone = "words" if words else "plain"
    if Obstacle.UNSAFE in question.chips:
        tone = "care"
    if words:
        said = Msg.of("asked.words", words=words, age=(age, *chips))
    elif chips and question.kind not in SAID_BY_KIND:
        said = Msg.of("asked.chips", chips=chips, age=age)
    else:
        kind = question.kind if question.kind in SAID_BY_KIND else "other"
        said = Msg.of(f"asked.{kind}", age=(age, *chips))
    return Line(said, question.link, tone)
