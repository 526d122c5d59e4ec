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

    class HowAgreed(models.TextChoices):
        """How the client's yes to messages came about (clinical.md 5)."""

        UNSAID = "", _("Not said")
        ALONE = "alone", _("I decided it myself")
        SESSION = "session", _("We talked about it in a session")

    class Wording(models.TextChoices):
        """What a reminder says. All are neutral; `own` are the client's own words, kept sealed in `cue`."""

        NUDGE = "nudge", _("You asked for a nudge around now.")
        NOTE = "note", _("A note is waiting for you.")
        MINUTES = "minutes", _("Your few minutes, if today suits.")
        OWN = "own", _("My own words")

    class Stopped(models.TextChoices):
        """Why no e-mail goes to this client any more, where it was not their own settings."""

        NO = "", _("It was not stopped")
        LINK = "link", _("Stopped by the link in a message")
        BOUNCED = "bounced", _("The e-mail came back")
        COMPLAINT = "complaint", _("A message was marked as unwanted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    client = models.OneToOneField(Membership, models.CASCADE, related_name="contact")
    email_reminders = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True, blank=True)
    how_agreed = models.CharField(max_length=8, choices=HowAgreed, default=HowAgreed.UNSAID, blank=True)
    email_stopped = models.CharField(max_length=9, choices=Stopped, default=Stopped.NO, blank=True)
    wording = models.CharField(max_length=8, choices=Wording, default=Wording.NUDGE)
    cue = models.TextField(blank=True, help_text="the client's own words for a reminder, sealed by accounts.keys")
    seen_by_others = models.CharField(max_length=8, choices=SeenByOthers, default=SeenByOthers.UNKNOWN, blank=True)
    quiet_from = models.TimeField(default=time(21, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    paused_until = models.DateField(null=True, blank=True)
    takeaways = models.BooleanField(default=True, help_text="offer one thing to carry along after a session (F05)")
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text="the safe-contact questions are due eight weeks after this"
    )
    answered_at = models.DateTimeField(null=True, blank=True, help_text="when they were last answered")
    reading_noted_at = models.DateTimeField(
        null=True, blank=True, help_text="when they last said that they know nobody reads straight away (6.1)"
    )
    noun = models.CharField(max_length=12, choices=Noun, default=Noun.PRACTICE)
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Id only."""
        return f"contact {self.pk}"

    @property
    def wants_email(self) -> bool:
        """Whether the client asked for e-mail, and it is known since when."""
        return self.email_reminders and self.consented_at is not None

    @property
    def may_email(self) -> bool:
        """Whether an e-mail may be sent at all: asked for, and nobody else reads that mailbox."""
        return self.wants_email and self.seen_by_others == self.SeenByOthers.NO
