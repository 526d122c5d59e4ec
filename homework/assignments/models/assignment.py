"""One piece of between-session work for one client.

Life cycle (clinical.md 1K): draft -> proposed -> active <-> paused -> ended. Only the client's own yes moves proposed to
active. `kind = nothing` is the agreement that there is nothing this week: a plan like any other, with its own review (F27).
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet, Membership
from homework.worksheets.models import Worksheet, WorksheetVersion


class AssignmentQuerySet(ClinicalQuerySet["Assignment"]):
    """Questions about work."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the episode allows; a coach never sees measures, a client never sees a draft."""
        rows = super().permitted(actor, can)
        if actor.role == Role.COACH:
            rows = rows.exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)
        if actor.is_client:
            rows = rows.exclude(state=Assignment.State.DRAFT)
        return rows

    def open(self) -> Self:
        """Proposed, active or paused."""
        return self.exclude(state__in=(Assignment.State.DRAFT, Assignment.State.ENDED))

    def active(self) -> Self:
        """Under way."""
        return self.filter(state=Assignment.State.ACTIVE)

    def of(self, episode_id: Any) -> Self:
        """Of one episode, newest first, with what every page about it shows."""
        return self.filter(episode_id=episode_id).select_related("version__worksheet").order_by("-created_at")

    def awaiting_review(self) -> Self:
        """Agreed work on which something was shared, or added to what was shared, since it was last reviewed."""
        from homework.assignments.models.addition import added_since
        from homework.assignments.models.entry import Entry

        news = Entry.objects.filter(assignment_id=OuterRef("pk"), state=Entry.State.SHARED).filter(
            Q(assignment__reviewed_at__isnull=True)
            | Q(shared_at__gt=models.F("assignment__reviewed_at"))
            | Q(added_since("pk", "assignment__reviewed_at"))
        )
        return self.filter(Exists(news), state__in=(Assignment.State.ACTIVE, Assignment.State.PAUSED))

    def lately_proposed(self) -> "models.QuerySet[Any, Any]":
        """The ids of their worksheets, each once, the last proposed first."""
        work = self.filter(version__isnull=False).values("version__worksheet_id").annotate(at=Max("created_at"))
        return work.order_by("-at").values_list("version__worksheet_id", flat=True)

    def due(self, at: datetime) -> Self:
        """Active work whose next reminder moment has come."""
        return self.filter(state=Assignment.State.ACTIVE, next_reminder_at__lte=at)


class Assignment(ClinicalModel):
    """Work pinned to one version of a worksheet (or to none, when the agreement is: nothing this week)."""

    class Kind(models.TextChoices):
        WORK = "work", _("Work")
        NOTHING = "nothing", _("Nothing this week")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed")
        ACTIVE = "active", _("Agreed")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class EndedAs(models.TextChoices):
        COMPLETED = "completed", _("Completed")
        REPLACED = "replaced", _("Replaced")
        DROPPED = "dropped_together", _("Let go together")
        DECLINED = "declined", _("Not this one")
        EXPIRED = "expired", _("Over")

    class Rest(models.TextChoices):
        """Why it rests. Nothing is due meanwhile, whatever the reason."""

        NONE = "", _("It does not rest")
        CHOSEN = "chosen", _("A rest")
        WORSE = "worse", _("It was making things worse")
        STUCK = "stuck", _("Until we talk")
        TEAM = "team", _("Your therapist has paused this for now")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.WORK)
    version = models.ForeignKey(WorksheetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", help_text="the session it was made in"
    )
    proposed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    ended_as = models.CharField(max_length=16, choices=EndedAs, blank=True)
    rest = models.CharField(max_length=6, choices=Rest, default=Rest.NONE, blank=True)
    resume_offered_at = models.DateTimeField(
        null=True, blank=True, help_text="the therapist would go on; after `worse` both have to want it (F67)"
    )
    kinder_time_on = models.DateField(
        null=True, blank=True, help_text="the day another time of day was last offered (F37)"
    )
    dyad = models.ForeignKey(
        "assignments.Dyad", models.PROTECT, null=True, blank=True, related_name="+", help_text="done as a couple (F61)"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    listens_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="a session closed in listen-first mode: no reminders until the plan changes (F25)",
    )
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["episode", "state"]),
            models.Index(
                fields=["clinic", "next_reminder_at"],
                condition=Q(state="active", next_reminder_at__isnull=False),
                name="assignments_reminder_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="nothing", version__isnull=True) | Q(kind="work", version__isnull=False),
                name="assignments_work_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="ended") | Q(ended_as=""), name="assignments_ended_as_only_when_ended"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it can still be worked on."""
        return self.state in (self.State.ACTIVE, self.State.PAUSED)

    @property
    def is_measure(self) -> bool:
        """Whether it is a questionnaire with a score."""
        return self.version is not None and self.version.worksheet.kind == Worksheet.Kind.MEASURE
