"""Worksheets and their immutable versions.

A `Worksheet` is a place in the library; a `WorksheetVersion` holds one definition (JSON, with its hash) and never changes
once it exists: assignments are pinned to it. Shipped worksheets belong to no clinic and are synced from
`homework/worksheets/library/*.toml` by `manage.py prepare`; clinic-made ones will come through the same parser.
"""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7
from clinic.access import Actor, Role
from clinic.models import Clinic
from homework.worksheets.definition import Definition


class WorksheetQuerySet(models.QuerySet["Worksheet"]):
    """What is in the library for whom."""

    def offered_to(self, actor: Actor) -> Self:
        """The worksheets this member of staff may choose from: a coach sees a subset, without measures (F64)."""
        rows = self.filter(Q(clinic__isnull=True) | Q(clinic_id=actor.clinic_id), retired=False)
        if actor.role == Role.COACH:
            rows = rows.filter(min_role=Role.COACH, locked=False).exclude(kind=Worksheet.Kind.MEASURE)
        return rows if actor.is_clinician else rows.none()

    def visible_to(self, actor: Actor) -> Self:
        """The door's word for `offered_to`."""
        return self.offered_to(actor)

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
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint("worksheet", "number", name="worksheets_version_once")]

    def __str__(self) -> str:
        """Id and number."""
        return f"version {self.number} of {self.worksheet_id}"

    @property
    def parsed(self) -> Definition:
        """The definition as the engine's value; parsed once a process, since a version never changes."""
        return _parsed(self.sha256, self)


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
