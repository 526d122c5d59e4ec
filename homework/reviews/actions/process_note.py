"""Writing private notes: process notes, and what is kept for the session instead of being sent (F32).

The first note makes the author's own data key. Nothing here reaches the client, and the record says only that there is a note.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, vault
from clinic.access import Actor
from clinic.models import DataKey, Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Entry
from homework.reviews import process_notes
from homework.reviews.models import ProcessNote

TWICE = timedelta(minutes=2)  # the same words again so soon: the button was pressed twice


@transaction.atomic
def write(
    *, by: Actor, episode: Episode, text: str, kind: str = ProcessNote.Kind.PROCESS, entry: Entry | None = None
) -> ProcessNote:
    """A new note of the author's own. The same words within two minutes are one note.

    Raises ActionRefused (422) without words.
    """
    text = text.strip()
    if not text:
        raise ActionRefused(_("Write a word or a line first."), status=422, field="text")
    _own_key(by)
    now = timezone.now()
    latest = ProcessNote.objects.visible_to(by).filter(episode=episode, kind=kind, created_at__gt=now - TWICE)
    for row in latest:
        if row.text == text:
            row.episode = episode
            twin: ProcessNote = row
            return twin
    note = ProcessNote(
        clinic_id=by.clinic_id, episode=episode, author=by.member, kind=kind, text=text, entry=entry, updated_at=now
    )
    note.save(force_insert=True)
    audit.record(by=by, verb="process_note.written", obj=note)
    return note


def keep(*, by: Actor, episode: Episode, text: str, entry: Entry | None = None) -> ProcessNote:
    """Keep a sentence for the session instead of sending it: nothing goes to the client (F32)."""
    return write(by=by, episode=episode, text=text, kind=ProcessNote.Kind.KEPT, entry=entry)


@transaction.atomic
def change(*, by: Actor, note: ProcessNote, text: str) -> ProcessNote:
    """Other words for a note of one's own. Raises ActionRefused: 404 for anybody else's, 422 without words."""
    row = _own(by, note)
    if not text.strip():
        raise ActionRefused(_("Write a word or a line first."), status=422, field="text")
    if row.text != text.strip():
        row.text, row.updated_at = text.strip(), timezone.now()
        row.save(update_fields=["text", "updated_at"])
        audit.record(by=by, verb="process_note.changed", obj=row)
    return row


@transaction.atomic
def put_away(*, by: Actor, note: ProcessNote, away: bool = True) -> None:
    """Talked about, or no longer needed; `away=False` brings it back. It is not deleted."""
    row = _own(by, note)
    if (row.put_away_at is not None) != away:
        row.put_away_at = timezone.now() if away else None
        row.save(update_fields=["put_away_at"])
        audit.record(by=by, verb="process_note.put_away", obj=row, away=away)


def _own(by: Actor, note: ProcessNote) -> ProcessNote:
    """The note, held until the end of the transaction, opened for its author."""
    process_notes.open_own(by)
    row: ProcessNote | None = (
        ProcessNote.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=note.pk).first()
    )
    if row is None:
        raise ActionRefused(_("Nothing here."), status=404)
    row.episode = note.episode
    return row


def _own_key(by: Actor) -> None:
    """The author's own data key: made once, with their first note. Holds it, so that two taps come one after the other."""
    process_notes.open_own(by)
    keys = DataKey.objects.select_for_update().filter(client=by.member, destroyed_at__isnull=True)
    if keys.values_list("pk", flat=True).first() is not None:
        return
    try:
        with transaction.atomic():
            vault.create_key(clinic_id=by.clinic_id, client_id=by.member.pk)
    except IntegrityError:  # another tab made it at this moment
        vault.load_keys([by.member.pk])
