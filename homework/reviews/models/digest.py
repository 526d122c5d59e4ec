"""What the therapist reads in a minute before a session: one per appointment, built by a worker, sealed."""

from typing import Any, ClassVar, Self

from django.db import models

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedJSON


class DigestQuerySet(ClinicalQuerySet["Digest"]):
    """Questions about digests."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """The care team's paper: not the client's (they have their own pages) and not a coach's (it holds measures)."""
        rows = super().permitted(actor, can)
        return rows.none() if actor.is_client or actor.role == Role.COACH else rows


class Digest(ClinicalModel):
    """The digest of one appointment: `content` is `homework.reviews.digest.build.Digest` as JSON."""

    appointment = models.OneToOneField(Appointment, models.CASCADE, related_name="digest")
    content = EncryptedJSON()
    built_at = models.DateTimeField()
    put_aside: Any = models.JSONField(default=list, help_text="ids of suggested questions the therapist put aside")

    objects: ClassVar[Any] = DigestQuerySet.as_manager()
