"""What the pages about a couple show: the client's own, and the therapist's with both side by side. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments import couples
from homework.assignments.couples import Pair
from homework.assignments.models import Assignment, DyadMember, Entry, PartnerShare
from homework.assignments.planning import agreed
from homework.assignments.schedule import local_day
from homework.worksheets.definition import Definition

SHOWN = 30  # of each side


@dataclass(frozen=True)
class Shown:
    """Parts of one entry that somebody shows: from which sheet, and on which day."""

    title: str
    on: date
    definition: Definition
    values: dict[str, Any]


@dataclass(frozen=True)
class ClientPage:
    """The client's own page. `state`: asked, waits, together, not_now, over."""

    pair: Pair
    state: str
    by: str
    to_me: list[Shown]
    by_me: list[Shown]

    @property
    def name(self) -> str:
        """The partner's first name."""
        return self.pair.mine.partner_name or ""


def state_of(pair: Pair) -> str:
    """How a couple stands, from this client's side; never whose doing it was."""
    if pair.is_current:
        if pair.mine.consented_at is None:
            return "asked"
        return "together" if pair.theirs.consented_at is not None else "waits"
    return "over" if pair.both_said_yes else "not_now"


def of_client(actor: Actor, episode: Episode) -> ClientPage | None:
    """The page of a client who is, or was, in a couple. Five queries."""
    pair = couples.pair_of(episode.pk)
    if pair is None:
        return None
    assert actor.user is not None
    zone = actor.user.time_zone
    to_me = [shown(row, zone) for row in couples.shared_with(episode.pk)[:SHOWN]]
    return ClientPage(pair, state_of(pair), pair.dyad.made_by.first_name, to_me, list(_by_me(episode, zone)))


def shown(row: PartnerShare, zone: str) -> Shown:
    """What the partner shows, from the copy in this client's own episode."""
    definition = agreed.spoken(row.entry.sheet)
    return Shown(str(definition.title), local_day(row.revealed_at, zone), definition, row.content or {})


def _by_me(episode: Episode, zone: str) -> Iterable[Shown]:
    """The same from the other side: which of one's own parts the partner has. Told from one's own entries."""
    rows = PartnerShare.objects.filter(entry__episode_id=episode.pk).defer("content").order_by("-revealed_at", "-pk")
    for row in rows.select_related("entry__version__worksheet", "entry__assignment__version__worksheet")[:SHOWN]:
        definition = agreed.spoken(row.entry.sheet)
        values = couples.shown_parts(definition, row.entry, both=row.own_entry_id is not None)
        if values:
            yield Shown(str(definition.title), local_day(row.revealed_at, zone), definition, values)


@dataclass(frozen=True)
class Beside:
    """Beside one's own entry: what the partner shows in the same round. `name` is theirs."""

    name: str
    shown: list[Shown]
    kept_back: bool


def beside(entry: Entry, zone: str) -> Beside | None:
    """What belongs beside an entry that was shared; None when it is for one. Two queries for a couple's, else none."""
    if entry.assignment.dyad_id is None or entry.state != Entry.State.SHARED:
        return None
    pair = couples.pair_of(entry.episode_id, entry.assignment.dyad_id)
    if pair is None:
        return None
    rows = [shown(row, zone) for row in couples.shares_for(entry)]
    return Beside(pair.mine.partner_name or "", rows, entry.kept_back)


@dataclass(frozen=True)
class Work:
    """One piece of a couple's work on one side."""

    assignment: UUID
    title: str
    state: str
    shared: int
    kept_back: int
    last: Any


@dataclass(frozen=True)
class Side:
    """One of the two, as their therapist sees them."""

    episode: Episode
    place: DyadMember
    seen_by: str
    work: list[Work]


@dataclass(frozen=True)
class Desk:
    """The therapist's page. `theirs` is there only for somebody who treats both."""

    pair: Pair
    state: str
    mine: Side
    theirs: Side | None
    may_change: bool

    @property
    def sides(self) -> Sequence[Side]:
        """One or both."""
        return [self.mine] if self.theirs is None else [self.mine, self.theirs]


def desk(actor: Actor, pair: Pair, *, both: bool) -> Desk:
    """The couple as this therapist may see it. Three queries, the names aside."""
    ids = [pair.mine.episode_id, *([pair.theirs.episode_id] if both else [])]
    rows: dict[UUID, list[Work]] = {pk: [] for pk in ids}
    for row in _work(pair, ids):
        rows[row.episode_id].append(
            Work(row.pk, agreed.title_of(row), str(row.get_state_display()), row.shared, row.kept, row.last)
        )
    return Desk(
        pair=pair,
        state=state_of(pair),
        mine=_side(pair.mine, rows[pair.mine.episode_id]),
        theirs=_side(pair.theirs, rows[pair.theirs.episode_id]) if both else None,
        may_change=pair.is_current and couples.treats(actor, pair.mine.episode_id),
    )


def _side(place: DyadMember, work: list[Work]) -> Side:
    return Side(place.episode, place, place.seen_by.label if place.seen_by is not None else "", work)


def _work(pair: Pair, episodes: list[UUID]) -> Any:
    """The couple's work of these episodes with plain counts: nothing anybody wrote."""
    told = Q(entries__state=Entry.State.SHARED)
    return (
        Assignment.objects.filter(dyad_id=pair.mine.dyad_id, episode_id__in=episodes)
        .select_related("version__worksheet")
        .annotate(
            shared=Count("entries", filter=told),
            kept=Count("entries", filter=told & Q(entries__kept_back=True)),
            last=Max("entries__shared_at", filter=told),
        )
        .order_by("-created_at", "pk")
    )
