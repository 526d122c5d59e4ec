"""Log now: something just happened, and one field is enough to keep it (F07). Sharing the line is one more tap."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.actions.once import key_is_its_own
from homework.assignments.days import quick
from homework.assignments.models import Assignment, Entry
from homework.worksheets import answers


@transaction.atomic
def log(*, by: Actor, assignment: Assignment, key: str, value: Any, submission_key: UUID) -> Entry:
    """Keep one answer as a note of its own, captured now. The same key sent twice gives the same note.

    Raises ActionRefused: 422 when nothing was written, 409 when the work is not under way, is no work to log,
    or the submission_key came with other work.
    """
    rows = Entry.objects.select_for_update(of=("self",)).filter(episode_id=assignment.episode_id)
    twin: Entry | None = rows.filter(assignment=assignment, submission_key=submission_key).first()
    if twin is not None:
        twin.episode = assignment.episode
        return twin
    if assignment.version is None or assignment.is_measure:
        raise ActionRefused(_("This is not something to note in one line."))
    if not answers.started(value):
        raise ActionRefused(_("There is nothing written yet. One word is enough."), status=422, field=key)
    entry = doing.begin(by=by, assignment=assignment, anew=True)
    entry.size = quick.size_for(assignment.version.parsed, entry.size, key)
    entry.captured_at, entry.submission_key = timezone.now(), submission_key
    doing.fill(entry, {key: value}, ())
    with key_is_its_own():
        entry.save(update_fields=[*doing.FILLED, "size", "captured_at", "submission_key"])
    audit.record(by=by, verb="entry.logged", obj=entry)
    return entry


def share_line(*, by: Actor, entry: Entry, key: UUID, rev: int) -> Entry:
    """Share the one line as it stands: a little of it happened, and there is nothing to look back on.

    Raises ActionRefused as `entry.share` does.
    """
    a_little = None if entry.sheet.parsed.outcome == "awareness" else Entry.Amount.A_LITTLE  # F10: no amounts there
    return sharing.share(
        by=by,
        entry=entry,
        values=entry.answers or {},
        kept_private=entry.kept_private or [],
        after=sharing.After(amount=a_little),
        key=key,
        rev=rev,
    )
