"""How the versions of a worksheet do in one clinic, as far as it may be told: rounded shares, never a count.

The worker writes only what any therapist of the clinic may read (`tallying`): below ten clients the columns stay empty, so
that the table holds nothing that could be traced to somebody.
"""

from typing import Any

from django.db import models

from accounts.ids import uuid7
from clinic.models import Clinic
from homework.worksheets.models import WorksheetVersion


def _share(told: str) -> Any:
    return models.PositiveSmallIntegerField(null=True, blank=True, help_text=f"per cent of clients who {told}")


class VersionTally(models.Model):
    """One version in one clinic. Written anew each time it is counted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    version = models.ForeignKey(WorksheetVersion, models.CASCADE, related_name="+")
    counted_at = models.DateTimeField()
    started = _share("began")
    shared = _share("shared something")
    clear = _share("knew their first step")
    expected = _share("expected it to be useful")
    useful = _share("found it pleasant or got somewhere")
    deep = _share("worked in depth")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "version"], name="reviews_tally_once")]

    def __str__(self) -> str:
        """Ids only."""
        return f"tally of {self.version_id}"
