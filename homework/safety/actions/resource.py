"""A clinic's own lines of help: taking over what ships for its countries, adding, changing, checking, taking off (6.2, F71)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.safety.lines import offered
from homework.safety.models import ClinicResource

FIELDS = ("kind", "site", "language", "name", "about", "phone", "sms", "url", "hours")
REACHED_BY = ("phone", "sms", "url")
"""When one of these changes, an earlier check says nothing any more."""


@transaction.atomic
def take_over(*, by: Actor) -> list[ClinicResource]:
    """Put the lines that ship for the clinic's countries on its list, unchecked. Those that are on it stay as they are."""
    rows = ClinicResource.objects.bulk_create(offered(by))
    if rows:
        audit.record(by=by, verb="resource.taken_over", rows=len(rows))
    return rows


@transaction.atomic
def add(*, by: Actor, checked: bool = False, **values: Any) -> ClinicResource:
    """Add a line of help; `values` are some of `FIELDS`. checked: somebody called or opened it today.

    Raises ActionRefused (422) when there is no way to reach it.
    """
    row = ClinicResource(clinic=by.clinic, **_known(values))
    _can_be_reached(row)
    twin = (
        ClinicResource.objects.current().filter(clinic_id=by.clinic_id, **{n: getattr(row, n) for n in FIELDS}).first()
    )
    if twin is not None:  # sent twice
        return twin
    _check_off(by, row, checked)
    row.position = ClinicResource.objects.filter(clinic_id=by.clinic_id, kind=row.kind).count()
    row.save(force_insert=True)
    audit.record(by=by, verb="resource.added", obj=row, kind=row.kind)
    return row


@transaction.atomic
def change(*, by: Actor, row: ClinicResource, checked: bool = False, **values: Any) -> ClinicResource:
    """Change a line of help. Another number or address has to be checked anew, unless it was: `checked`."""
    locked = ClinicResource.objects.select_for_update().get(pk=row.pk)
    _on_the_list(locked)
    changed = [name for name, value in _known(values).items() if getattr(locked, name) != value]
    for name in changed:
        setattr(locked, name, values[name])
    _can_be_reached(locked)
    if checked:
        _check_off(by, locked, checked)
    elif set(changed) & set(REACHED_BY):
        locked.verified_on = locked.verified_by = None
    locked.save()
    audit.record(by=by, verb="resource.changed", obj=locked, changed=changed)
    return locked


@transaction.atomic
def confirm(*, by: Actor, row: ClinicResource) -> ClinicResource:
    """Somebody of the clinic called it, or opened it, today: it is right."""
    locked = ClinicResource.objects.select_for_update().get(pk=row.pk)
    _on_the_list(locked)
    if locked.verified_on == by.clinic.today():
        return locked  # tapped twice
    _check_off(by, locked, True)
    locked.save(update_fields=["verified_on", "verified_by"])
    audit.record(by=by, verb="resource.checked", obj=locked)
    return locked


@transaction.atomic
def retire(*, by: Actor, row: ClinicResource) -> ClinicResource:
    """Take a line off the list; clients do not see it any more. The row stays, for the record."""
    locked = ClinicResource.objects.select_for_update().get(pk=row.pk)
    if locked.retired_at is None:
        locked.retired_at = timezone.now()
        locked.save(update_fields=["retired_at"])
        audit.record(by=by, verb="resource.retired", obj=locked)
    return locked


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """The values, when each is one of `FIELDS`. Raises TypeError for another name."""
    unknown = values.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"not a part of a line of help: {', '.join(sorted(unknown))}")
    return values


def _can_be_reached(row: ClinicResource) -> None:
    if not any(getattr(row, name) for name in REACHED_BY):
        raise ActionRefused(_("A number, a text number or a web page is needed."), status=422, field="phone")


def _on_the_list(row: ClinicResource) -> None:
    if row.retired_at is not None:
        raise ActionRefused(_("This line was taken off the list. You can add it again."))


def _check_off(by: Actor, row: ClinicResource, checked: bool) -> None:
    if checked:
        row.verified_on, row.verified_by = by.clinic.today(), by.membership
