"""A stored digest made ready to be read: nine sections in their order, every line with the address of its source."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from clinic.access import Actor, Can
from clinic.models import Appointment
from homework.assignments import story
from homework.assignments.days import marks
from homework.reviews import session_feedback
from homework.reviews.charts.frame import sparkline
from homework.reviews.digest import build as digests
from homework.reviews.digest.lines import Line
from homework.reviews.models import Digest


@dataclass(frozen=True)
class Said:
    """One line of a digest in the reader's language. `href` is its source, empty when it has none."""

    text: str
    href: str
    tone: str
    series: tuple[float, ...] = ()
    stem: str = ""  # the id of a suggested question, by which it can be put aside

    @property
    def spark(self) -> str:
        """The series as a small line, oldest first; the text says the same. Empty for fewer than three scores."""
        return sparkline(self.series)


@dataclass(frozen=True)
class Part:
    """One of the nine sections."""

    number: int
    key: str
    title: str
    lines: list[Said]
    folded: list[Said]
    more: str

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but the one word that says so."""
        return not self.folded and len(self.lines) == 1 and self.lines[0].tone == "none"


@dataclass(frozen=True)
class Shown:
    """The whole digest as the page shows it. `since`: when the last session was."""

    parts: list[Part]
    thread: list[marks.Mark]
    built_at: datetime
    since: date | None
    entries: int
    words: int
    is_today: bool
    may_review: bool
    told: session_feedback.Told | None = None  # about the last session, for its therapist alone (2.7)

    def part(self, key: str) -> Part:
        """A section by its key."""
        return next(part for part in self.parts if part.key == key)

    @property
    def first_review(self) -> str:
        """The address of the first plan of last time that has no outcome yet, empty when all have one."""
        review = [line.href for line in self.part("open").lines if line.href.endswith("/review/")]
        return review[0] if review else ""

    @property
    def safety(self) -> Part:
        """Safety, always first."""
        return self.part("safety")

    @property
    def story(self) -> list[Part]:
        """Sections 2 to 7: what happened."""
        return self.parts[1:7]

    @property
    def talk(self) -> list[Part]:
        """Sections 8 and 9: what to ask, what is open."""
        return self.parts[7:]


def shown(stored: Digest, appointment: Appointment, actor: Actor, now: datetime) -> Shown:
    """The stored digest for this reader. A supervisor's lines lead to pages they may open."""
    content: dict[str, Any] = stored.content
    digest = digests.from_json(content)
    may_review = Can.REVIEW in story.powers(actor, appointment.episode_id)
    today = actor.clinic.today(now)
    since = parse_datetime(content.get("since", ""))
    told = session_feedback.before(actor, appointment)
    return Shown(
        parts=[
            Part(
                number=section.number,
                key=section.key,
                title=section.title,
                lines=_lines(section.key, [_said(line, may_review) for line in section.lines], told),
                folded=[_said(line, may_review) for line in section.folded],
                more=section.more,
            )
            for section in digest.sections
        ],
        told=told,
        thread=marks.stored(content.get("thread", ()), today),
        built_at=stored.built_at,
        since=since.astimezone(actor.clinic.zone).date() if since is not None else None,
        entries=content.get("entries", 0),
        words=digest.words,
        is_today=appointment.starts_at.astimezone(actor.clinic.zone).date() == today,
        may_review=may_review,
    )


def _lines(key: str, found: list[Said], told: session_feedback.Told | None) -> list[Said]:
    """The lines of a section. "Please ask me" stands in section 3, for this reader only: a stored digest does not hold it."""
    if key != "asked" or told is None or not told.wants_to_be_asked:
        return found
    asks = Said(_("There was something they did not get to say last time. Please ask."), "#feedback", "plain")
    return [asks, *(line for line in found if line.tone != "none")]


def _said(line: Line, may_review: bool) -> Said:
    tone = "none" if line.msg.id == "none" else line.tone
    stem = line.msg.id if line.tone == "ask" else ""
    return Said(digests.render_line(line), _address(line, may_review), tone, line.series, stem)


def _address(line: Line, may_review: bool) -> str:
    """Where a line comes from. A route that is gone since the digest was stored leads nowhere rather than astray."""
    if line.link is None:
        return ""
    route, pk = line.link
    try:
        return reverse("assignment" if route == "review" and not may_review else route, args=[pk])
    except NoReverseMatch:
        return ""
