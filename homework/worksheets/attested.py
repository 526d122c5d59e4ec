"""Which instruments a clinic has: what ships with its wording, what waits for it, and who said on what ground it may."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from homework.worksheets import edges, gates
from homework.worksheets.definition import Definition
from homework.worksheets.instruments import Structure, structures
from homework.worksheets.kinds import Measure
from homework.worksheets.models import Attestation, Edge, Worksheet, WorksheetVersion

LICENCES: dict[str, Promise] = {
    "public_domain": _("Public domain"),
    "no_permission_needed": _("No permission needed"),
    "open_licence": _("Open licence"),
    "own": _("Our own scale, not validated"),
    "bring_your_own": _("Wording by the clinic"),
}


@dataclass(frozen=True)
class Shipped:
    """A measure that ships with its wording. `waits`: its gate is closed here."""

    worksheet: Worksheet
    definition: Definition
    waits: bool
    edge: Edge | None = None

    @property
    def several(self) -> bool:
        """Whether the clinic may choose a cut-off or a reliable change."""
        return edges.has_several(self.measure)

    @property
    def cutoffs(self) -> list[tuple[int, str, bool]]:
        """The cut-offs to choose from, the one in force marked."""
        now = self.edge.cutoff if self.edge and self.edge.cutoff is not None else self.measure.cutoff
        return [(one.value, str(one.label), one.value == now) for one in self.measure.cutoffs]

    @property
    def rcis(self) -> list[tuple[int, str, bool]]:
        """The same for reliable change."""
        own = self.measure.rci.value if self.measure.rci else None
        now = self.edge.rci if self.edge and self.edge.rci is not None else own
        return [(one.value, one.source, one.value == now) for one in self.measure.rcis]

    @property
    def measure(self) -> Measure:
        """The instrument."""
        assert self.definition.measure is not None
        return self.definition.measure

    @property
    def licence(self) -> Promise:
        """Why it may ship."""
        return LICENCES[self.measure.licence_status]


@dataclass(frozen=True)
class Own:
    """An instrument whose wording the clinic brings. Without a version it is still to be worded."""

    structure: Structure
    version: WorksheetVersion | None
    attestation: Attestation | None
    waits: bool


def shipped(actor: Actor, language: str) -> list[Shipped]:
    """The measures that ship with wording, by title, in a language where there is one. Two queries, and the gate's."""
    rows = _newest_shipped()
    here = {edge.worksheet_id: edge for edge in Edge.objects.filter(clinic_id=actor.clinic_id)}
    found = [
        Shipped(
            row.worksheet,
            row.parsed.localised(language),
            not gates.lets(row.parsed.measure, actor.clinic_id),
            here.get(row.worksheet_id),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: str(one.definition.title).casefold())


def behind(gate: str) -> list[str]:
    """The instruments a gate keeps closed, by title: those that ship with wording, then those a clinic words. One query."""
    shipped = [row.parsed for row in _newest_shipped()]
    own = [one.title for one in structures() if one.gate == gate]
    return sorted(str(one.title) for one in shipped if one.measure and one.measure.gate == gate) + sorted(own)


def _newest_shipped() -> QuerySet[WorksheetVersion]:
    """The newest version of each measure that ships with its wording."""
    rows = WorksheetVersion.objects.filter(worksheet__clinic__isnull=True, worksheet__kind=Worksheet.Kind.MEASURE)
    rows = rows.filter(worksheet__retired=False).select_related("worksheet")
    return rows.order_by("worksheet_id", "-number").distinct("worksheet_id")


def brought(actor: Actor) -> list[Own]:
    """The instruments a clinic words itself, by title. Two queries, and the gate's."""
    return _own(actor, structures())


def one_of(actor: Actor, structure: Structure) -> Own:
    """One of them."""
    return _own(actor, [structure])[0]


def _own(actor: Actor, wanted: Sequence[Structure]) -> list[Own]:
    rows = WorksheetVersion.objects.filter(
        worksheet__clinic_id=actor.clinic_id,
        worksheet__kind=Worksheet.Kind.MEASURE,
        worksheet__slug__in=[one.slug for one in wanted],
    )
    newest = rows.select_related("worksheet").order_by("worksheet_id", "-number").distinct("worksheet_id")
    versions = {row.worksheet.slug: row for row in newest}
    said = Attestation.objects.filter(worksheet__in=[row.worksheet_id for row in versions.values()])
    attestations = {row.worksheet_id: row for row in said.select_related("by__user").order_by("at", "pk")}
    found = []
    for one in wanted:
        version = versions.get(one.slug)
        attestation = attestations.get(version.worksheet_id) if version is not None else None
        found.append(Own(one, version, attestation, not gates.is_open(one.gate, actor.clinic_id)))
    return found


def shipped_one(slug: str) -> Worksheet:
    """A measure that ships with its wording. Raises Http404."""
    found = Worksheet.objects.filter(clinic__isnull=True, kind=Worksheet.Kind.MEASURE, slug=slug).first()
    if found is None:
        raise Http404
    return found
