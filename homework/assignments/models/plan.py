"""What was agreed: one `Plan` row per revision, with its if-then plans and belief ratings.

A change is always a new revision with its author; entries keep the revision they were written under (F21). Text is sealed;
when and how often are plain, so that schedules can be computed in SQL.
"""

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.models import ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON, EncryptedText
from homework.assignments.models.assignment import Assignment
from homework.assignments.models.goal import Goal
from homework.assignments.schedule import Rule


class Obstacle(models.TextChoices):
    """What may get in the way (F20, F39): about me, about the task, about my life. Categories are counted, words sealed."""

    TIME = "time", _("Not enough time")
    PRIVACY = "privacy", _("No private place or moment")
    TIRED = "tired", _("Too tired, or it was late")
    FORGOT = "forgot", _("I forgot, or lost track of it")
    PHONE = "phone", _("Phone or internet")
    PEOPLE = "people", _("Other people")
    CARE = "care", _("Looking after others")
    MONEY = "money", _("Money or travel")
    WORSE = "worse", _("It made me feel worse")
    UNCLEAR = "unclear", _("I was not sure what to do")
    POINT = "point", _("I did not see the point")
    FIT = "fit", _("It does not fit my life")
    SHIFTS = "shifts", _("Shift work")
    HOUSING = "housing", _("Where I live")
    UNSAFE = "unsafe", _("It is not safe at home")
    OTHER = "other", _("Something else")


class UsedAt(models.TextChoices):
    """Where somebody means to use what they practise (F42): a worksheet says where it can be used."""

    HOME = "home", _("At home")
    WORK = "work", _("At work or school")
    PUBLIC = "public", _("Out among people")
    BED = "bed", _("In bed")
    SHARED = "shared", _("Where others can see or hear me")


class PlanQuerySet(ClinicalQuerySet["Plan"]):
    """Questions about plans."""

    def agreed(self) -> Self:
        """The revisions that hold: at most one an assignment."""
        return self.filter(state=Plan.State.AGREED)

    def proposed(self) -> Self:
        """The revisions waiting for the client's answer: at most one an assignment."""
        return self.filter(state=Plan.State.PROPOSED)

    def in_force(self) -> Self:
        """Agreed or proposed, newest first."""
        return self.filter(state__in=(Plan.State.PROPOSED, Plan.State.AGREED)).order_by("-revision")


class Plan(ClinicalModel):
    """One revision of the agreement about one assignment."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        REPLACED = "replaced", _("Replaced by a later one")
        DECLINED = "declined", _("Not this one")

    class Frequency(models.TextChoices):
        ONCE = "once", _("Once")
        DAILY = "daily", _("Every day")
        WEEKDAYS = "weekdays", _("On chosen days")
        TIMES = "times_per_week", _("Some days a week, any")
        EVENT = "event", _("When it happens")

    class Size(models.TextChoices):
        S = "S", _("Small")
        M = "M", _("Medium")
        L = "L", _("Large")

    class Reminder(models.TextChoices):
        NONE = "none", _("No reminder")
        NEUTRAL = "neutral", _("A plain one that gives nothing away")

    class Lead(models.IntegerChoices):
        """When a reminder comes that has no time of its own (clinical.md 5)."""

        BEFORE = 30, _("Half an hour before")
        AT = 0, _("At that time")
        AFTER = -30, _("Half an hour after")

    class Answer(models.TextChoices):
        NONE = "", _("Not answered yet")
        YES = "yes", _("Yes")
        TALK = "talk", _("Talk first")
        NO = "no", _("Not now")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="plans")
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, related_name="plans")
    title = EncryptedText()
    skill = EncryptedText(help_text="the skill it practises, named (F03)")
    rationale = EncryptedText()
    rationale_edited = models.BooleanField(default=False)
    first_step = EncryptedText()
    counts_as_all = EncryptedText()
    counts_as_some = EncryptedText()
    anchor = EncryptedText()
    place = EncryptedText()
    change_reason = EncryptedText()
    answer = models.CharField(max_length=4, choices=Answer, default=Answer.NONE, blank=True)
    answer_words = EncryptedText()
    size = models.CharField(max_length=1, choices=Size, default=Size.S)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="minutes there are on a bad day")
    frequency = models.CharField(max_length=16, choices=Frequency, default=Frequency.TIMES)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, help_text="0 = Monday")
    times_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    used_at = ArrayField(models.CharField(max_length=6, choices=UsedAt), default=list, blank=True)
    local_time = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reminder = models.CharField(max_length=8, choices=Reminder, default=Reminder.NONE)
    reminder_time = models.TimeField(null=True, blank=True)
    reminder_lead = models.SmallIntegerField(
        choices=Lead, default=Lead.AT, help_text="without a time of its own: minutes before the time of the work"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    codesigned = models.BooleanField(default=False, help_text="the client changed at least one thing (F18)")
    together = models.BooleanField(default=False, help_text="agreed on one screen, with the client's own tap (F18)")

    objects: ClassVar[Any] = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("assignment", "revision", name="assignments_revision_once"),
            models.UniqueConstraint("assignment", condition=Q(state="agreed"), name="assignments_one_agreed_plan"),
            models.UniqueConstraint("assignment", condition=Q(state="proposed"), name="assignments_one_proposed_plan"),
        ]

    @property
    def rule(self) -> Rule:
        """The plan as a rule in the client's local wall time."""
        return Rule(
            frequency=self.frequency,
            weekdays=frozenset(self.weekdays),
            times_per_week=self.times_per_week,
            local_time=self.local_time,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            zone=self.zone,
        )

    @property
    def tz(self) -> ZoneInfo:
        """The zone the plan's times are in."""
        return ZoneInfo(self.zone)


class CopingPlan(ClinicalModel):
    """If this happens, then I will (F20)."""

    class Outcome(models.TextChoices):
        UNKNOWN = "", _("Not asked yet")
        USED = "used", _("It came up and I used it")
        FORGOT = "forgot", _("It came up and I did not think of it")
        NO_FIT = "no_fit", _("It came up and it did not fit")
        NOT_MET = "not_met", _("It did not come up")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="coping_plans")
    position = models.PositiveSmallIntegerField(default=0)
    obstacle = models.CharField(max_length=8, choices=Obstacle, default=Obstacle.OTHER)
    if_text = EncryptedText()
    then_text = EncryptedText()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.UNKNOWN, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("plan", "position", name="assignments_coping_position_once")]


class BeforeCheck(ClinicalModel):
    """What the client believes about the plan when agreeing (2.6): useful, fits, hard, sure; first step; free to say no."""

    class FirstStep(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    class Chip(models.TextChoices):
        POINT = "point", _("I don’t see the point")
        UNCLEAR = "unclear", _("Not clear")
        TOO_BIG = "too_big", _("Too big")
        FIT = "fit", _("Does not fit my life, culture or faith")
        UNSAFE = "unsafe", _("Not safe at home")

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="before")
    chips = ArrayField(models.CharField(max_length=8, choices=Chip), default=list, blank=True)
    ratings = EncryptedJSON(help_text="useful, fits, hard, sure, free: 0 to 10 or absent")
    first_step_known = models.CharField(max_length=6, choices=FirstStep, blank=True)
