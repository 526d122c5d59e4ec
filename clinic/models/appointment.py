"""Sessions: single appointments and the weekly series they come from (in the interface: "session")."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from clinic.models.clinical import ClinicalModel, ClinicalQuerySet
from clinic.models.membership import Membership


class AppointmentSeries(ClinicalModel):
    """A weekly session at a local wall time. Appointments are rows, made some weeks ahead; each can be moved alone."""

    therapist = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(help_text="0 = Monday")
    local_time = models.TimeField()
    zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(default=50)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(weekday__lte=6), name="clinic_series_weekday")]


class AppointmentQuerySet(ClinicalQuerySet["Appointment"]):
    """Questions about sessions."""

    def standing(self) -> Self:
        """Not cancelled."""
        return self.exclude(state=Appointment.State.CANCELLED)

    def upcoming(self, at: datetime | None = None) -> Self:
        """Planned sessions that have not ended yet, soonest first."""
        since = (at or timezone.now()) - timedelta(minutes=60)
        return self.filter(state=Appointment.State.PLANNED, starts_at__gte=since).order_by("starts_at")

    def past(self, at: datetime | None = None) -> Self:
        """Sessions that were not cancelled and have begun, latest first."""
        return self.standing().filter(starts_at__lt=at or timezone.now()).order_by("-starts_at")

    def of_therapist(self, actor: Actor) -> Self:
        """The sessions the actor gives."""
        return self.filter(therapist_id=actor.member_id)


class Appointment(ClinicalModel):
    """One session. It anchors the digest and the days of the thread."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    therapist = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    series = models.ForeignKey(AppointmentSeries, models.PROTECT, null=True, blank=True, related_name="appointments")
    series_date = models.DateField(null=True, blank=True, help_text="the date the series gave it")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=50)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["therapist", "starts_at"]),
            models.Index(fields=["episode", "starts_at"]),
            models.Index(
                fields=["clinic", "starts_at"], condition=models.Q(state="planned"), name="clinic_appt_planned"
            ),
        ]
        constraints = [models.UniqueConstraint("series", "series_date", name="clinic_series_date_once")]

    @property
    def ends_at(self) -> datetime:
        """When the session ends."""
        return self.starts_at + timedelta(minutes=self.minutes)
