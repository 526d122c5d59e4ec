"""Adding to a shared entry in a session, therapist and client on one screen (F07).

The shared answer itself is never changed: each question gets a dated addition of its own, with its author and session.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import left_open
from homework.assignments.models import Entry, EntryAddition
from homework.assignments.planning import composing
from homework.worksheets import answers


@transaction.atomic
def add(*, by: Actor, entry: Entry, values: Mapping[str, Any], key: UUID) -> list[EntryAddition]:
    """Keep what both said under the questions of an entry, one addition a question.

    values: answers by question. key: made with the page, so that a double tap keeps it once.
    Raises ActionRefused: 409 when the entry is not shared (any more), care has ended, or a question is not offered
    (answered meanwhile, kept private, a questionnaire); 422 when nothing is said or an answer cannot be read.
    """
    row: Entry = Entry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    row.assignment, row.episode = entry.assignment, entry.episode
    if row.state != Entry.State.SHARED:
        raise ActionRefused(_("This is not shared any more, so nothing can be added."))
    if not row.episode.is_open:
        raise ActionRefused(_("This care has ended. What was written can still be read."))
    said = {name: value for name, value in values.items() if answers.started(value)}
    twins = list(row.additions.filter(submission_key__in=[uuid5(key, name) for name in said]))
    if twins:
        return twins
    _check(row, said)
    session = composing.session_now(row.episode, timezone.now())
    made = [_made(by, row, name, value, key, session) for name, value in said.items()]
    audit.record(by=by, verb="entry.added_together", obj=row, questions=len(made))
    return made


def _check(row: Entry, said: Mapping[str, Any]) -> None:
    definition = row.sheet.parsed
    if not said:
        raise ActionRefused(_("Nothing is written yet. One word is enough."), status=422)
    offer = left_open.offered(row, definition, left_open.added_keys(row))
    for name, value in said.items():
        if name not in offer.keys:
            raise ActionRefused(_("This part has its answer, and it stays as it is."), field=name)
        if definition.by_key[name].understood(value) is None:
            raise ActionRefused(_("This could not be read."), status=422, field=name)


def _made(by: Actor, row: Entry, name: str, value: Any, key: UUID, session: Any) -> EntryAddition:
    made = EntryAddition(
        clinic_id=by.clinic_id,
        episode=row.episode,
        entry=row,
        kind=EntryAddition.Kind.TOGETHER,
        key=name,
        content=value,
        author=by.member,
        appointment=session,
        submission_key=uuid5(key, name),
    )
    made.save(force_insert=True)
    return made
