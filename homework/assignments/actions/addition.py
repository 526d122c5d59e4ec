"""Saying more about something shared, or putting it right: a dated addition. What was shared never changes (security 8.2)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.actions.once import key_is_its_own
from homework.assignments.actions.rest import needs_open
from homework.assignments.models import Entry, EntryAddition

OWN = (EntryAddition.Kind.MORE, EntryAddition.Kind.CORRECTION)


@transaction.atomic
def add(*, by: Actor, entry: Entry, kind: str, words: str, key: str = "", submission_key: UUID) -> EntryAddition:
    """The client adds to, or corrects, what they shared. The same key sent twice adds once.

    key: of the question it belongs to, or "" for the whole entry. Raises ActionRefused: 422 without words, for a kind or
    question that is not there; 409 when the entry is not shared (a draft can simply be changed), care has ended, or
    the submission_key came with another entry.
    """
    locked: Entry = Entry.objects.select_for_update().get(pk=entry.pk)
    twin: EntryAddition | None = locked.additions.filter(submission_key=submission_key).first()
    if twin is not None:
        return twin
    needs_open(entry.episode)
    if locked.state != Entry.State.SHARED:
        raise ActionRefused(_("Only what is shared can be added to. You can change a draft as you like."))
    if kind not in OWN:
        raise ActionRefused(_("Choose if you add something or put something right."), status=422, field="kind")
    if key and key not in entry.sheet.parsed.by_key:
        raise ActionRefused(_("That question is not on this sheet."), status=422, field="key")
    if not words.strip():
        raise ActionRefused(_("There is nothing written yet. One word is enough."), status=422, field="words")
    made = EntryAddition(
        clinic_id=by.clinic_id,
        episode=entry.episode,
        entry=locked,
        kind=kind,
        key=key,
        content={"text": words.strip()},
        author=by.member,
        submission_key=submission_key,
    )
    with key_is_its_own():
        made.save(force_insert=True)
    audit.record(by=by, verb="entry.added_to", obj=entry, kind=kind)
    return made
