"""A safety flag: something was answered or said that a person has to look at, by when, and what became of it (6.3).

`open -> seen(by, at) -> acting(plan) -> closed(outcome, note)`. A flag says *what was answered*, *who has to look*, *by
when*; it holds no level of risk and predicts nothing (6.5). It is made in the transaction of the answers, without a worker.
What it was raised with never changes and nobody can delete it: the database role of the program may not (`clinic.roles`).
Every step is a `FlagEvent`, which can only be added.

Path of the data: `assignments.actions.sharing` -> `safety.actions.flag.raise_flag` (same transaction) -> `SafetyFlag` +
`FlagEvent(raised)` + `OutgoingMessage(kind=safety)` -> therapist's home, digest, banner -> `flag.see`, `flag.act`,
`flag.close`. `safety.ladder` climbs: therapist -> cover -> safety lead -> supervisor and admins, then each hour.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role
from clinic.models import ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON, EncryptedText


class SafetyFlagQuerySet(ClinicalQuerySet["SafetyFlag"]):
    """Questions about flags."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the episode allows; never a coach's, and of a client's own only what they answered or asked for themself."""
        rows = super().permitted(actor, can)
        if actor.role == Role.COACH:
            return rows.none()
        return rows.filter(kind__in=SafetyFlag.BY_CLIENT) if actor.is_client else rows

    def standing(self) -> Self:
        """Not closed. Seen is not closed."""
        return self.exclude(state=SafetyFlag.State.CLOSED)

    def unseen(self) -> Self:
        """Nobody has said that they look at it: what the ladder climbs for."""
        return self.filter(state=SafetyFlag.State.OPEN)

    def first_things_first(self) -> Self:
        """P1 before P2, then the one to be looked at soonest."""
        return self.order_by("priority", "look_by", "pk")


class SafetyFlag(ClinicalModel):
    """One flag about one client."""

    class Kind(models.TextChoices):
        ITEM9 = "item9", _("PHQ-9, question 9")
        CORE6 = "core6", _("CORE-10, question 6")
        NOT_SAFE = "not_safe", _("“I’m not safe right now”")
        CONTACT = "contact", _("Asked to be contacted")
        FREE_TEXT = "free_text", _("Please read this entry")
        CLINICIAN = "clinician", _("Raised by a clinician")
        OTHERS = "harm_to_others", _("Raised by a clinician: harm to others")
        CHILD = "child", _("Raised by a clinician: child protection")
        PARTNER = "partner_violence", _("Raised by a clinician: violence at home")

    BY_CLIENT = ("item9", "core6", "not_safe", "contact")
    BY_CLINICIAN = ("clinician", "harm_to_others", "child", "partner_violence")

    class Priority(models.TextChoices):
        """The response time the clinic set. Not a level of risk."""

        P1 = "P1", "P1"
        P2 = "P2", "P2"

    class State(models.TextChoices):
        OPEN = "open", _("Nobody has looked yet")
        SEEN = "seen", _("Somebody looks at it")
        ACTING = "acting", _("There is a plan")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("Spoke with the client")
        PLAN = "plan", _("Safety plan made or looked at again")
        OTHER_SERVICE = "service", _("Contacted another service")
        EMERGENCY = "emergency", _("Emergency services")
        KNOWN = "known", _("Already known, the plan stays as it is")
        MISTAKE = "mistake", _("Answered by mistake")
        NOT_REACHED = "not_reached", _("Could not reach them")

    kind = models.CharField(max_length=16, choices=Kind)
    priority = models.CharField(max_length=2, choices=Priority)
    answered: Any = EncryptedJSON(help_text="item, points, label, was (points last time or None), rises; {} for others")
    about_id = models.UUIDField(null=True, blank=True, help_text="the entry it was answered in, if there is one")
    measure = models.CharField(max_length=32, blank=True, help_text="slug of the measure, if there is one")
    raised_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    raised_at = models.DateTimeField()
    setup_version = models.PositiveIntegerField(default=0, help_text="by which arrangement of the clinic; 0: none")
    words = EncryptedText(help_text="what a clinician wrote when raising it")
    # what the client chose on the page after it
    choice = models.CharField(max_length=10, blank=True, help_text="enough, contact or not_safe")
    contact: Any = EncryptedJSON(help_text="number and time at which it is safe to be called; {} when not asked for")
    # what became of it
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    look_by = models.DateTimeField(help_text="by when somebody has to have looked")
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    plan = EncryptedText(help_text="what is going to be done; typing it is the acknowledgement")
    acting_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    note = EncryptedText()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    reminders_on = models.BooleanField(default=False, help_text="a clinician decided that reminders go on meanwhile")
    # the ladder
    rung = models.PositiveSmallIntegerField(default=0, help_text="0 therapist, 1 cover, 2 safety lead, 3 everybody")
    next_rung_at = models.DateTimeField(null=True, blank=True, help_text="when it climbs; empty once it was seen")

    objects: ClassVar[Any] = SafetyFlagQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["episode", "-raised_at"]),
            models.Index(
                fields=["clinic", "priority", "look_by"], condition=~Q(state="closed"), name="safety_flag_standing"
            ),
            models.Index(fields=["clinic", "next_rung_at"], condition=Q(state="open"), name="safety_flag_climbing"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(outcome__in=("", "not_reached"))),
                name="safety_flag_closed_how",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(seen_at__isnull=False) | Q(state="closed"), name="safety_flag_seen_when"
            ),
        ]

    @property
    def is_standing(self) -> bool:
        """Whether it is not closed."""
        return self.state != self.State.CLOSED


class FlagEvent(ClinicalModel):
    """One step in the life of a flag: raised, told, seen, planned, closed, climbed, chosen. Added, never changed."""

    class Step(models.TextChoices):
        RAISED = "raised", _("Raised")
        CHOSE = "chose", _("The client chose")
        TOLD = "told", _("Told")
        SEEN = "seen", _("Looks at it")
        PLANNED = "planned", _("Plan")
        TRIED = "tried", _("Tried to reach them")
        CLIMBED = "climbed", _("Went on to the next person")
        CLOSED = "closed", _("Closed")
        REMINDERS = "reminders", _("Decided about reminders")

    flag = models.ForeignKey(SafetyFlag, models.PROTECT, related_name="events")
    step = models.CharField(max_length=10, choices=Step)
    actor = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    to = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="who was told"
    )
    detail: Any = models.JSONField(default=dict, help_text="plain facts: rung, priority, outcome, channel")
    words = EncryptedText()

    objects: ClassVar[Any] = ClinicalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["flag", "created_at"])]
