"""The client speaks up: questions and wishes, wins, the one thing to carry along, things noticed.

`ClientQuestion` has a life cycle (clinical.md 1K): open -> answered | talked -> closed by the client. It changes the plan, never
what anybody thinks of the client (F02, F44, F46). A `Win` needs no plan (F43). A `Takeaway` is at most one a session (F05).
`Noticed` is a star on a line the client wrote; the line itself stays in its entry (F31).
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON, EncryptedText
from homework.assignments.models import Assignment, Entry
from homework.worksheets.models import Worksheet


class ClientQuestionQuerySet(ClinicalQuerySet["ClientQuestion"]):
    """Questions about what clients asked."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the episode allows, and as the role may know it."""
        return super().permitted(actor, can).known_to(actor)

    def known_to(self, actor: Actor) -> Self:
        """What was asked about a measure, or is to be talked about alone, is not for a coach (F63, F64)."""
        if actor.role != Role.COACH:
            return self
        rows = self.exclude(assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
        return rows.exclude(chips__contains=[ClientQuestion.Chip.ALONE])

    def kept(self) -> Self:
        """Not closed by the client: open, answered or talked about."""
        return self.exclude(state=ClientQuestion.State.CLOSED)

    def open(self) -> Self:
        """Nobody has answered yet, oldest first."""
        return self.filter(state=ClientQuestion.State.OPEN).order_by("asked_at")


class ClientQuestion(ClinicalModel):
    """Something the client asks, tells or wishes for."""

    class Kind(models.TextChoices):
        WHY = "why", _("Why am I doing this?")
        HOW = "how", _("I am not sure how")
        TOO_HARD = "too_hard", _("It is too hard")
        NOT_FOR_ME = "not_for_me", _("It is not for me")
        ADVICE = "advice", _("What should I do?")
        REQUEST = "request", _("I’d like something to work on")
        TELL = "tell", _("Something to tell")
        OTHER = "other", _("Something else")

    class Chip(models.TextChoices):
        IRRELEVANT = "irrelevant", _("It has little to do with me")
        TOO_HARD = "too_hard", _("Too hard")
        UNCLEAR = "unclear", _("Not clear")
        UNSAFE = "unsafe", _("Not safe at home")
        VALUES = "values", _("Against my values")
        HELPED = "helped", _("It helped")
        ALONE = "alone", _("I’d rather talk about this on my own")

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        ANSWERED = "answered", _("Answered")
        TALKED = "talked", _("Talked about it")
        CLOSED = "closed", _("Closed")

    class Outcome(models.TextChoices):
        NONE = "", _("Not yet")
        CHANGED = "changed", _("The plan was changed")
        EXPLAINED = "explained", _("Explained")
        TALKED = "talked", _("Talked about it")
        NOT_YET = "not_yet", _("Not yet, we come back to it")

    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="questions")
    kind = models.CharField(max_length=10, choices=Kind)
    chips = ArrayField(models.CharField(max_length=10, choices=Chip), default=list, blank=True)
    text = EncryptedText()
    idea = EncryptedJSON(help_text="a client's own draft of a plan: what, why, first_step, anchor, place; or {}")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)
    answer = EncryptedText()
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    asks = models.PositiveSmallIntegerField(default=0, help_text="open questions in the answer, for its author (F29)")
    advises = models.PositiveSmallIntegerField(default=0, help_text="advice words in the answer, for its author")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True, help_text="made in the browser: sent twice, kept once")

    objects: ClassVar[Any] = ClientQuestionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["episode", "state", "asked_at"])]
        constraints = [
            models.UniqueConstraint("submission_key", name="reviews_question_once"),
            models.UniqueConstraint(
                "assignment", "kind", condition=Q(state="open", kind="why"), name="reviews_one_open_why"
            ),
        ]


class Win(ClinicalModel):
    """Something that went well, with or without a plan. The care team can see it and say so in one tap."""

    text = EncryptedText()
    seen_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["episode", "-created_at"])]
        constraints = [models.UniqueConstraint("submission_key", name="reviews_win_once")]


class Takeaway(ClinicalModel):
    """One thing to carry along from a session. `seed`: the client's own words, noted by the therapist."""

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="takeaway")
    seed = EncryptedText()
    text = EncryptedText()
    written_at = models.DateTimeField(null=True, blank=True)
    put_away_at = models.DateTimeField(null=True, blank=True)
    shown_again_at = models.DateTimeField(null=True, blank=True, help_text="when it came up again mid-week")


class Noticed(ClinicalModel):
    """A line the client starred, to find it again. Taking the star off leaves the entry as it is."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="stars")
    key = models.CharField(max_length=40, help_text="of the question")

    class Meta:
        constraints = [models.UniqueConstraint("entry", "key", name="reviews_star_once")]
