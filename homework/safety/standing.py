"""Flags that stand: what is not closed, for the people who look after it. First things first; one query.

Read by the therapist's home, the banner, the digest and every page about one client. No levels, no colours: what was raised,
since when, by when somebody has to look, and how it stands (6.3, 6.5).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can
from clinic.models import Episode, Membership
from homework.safety.models import SafetyFlag

Kind = SafetyFlag.Kind

SAYS: dict[str, Promise] = {
    Kind.ITEM9: _("Answered question 9 of the PHQ-9 with more than “not at all”"),
    Kind.CORE6: _("Answered question 6 of the CORE-10 with more than “not at all”"),
    Kind.NOT_SAFE: _("Said: “I’m not safe right now”"),
    Kind.CONTACT: _("Asked that somebody from the clinic contacts them"),
    Kind.FREE_TEXT: _("Please read this entry"),
    Kind.CLINICIAN: _("Raised by a clinician"),
    Kind.OTHERS: _("Raised by a clinician: harm to others"),
    Kind.CHILD: _("Raised by a clinician: child protection"),
    Kind.PARTNER: _("Raised by a clinician: violence at home"),
}
"""One plain line for each kind."""


@dataclass(frozen=True)
class Row:
    """One standing flag. `name` opens the client's name, so the client has to be opened first (`audit.opened_list`)."""

    flag: SafetyFlag
    episode: Episode
    says: str
    since: datetime
    look_by: datetime
    state: str

    @property
    def name(self) -> str:
        """The client."""
        return self.episode.client.label

    @property
    def is_unseen(self) -> bool:
        """Whether nobody has said that they look at it."""
        return self.state == SafetyFlag.State.OPEN

    @property
    def stands(self) -> str:
        """How it stands, in a word or two."""
        return str(SafetyFlag.State(self.state).label)


def says(kind: str) -> str:
    """One plain line for a kind of flag, in the active language."""
    return str(SAYS[kind])


def of(actor: Actor) -> list[Row]:
    """The standing flags of those the actor treats today, first things first. One query, without any name opened."""
    rows = SafetyFlag.objects.permitted(actor, Can.REVIEW).standing().select_related("episode__client")
    return [_row(flag) for flag in rows.defer("words", "note", "plan").first_things_first()]


def pausing(episodes: Iterable[UUID]) -> set[UUID]:
    """The episodes in which a flag stands and no clinician has decided that reminders of work go on (section 5). One query."""
    rows = SafetyFlag.objects.filter(episode__in=set(episodes), reminders_on=False).standing()
    return set(rows.values_list("episode_id", flat=True))


def pauses() -> Exists:
    """The same, to be fetched with an episode."""
    return Exists(SafetyFlag.objects.filter(episode_id=OuterRef("pk"), reminders_on=False).standing())


def in_episodes(episodes: Iterable[Episode]) -> dict[UUID, list[SafetyFlag]]:
    """The standing flags of each episode by its id, first things first. One query; for digests."""
    here = {episode.pk: episode for episode in episodes}
    found: dict[UUID, list[SafetyFlag]] = defaultdict(list)
    rows = SafetyFlag.objects.filter(episode__in=here).standing()
    for flag in rows.defer("words", "note", "plan", "contact").first_things_first():
        flag.episode = here[flag.episode_id]
        found[flag.episode_id].append(flag)
    return found


def count_about(client: Membership) -> int:
    """How many flags stand about one client. One query."""
    return SafetyFlag.objects.filter(episode__client=client).standing().count()


def _row(flag: SafetyFlag) -> Row:
    return Row(flag, flag.episode, says(flag.kind), flag.raised_at, flag.look_by, flag.state)
