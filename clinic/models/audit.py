"""Who did what, and who read whose work."""

from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.access import Actor
from clinic.models.clinic import Clinic


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """Questions about the record."""

    def about(self, client_id: UUID) -> "AuditQuerySet":
        """What happened around one client, newest first."""
        return self.filter(client=client_id).order_by("-at")

    def reads_shown_to(self, actor: Actor) -> "AuditQuerySet":
        """A client's own page: who opened their work."""
        return self.filter(clinic_id=actor.clinic_id, client=actor.member_id, is_read=True).order_by("-at")


class AuditEvent(models.Model):
    """One event, written in the transaction of what it tells about. The app may add and read, never change or delete.

    It holds no content and no names: ids, a verb and plain facts. Ids are kept without foreign keys so that the record
    outlives what it tells about.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField(null=True, help_text="membership; empty for the program itself")
    actor_role = models.CharField(max_length=12)
    verb = models.CharField(max_length=48)
    is_read = models.BooleanField(default=False)
    object_type = models.CharField(max_length=32, blank=True)
    object_id = models.UUIDField(null=True)
    client = models.UUIDField(null=True, help_text="membership of the client this is about")
    detail = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["client", "-at"]), models.Index(fields=["clinic", "-at"])]

    def __str__(self) -> str:
        """Verb and id."""
        return f"{self.verb} {self.pk}"
