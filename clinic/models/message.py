"""The ledger of everything that leaves the program."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic


class OutgoingMessage(models.Model):
    """One message: written in the transaction that causes it, claimed with SKIP LOCKED, re-checked at send time, sent once.

    `key` makes it once only (`reminder:<client>:<local date>`). Nothing clinical is in it: the text comes from a neutral
    template by `kind`, the body is not stored, only which `wording` it had. `secret` (an invitation's token, a code) is
    sealed and removed once sent. `channel` is the way it goes; what the person sees inside the program needs no row.

    queued -> sent | skipped (no longer wanted; why) | parked (five tries) -> queued again by an admin.
    A sent one may be opened (the person came within a day) or returned (bounced, or a complaint).
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", "reminder"
        DIGEST = "digest", "something to read (staff)"
        INVITATION = "invitation", "invitation"
        NOTE = "note", "a note is waiting (client)"
        SAFETY = "safety", "please sign in soon (staff)"
        AGAIN = "again", "asked for once more (client)"
        CODE = "code", "a code to confirm a number"

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        PUSH = "push", "web push"
        SMS = "sms", "text message"

    class Returned(models.TextChoices):
        NO = "", "not returned"
        BOUNCED = "bounced", "came back: no such mailbox or number"
        DELAYED = "delayed", "came back for now: full, or away"
        COMPLAINT = "complaint", "the person marked it as unwanted"

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        SKIPPED = "skipped", "no longer wanted at send time"
        PARKED = "parked", "parked after repeated errors"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
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
    wording = models.CharField(max_length=12, blank=True, help_text="which text it had: a short hash of the words sent")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="when the person came, if within a day")
    returned = models.CharField(max_length=9, choices=Returned, default=Returned.NO, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    #: What nobody may wait for behind a crowd of reminders: sent by a sweep, a queue and a worker of its own.
    URGENT = (Kind.SAFETY, Kind.CODE, Kind.INVITATION)

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "key", name="clinic_message_once")]
        indexes = [
            models.Index(
                fields=["clinic", "due_at", "id"],
                condition=models.Q(state="queued", kind__in=["safety", "code", "invitation"]),
                name="clinic_message_urgent",
            ),
            models.Index(
                fields=["clinic", "due_at", "id"],
                condition=models.Q(state="queued", kind__in=["reminder", "again", "note", "digest"]),
                name="clinic_message_usual",
            ),
            models.Index(fields=["clinic", "due_at"], condition=models.Q(state="parked"), name="clinic_message_parked"),
            models.Index(
                fields=["clinic", "returned_at"], condition=~models.Q(returned=""), name="clinic_message_back"
            ),
            models.Index(fields=["clinic", "due_at"]),
            models.Index(fields=["user", "-due_at"]),
        ]

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self.kind} {self.pk}"
