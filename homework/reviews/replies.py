"""What the therapist wrote back, for the client's first page. The rest of a review is for the session, not for here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, Subquery

from clinic.access import Actor
from clinic.models import Episode
from homework.assignments.models import Assignment, Entry, EntryAddition
from homework.assignments.planning import agreed
from homework.reviews import quoting
from homework.reviews.models import Review
from homework.worksheets.models import WorksheetVersion

SHOWN = 12
OWN = "found_out"


@dataclass(frozen=True)
class Reply:
    """One message: from whom, about what, when. A comment beside an answer is one too."""

    review: UUID
    by: str
    about: str
    at: datetime
    text: str
    quotes: list[quoting.Quote] = field(default_factory=list)
    comment: UUID | None = None  # it was said beside an answer of this entry:
    entry: UUID | None = None
    first: UUID | None = None  # the entry that has no conclusion of the client's own yet: their words come first (F69)


@dataclass(frozen=True)
class Replies:
    """The new ones, and those that were read."""

    new: list[Reply] = field(default_factory=list)
    read: list[Reply] = field(default_factory=list)


def of(actor: Actor, episode: Episode, shared: Mapping[UUID, Sequence[Entry]] | None = None) -> Replies:
    """The latest messages of one episode. One query, and one more where the client's own words come first (F69).

    shared: what was shared lately by work, newest first; a message is about the last of them before it was written.
    """
    assert actor.user is not None
    rows = Review.objects.visible_to(actor).filter(episode_id=episode.pk, message__isnull=False)
    found = Replies()
    for row in rows.select_related("reviewer", "assignment__version__worksheet").order_by("-created_at")[:SHOWN]:
        at = agreed.wall(row.created_at, actor.user.time_zone)
        about = _about(row, (shared or {}).get(row.assignment_id, ()))
        waits = about.pk if about is not None and not says_own_words(about, row.assignment) else None
        title, quotes = agreed.title_of(row.assignment), quoting.shown(row.quotes)
        reply = Reply(row.pk, row.reviewer.introduced, title, at, row.message or "", quotes, first=waits)
        (found.read if row.message_seen_at else found.new).append(reply)
    return found


def _about(review: Review, entries: Sequence[Entry]) -> Entry | None:
    """The last thing that was shared before the therapist wrote."""
    return next((entry for entry in entries if entry.shared_at and entry.shared_at <= review.created_at), None)


def is_said(entry: Entry, version: WorksheetVersion | None) -> bool:
    """Whether the client's own conclusion is in the sheet; true where none is asked for (F69)."""
    return version is None or OWN not in version.parsed.by_key or bool((entry.answers or {}).get(OWN))


def says_own_words(entry: Entry, work: Assignment) -> bool:
    """Whether the client's own conclusion is there, in the sheet or added since; true where none is asked for (F69)."""
    if is_said(entry, work.version):
        return True
    found: bool = EntryAddition.objects.filter(entry_id=entry.pk, key=OWN).exists()
    return found


def about(actor: Actor, entry: Entry) -> list[Reply]:
    """What was written back after this entry was shared and before the next one was. At most two queries."""
    assert actor.user is not None
    if entry.state != Entry.State.SHARED:
        return []
    later = Entry.objects.shared().filter(assignment_id=entry.assignment_id, shared_at__gt=entry.shared_at)
    until = later.order_by("shared_at").values("shared_at")[:1]
    rows = Review.objects.visible_to(actor).filter(assignment_id=entry.assignment_id, message__isnull=False)
    rows = rows.filter(created_at__gte=entry.shared_at).annotate(until=Subquery(until))
    rows = rows.filter(Q(until__isnull=True) | Q(created_at__lt=F("until"))).select_related("reviewer")
    written = list(rows.order_by("created_at"))
    waits = None if not written or says_own_words(entry, entry.assignment) else entry.pk
    found = []
    for row in written:
        row.episode = entry.episode
        at, title = agreed.wall(row.created_at, actor.user.time_zone), agreed.title_of(entry.assignment)
        quotes = quoting.shown(row.quotes)
        found.append(Reply(row.pk, row.reviewer.introduced, title, at, row.message or "", quotes, first=waits))
    return found
