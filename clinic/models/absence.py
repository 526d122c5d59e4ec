"""When a therapist is away, and who covers (6.3). An absence stands only once its cover has said yes.

`asked -> standing | declined`; either may become `cancelled`. While it stands, `CareTeamMember` rows of role cover, made from
it and dated like it, give the cover access: nothing else does. A client may object to the cover; that place then opens
nothing, and measures with a question about danger rest until the therapist is back.
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.access import Actor, Role
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Questions about absences."""

    def standing(self) -> Self:
        """Agreed with the cover."""
        return self.filter(state=Absence.State.STANDING)

    def on(self, day: date) -> Self:
        """Standing, and on at that day of the clinic's."""
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)

    def said(self) -> Self:
        """Days somebody said they are away, whether a cover has said yes or not."""
        return self.exclude(state=Absence.State.CANCELLED)

    def touching(self, first: date, last: date) -> Self:
        """With at least one day between these two, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def visible_to(self, actor: Actor) -> Self:
        """An admin sees those of the clinic; a therapist their own, and those they are asked to cover."""
        mine = self.filter(clinic_id=actor.clinic_id)
        if actor.is_admin:
            return mine
        if actor.role != Role.THERAPIST:
            return mine.none()
        return mine.filter(Q(member_id=actor.member_id) | Q(cover_id=actor.member_id))


class Absence(models.Model):
    """Days on which a therapist is away, first and last included."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the cover’s yes")
        STANDING = "standing", _("Agreed")
        DECLINED = "declined", _("The cover said no")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="absences")
    cover = models.ForeignKey(Membership, models.PROTECT, related_name="covering")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "starts_on", "ends_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="clinic_absence_dates_in_order"),
            models.CheckConstraint(condition=~Q(cover=F("member")), name="clinic_absence_cover_is_another"),
        ]

    def __str__(self) -> str:
        """Id only."""
        return f"absence {self.pk}"
