"""A browser that may be told that something waits. The message never holds a word of anybody's."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Questions about browsers."""

    def live(self) -> Self:
        """Neither given up by the person nor refused by the push service."""
        return self.filter(ended_at__isnull=True)

    def end(self) -> int:
        """Give these up, and their addresses with them. Returns how many."""
        return self.update(ended_at=timezone.now(), sealed="")


class PushSubscription(models.Model):
    """One browser of one person (RFC 8030 endpoint, RFC 8291 keys). Endpoint and keys are sealed: they address a device."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="push_subscriptions")
    endpoint_hash = models.CharField(max_length=64, help_text="SHA-256 of the endpoint, to find it again")
    sealed = models.TextField(help_text="endpoint, p256dh and auth as JSON, sealed by accounts.keys")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = PushSubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("member", "endpoint_hash", name="clinic_push_once")]

    def __str__(self) -> str:
        """Id only."""
        return f"push subscription {self.pk}"
