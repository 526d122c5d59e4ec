"""Data keys of clients, and of authors of private process notes."""

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class DataKey(models.Model):
    """The key that seals one person's words, itself wrapped by a key-encryption key outside the database.

    `client` is whose words: a client's, or for private process notes their author's (made with the first note).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    client = models.ForeignKey(Membership, models.PROTECT, related_name="data_keys")
    kek_id = models.CharField(max_length=32)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["clinic", "kek_id"])]
        constraints = [
            models.UniqueConstraint(
                "client", condition=models.Q(destroyed_at__isnull=True), name="clinic_one_live_key_per_client"
            )
        ]

    def __str__(self) -> str:
        """Id only."""
        return f"data key {self.pk}"
