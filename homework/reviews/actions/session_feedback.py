"""The client says something about a session, or would rather not; the therapist has read it (2.7, F54)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from homework.assignments.actions.rest import needs_open
from homework.reviews import session_feedback
from homework.reviews.models import SessionFeedback


@transaction.atomic
def say(*, by: Actor, appointment: Appointment, said: dict[str, Any]) -> SessionFeedback:
    """Send what was answered to the therapist of that session. Each item may be left out; sent twice, it is kept once.

    Raises ActionRefused: 409 when the session is not over, longer ago than three days, was told about already, or care has
    ended; 422 when nothing is answered.
    """
    given = {key: value for key, value in said.items() if value not in (None, "")}
    row = _locked(by, appointment)
    if row.said and row.said == given:
        return row
    if row.said:
        raise ActionRefused(_("You have told about this session already. You can bring the rest to the next one."))
    needs_open(appointment.episode)
    if not session_feedback.may_say(appointment, timezone.now()):
        raise ActionRefused(_("This was open for three days after the session. You can still say it in the next one."))
    if not given:
        raise ActionRefused(_("Answer one of them, or choose “Not now”."), status=422, field="chose")
    row.said = given
    row.save()
    audit.record(by=by, verb="session_feedback.given", obj=row)
    return row


@transaction.atomic
def not_now(*, by: Actor, appointment: Appointment) -> None:
    """Do not ask about this session again. No reason is asked for; done twice, it is done once."""
    row = _locked(by, appointment)
    if row._state.adding:
        row.save()
        audit.record(by=by, verb="session_feedback.not_now", obj=row)


@transaction.atomic
def read(*, by: Actor, feedback: SessionFeedback) -> None:
    """Its therapist had it in front of them."""
    if feedback.read_at is None and not by.is_client:
        SessionFeedback.objects.filter(pk=feedback.pk, read_at__isnull=True).update(read_at=timezone.now())
        audit.record(by=by, verb="session_feedback.read", obj=feedback)


def _locked(by: Actor, appointment: Appointment) -> SessionFeedback:
    """The row of this session as it is now, or a new one, not saved; nobody else makes one meanwhile."""
    if appointment.episode.client_id != by.member_id:
        raise ActionRefused(_("Only the client says this."))
    Appointment.objects.select_for_update().get(pk=appointment.pk)
    row = SessionFeedback.objects.filter(appointment=appointment).first()
    found = row or SessionFeedback(clinic_id=by.clinic_id, appointment=appointment, said={}, given_at=timezone.now())
    found.episode = appointment.episode
    made: SessionFeedback = found
    return made
