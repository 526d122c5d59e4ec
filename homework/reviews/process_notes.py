"""Private notes of one author: a therapist's process notes, and sentences kept for the session (F32). Reads only.

Sealed with the author's own key. The author is the only one who reads them: no supervisor, colleague, admin or client, no
digest, no export, no API.
"""

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from homework.reviews.models import ProcessNote

SHOWN = 200


def open_own(actor: Actor) -> None:
    """Let the actor's own notes be read here. Nobody else's open with it."""
    audit.opened_own(by=actor)


def of(actor: Actor, episode: Episode) -> list[ProcessNote]:
    """Everything the actor noted for themself about one client, put away or not, the newest change first. One query."""
    open_own(actor)
    rows = ProcessNote.objects.visible_to(actor).filter(episode=episode).order_by("-updated_at", "-pk")
    return list(rows[:SHOWN])


def kept(actor: Actor, episode: Episode) -> list[ProcessNote]:
    """What the actor kept for a session with this client and has not put away, oldest first. One query."""
    open_own(actor)
    rows = ProcessNote.objects.visible_to(actor).filter(episode=episode, kind=ProcessNote.Kind.KEPT)
    return list(rows.filter(put_away_at__isnull=True).order_by("created_at", "pk")[:SHOWN])
