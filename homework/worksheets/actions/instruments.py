"""A clinic brings an instrument: an admin enters its wording and says on what ground the clinic may use it."""

import dataclasses

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.worksheets import instruments
from homework.worksheets.definition import DefinitionError, parse
from homework.worksheets.instruments import Structure, Wording
from homework.worksheets.models import Attestation, Edge, Worksheet, WorksheetVersion


@dataclasses.dataclass(frozen=True)
class Worded:
    """What came of it. `is_new`: the wording differs from the version before, so there is a new one."""

    version: WorksheetVersion
    attestation: Attestation
    is_new: bool


@transaction.atomic
def word(*, by: Actor, structure: Structure, wording: Wording, reference: str, permission: bool) -> Worded:
    """Keep a wording as the instrument's next version in this clinic, with who attested it and on what ground.

    The same wording again makes no new version, but a new attestation. What was agreed before keeps its own version.
    Raises ActionRefused: 409 for anybody but an admin, 422 (with the field) without a reference, without the tick, or for
    a wording that does not fit the structure.
    """
    if not by.is_admin:
        raise ActionRefused(_("An admin of the clinic enters the wording."))
    _check(structure, wording, reference, permission)
    try:
        definition = parse(instruments.complete(structure, wording), source=structure.slug)
    except DefinitionError as problem:
        raise ActionRefused(
            _("This wording does not fit: %(problem)s.") % {"problem": problem.expected}, status=422
        ) from None
    assert definition.measure is not None
    worksheet = _place(by, structure)
    newest = worksheet.versions.order_by("-number").first()
    is_new = newest is None or newest.sha256 != definition.digest()
    version = newest
    if newest is None or is_new:
        version = WorksheetVersion.objects.create(
            clinic_id=by.clinic_id,
            worksheet=worksheet,
            number=newest.number + 1 if newest else 1,
            definition=definition.to_json(),
            sha256=definition.digest(),
        )
        audit.record(by=by, verb="instrument.worded", obj=worksheet, slug=structure.slug, number=version.number)
    assert version is not None
    attestation = Attestation.objects.create(
        clinic_id=by.clinic_id,
        worksheet=worksheet,
        by=by.member,
        reference=reference.strip(),
        text_sha256=definition.measure.text_sha256,
    )
    audit.record(by=by, verb="instrument.attested", obj=worksheet, slug=structure.slug, number=version.number)
    return Worded(version, attestation, is_new)


def _check(structure: Structure, wording: Wording, reference: str, permission: bool) -> None:
    for field, message in instruments.problems(structure, wording).items():
        raise ActionRefused(message, status=422, field=field)
    if not reference.strip():
        raise ActionRefused(
            _("Say on what ground you may use it: a licence, a contract, a letter."), status=422, field="reference"
        )
    if not permission:
        raise ActionRefused(
            _("Tick this when the clinic holds the permission. Without it the wording cannot be kept."),
            status=422,
            field="permission",
        )


def _place(by: Actor, structure: Structure) -> Worksheet:
    """The instrument's place in the clinic's library, held so that two admins make two versions one after another."""
    worksheet, _created = Worksheet.objects.select_for_update().get_or_create(
        clinic_id=by.clinic_id,
        slug=structure.slug,
        defaults={"kind": Worksheet.Kind.MEASURE, "family": "measure", "made_by": by.member},
    )
    if worksheet.kind != Worksheet.Kind.MEASURE or worksheet.for_client_id is not None:
        raise ActionRefused(_("There is a worksheet of your clinic with this short name already. Rename it first."))
    if worksheet.retired:
        worksheet.retired = False
        worksheet.save(update_fields=["retired"])
    return worksheet


@transaction.atomic
def choose_edges(*, by: Actor, worksheet: Worksheet, cutoff: int | None, rci: int | None) -> Edge:
    """Say which of the published cut-offs and reliable changes the clinic goes by; scores are read anew, none changes.

    Raises ActionRefused: 409 for anybody but an admin, 422 for a number the measure does not name.
    """
    if not by.is_admin:
        raise ActionRefused(_("An admin of the clinic decides this."))
    newest = worksheet.versions.order_by("-number").first()
    measure = newest.parsed.measure if newest is not None else None
    try:
        if measure is None:
            raise ValueError
        measure.chosen(cutoff=cutoff, rci=rci)
    except ValueError:
        raise ActionRefused(_("Choose one of the numbers that were published for it."), status=422) from None
    edge, _new = Edge.objects.update_or_create(
        clinic_id=by.clinic_id, worksheet=worksheet, defaults={"by": by.member, "cutoff": cutoff, "rci": rci}
    )
    audit.record(by=by, verb="instrument.edges", obj=worksheet, cutoff=cutoff, rci=rci)
    return edge
