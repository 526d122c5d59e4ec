"""A clinic's own lines of help: crisis lines it has checked, practical and low-cost help (6.2, F71).

Not clinical and not sealed: it is read by every client of the clinic. `verified_on` says when somebody of the clinic last
called the number; a row that was not checked for long is never hidden from clients, the admins are asked instead.
"""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models import Clinic, Membership, Site


class ClinicResourceQuerySet(models.QuerySet["ClinicResource"]):
    """Questions about lines of help."""

    def current(self) -> Self:
        """Those that are shown."""
        return self.filter(retired_at__isnull=True).order_by("kind", "position", "name")

    def at(self, site: Site | None, language: str) -> Self:
        """Those for a site (or for all sites), in a language (or in none in particular)."""
        here = Q(site__isnull=True) | Q(site=site) if site is not None else Q(site__isnull=True)
        return self.current().filter(here, language__in=("", language))

    def in_danger(self) -> Self:
        """Crisis lines and emergency numbers: what a question about danger leads to."""
        return self.filter(kind__in=(ClinicResource.Kind.EMERGENCY, ClinicResource.Kind.CRISIS))


class ClinicResource(models.Model):
    """One line of help of one clinic."""

    class Kind(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency number")
        CRISIS = "crisis", _("Crisis line")
        TEXT = "text", _("By text or chat, for those who cannot speak aloud")
        VIOLENCE = "violence", _("Help when somebody at home is not safe to be with")
        LOW_COST = "low_cost", _("Low-cost or free care")
        PRACTICAL = "practical", _("Practical help: money, housing, care, work")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=8, blank=True, help_text="empty: for everybody")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=160, blank=True, help_text="for whom, when, in plain words")
    phone = models.CharField(max_length=24, blank=True)
    sms = models.CharField(_("text message"), max_length=40, blank=True)
    url = models.URLField(blank=True)
    hours = models.CharField(max_length=80, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ClinicResourceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "kind", "position"])]

    def __str__(self) -> str:
        """Name: it is public."""
        return self.name
