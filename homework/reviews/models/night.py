"""What a client's own ratings and starts showed one night, found by a worker, for the therapist's home page."""

from typing import Any, ClassVar, Self

from django.db import models

from clinic.access import Actor, Can, Role
from clinic.models import ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedJSON


class NightSignalQuerySet(ClinicalQuerySet["NightSignal"]):
    """Questions about signals."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """For the care team: neither the client's page nor a coach's."""
        rows = super().permitted(actor, can)
        return rows.none() if actor.is_client or actor.role == Role.COACH else rows

    def open(self) -> Self:
        """Not put aside by anybody."""
        return self.filter(put_aside_at__isnull=True)


class NightSignal(ClinicalModel):
    """The signals of one client on one date. `content`, sealed: their codes (clinical.md 4: D7 to D11, F16, F66) and numbers.

    Made from what is shared, never from drafts. A therapist who has seen it puts it aside; a new one comes only when
    something new is written.
    """

    class Kind(models.TextChoices):
        TREND = "trend", "mood, harm, learning, time of day"
        STARTS = "starts", "how often something was started, week by week"

    kind = models.CharField(max_length=6, choices=Kind)
    noticed_on = models.DateField()
    content: Any = EncryptedJSON(null=True, blank=True)
    put_aside_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = NightSignalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("episode", "kind", "noticed_on", name="reviews_night_signal_once")]
        indexes = [
            models.Index(
                fields=["clinic", "noticed_on"],
                condition=models.Q(put_aside_at__isnull=True),
                name="reviews_night_open",
            ),
        ]
