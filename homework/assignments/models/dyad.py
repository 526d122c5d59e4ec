"""Two clients who do something together, each with a yes and an account of their own (F61-F63).

Nothing of one is ever opened for the other: what both agreed to show is copied, at the moment of the reveal and sealed with the
reader's own key, into a `PartnerShare` of the reader's episode. So a partner's page reads rows of its own episode only; leaving
freezes what was shown, and taking an entry back within its 24 hours takes the copy back.

`Dyad` itself holds no clinical words. Each `DyadMember` carries the member's own consent and the day a therapist saw them alone
about safety; without both days no couple's sheet can be proposed (409).
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models import Clinic, ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON, EncryptedText
from homework.assignments.models.entry import Entry


class Dyad(models.Model):
    """A couple, as long as both are in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        """Id only."""
        return f"dyad {self.pk}"


class DyadMemberQuerySet(ClinicalQuerySet["DyadMember"]):
    """Questions about places in a couple."""

    def current(self) -> Self:
        """Places nobody has left, in a couple that goes on."""
        return self.filter(left_at__isnull=True, dyad__ended_at__isnull=True)


class DyadMember(ClinicalModel):
    """One client's place in a couple. Their own yes, and the day they were seen alone about safety (F63)."""

    dyad = models.ForeignKey(Dyad, models.PROTECT, related_name="members")
    consented_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    seen_alone_on = models.DateField(null=True, blank=True, help_text="seen alone about safety, by whom is in seen_by")
    seen_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    partner_name = EncryptedText(help_text="the partner's first name, as this member knows it")

    objects: ClassVar[Any] = DyadMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("dyad", "episode", name="assignments_dyad_place_once"),
            models.UniqueConstraint(
                "episode", condition=Q(left_at__isnull=True), name="assignments_one_dyad_at_a_time"
            ),
        ]


class PartnerShare(ClinicalModel):
    """What the partner shows the client of this episode: a copy, sealed with this client's key."""

    dyad = models.ForeignKey(Dyad, models.PROTECT, related_name="+")
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="+", help_text="the partner's, never opened from here"
    )
    own_entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, blank=True, related_name="partner_shares", help_text="mine that it belongs to"
    )
    content = EncryptedJSON(help_text="the parts the partner shares, by key of question")
    revealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("entry", "episode", name="assignments_partner_share_once")]
