"""What went well, as it is read: by the client with who saw it, and by the care team (F43). Reads only."""

from typing import Any

from clinic.access import Actor, Can
from clinic.models import Episode
from homework.assignments.planning import agreed
from homework.reviews.models import Win

SHOWN = 50
LATEST = 8


def own(actor: Actor) -> list[Any]:
    """Everything this client noted, newest first, each with `on`, its local moment. One query."""
    assert actor.user is not None
    rows: list[Any] = list(
        Win.objects.visible_to(actor).select_related("seen_by").order_by("-created_at", "-pk")[:SHOWN]
    )
    for row in rows:
        row.on = agreed.wall(row.created_at, actor.user.time_zone)
    return rows


def of_episode(episode: Episode, actor: Actor) -> list[Any]:
    """The latest of one client for the care team: those nobody has seen yet first. One query."""
    rows = Win.objects.permitted(actor, Can.READ).filter(episode=episode).select_related("seen_by")
    found = list(rows.order_by("-created_at", "-pk")[:LATEST])
    return sorted(found, key=lambda row: row.seen_at is not None)
