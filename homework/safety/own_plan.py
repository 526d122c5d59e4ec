"""A client's own plan for a hard moment (worksheet W21), by its address. Who knows where it is answers from an app above.

Only where it is, never what it says: a page that stays open on a locked screen leads there, and the plan itself opens behind
the lock.
"""

from collections.abc import Callable

from clinic.access import Actor

_find: list[Callable[[Actor], str]] = []


def found_by(find: Callable[[Actor], str]) -> None:
    """Say who finds it; `find` takes a client and answers with the address, empty when there is none."""
    _find[:] = [find]


def of(actor: Actor | None) -> str:
    """The address of this client's own plan; empty for everybody else, and where there is none."""
    if actor is None or not actor.is_client or not _find:
        return ""
    return _find[0](actor)
