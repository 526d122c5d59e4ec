"""What a person or a clinic chose about a worksheet: a favourite, a measure it may use, a locked sheet switched on."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models import Clinic, Membership
from homework.worksheets.models.worksheet import Worksheet


class Choice(models.Model):
    """One row a clinic and worksheet."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self._meta.model_name} {self.pk}"


class Favourite(Choice):
    """A worksheet somebody wants near at hand. It says nothing about any client."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="favourites")

    class Meta:
        constraints = [models.UniqueConstraint("member", "worksheet", name="worksheets_favourite_once")]


class SwitchedOn(Choice):
    """A sheet that ships switched off is in use here; somebody trained in it is named."""

    worksheet = models.ForeignKey(Worksheet, models.CASCADE, related_name="switched_on")
    supervisor = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "worksheet", name="worksheets_switched_on_once")]


class Edge(Choice):
    """Which of the published cut-offs and reliable changes of a measure this clinic goes by; None: the pack's own."""

    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    cutoff = models.SmallIntegerField(null=True, blank=True)
    rci = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "worksheet", name="worksheets_edge_once")]


class Attestation(Choice):
    """The clinic says that it may use the wording of a measure it entered: who, when, and on what ground."""

    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reference = models.TextField(_("licence, contract or permission"), max_length=500)
    text_sha256 = models.CharField(max_length=64, help_text="of the wording that was attested")

    class Meta:
        indexes = [models.Index(fields=["worksheet", "-at"])]
