"""Crisis lines by locale, and who in a clinic answers when somebody may not be safe.

Crisis lines ship with the program as seeds and have to be checked by the clinic (clinical.md 6.2). They belong to no
clinic: the help page works signed out, without JavaScript, and never hides a row.
"""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models import Clinic, Membership


class CrisisResourceQuerySet(models.QuerySet["CrisisResource"]):
    """Questions about crisis lines."""

    def for_locale(self, locale: str) -> Self:
        """Lines of a country (`en-GB` -> GB), the emergency number last."""
        return self.filter(country=locale.rpartition("-")[2].upper()).order_by("is_emergency", "position")

    def countries(self) -> list[str]:
        """The countries there are lines for."""
        return list(self.order_by("country").values_list("country", flat=True).distinct())


class CrisisResource(models.Model):
    """One line, text service or emergency number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = models.CharField(max_length=2)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=24, blank=True)
    sms = models.CharField(_("text message"), max_length=40, blank=True)
    for_whom = models.CharField(max_length=120, blank=True)
    is_emergency = models.BooleanField(default=False)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.CharField(max_length=80, blank=True)

    objects = CrisisResourceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("country", "name", name="safety_crisis_line_once")]

    def __str__(self) -> str:
        """Country and name."""
        return f"{self.country} {self.name}"


class SafetySetup(models.Model):
    """What a clinic has arranged for risky answers, one row a clinic. `setup.is_complete` says whether it is enough."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="who is told of a risky answer"
    )
    cover = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="who is told when they are away"
    )
    crisis_checked_on = models.DateField(null=True, blank=True, help_text="when the crisis lines were last called")
    crisis_checked_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("clinic", name="safety_setup_once")]

    def __str__(self) -> str:
        """The clinic."""
        return f"safety set-up of {self.clinic_id}"
