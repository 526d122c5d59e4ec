"""The ledger of everything that leaves the program."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic


class OutgoingMessage(models.Model):
    """One message: written in the transaction that causes it, claimed with SKIP LOCKED, re-checked at send time, sent once.

    `key` makes it once only (`reminder:<client>:<local date>`). Nothing clinical is in it: the text comes from a neutral
    template by `kind`, the body is not stored. `secret` (an invitation's token) is sealed and removed once sent.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "reminder"
        DIGEST = "digest", "something to read (staff)"
        INVITATION = "invitation", "invitation"
        NOTE = "note", "a note is waiting (client)"
        SAFETY = "safety", "please sign in soon (staff)"

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        SKIPPED = "skipped", "no longer wanted at send time"
        PARKED = "parked", "parked after repeated errors"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(max_length=8, default="email")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    to = models.EmailField(max_length=254, blank=True, help_text="only when there is no user yet")
    language = models.CharField(max_length=8, default="en")
    about = models.UUIDField(null=True, help_text="id of the row that caused it, for the check at send time")
    secret = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    skipped_because = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "key", name="clinic_message_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="clinic_message_waiting"),
            models.Index(fields=["user", "-due_at"]),
        ]

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self.kind} {self.pk}"
