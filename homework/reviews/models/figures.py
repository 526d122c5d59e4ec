"""Figures about the service, made once a month, already suppressed: no client can be found in them (F39, F53-F56, F60, F72).

Only cells of ten people or more are kept, and those that would give a small one away by subtraction are kept back with it, so
what is not to be shown is not there to be shown. Made by a worker; a page only reads.
"""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models import Clinic, Membership


class Figures(models.Model):
    """One table of one month. `cells` is what `homework.reviews.outcomes` made of it."""

    class Kind(models.TextChoices):
        BARRIERS = "barriers", _("What got in the way")
        EQUITY = "equity", _("Is our service reaching everyone?")
        OUTCOMES = "outcomes", _("How clients are doing")
        PLANS = "plans", _("How plans are made")
        NUDGES = "nudges", _("What reminders do")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    month = models.DateField(help_text="its first day")
    cells: Any = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "kind", "month", name="reviews_figures_once")]

    def __str__(self) -> str:
        """Kind and month."""
        return f"{self.kind} {self.month}"


class ServiceAction(models.Model):
    """What the clinic did about something in the figures: a dated line, nobody's name in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Figures.Kind)
    text = models.CharField(max_length=400)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    done_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["clinic", "-done_on"])]

    def __str__(self) -> str:
        """Id only."""
        return f"action {self.pk}"
