"""Needs a reply: what clients asked, plans they would like to talk about first, replies nobody has read yet.

One list, the longest wait first, whatever it is about and whoever waits. Each line says in plain words what is waited for
and has one thing to do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.access import Actor
from homework.assignments.models import Plan
from homework.assignments.planning.agreed import title_of, wall
from homework.reviews import comments, questions

WORDS = 110  # characters of somebody's own words in a list


@dataclass(frozen=True)
class Waits:
    """One line. `words`: the client's own, shortened; `href` and `action`: the one thing to do."""

    episode: UUID
    name: str
    says: str
    title: str
    words: str
    at: datetime
    days: int
    href: str
    action: str
    unsafe: bool = False
    kept: bool = False


def of_questions(rows: Sequence[Any], actor: Actor, now: datetime) -> list[Waits]:
    """Open questions; their clients have to be open."""
    found = []
    for row, one in zip(rows, questions.listed(rows, actor, now), strict=True):
        words = one.headline if one.text else ""
        says = one.says if one.text or not one.chips else f"{one.says}: {one.headline}"
        found.append(
            Waits(
                episode=row.episode_id,
                name=one.name,
                says=says,
                title=one.title,
                words=shortened(words),
                at=one.at,
                days=one.days,
                href=reverse("question", args=[one.pk]),
                action=_("Answer"),
                unsafe=one.unsafe,
                kept=one.waits_for_session,
            )
        )
    return found


def of_proposals(plans: Iterable[Any], actor: Actor, now: datetime) -> list[Waits]:
    """Proposals a client would like to talk about before saying yes, and those in their own version."""
    found = []
    for plan in plans:
        by_them = plan.author_id == plan.episode.client_id
        found.append(
            Waits(
                episode=plan.episode_id,
                name=plan.episode.client.label,
                says=_("Suggests it differently") if by_them else _("Would like to talk before saying yes"),
                title=title_of(plan.assignment),
                words=shortened(plan.answer_words or ""),
                at=wall(plan.created_at, actor.clinic.time_zone),
                days=(now - plan.created_at).days,
                href=reverse("assignment", args=[plan.assignment_id]),
                action=_("Look at it"),
            )
        )
    return found


def of_replies(rows: Iterable[comments.UnreadReply], actor: Actor, now: datetime) -> list[Waits]:
    """Replies to a comment; their words are read on its page, not in a list."""
    return [
        Waits(
            episode=row.episode,
            name=row.client,
            says=_("Wrote back to your comment"),
            title=row.title,
            words="",
            at=wall(row.at, actor.clinic.time_zone),
            days=(now - row.at).days,
            href=row.href,
            action=_("Read"),
        )
        for row in rows
    ]


def is_proposal(plan: Any) -> bool:
    """Whether a plan waits for a talk before the yes."""
    return bool(plan.state == Plan.State.PROPOSED)


def shortened(words: str) -> str:
    """Somebody's own words in one line."""
    line = " ".join(words.split())
    return line if len(line) <= WORDS else f"{line[:WORDS].rsplit(' ', 1)[0]} …"
