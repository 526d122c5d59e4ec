"""A phone number somebody gave for text messages. It counts only once they have typed the code that was sent to it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class ContactNumberQuerySet(models.QuerySet["ContactNumber"]):
    """Questions about numbers."""

    def live(self) -> Self:
        """Confirmed by the person, and not given up."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)


class ContactNumber(models.Model):
    """One person's number, sealed; confirming it is their yes to text messages (clinical.md 5). Giving it up erases it.

    `number_hash` (keyed) finds the row again when somebody answers STOP. The code is kept as a keyed hash, for ten minutes
    and five tries.
    """

    class Ended(models.TextChoices):
        NO = "", "in use"
        SELF = "self", "given up in the settings"
        STOP = "stop", "answered STOP, or followed the link"
        BOUNCED = "bounced", "the number does not exist"
        SHARED = "shared", "somebody else could see messages"
        CARE = "care", "care has ended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    member = models.OneToOneField(Membership, models.CASCADE, related_name="number")
    sealed = models.TextField(blank=True, help_text="the number in E.164, sealed by accounts.keys; empty once given up")
    number_hash = models.CharField(max_length=64, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=8, choices=Ended, default=Ended.NO, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = ContactNumberQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "number_hash"], condition=~Q(number_hash=""), name="clinic_number_found"),
        ]

    def __str__(self) -> str:
        """Id only."""
        return f"number {self.pk}"
