"""A recording or photo that belongs to one question of one entry."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can
from clinic.models import ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedBytes
from homework.assignments.models.entry import Entry


class AttachmentQuerySet(ClinicalQuerySet["Attachment"]):
    """Questions about files."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """As the entry it belongs to. Whether its part was kept private is sealed: the page that sends it looks."""
        entries = Entry.objects.permitted(actor, can).filter(pk=OuterRef("entry_id"))
        return self.filter(Exists(entries), clinic_id=actor.clinic_id)


Files = models.Manager.from_queryset(AttachmentQuerySet)


class WithoutContent(Files["Attachment"]):
    """Rows come without their bytes; those are fetched when they are read."""

    def get_queryset(self) -> Any:
        """Every list of files."""
        return super().get_queryset().defer("content")


class Attachment(ClinicalModel):
    """One file, made ready when it came in: decoded or taken apart, without anything about place, time or device."""

    class Kind(models.TextChoices):
        AUDIO = "audio", _("A recording")
        PHOTO = "photo", _("A photo")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="files")
    key = models.CharField(max_length=40, help_text="of the question it answers")
    kind = models.CharField(max_length=5, choices=Kind)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text="bytes, before sealing")
    seconds = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of a recording, where it can be told")
    content = EncryptedBytes()

    objects: ClassVar[Any] = WithoutContent()

    class Meta:
        indexes = [models.Index(fields=["entry", "key"])]
