"""What is known about the use of worksheets. The apps that know say it here, because this one knows no client.

`assignments` tells what somebody proposed lately, `reviews` how a worksheet went. Both register a function when their app
is ready, as the outbox is told what is no longer wanted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from clinic.access import Actor

ROW = 6  # worksheets in a short row

Recent = Callable[[Actor], list[UUID]]
Told = Callable[[Actor, UUID], "list[OfVersion]"]
UnderWay = Callable[[Actor, UUID], int]
_recent: list[Recent] = []
_under_way: list[UnderWay] = []
_told: list[Told] = []


@dataclass(frozen=True)
class Figure:
    """One figure about a version: its words and a rounded share in per cent, None when too few have said it."""

    words: str
    percent: int | None


@dataclass(frozen=True)
class OfVersion:
    """How one version went with the clinic's own clients. `figures` is empty when there are not enough of them."""

    number: int
    figures: list[Figure]


def tells_recent(tell: Recent) -> Recent:
    """Register who knows the worksheets somebody proposed lately, the last first."""
    _recent.append(tell)
    return tell


def tells_how_it_went(tell: Told) -> Told:
    """Register who knows how the versions of a worksheet went."""
    _told.append(tell)
    return tell


def tells_under_way(tell: UnderWay) -> UnderWay:
    """Register who knows with how many clients a worksheet is under way."""
    _under_way.append(tell)
    return tell


def recent(actor: Actor) -> list[UUID]:
    """The worksheets this person proposed lately, the last first."""
    return [pk for tell in _recent for pk in tell(actor)]


def how_it_went(actor: Actor, worksheet: UUID) -> list[OfVersion]:
    """How the versions of a worksheet went in this clinic, the newest first."""
    return [one for tell in _told for one in tell(actor, worksheet)]


def under_way(actor: Actor, worksheet: UUID) -> int:
    """With how many clients of this clinic a worksheet is under way."""
    return sum(tell(actor, worksheet) for tell in _under_way)
