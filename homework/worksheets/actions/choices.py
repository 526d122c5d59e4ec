"""What a person or a clinic chooses about a worksheet: near at hand, and switched on here."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Membership
from clinic.refusal import ActionRefused
from homework.worksheets.catalogue import supervisors
from homework.worksheets.models import Favourite, SwitchedOn, Worksheet


@transaction.atomic
def keep_near(*, by: Actor, worksheet: Worksheet, wanted: bool) -> bool:
    """Put a worksheet into one's own favourites, or take it out; twice is the same as once. Returns `wanted`."""
    if wanted:
        Favourite.objects.get_or_create(clinic_id=by.clinic_id, member=by.member, worksheet=worksheet)
    else:
        Favourite.objects.filter(clinic_id=by.clinic_id, member=by.member, worksheet=worksheet).delete()
    audit.record(by=by, verb="worksheet.favourite", obj=worksheet, on=wanted)
    return wanted


@transaction.atomic
def switch_on(*, by: Actor, worksheet: Worksheet, supervisor: Membership) -> SwitchedOn:
    """Let the clinic's therapists offer a sheet that ships switched off; the named therapist supervises it.

    Naming somebody else later is the same action. Raises ActionRefused: 409 for a sheet that is not switched off, or when
    not an admin asks; 422 when `supervisor` is not a therapist of this clinic today who supervises others.
    """
    _check(by, worksheet)
    if not supervisors(by).filter(pk=supervisor.pk).exists():
        raise ActionRefused(
            _("Choose a therapist of this clinic who supervises others."), status=422, field="supervisor"
        )
    row, _created = SwitchedOn.objects.update_or_create(
        clinic_id=by.clinic_id, worksheet=worksheet, defaults={"supervisor": supervisor, "by": by.member}
    )
    audit.record(by=by, verb="worksheet.switched_on", obj=worksheet, supervisor=str(supervisor.pk))
    return row


@transaction.atomic
def switch_off(*, by: Actor, worksheet: Worksheet) -> None:
    """Offer the sheet no longer. Work that was agreed goes on as it was."""
    _check(by, worksheet)
    SwitchedOn.objects.filter(clinic_id=by.clinic_id, worksheet=worksheet).delete()
    audit.record(by=by, verb="worksheet.switched_off", obj=worksheet)


def _check(by: Actor, worksheet: Worksheet) -> None:
    if not by.is_admin:
        raise ActionRefused(_("An admin of the clinic decides this."))
    if not worksheet.off:
        raise ActionRefused(_("This sheet is in use everywhere already."))
