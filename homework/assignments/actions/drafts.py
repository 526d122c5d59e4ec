"""Drafts nobody has touched for thirty days go, with what lies beside them and their files (6.7). The client is told before.

What somebody writes for themself after care has ended stays (F50). Nothing of a draft is opened; only counts are recorded.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from homework.assignments import keeping
from homework.assignments.models import Attachment, DraftCopy, Entry

BATCH = 500
PURGED = "drafts.purged"


def purge(*, by: Actor, at: datetime | None = None) -> int:
    """Remove what has been left alone for so long, in batches, each a transaction. Returns how many drafts went."""
    now, total, files = at or timezone.now(), 0, 0
    while True:
        drafts, of_them = _purge_some(by, now)
        total, files = total + drafts, files + of_them
        if drafts < BATCH:
            break
    with transaction.atomic():
        audit.record(by=by, verb=PURGED, drafts=total, files=files)
    return total


@transaction.atomic
def _purge_some(by: Actor, now: datetime) -> tuple[int, int]:
    """One batch: how many drafts and files. What somebody writes on at this moment is held by them, and stays."""
    old = Q(state=Entry.State.DRAFT, saved_at__lt=keeping.gone_before(now), after__isnull=True)
    rows = Entry.objects.filter(old, clinic_id=by.clinic_id).exclude(episode__state=Episode.State.ENDED)
    ids = list(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0, 0
    DraftCopy.objects.filter(entry_id__in=ids).delete()
    files, _kinds = Attachment.objects.filter(entry_id__in=ids).delete()
    Entry.objects.filter(pk__in=ids).delete()
    return len(ids), files
