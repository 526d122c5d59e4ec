"""Worksheets and their immutable versions."""

from functools import cached_property
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.access import Actor, Can, Role
from clinic.models import Clinic, Episode, Membership
from clinic.vault import EncryptedJSON
from homework.worksheets.definition import Definition


class WorksheetQuerySet(models.QuerySet["Worksheet"]):
    """What is in the library for whom."""

    def offered_to(self, actor: Actor, client: UUID | None = None) -> Self:
        """The worksheets this member of staff may choose from: a coach sees a subset, without measures (F64).

        With a `client` whose work they may plan, the copies made for that client too.
        """
        rows = self.on_shelf(actor, client).published().switched_on(actor)
        if actor.role == Role.COACH:
            rows = rows.filter(min_role=Role.COACH, locked=False).exclude(kind=Worksheet.Kind.MEASURE)
        return rows if actor.is_clinician else rows.none()

    def of_clinic(self, actor: Actor) -> Self:
        """What ships, and what this clinic made."""
        return self.filter(Q(clinic__isnull=True) | Q(clinic_id=actor.clinic_id))

    def on_shelf(self, actor: Actor, client: UUID | None = None) -> Self:
        """What is not retired and for everybody; with a `client` also the copies made for that client."""
        whose = Q(for_client__isnull=True) | Q(for_client_id=client) if client else Q(for_client__isnull=True)
        return self.of_clinic(actor).filter(whose, retired=False)

    def published(self) -> Self:
        """With a version; without one there is only a draft."""
        return self.filter(Exists(WorksheetVersion.objects.filter(worksheet_id=OuterRef("pk"))))

    def switched_on(self, actor: Actor) -> Self:
        """Without those that ship switched off, unless this clinic named who supervises them."""
        here = Worksheet.objects.filter(pk=OuterRef("pk"), switched_on__clinic_id=actor.clinic_id)
        return self.filter(Q(off=False) | Exists(here))

    def editable_by(self, actor: Actor) -> Self:
        """Worksheets of this clinic that a member of staff may write on; a copy for one client with that client's work."""
        rows = self.filter(clinic_id=actor.clinic_id)
        if not actor.is_clinician or actor.role == Role.COACH:
            return rows.none()
        clients = Episode.objects.permitted(actor, Can.PLAN).filter(client_id=OuterRef("for_client_id"))
        return rows.filter(Q(for_client__isnull=True) | Exists(clients))

    def visible_to(self, actor: Actor) -> Self:
        """The door's word: what is offered, and what one may write on."""
        return self.filter(Q(pk__in=self.offered_to(actor)) | Q(pk__in=self.editable_by(actor)))

    def with_latest(self) -> Self:
        """Annotate the id of the newest version."""
        latest = WorksheetVersion.objects.filter(worksheet_id=OuterRef("pk")).order_by("-number")
        return self.annotate(latest_id=Subquery(latest.values("pk")[:1]))


class Worksheet(models.Model):
    """A worksheet or measure in the library."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        MONITOR = "monitor", _("Notice and note")
        READ = "read", _("Read")
        APPROACH = "approach", _("Step by step")
        MEASURE = "measure", _("Measure")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="+")
    slug = models.SlugField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    family = models.CharField(max_length=40, blank=True)
    min_role = models.CharField(max_length=12, default=Role.THERAPIST)
    locked = models.BooleanField(default=False)
    retired = models.BooleanField(default=False)
    off = models.BooleanField(default=False, help_text="ships switched off")
    for_client = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="a copy made for one client"
    )
    made_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    made_from = models.ForeignKey("WorksheetVersion", models.PROTECT, null=True, blank=True, related_name="+")

    objects = WorksheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("clinic", "slug", name="worksheets_slug_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        """The slug."""
        return self.slug


class WorksheetVersion(models.Model):
    """One published definition. Immutable: a change is a new number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, blank=True, related_name="+")
    worksheet = models.ForeignKey(Worksheet, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    tailored = EncryptedJSON(name_only=True, help_text="the definition, when it is for one client")
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint("worksheet", "number", name="worksheets_version_once")]

    def __str__(self) -> str:
        """Id and number."""
        return f"version {self.number} of {self.worksheet_id}"

    @property
    def sealed_for(self) -> UUID | None:
        """The client whose key seals a copy made for them."""
        return self.worksheet.for_client_id

    @property
    def parsed(self) -> Definition:
        """The definition as the engine's value; parsed once a process, since a version never changes.

        A copy for one client is kept no longer than the page that shows it.
        """
        return _parsed.known.get(self.sha256) or (_parsed(self.sha256, self) if self.definition else self._parsed_here)

    @cached_property
    def _parsed_here(self) -> Definition:
        return Definition.from_json(self.tailored)


class _ByHash:
    """Parsed definitions by content hash; small, because a library is some dozens of sheets."""

    def __init__(self) -> None:
        self.known: dict[str, Definition] = {}

    def __call__(self, sha256: str, version: WorksheetVersion) -> Definition:
        if sha256 not in self.known:
            self.known[sha256] = Definition.from_json(version.definition)
        return self.known[sha256]


_parsed = _ByHash()


def sync_library(definitions: list[Definition], *, using: str = "default") -> int:
    """Bring the shipped library into the database: a changed definition becomes a new version. Returns how many are new.

    Runs as the owner of the tables, because nobody else may write rows that belong to no clinic.
    """
    added = 0
    for definition in definitions:
        worksheet, _created = Worksheet.objects.using(using).update_or_create(
            clinic=None,
            slug=definition.slug,
            defaults={
                "kind": definition.kind,
                "family": definition.family,
                "min_role": definition.min_role,
                "locked": definition.locked,
                "off": definition.off,
                "retired": False,
            },
        )
        newest = worksheet.versions.using(using).order_by("-number").first()
        if newest is None or newest.sha256 != definition.digest():
            WorksheetVersion.objects.using(using).create(
                worksheet=worksheet,
                number=newest.number + 1 if newest else 1,
                definition=definition.to_json(),
                sha256=definition.digest(),
            )
            added += 1
    return added
