"""What is said about a shared entry afterwards: a correction, something more, or what was added together in a session.

A shared answer is never changed. What comes later stands beside it with its author and day (F07, security 8.2): the client
adds and corrects, and in a session both may fill a field that was left for then ("a more helpful response").
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can
from clinic.models import Appointment, ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedJSON
from homework.assignments.models.entry import Entry


class EntryAdditionQuerySet(ClinicalQuerySet["EntryAddition"]):
    """Questions about additions: they are seen where their entry is."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the entry allows; what the client keeps to themself stays with the entry's own rule."""
        entries = Entry.objects.permitted(actor, can).filter(pk=models.OuterRef("entry_id"))
        return self.filter(models.Exists(entries), clinic_id=actor.clinic_id)


class EntryAddition(ClinicalModel):
    """One dated addition to one shared entry."""

    class Kind(models.TextChoices):
        MORE = "more", _("Added later")
        CORRECTION = "correction", _("Corrected later")
        TOGETHER = "together", _("Added together in a session")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="additions")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(
        max_length=40, blank=True, help_text="of the question it belongs to; empty: to the whole entry"
    )
    content = EncryptedJSON(help_text="the answer of that question, or {'text': ...} for the whole entry")
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    submission_key = models.UUIDField(null=True, blank=True, help_text="made in the browser: sent twice, kept once")

    objects: ClassVar[Any] = EntryAdditionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "created_at"])]
        constraints = [models.UniqueConstraint("submission_key", name="assignments_addition_once")]


def _by_the_client(entry: str) -> Any:
    """What the client added by themself to an entry, named as the outer row knows it."""
    return EntryAddition.objects.filter(entry_id=models.OuterRef(entry)).exclude(kind=EntryAddition.Kind.TOGETHER)


def added_since(entry: str, since: str) -> models.Exists:
    """Whether the client added to an entry since a moment; both are named as the outer row knows them."""
    return models.Exists(_by_the_client(entry).filter(created_at__gt=models.OuterRef(since)))


def added_at() -> models.Subquery:
    """When the client last added to an entry, None when they never did."""
    return models.Subquery(_by_the_client("pk").order_by("-created_at").values("created_at")[:1])
