"""Marking readiness in a session (F24-F26): one note a session, the care team's own.

Saving again edits the same note. What is not marked is absent, never 0, and the two marks are never added up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from homework.assignments.planning import composing
from homework.reviews.models import ReadinessMark

MARKS = {"unsure": 3, "against": 3, "importance": 10, "confidence": 10}
"""Each mark and its highest value; the lowest is 0."""
WORDS = ("why_not_lower", "for_change", "for_staying")


@dataclass(frozen=True)
class Readiness:
    """What was marked and noted. `marks` by name, None or absent: not marked. `words`: in the client's words."""

    marks: Mapping[str, int | None] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def mark(*, by: Actor, appointment: Appointment, said: Readiness) -> ReadinessMark:
    """Keep what was marked in a session; the row there is, if there is one, now says this.

    Raises ActionRefused: 409 for a session that is still to come or was cancelled, 422 for a number off its scale or
    when nothing at all is marked in a session that has no note yet.
    """
    marks = {name: value for name in MARKS if (value := said.marks.get(name)) is not None}
    words = {name: text for name in WORDS if (text := said.words.get(name, "").strip())}
    for name, value in marks.items():
        if not 0 <= value <= MARKS[name]:
            raise ActionRefused(_("This number is not on the scale."), status=422, field=name)
    _check_held(appointment)
    Appointment.objects.select_for_update(no_key=True).only("pk").get(pk=appointment.pk)  # two at once make one note
    row = ReadinessMark.objects.filter(appointment=appointment).first()
    if row is None and not marks and not words:
        raise ActionRefused(_("Nothing is marked yet. One tap is enough."), status=422)
    if row is None:
        row = ReadinessMark(clinic_id=by.clinic_id, appointment=appointment)
    row.episode, row.author = appointment.episode, by.member
    row.marks, row.words, row.marked_at = marks, words, timezone.now()
    row.save()
    audit.record(by=by, verb="readiness.marked", obj=row, appointment=str(appointment.pk))
    return row


def _check_held(appointment: Appointment) -> None:
    if appointment.state == Appointment.State.CANCELLED:
        raise ActionRefused(_("This session was cancelled, so there is nothing to mark."))
    if not begins(appointment):
        raise ActionRefused(_("This session is still to come. Marks are about what was said in it."))


def begins(appointment: Appointment) -> bool:
    """Whether a session has begun or is about to: from then on it can be marked."""
    before, _after = composing.AROUND
    return bool(appointment.starts_at <= timezone.now() + before)
