"""The therapist's look at one piece of work, together with the client, and what comes next (F47, F48)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, ClinicalModel, Membership
from clinic.vault import EncryptedJSON, EncryptedText
from homework.assignments.models import Assignment


class Review(ClinicalModel):
    """One review. A two-line one is enough; the outcome is the only thing asked for."""

    class Outcome(models.TextChoices):
        KEEP = "keep", _("Keep")
        ADJUST = "adjust", _("Adjust")
        SMALLER = "smaller", _("Smaller")
        BIGGER = "bigger", _("Bigger")
        REPLACE = "replace", _("Replace")
        PAUSE = "pause", _("Pause")
        STOP = "stop", _("Stop")
        LATER = "later", _("Not today")

    class Talked(models.IntegerChoices):
        NO = 0, _("No")
        BRIEFLY = 1, _("Briefly")
        PROPERLY = 2, _("Properly")

    class Minutes(models.TextChoices):
        """How long it was talked about, as the therapist says."""

        UNDER_2 = "2", _("Under 2 minutes")
        UNDER_5 = "5", _("2 to 5 minutes")
        UNDER_15 = "15", _("5 to 15 minutes")
        MORE = "more", _("More than 15 minutes")

    class ObstacleState(models.TextChoices):
        NONE = "none", _("None")
        SOLVED = "solved", _("Solved")
        STILL = "still", _("Still there")
        NEW = "new", _("A new one")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="reviews")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    went_well = EncryptedText()
    learned = EncryptedText()
    in_the_way = EncryptedText()
    message = EncryptedText(help_text="what the therapist wrote back; the client reads it")
    quotes: Any = EncryptedJSON(help_text="the client's own sentences taken into the message: entry, on, text (F31)")
    asks = models.PositiveSmallIntegerField(default=0, help_text="open questions in the message, for the author (F29)")
    advises = models.PositiveSmallIntegerField(default=0, help_text="advice words in the message, for the author")
    minutes = models.CharField(max_length=4, choices=Minutes, blank=True)
    message_seen_at = models.DateTimeField(null=True, blank=True)
    talked = models.PositiveSmallIntegerField(choices=Talked, null=True, blank=True)
    skill = models.PositiveSmallIntegerField(null=True, blank=True, help_text="R3, 0 to 4")
    learning = models.PositiveSmallIntegerField(null=True, blank=True, help_text="R4, 0 to 4")
    obstacle_state = models.CharField(max_length=6, choices=ObstacleState, blank=True)

    class Meta:
        indexes = [models.Index(fields=["assignment", "-created_at"])]
