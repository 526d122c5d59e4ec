"""The base of every clinical row: it belongs to an episode, and whoever may see the episode may see it."""

from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.ids import uuid7
from clinic.access import Actor, Can
from clinic.models.clinic import Clinic
from clinic.models.episode import Episode

M = TypeVar("M", bound="ClinicalModel", covariant=True)


class ClinicalQuerySet(models.QuerySet[M], Generic[M]):
    """Visibility by way of the episode. A model that hides more (a draft, a measure) narrows `permitted`."""

    def permitted(self, actor: Actor, can: Can) -> Self:
        """The rows with whose episode the actor may do this."""
        episodes = Episode.objects.permitted(actor, can).filter(pk=OuterRef("episode_id"))
        return self.filter(Exists(episodes), clinic_id=actor.clinic_id)

    def visible_to(self, actor: Actor) -> Self:
        """The rows whose existence the actor may know."""
        return self.permitted(actor, Can.SEE)

    def with_permission(self, actor: Actor, can: Can) -> Self:
        """Annotate `may`: whether the actor may do this with the row."""
        return self.annotate(may=Exists(self.model._default_manager.permitted(actor, can).filter(pk=OuterRef("pk"))))


class ClinicalModel(models.Model):
    """Belongs to one episode in one clinic; sealed fields use the client's key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", editable=False)
    episode = models.ForeignKey(Episode, models.PROTECT, related_name="%(class)ss", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Any] = ClinicalQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Kind and id: this text ends in logs."""
        return f"{self._meta.model_name} {self.pk}"

    @property
    def sealed_for(self) -> UUID:
        """The client whose key seals this row."""
        return self.episode.client_id
