"""The cards a client keeps at hand (a coping card, a plan for a hard moment): one tap away on Today, and when it got worse."""

from collections.abc import Iterable
from uuid import UUID

from clinic.models import Episode
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning import agreed


def of(rows: Iterable[Assignment]) -> list[tuple[UUID, str]]:
    """The newest card of each kind that is kept at hand, a draft too. No query when there is none."""
    kept = {row.pk: row for row in rows if row.version is not None and agreed.spoken(row.version).at_hand}
    if not kept:
        return []
    entries = Entry.objects.filter(assignment_id__in=kept, started=True).exclude(state=Entry.State.WITHDRAWN)
    newest = entries.order_by("assignment_id", "-captured_at").distinct("assignment_id")
    return [(pk, agreed.title_of(kept[work])) for pk, work in newest.values_list("pk", "assignment_id")]


def in_care(episode: Episode) -> list[tuple[UUID, str]]:
    """All of one client's, whatever else rests. At most two queries."""
    return of(row for row in Assignment.objects.of(episode.pk).open() if row.is_open)
