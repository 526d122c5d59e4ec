"""Crisis lines by country, as they ship with the program.

They are seeds and belong to no clinic, because the help page works signed out. A clinic's own, checked rows are
`ClinicResource`; a seed is never hidden (clinical.md 6.2).
"""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


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

    @classmethod
    def lines_of(cls, country: str) -> "list[CrisisResource]":
        """The lines of a country by its two letters, the emergency number last."""
        return list(cls.objects.for_locale(f"x-{country}"))

    @classmethod
    def countries(cls) -> list[str]:
        """The countries there are lines for."""
        return cls.objects.countries()
