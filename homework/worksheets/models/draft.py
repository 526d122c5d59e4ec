"""A worksheet being written: one draft each, saved as it is typed, checked by the same parser as everything else.

`rev` guards it: a save names the revision it grew from. When two people wrote, the later text does not overwrite the
earlier; it is kept beside it (`DraftBeside`) until somebody chooses.
"""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models import Clinic, Membership
from clinic.vault import EncryptedJSON
from homework.worksheets.models.worksheet import Worksheet, WorksheetVersion


class Written(models.Model):
    """A table that may not be a definition yet. For one client's copy it is sealed, otherwise it is plain."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    table = models.JSONField(default=dict)
    tailored = EncryptedJSON(name_only=True, help_text="the table, when it is for one client")
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Kind and id."""
        return f"{self._meta.model_name} {self.pk}"

    @property
    def sheet(self) -> Worksheet:
        """The worksheet it is about."""
        raise NotImplementedError

    @property
    def sealed_for(self) -> UUID | None:
        """The client whose key seals it."""
        return self.sheet.for_client_id

    @property
    def words(self) -> dict[str, Any]:
        """The table, wherever it is kept."""
        return dict(self.tailored or {}) if self.sheet.for_client_id else dict(self.table)

    def write(self, table: dict[str, Any]) -> None:
        """Put a table in its place; does not save."""
        if self.sheet.for_client_id:
            self.tailored, self.table = table, {}
        else:
            self.table = table


class Draft(Written):
    """The next version of one worksheet."""

    worksheet = models.OneToOneField(Worksheet, models.CASCADE, related_name="draft")
    based_on = models.ForeignKey(WorksheetVersion, models.PROTECT, null=True, blank=True, related_name="+")
    rev = models.PositiveIntegerField(default=0)

    @property
    def sheet(self) -> Worksheet:
        """The worksheet it will be a version of."""
        return self.worksheet


class DraftBeside(Written):
    """What somebody else wrote at the same time."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="beside")

    class Meta:
        indexes = [models.Index(fields=["draft", "-at"])]

    @property
    def sheet(self) -> Worksheet:
        """The worksheet of the draft it lies beside."""
        return self.draft.worksheet
