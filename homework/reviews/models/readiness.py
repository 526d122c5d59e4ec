"""What a therapist marks in a session about readiness: two separate marks, a ruler, both sides (F24-F26).

Private to the care team. "Unsure about change" and "against the task or the therapy" are two different things and are never
added up: only the second one, at 2 or more in either of the last two sessions, opens *listen first*, which is derived
(`homework.reviews.listening`), never stored.
"""

from typing import Any, ClassVar

from django.db import models

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON


class ReadinessMarkQuerySet(ClinicalQuerySet["ReadinessMark"]):
    """Questions about marks."""

    def permitted(self, actor: Actor, can: Can) -> "ReadinessMarkQuerySet":
        """The care team's note: neither the client's page nor a coach's."""
        rows = super().permitted(actor, can)
        return rows.none() if actor.is_client or actor.role == Role.COACH else rows


class ReadinessMark(ClinicalModel):
    """The marks of one session."""

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="readiness")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    marks = EncryptedJSON(help_text="unsure, against: 0 to 3 or absent; importance, confidence: 0 to 10 or absent")
    words = EncryptedJSON(help_text="why_not_lower, for_change, for_staying: the client's words as noted, or absent")
    marked_at = models.DateTimeField()

    objects: ClassVar[Any] = ReadinessMarkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["episode", "-marked_at"])]
