"""What is said beside one answer, and what the client says back; and what a therapist keeps to themself.

A `Comment` hangs on one shared entry and, where `key` is given, on one answer of it. The client reads it under their own words
(F69) and can reply once or many times; replies hang on the comment. A `ProcessNote` is the author's alone: sealed with the
author's own key, in no export, not visible to client, supervisor or colleague. It is where "keep for session" puts a sentence
that may land harder in writing (F32).
"""

from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON, EncryptedText
from homework.assignments.models import Entry
from homework.worksheets.models import Worksheet


class CommentQuerySet(ClinicalQuerySet["Comment"]):
    """Questions about comments."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """On entries that are shared; what belongs to a measure is not a coach's."""
        rows = super().permitted(actor, can).filter(entry__state=Entry.State.SHARED)
        if actor.role == Role.COACH:
            rows = rows.exclude(entry__assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
        return rows

    def roots(self) -> Self:
        """Comments of the care team, oldest first; without the replies to them."""
        return self.filter(answers__isnull=True).order_by("created_at", "pk")


class Comment(ClinicalModel):
    """A comment on one answer (`key`) or on the whole entry (`key` empty), or a reply to such a comment."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="comments")
    key = models.CharField(max_length=64, blank=True, help_text="the question it is about; empty: the whole entry")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", help_text="the comment it replies to"
    )
    text = EncryptedText()
    quotes: Any = EncryptedJSON(help_text="the client's own sentences taken in: entry, on, text (F31)")
    asks = models.PositiveSmallIntegerField(default=0, help_text="open questions in it, for its author alone (F29)")
    advises = models.PositiveSmallIntegerField(default=0, help_text="advice words in it, for its author alone")
    submission_key = models.UUIDField(null=True, blank=True, help_text="made in the browser: sent twice, kept once")
    seen_at = models.DateTimeField(null=True, blank=True, help_text="when the other side had it in front of them")

    objects: ClassVar[Any] = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "created_at"]), models.Index(fields=["episode", "-created_at"])]
        constraints = [
            models.UniqueConstraint(
                "episode", "submission_key", condition=Q(submission_key__isnull=False), name="reviews_comment_once"
            )
        ]


class ProcessNoteQuerySet(ClinicalQuerySet["ProcessNote"]):
    """Questions about process notes."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """The author's own, about episodes they may still see. Nobody else's, whatever their role."""
        return super().permitted(actor, can).filter(author_id=actor.member_id)


class ProcessNote(ClinicalModel):
    """One private note of one author about one client. Open it with `process_notes.open_own` first."""

    class Kind(models.TextChoices):
        PROCESS = "process", _("Process note")
        KEPT = "kept", _("Kept for the session")

    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PROCESS)
    text = EncryptedText()
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True, blank=True, help_text="talked about, or no longer needed")

    objects: ClassVar[Any] = ProcessNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["author", "episode", "-updated_at"])]

    @property
    def sealed_for(self) -> UUID:
        """The author's own key, not the client's."""
        return self.author_id
