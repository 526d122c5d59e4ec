"""What was said beside answers, and what the client said back, ready to be read. Reads only.

A comment belongs to one shared entry and, with `key`, to one answer of it. The client reads it under their own words; where
those are still to come, it is folded (F69). One query for a page of entries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from clinic import audit
from clinic.access import Actor, Can
from clinic.models import Episode, Membership
from homework.assignments.models import Entry, EntryAddition
from homework.assignments.planning import agreed
from homework.reviews import quoting, replies, wording
from homework.reviews.models import Comment


@dataclass(frozen=True)
class Back:
    """One reply of the client."""

    pk: UUID
    by: str
    at: datetime
    text: str
    seen_at: datetime | None


@dataclass(frozen=True)
class Said:
    """One comment with the replies to it."""

    pk: UUID
    key: str
    by: str
    at: datetime
    text: str
    seen_at: datetime | None
    quotes: list[quoting.Quote]
    replies: list[Back]
    mine: bool = False
    counted: wording.Counts | None = None  # of one's own comments only (F29)
    for_client: bool = False
    first: UUID | None = None  # the entry that has no conclusion of the client's own yet: their words come first (F69)
    new_key: UUID = field(default_factory=uuid4)  # for one reply from this page

    @property
    def unread(self) -> list[UUID]:
        """The replies nobody of the care team has had in front of them."""
        return [back.pk for back in self.replies if back.seen_at is None]


@dataclass(frozen=True)
class Beside:
    """Everything said about one entry. `may_say`: the reader may add to it; then each answer has a way to do so."""

    entry: UUID
    by_key: Mapping[str, list[Said]]
    may_say: bool = False
    may_reply: bool = False
    origin: str = ""  # the route of the page it is shown on, to come back to

    @property
    def all(self) -> list[Said]:
        """All comments of this entry."""
        return [said for found in self.by_key.values() for said in found]

    @property
    def unread(self) -> list[UUID]:
        """The replies that are new to the care team."""
        return [pk for said in self.all for pk in said.unread]

    def elsewhere(self, shown: Iterable[str]) -> list[Said]:
        """What is about the whole entry, or about an answer that is not shown by itself."""
        there = set(shown)
        return [said for key, found in self.by_key.items() if key not in there for said in found]


def by_entry(
    entries: Iterable[Entry], episode: Episode, viewer: Actor, *, may_say: bool = False, origin: str = ""
) -> dict[UUID, Beside]:
    """What was said about each of these entries of one episode, oldest first. They came through the door, so no more is asked.

    An entry that is not shared (any more) has none. One query; for a client, where own words come first, one more an entry.
    """
    known = {entry.pk: entry for entry in entries if entry.state == Entry.State.SHARED}
    found: dict[UUID, dict[str, list[Said]]] = {pk: {} for pk in known}
    firsts: dict[UUID, UUID | None] = {}
    for row in _rows(known) if known else ():
        entry = known[row.entry_id]
        if entry.pk not in firsts:
            waits = viewer.is_client and not replies.says_own_words(entry, entry.assignment)
            firsts[entry.pk] = entry.pk if waits else None
        said = told(row, episode.client, viewer, firsts[entry.pk])
        found[entry.pk].setdefault(said.key, []).append(said)
    may_say = may_say and episode.is_open and not viewer.is_client
    may_reply = viewer.is_client and episode.is_open
    return {pk: Beside(pk, by_key, may_say, may_reply, origin) for pk, by_key in found.items()}


def _rows(known: Mapping[UUID, Entry]) -> Sequence[Any]:
    """The comments of some entries with their replies, in one query."""
    rows = Comment.objects.filter(entry_id__in=list(known)).select_related("author").order_by("created_at", "pk")
    everything: list[Any] = list(rows)
    roots = {row.pk: row for row in everything if row.answers_id is None}
    for root in roots.values():
        root.told = []
    for row in everything:
        if row.answers_id in roots:
            roots[row.answers_id].told.append(row)
    return list(roots.values())


def told(row: Any, client: Membership, viewer: Actor, first: UUID | None = None) -> Said:
    """One comment with its replies (`told` on the row), as the reader reads it."""
    zone = viewer.user.time_zone if viewer.is_client and viewer.user is not None else viewer.clinic.time_zone

    def back(reply: Any) -> Back:
        return Back(reply.pk, client.first_name, agreed.wall(reply.created_at, zone), reply.text or "", reply.seen_at)

    return Said(
        pk=row.pk,
        key=row.key,
        by=row.author.introduced if viewer.is_client else row.author.label,
        at=agreed.wall(row.created_at, zone),
        text=row.text or "",
        seen_at=row.seen_at,
        quotes=quoting.shown(row.quotes),
        replies=[back(reply) for reply in row.told],
        mine=row.author_id == viewer.member_id,
        counted=wording.Counts(row.asks, row.advises) if row.author_id == viewer.member_id else None,
        for_client=viewer.is_client,
        first=first,
    )


def one(comment: Any, entry: Entry, viewer: Actor) -> Said:
    """One comment that came through the door, with the replies to it. One query, and one more for a client (F69)."""
    comment.told = list(comment.replies.select_related("author").order_by("created_at", "pk"))
    waits = viewer.is_client and not replies.says_own_words(entry, entry.assignment)
    return told(comment, comment.episode.client, viewer, entry.pk if waits else None)


def among(found: replies.Replies, actor: Actor, episode: Episode) -> replies.Replies:
    """What was written back, with what was said beside answers and is not marked as read yet, newest first. One query."""
    assert actor.user is not None
    rows = Comment.objects.visible_to(actor).roots().filter(episode_id=episode.pk, seen_at__isnull=True)
    added = EntryAddition.objects.filter(entry_id=OuterRef("entry_id"), key=replies.OWN)
    paths = ("author", "entry__assignment__version__worksheet", "entry__version")
    rows = rows.annotate(added=Exists(added)).select_related(*paths).order_by("-created_at", "-pk")
    said = []
    row: Any
    for row in rows[: replies.SHOWN]:
        at, title = agreed.wall(row.created_at, actor.user.time_zone), agreed.title_of(row.entry.assignment)
        own = row.added or replies.is_said(row.entry, row.entry.sheet)
        quotes, first = quoting.shown(row.quotes), None if own else row.entry_id
        by = row.author.introduced
        said.append(replies.Reply(row.pk, by, title, at, row.text or "", quotes, row.pk, row.entry_id, first))
    new = sorted([*found.new, *said], key=lambda one: one.at, reverse=True)
    return replies.Replies(new, found.read)


@dataclass(frozen=True)
class UnreadReply:
    """A reply of a client that nobody of the care team has had in front of them yet, for the therapist's list."""

    pk: UUID  # of the reply
    comment: UUID  # what it replies to
    entry: UUID
    key: str
    assignment: UUID
    episode: UUID
    client: str
    title: str
    at: datetime

    @property
    def href(self) -> str:
        """The page that shows the answer, what was said about it and what came back; a reply can be written there."""
        return f"{reverse('entry_comment', args=[self.entry])}?{urlencode({'key': self.key})}#c-{self.comment}"


def unread_replies(actor: Actor, limit: int = 20) -> list[UnreadReply]:
    """Replies that wait for somebody of the care team who may write back, oldest first. One query (and the names' keys).

    The names are opened and the list recorded here; the words stay sealed.
    """
    rows = Comment.objects.permitted(actor, Can.REVIEW).filter(answers__isnull=False, seen_at__isnull=True)
    paths = ("episode__client__user", "entry__assignment__version__worksheet")
    found = list(rows.select_related(*paths).defer("text", "quotes").order_by("created_at", "pk")[:limit])
    clients = [row.episode.client_id for row in found]
    audit.opened_list(by=actor, client_ids=clients, verb="replies.listed", names_only=True)
    return [
        UnreadReply(
            pk=row.pk,
            comment=row.answers_id or row.pk,
            entry=row.entry_id,
            key=row.key,
            assignment=row.entry.assignment_id,
            episode=row.episode_id,
            client=row.episode.client.label,
            title=agreed.title_of(row.entry.assignment),
            at=row.created_at,
        )
        for row in found
    ]
