"""How a client describes themself, if they like: for one question only, "is our service reaching everyone?" (F55, F56).

Voluntary, sealed, seen by the client alone. It is counted once a month, in cells of ten people or more, and nothing that plans,
suggests, ranks or warns may read it: `tests/house/test_source.py` holds who imports this module.
"""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership
from clinic.vault import EncryptedJSON


class SelfDescription(models.Model):
    """One client's own words and choices. Absent for most."""

    class Group(models.TextChoices):
        ASIAN = "asian", _("Asian or Asian heritage")
        BLACK = "black", _("Black, African or Caribbean heritage")
        LATIN = "latin", _("Latin American heritage")
        MIDDLE_EAST = "middle_east", _("Arab, Middle Eastern or North African heritage")
        MIXED = "mixed", _("Mixed heritage")
        ROMA = "roma", _("Roma, Gypsy or Traveller")
        INDIGENOUS = "indigenous", _("Indigenous people")
        WHITE = "white", _("White or European heritage")
        OTHER = "other", _("Another one")

    class Means(models.TextChoices):
        """How far the money goes: a barrier to name, never a reason to expect less."""

        EASY = "easy", _("I get by easily")
        JUST = "just", _("I just get by")
        HARD = "hard", _("It is often hard")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    client = models.OneToOneField(Membership, models.CASCADE, related_name="self_description")
    said: Any = EncryptedJSON(help_text="group, means, words: each may be absent")
    said_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Id only."""
        return f"self-description {self.pk}"

    @property
    def sealed_for(self) -> UUID:
        """Sealed under the client's key."""
        return self.client_id
