"""Listen first, as planning knows it: whether it is on and why, and what to do then instead of adding one more (F24-F26).

The mode follows from marks that belong to the app above, so `homework.reviews.listening` works it out and registers
itself here when it is ready (as `homework.worksheets.usage` is told what it cannot know). Nothing is stored: taking back
a mark takes back the mode. Only new work waits for "we decided together"; a change, a swap and a week with nothing are
always open, and no reminder is added anywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from clinic.models import Episode
from homework.worksheets import catalogue
from homework.worksheets.catalogue import Sheet

BOTH_SIDES = "w24"  # the decisional balance
EVERYTHING = "everything"  # what lifts the default of exploring
STEMS = (
    _("Before we plan anything: what would you like me to understand?"),
    _("What is good about leaving things as they are just now?"),
    _("If something did change one day, what would you hope it brings you?"),
    _("When was it a little different, and what was there then that helped?"),
    _("Where does all this leave you, and what, if anything, would you like to do?"),
)
"""Five open questions in the spirit of motivational interviewing, in our own wording. To be said, or not."""


@dataclass(frozen=True)
class ListenFirst:
    """What planning has to know about one client. `reasons`: why listening comes first, in plain words; none: it does not.

    balance: why both sides on a page may be worth offering although the mode is off. explores: why what looks closer is
    shown first (F26). session: the last one, whose notes hold the marks; None where there was none.
    """

    reasons: tuple[str, ...] = ()
    balance: str = ""
    explores: str = ""
    session: UUID | None = None

    @property
    def on(self) -> bool:
        """Whether the mode is on."""
        return bool(self.reasons)


Tell = Callable[[Episode, Actor, datetime], ListenFirst]
_told: list[Tell] = []


def tells(tell: Tell) -> Tell:
    """Register who knows whether to listen first."""
    _told.append(tell)
    return tell


def of(episode: Episode, actor: Actor, now: datetime) -> ListenFirst:
    """Whether to listen first with this client now. The client has to be open (the door did that)."""
    return next((tell(episode, actor, now) for tell in _told), ListenFirst())


def explores(sheet: Sheet) -> bool:
    """Whether a worksheet only looks closer and asks for no change: noticing, both sides, the ruler, what matters (F26)."""
    definition = sheet.definition
    return definition.family == "noticing" or (
        definition.family == "direction" and "motivational" in definition.modalities
    )


@dataclass(frozen=True)
class Planning:
    """What the page that plans something new shows. `open`: the library is there; else it waits behind one tap."""

    listen: ListenFirst
    sheets: list[Sheet]
    both_sides: Sheet | None
    narrowed: bool
    open: bool

    @property
    def stems(self) -> "tuple[Promise, ...]":
        """Five questions to listen with."""
        return STEMS if self.listen.on else ()

    @property
    def kept(self) -> str:
        """What stays in the addresses of the page, so that narrowing the library further does not narrow this again."""
        return "" if self.narrowed or not self.listen.explores else EVERYTHING


def library_of(episode: Episode, actor: Actor, asked: Mapping[str, str]) -> Planning:
    """The library for one client, as listening leaves it. `asked`: the query of the page's address."""
    listen = of(episode, actor, timezone.now())
    every = catalogue.offered(actor, episode.client_id)
    return planning(listen, every, asked=bool(asked), show=asked.get("show", ""))


def planning(listen: ListenFirst, sheets: Iterable[Sheet], *, asked: bool, show: str) -> Planning:
    """The library as listening leaves it.

    asked: somebody has gone on to the library already (to swap, to look for something, or by "we decided together").
    show: EVERYTHING lifts the default of exploring; nothing is ever hidden for good.
    """
    every = list(sheets)
    narrowed = bool(listen.explores) and show != EVERYTHING
    return Planning(
        listen=listen,
        sheets=[sheet for sheet in every if explores(sheet)] if narrowed else every,
        both_sides=next((sheet for sheet in every if sheet.definition.slug == BOTH_SIDES), None),
        narrowed=narrowed,
        open=asked or not listen.on,
    )
