"""An episode of care and its care team: the root of every clinical row, and the place where visibility is decided."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic import after_care
from clinic.access import ADMIN, CLIENT, Actor, Can, TeamRole, team_roles_that
from clinic.models.absence import Absence
from clinic.models.clinic import Clinic, Site
from clinic.models.membership import Membership
from clinic.vault import EncryptedText


class EpisodeQuerySet(models.QuerySet["Episode"]):
    """Who may do what with which episodes: decided here once, inherited by every clinical row."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """The episodes with which the actor may do this."""
        here = self.filter(clinic_id=actor.clinic_id)
        if actor.is_client:
            return (
                here.filter(Exists(self._kept_for(actor)), client_id=actor.member_id) if can in CLIENT else here.none()
            )
        if actor.is_admin:
            return here if can in ADMIN else here.none()
        if actor.is_clinician:
            return here.filter(Exists(CareTeamMember.objects.that(actor, can).filter(episode_id=OuterRef("pk"))))
        return here.none()

    @staticmethod
    def _kept_for(client: Actor) -> "EpisodeQuerySet":
        """Care that goes on, or ended so lately that its client still has their own pages (F50)."""
        since = after_care.ended_since(client.clinic, client.clinic.today())
        rows = Episode.objects.filter(clinic_id=client.clinic_id, client_id=client.member_id)
        return rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=since))

    def visible_to(self, actor: Actor) -> Self:
        """The episodes whose existence the actor may know."""
        return self.permitted(actor, Can.ADMINISTER if actor.is_admin else Can.SEE)

    def with_permission(self, actor: Actor, can: Can) -> Self:
        """Annotate `may`: whether the actor may do this with the row."""
        return self.annotate(may=Exists(Episode.objects.permitted(actor, can).filter(pk=OuterRef("pk"))))

    def active(self) -> Self:
        """Under way."""
        return self.filter(state=Episode.State.ACTIVE)

    def waiting(self) -> Self:
        """Waiting for a therapist, longest first."""
        return self.filter(state=Episode.State.WAITING).order_by("opened_on", "pk")

    def caseload_of(self, member: Membership) -> Self:
        """The active episodes a member of staff treats today (as lead, cotherapist, cover or coach)."""
        treating = CareTeamMember.objects.current(member.clinic).filter(
            member=member, episode_id=OuterRef("pk"), role__in=team_roles_that(Can.REVIEW)
        )
        return self.active().filter(Exists(treating))

    def with_lead(self) -> Self:
        """Annotate `lead_id`, the membership that leads the episode today."""
        lead = CareTeamMember.objects.filter(
            episode_id=OuterRef("pk"), role=TeamRole.LEAD, ended_at__isnull=True
        ).order_by("-starts_on", "-pk")
        return self.annotate(lead_id=models.Subquery(lead.values("member_id")[:1]))


class Episode(models.Model):
    """One client's episode of care in one clinic."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="episodes")
    client = models.ForeignKey(Membership, models.PROTECT, related_name="episodes")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    opened_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "state", "opened_on"])]
        constraints = [
            models.UniqueConstraint(
                "client", condition=~models.Q(state="ended"), name="clinic_one_open_episode_per_client"
            )
        ]

    def __str__(self) -> str:
        """Id only."""
        return f"episode {self.pk}"

    @property
    def sealed_for(self) -> UUID:
        """The client whose key seals what belongs to this episode."""
        return self.client_id

    @property
    def is_open(self) -> bool:
        """Whether work can go on."""
        return self.state != self.State.ENDED


class CareTeamMemberQuerySet(models.QuerySet["CareTeamMember"]):
    """Questions about care teams."""

    def current(self, clinic: Clinic, at: datetime | None = None) -> Self:
        """Places on a team that hold today, by the clinic's date: cover and coaching only between their dates.

        A coach is there only with the client's own yes (F70), a cover only without the client's no (6.3).
        """
        today = clinic.today(at)
        return self.agreed().filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            starts_on__lte=today,
            ended_at__isnull=True,
            objected_at__isnull=True,
        )

    def agreed(self) -> Self:
        """Without the coaches a client was asked about and has not said yes to."""
        return self.filter(~Q(role=TeamRole.COACH) | Q(client_agreed_at__isnull=False))

    def coaching(self, clinic: Clinic) -> Self:
        """Coaches a client was asked about or has said yes to, whose last day has not gone by."""
        return self.filter(role=TeamRole.COACH, ended_at__isnull=True, ends_on__gte=clinic.today())

    def that(self, actor: Actor, can: Can) -> Self:
        """The actor's current places that hold a capability; supervisors read only with a reason given."""
        rows = self.current(actor.clinic).filter(member_id=actor.member_id, role__in=team_roles_that(can))
        if can is Can.SEE:
            return rows
        reason = ReadingReason.objects.filter(
            member_id=actor.member_id, episode_id=OuterRef("episode_id"), until__gt=timezone.now()
        )
        return rows.filter(~Q(role=TeamRole.SUPERVISOR) | Exists(reason))


class CareTeamMember(models.Model):
    """A member of staff on an episode's care team, between dates."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="team")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="teams")
    role = models.CharField(max_length=12, choices=TeamRole)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="last day, for cover and coaching")
    skill = EncryptedText(help_text="what a coach is to help with, named with the client (F70)")
    client_agreed_at = models.DateTimeField(null=True, blank=True)
    absence = models.ForeignKey(Absence, models.PROTECT, null=True, blank=True, related_name="places")
    by_ladder = models.BooleanField(default=False, help_text="cover given by the safety ladder, not by a person (6.3)")
    objected_at = models.DateTimeField(null=True, blank=True, help_text="the client would rather not have this cover")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CareTeamMemberQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["member", "episode"])]
        constraints = [
            models.UniqueConstraint(
                "episode",
                condition=Q(role="lead", ended_at__isnull=True),
                name="clinic_one_lead_per_episode",
            ),
            models.UniqueConstraint(
                "episode", "member", "role", condition=Q(ended_at__isnull=True), name="clinic_team_place_once"
            ),
            models.CheckConstraint(
                condition=~Q(role="cover") | Q(ends_on__isnull=False), name="clinic_cover_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="clinic_team_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        """Ids only."""
        return f"{self.role} {self.member_id} on {self.episode_id}"

    @property
    def waits_for_yes(self) -> bool:
        """Whether the client was asked about this coach and has not answered (F70)."""
        return self.role == TeamRole.COACH and self.client_agreed_at is None and self.ended_at is None

    @property
    def sealed_for(self) -> UUID:
        """Sealed under the client's key."""
        return self.episode.client_id


class ReadingReason(models.Model):
    """Why a supervisor reads an episode, for one hour. The client can be told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reason = EncryptedText()
    until = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["member", "episode", "until"])]

    def __str__(self) -> str:
        """Ids only."""
        return f"reason {self.pk}"

    @property
    def sealed_for(self) -> UUID:
        """Sealed under the client's key."""
        return self.episode.client_id
