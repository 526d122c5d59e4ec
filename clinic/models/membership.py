"""A person's place in one clinic."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.access import STAFF, Actor, Role
from clinic.models.clinic import Clinic, Site
from clinic.vault import EncryptedText

if TYPE_CHECKING:
    from accounts.models import User


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about people."""

    def current(self) -> Self:
        """Places that have not ended."""
        return self.filter(ended_at__isnull=True)

    def of(self, user: "User") -> Self:
        """The places of one person, oldest first: the first is where they act unless they chose another."""
        return self.current().filter(user=user).select_related("clinic", "user").order_by("joined_at", "pk")

    def staff(self) -> Self:
        """Everybody who works in the clinic."""
        return self.filter(role__in=STAFF)

    def clinicians(self) -> Self:
        """Those who can lead or help on a care team."""
        return self.filter(role__in=(Role.THERAPIST, Role.COACH))

    def visible_to(self, actor: Actor) -> Self:
        """Admins see the people of their clinic; everybody else only themself."""
        mine = self.filter(clinic_id=actor.clinic_id)
        return mine if actor.is_admin else mine.filter(pk=actor.member_id)


class Membership(models.Model):
    """One person in one clinic with one role. A client's name is sealed; a member of staff's is not."""

    class Roles(models.TextChoices):
        CLIENT = "client", _("Client")
        THERAPIST = "therapist", _("Therapist")
        COACH = "coach", _("Coach")
        ADMIN = "admin", _("Clinic admin")

    class Approach(models.TextChoices):
        CBT = "cbt", _("CBT")
        BEHAVIOURAL = "behavioural", _("Behavioural")
        PSYCHODYNAMIC = "psychodynamic", _("Psychodynamic")
        COUPLES = "couples", _("Couples")
        ACT = "act", _("ACT and compassion")
        MOTIVATIONAL = "motivational", _("Motivational")
        COACHING = "coaching", _("Coaching")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=12, choices=Roles)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    client_name = EncryptedText(name_only=True)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    approach = models.CharField(max_length=16, choices=Approach, blank=True)
    places = models.PositiveSmallIntegerField(_("places in the caseload"), default=0)
    is_supervisor = models.BooleanField(default=False)
    is_safety_lead = models.BooleanField(default=False)
    shares_plan_quality = models.BooleanField(
        default=False, help_text="lets supervisors see the look at one's own planning (F52)"
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "clinic", "user", condition=models.Q(ended_at__isnull=True), name="clinic_membership_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(role="client") | models.Q(display_name=""), name="clinic_client_name_is_sealed"
            ),
        ]

    def __str__(self) -> str:
        """Never a name: this text ends in logs."""
        return f"{self.role} {self.pk}"

    @property
    def sealed_for(self) -> UUID:
        """A client's name is sealed under that client's key."""
        return self.pk

    @property
    def label(self) -> str:
        """The name to show. For a client: opens the sealed name, so the client has to be opened first."""
        if self.role == Role.CLIENT:
            return self.client_name or ""
        return self.display_name

    @property
    def introduced(self) -> str:
        """The first name as a client reads it: with a coach's it is always said what a coach is (F64)."""
        if self.role == Role.COACH:
            return gettext("%(name)s (coach, not a licensed therapist)") % {"name": self.first_name}
        return self.first_name

    @property
    def first_name(self) -> str:
        """The first word of the name, for greetings; titles are skipped."""
        words = [
            word for word in self.label.split() if word.rstrip(".").lower() not in {"dr", "prof", "mr", "mrs", "ms"}
        ]
        return words[0] if words else self.label
