"""What a clinic has arranged for risky answers: hours, response times, who is on duty, whose words these are (6.8).

Nothing clinical is in here. `homework.safety.hours` computes with the hours, `homework.safety.setup` says what is still
open, and every change makes `version` one higher, so that a flag can say by which arrangement it was handled (6.7).
"""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models import Clinic, Membership


class SafetySetup(models.Model):
    """One row a clinic. `setup.is_complete` says whether it is enough for a question about danger."""

    class Screening(models.TextChoices):
        OFF = "off", _("Off: nothing a client writes is looked through")
        CLIENT = "client", _("Offer the client the help page; nobody is told")
        STAFF = "staff", _("Offer the client the help page, and ask a clinician to read the entry")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    lead = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="the safety lead"
    )
    deputy = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="the safety lead's deputy"
    )
    hours: Any = models.JSONField(default=dict, help_text='service hours, "0" = Monday: {"0": ["09:00", "17:00"]}')
    closed_on: Any = models.JSONField(default=list, help_text="days without service, ISO dates")
    p1_minutes = models.PositiveSmallIntegerField(default=60, help_text="P1: working minutes until somebody has looked")
    p2_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="P2: working minutes; empty is by the end of the working day"
    )
    all_first = models.BooleanField(default=False, help_text="every flag is P1")
    rung_minutes = models.PositiveSmallIntegerField(default=30, help_text="working minutes between rungs of the ladder")
    reads_within_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="working days within which shared work is usually read; empty is not said"
    )
    policy = models.TextField(blank=True, help_text="the clinic's own policy, for its staff")
    local_policies: Any = models.JSONField(
        default=dict,
        help_text="what to do, by kind of flag a clinician raises: harm_to_others, child, partner_violence",
    )
    emergency_department = models.CharField(max_length=200, blank=True, help_text="nearest one, in words for clients")
    approved_by = models.CharField(
        max_length=120, blank=True, help_text="the clinician who approved the client's wording"
    )
    approved_on = models.DateField(null=True, blank=True)
    screening = models.CharField(max_length=6, choices=Screening, default=Screening.OFF)
    screening_duty = models.CharField(max_length=200, blank=True, help_text="who reads what the screening marks")
    screening_told_on = models.DateField(null=True, blank=True, help_text="when clients were told of the screening")
    ladder_ran_at = models.DateTimeField(null=True, blank=True, help_text="heartbeat of the notifications")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("clinic", name="safety_setup_once")]

    def __str__(self) -> str:
        """The clinic."""
        return f"safety set-up of {self.clinic_id}"


class DutyDay(models.Model):
    """The rota: who is told first on a day of the week, beside the therapist. One person a weekday."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(help_text="0 = Monday")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("clinic", "weekday", name="safety_duty_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="safety_duty_weekday"),
        ]

    def __str__(self) -> str:
        """Day and id."""
        return f"duty {self.weekday} {self.member_id}"


class SafetyRehearsal(models.Model):
    """A test flag, walked through end to end by the people who would handle a real one. No client is part of it.

    `started -> seen -> plan -> closed`; the last closed one counts for the set-up.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    handler = models.ForeignKey(Membership, models.PROTECT, related_name="+", help_text="who was asked to handle it")
    seen_at = models.DateTimeField(null=True, blank=True)
    plan = models.TextField(blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["clinic", "-started_at"])]

    def __str__(self) -> str:
        """Id only."""
        return f"rehearsal {self.pk}"

    @property
    def took(self) -> Any:
        """From start to seen, None before."""
        return None if self.seen_at is None else self.seen_at - self.started_at


class ScreeningTally(models.Model):
    """How often the screening showed its box in a month and how often a clinician confirmed it. Counts only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    month = models.DateField(help_text="its first day")
    shown = models.PositiveIntegerField(default=0)
    marked = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "month", name="safety_screening_once")]

    def __str__(self) -> str:
        """Month only."""
        return f"screening {self.month}"
