"""How a client may be reached, if at all (F36, clinical rules of reminders)."""

from datetime import time

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class ContactPrefs(models.Model):
    """One client's wishes about messages. Off until the client turns them on; every field plain, none clinical."""

    class SeenByOthers(models.TextChoices):
        UNKNOWN = "", _("Not asked yet")
        NO = "no", _("No, only I see it")
        YES = "yes", _("Yes, someone else could see it")
        UNSURE = "unsure", _("I am not sure")

    class Noun(models.TextChoices):
        PRACTICE = "practice", _("practice")
        HOMEWORK = "homework", _("homework")
        EXPERIMENT = "experiment", _("experiments")
        EXERCISE = "exercise", _("exercises")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    client = models.OneToOneField(Membership, models.CASCADE, related_name="contact")
    email_reminders = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True, blank=True)
    seen_by_others = models.CharField(max_length=8, choices=SeenByOthers, default=SeenByOthers.UNKNOWN, blank=True)
    quiet_from = models.TimeField(default=time(21, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    paused_until = models.DateField(null=True, blank=True)
    takeaways = models.BooleanField(default=True, help_text="offer one thing to carry along after a session (F05)")
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="when the safe-contact questions were last answered"
    )
    reading_noted_at = models.DateTimeField(
        null=True, blank=True, help_text="when they last said that they know nobody reads straight away (6.1)"
    )
    noun = models.CharField(max_length=12, choices=Noun, default=Noun.PRACTICE)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Id only."""
        return f"contact {self.pk}"

    @property
    def may_email(self) -> bool:
        """Whether an e-mail may be sent at all: asked for, and nobody else reads that mailbox."""
        return self.email_reminders and self.consented_at is not None and self.seen_by_others == self.SeenByOthers.NO
