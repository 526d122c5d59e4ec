"""The therapist's look at one piece of work, together with the client, and what comes next (F47, F48)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import Appointment, ClinicalModel, Membership
from clinic.vault import EncryptedText
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

    class Talked(models.IntegerChoices):
        NO = 0, _("No")
        BRIEFLY = 1, _("Briefly")
        PROPERLY = 2, _("Properly")

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
    message_seen_at = models.DateTimeField(null=True, blank=True)
    talked = models.PositiveSmallIntegerField(choices=Talked, null=True, blank=True)
    skill = models.PositiveSmallIntegerField(null=True, blank=True, help_text="R3, 0 to 4")
    learning = models.PositiveSmallIntegerField(null=True, blank=True, help_text="R4, 0 to 4")
    obstacle_state = models.CharField(max_length=6, choices=ObstacleState, blank=True)

    class Meta:
        indexes = [models.Index(fields=["assignment", "-created_at"])]
