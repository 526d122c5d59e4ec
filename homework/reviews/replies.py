"""What the therapist wrote back, for the client's first page. The rest of a review is for the session, not for here."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments import agreed
from homework.reviews.models import Review

SHOWN = 12


@dataclass(frozen=True)
class Reply:
    """One message: from whom, about what, when."""

    review: UUID
    by: str
    about: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Replies:
    """The new ones, and those that were read."""

    new: list[Reply] = field(default_factory=list)
    read: list[Reply] = field(default_factory=list)


def of(actor: Actor, episode: Episode) -> Replies:
    """The latest messages of one episode. One query."""
    assert actor.user is not None
    rows = Review.objects.visible_to(actor).filter(episode_id=episode.pk, message__isnull=False)
    found = Replies()
    for row in rows.select_related("reviewer", "assignment__version__worksheet").order_by("-created_at")[:SHOWN]:
        at = agreed.wall(row.created_at, actor.user.time_zone)
        reply = Reply(row.pk, row.reviewer.first_name, agreed.title_of(row.assignment), at, row.message or "")
        (found.read if row.message_seen_at else found.new).append(reply)
    return found
