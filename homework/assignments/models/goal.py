"""What a client wants from this care, and why it matters to them (F28).

Anybody who plans may write the goal down; only the client may write why it matters. A plan names at most one goal, and
shows the client's own reason beside the therapist's.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models import ClinicalModel, ClinicalQuerySet, Membership
from clinic.vault import EncryptedText


class GoalQuerySet(ClinicalQuerySet["Goal"]):
    """Questions about goals."""

    def current(self) -> Self:
        """Those worked towards now, in the order they were named."""
        return self.filter(state=Goal.State.CURRENT).order_by("created_at", "pk")


class Goal(ClinicalModel):
    """One thing the client wants. `why` is theirs alone to write."""

    class State(models.TextChoices):
        CURRENT = "current", _("I am working towards it")
        REACHED = "reached", _("It is where I want it")
        ASIDE = "aside", _("Put aside for now")

    text = EncryptedText(help_text="what the client wants, in their words")
    why = EncryptedText(help_text="why this matters to me: written by the client, read by the care team")
    state = models.CharField(max_length=8, choices=State, default=State.CURRENT)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    rev = models.PositiveIntegerField(default=0, help_text="guards against two pages saving over each other")

    objects: ClassVar[Any] = GoalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["episode", "state"])]
