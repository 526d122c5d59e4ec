"""Adding a recording or photo to a draft, and taking it away again."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import attached, attachments
from homework.assignments.actions import entry as doing
from homework.assignments.models import Attachment, Entry


@transaction.atomic
def attach(*, by: Actor, entry: Entry, key: str, content: bytes, size: int) -> Attachment:
    """Keep a file for this question of a draft; it becomes the answer when the draft is saved with its id.

    size: how many bytes arrived (`content` may have fewer, when it was more than fits). Raises ActionRefused (422) with
    what fits instead, (409) when the entry is no draft any more.
    """
    field = attached.asked_in(entry)[key]
    try:
        taken = attachments.take_in(field.kind, content, size)
    except attachments.UnfitError as no:
        raise ActionRefused(str(no), status=422, field=key) from None
    locked = doing.locked_draft(entry)
    attached.forget(locked, key)
    _needs_room(locked, key, len(taken.content))
    made = Attachment(
        clinic_id=by.clinic_id,
        episode=locked.episode,
        entry=locked,
        key=key,
        kind=field.kind,
        media_type=taken.media_type,
        size=len(taken.content),
        seconds=taken.seconds,
        content=taken.content,
    )
    made.save(force_insert=True)
    audit.record(by=by, verb="attachment.added", obj=made, kind=made.kind, size=made.size)
    return made


def _needs_room(entry: Entry, key: str, size: int) -> None:
    sizes = list(entry.files.values_list("size", flat=True))
    if len(sizes) >= attachments.MOST_FILES or sum(sizes) + size > attachments.MOST_BYTES:
        message = _("Six recordings and photos fit here, 20 MB together. You can take one away first.")
        raise ActionRefused(message, status=422, field=key)


@transaction.atomic
def remove(*, by: Actor, attachment: Attachment) -> None:
    """Take a file away from a draft: the answer that names it goes, and so do its bytes."""
    locked = doing.locked_draft(attachment.entry)
    answer = {"file": str(attachment.pk)}
    if locked.answers.get(attachment.key) == answer:
        values = {key: value for key, value in locked.answers.items() if key != attachment.key}
        doing.fill(locked, values, locked.kept_private)
        locked.save(update_fields=doing.FILLED)
    audit.record(by=by, verb="attachment.removed", obj=attachment, kind=attachment.kind)
    attachment.delete()
