"""What a client says about a session, in three items (2.7). Not an alliance score, and never used to explain amount (F54)."""

from typing import Any, ClassVar, Self

from django.db import models

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedJSON


class SessionFeedbackQuerySet(ClinicalQuerySet["SessionFeedback"]):
    """Questions about feedback."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """The client's, and of the therapist whose session it was; neither a coach's nor a supervisor's."""
        rows = super().permitted(actor, can)
        if actor.is_client:
            return rows
        return rows.none() if actor.role == Role.COACH else rows.filter(appointment__therapist_id=actor.member_id)


class SessionFeedback(ClinicalModel):
    """The three answers about one session."""

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="feedback")
    said: Any = EncryptedJSON(help_text="chose: 0 to 10, unsaid: no, bring or ask, words: text; each may be absent")
    given_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = SessionFeedbackQuerySet.as_manager()
