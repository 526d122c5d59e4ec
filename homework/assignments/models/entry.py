"""What the client wrote: drafts that nobody else sees, shared entries, what they said afterwards, and scores.

An entry is one JSON document of answers, sealed. `rev` guards autosave: a save names the revision it grew from, and when
two devices wrote, both texts are kept (`DraftCopy`). `submission_key` is made in the browser and makes sharing once only.
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role
from clinic.models import ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedJSON
from homework.assignments.models.assignment import Assignment
from homework.assignments.models.plan import Plan
from homework.worksheets.models import Worksheet, WorksheetVersion


class EntryQuerySet(ClinicalQuerySet["Entry"]):
    """Questions about entries."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the episode allows; a draft or withdrawn entry exists for its client only (F33, F34)."""
        rows = super().permitted(actor, can)
        if not actor.is_client:
            rows = rows.filter(state=Entry.State.SHARED)
        if actor.role == Role.COACH:
            rows = rows.exclude(assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
        return rows

    def shared(self) -> Self:
        """What the care team can see."""
        return self.filter(state=Entry.State.SHARED)

    def written(self) -> Self:
        """Shared, or shared once and taken back: no draft any more."""
        return self.exclude(state=Entry.State.DRAFT)

    def drafts(self) -> Self:
        """Not shared yet."""
        return self.filter(state=Entry.State.DRAFT)


class Entry(ClinicalModel):
    """One filled (or begun) worksheet."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Only you can see it")
        SHARED = "shared", _("Shared")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Amount(models.IntegerChoices):
        """A1 "How much of it happened?" - kept and shown apart from depth, never merged with it (F49)."""

        NOT_YET = 0, _("Not yet")
        A_LITTLE = 1, _("A little")
        HALF = 2, _("About half")
        MOST = 3, _("Most of it")
        ALL = 4, _("All of it")
        MORE = 5, _("More than planned")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="entries")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="entries")
    version = models.ForeignKey(
        WorksheetVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="what it was written on, once its work has moved to a newer version",
    )
    carried = models.JSONField(
        null=True, blank=True, help_text="how a draft came to a newer version: keys of questions, no answers"
    )
    slot_on = models.DateField(null=True, blank=True, help_text="the local day it was planned for")
    size = models.CharField(max_length=1, choices=Plan.Size)
    stepped_down = models.BooleanField(default=False, help_text="the client made it smaller (F41)")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    rev = models.PositiveIntegerField(default=0)
    answers = EncryptedJSON()
    kept_private = EncryptedJSON(help_text="keys of the parts the client keeps to themself")
    kept_back = models.BooleanField(default=False, help_text="of a couple: nothing of it is shown to the partner")
    started = models.BooleanField(default=False, help_text="anything at all was answered")
    captured_at = models.DateTimeField(default=timezone.now, help_text="when it was first written")
    saved_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    submission_key = models.UUIDField(null=True, blank=True)
    submission_hash = models.CharField(max_length=64, blank=True)
    amount = models.PositiveSmallIntegerField(choices=Amount, null=True, blank=True)
    depth = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["assignment", "-captured_at"]),
            models.Index(fields=["episode", "-shared_at"], condition=Q(state="shared"), name="assignments_shared"),
        ]
        constraints = [
            models.UniqueConstraint("assignment", "slot_on", name="assignments_one_entry_per_slot"),
            models.UniqueConstraint("submission_key", name="assignments_submission_once"),
            models.CheckConstraint(
                condition=Q(state="draft", shared_at__isnull=True) | ~Q(state="draft"),
                name="assignments_draft_is_not_shared",
            ),
        ]

    @property
    def sheet(self) -> WorksheetVersion:
        """The version it was written on: what somebody answered never gets other questions afterwards."""
        version = self.version if self.version_id else self.assignment.version
        assert version is not None  # nothing is written for "nothing this week"
        return version


class DraftCopy(ClinicalModel):
    """The other text, when two devices wrote into one draft: nothing typed is thrown away."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="copies")
    answers = EncryptedJSON()

    class Meta:
        indexes = [models.Index(fields=["entry", "created_at"])]


class AfterCheck(ClinicalModel):
    """What the client says afterwards (2.6, all optional): ratings and words sealed, obstacle kinds and the wish plain."""

    class Wish(models.TextChoices):
        NONE = "", _("No wish")
        SAME = "same", _("The same")
        SMALLER = "smaller", _("Smaller")
        DIFFERENT = "different", _("Different")
        BIGGER = "bigger", _("Bigger")
        STOP = "stop", _("Stop")

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="after")
    ratings = EncryptedJSON(help_text="engaged, learned, hard, progress, pleasant: 0 to 10 or absent")
    words = EncryptedJSON(help_text="anything to ask or tell")
    obstacles = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.NONE, blank=True)


class Score(ClinicalModel):
    """The score of one measure. The number is sealed: it says how somebody is."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="score")
    measure = models.CharField(max_length=40)
    taken_at = models.DateTimeField()
    result = EncryptedJSON(help_text="total, prorated, missing, band")

    class Meta:
        indexes = [models.Index(fields=["episode", "measure", "taken_at"])]
