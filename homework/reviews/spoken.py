"""What clients asked and what they say went well, as the digest reads it: sections 3 and 4 (F02, F43, F44, F46)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from homework.assignments.models import Entry
from homework.reviews.digest.rows import ObstacleRow, QuestionRow, WordsRow
from homework.reviews.models import ClientQuestion, Comment, Win

State = ClientQuestion.State


@dataclass
class Spoken:
    """One client's questions that are not closed, oldest first, and wins, newest first."""

    questions: list[ClientQuestion] = field(default_factory=list)
    wins: list[Win] = field(default_factory=list)
    replies: list[Comment] = field(default_factory=list)  # to a comment, and not read by the care team yet

    def asked(self, since: datetime) -> list[QuestionRow]:
        """The open ones, those answered since the last session, and what they wrote back to a comment."""
        written = [
            QuestionRow("other", row.created_at, row.text or "", link=("entry_comment", str(row.entry_id)))
            for row in self.replies
        ]
        return [*(row_of(row) for row in self.questions if not _is_old(row, since)), *written]

    @property
    def last_at(self) -> datetime | None:
        """When they last said anything in here; None when they did not."""
        told = [row.asked_at for row in self.questions] + [row.created_at for row in (*self.wins, *self.replies)]
        return max(told, default=None)

    def answered_before(self, since: datetime) -> int:
        """How many were answered before the last session and are not closed."""
        return sum(_is_old(row, since) for row in self.questions)

    def to_celebrate(self, since: datetime) -> list[WordsRow]:
        """What went well since the last session, with the page on which it can be acknowledged."""
        link = "client_page"
        new = [win for win in self.wins if win.created_at >= since]
        return [WordsRow(win.text or "", link=(link, str(win.episode_id))) for win in new]


def _is_old(row: ClientQuestion, since: datetime) -> bool:
    return row.answered_at is not None and row.answered_at < since


def row_of(row: ClientQuestion) -> QuestionRow:
    """One question as the digest takes it; a wish without words is told by what they drafted."""
    return QuestionRow(
        row.kind,
        row.asked_at,
        row.text or (row.idea or {}).get("what", ""),
        reply_promised=row.state == State.OPEN and row.outcome == ClientQuestion.Outcome.NOT_YET,
        link=("question", str(row.pk)),
        chips=tuple(row.chips),
        state=row.state,
    )


def of(episodes: Collection[UUID], since: datetime) -> dict[UUID, Spoken]:
    """For each episode what was asked and not closed, and the wins since a moment, and unread replies. Three queries."""
    found: dict[UUID, Spoken] = defaultdict(Spoken)
    for question in ClientQuestion.objects.filter(episode_id__in=episodes).kept().order_by("asked_at", "pk"):
        found[question.episode_id].questions.append(question)
    replies = Comment.objects.filter(episode_id__in=episodes, answers__isnull=False, seen_at__isnull=True)
    for reply in replies.filter(entry__state=Entry.State.SHARED).order_by("created_at", "pk"):
        found[reply.episode_id].replies.append(reply)
    for win in Win.objects.filter(episode_id__in=episodes, created_at__gte=since).order_by("-created_at", "-pk"):
        found[win.episode_id].wins.append(win)
    return found


def is_not_today(entry: Entry) -> bool:
    """Whether an entry only says what got in the way (F40): its words belong to the plan and are no question."""
    return not entry.started and bool(getattr(entry, "after", None) and entry.after.obstacles)


def own_words(entries: Collection[Any]) -> list[ObstacleRow]:
    """What got in the way in the client's own words, as they wrote it."""
    told = [(entry.after.words or {}).get("tell", "") for entry in entries if is_not_today(entry)]
    return [ObstacleRow("other", words) for words in told if words]
