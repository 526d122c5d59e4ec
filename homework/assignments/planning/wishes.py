"""What the client asked to work on, for the pages that plan it with them (F46).

Questions live in the reviews app, which is above this one: it registers who knows them (`tells_wishes`). The address of a
planning page carries the question's id (`?request=`); an id that is not this client's is no wish.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments.models import Assignment
from homework.assignments.planning.composing import Composed


@dataclass(frozen=True)
class Wish:
    """A client's wish (`text`) and draft of a plan: what, why, first step, what comes just before, where; each may be ""."""

    pk: UUID
    text: str = ""
    what: str = ""
    why: str = ""
    first_step: str = ""
    anchor: str = ""
    place: str = ""


Find = Callable[[Actor, Episode, UUID], Wish | None]
Meet = Callable[[Actor, UUID, Assignment], None]
_registered: list[tuple[Find, Meet]] = []


def tells_wishes(find: Find, meet: Meet) -> None:
    """Register who knows the wishes of clients, and who notes that one was met."""
    if (find, meet) not in _registered:
        _registered.append((find, meet))


def find(actor: Actor, episode: Episode, pk: str) -> Wish | None:
    """The open wish with this id, None for anything else. No query without an id."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    return next((wish for find_one, _meet in _registered if (wish := find_one(actor, episode, wanted))), None)


def begun(wish: Wish | None, composed: Composed) -> Composed:
    """A proposal that starts from the client's own words; what they left open stays the library's seed (F01)."""
    if wish is None:
        return composed
    own = {name: getattr(wish, name) for name in ("first_step", "anchor", "place") if getattr(wish, name)}
    if wish.why:
        own["rationale"] = wish.why
    return replace(composed, words=replace(composed.words, **own))


def met(actor: Actor, episode: Episode, pk: str, made: Assignment) -> None:
    """Something was proposed for the wish with this id, if it is one: that answers it."""
    wish = find(actor, episode, pk)
    if wish is not None:
        for _find, meet in _registered:
            meet(actor, wish.pk, made)
