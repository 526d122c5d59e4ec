"""The clinic's own settings and its sites."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Clinic, Site
from clinic.refusal import ActionRefused

CLINIC_FIELDS = (
    "name",
    "app_name",
    "sender_name",
    "icon",
    "weekly_messages",
    "time_zone",
    "phone",
    "reading_hours",
    "leave_url",
    "couple_secrets",
    "after_months",
)


@transaction.atomic
def change_clinic(*, by: Actor, **values: Any) -> Clinic:
    """Change the clinic's settings; `values` are some of `CLINIC_FIELDS`. Raises TypeError for another name."""
    unknown = values.keys() - set(CLINIC_FIELDS)
    if unknown:
        raise TypeError(f"not a setting of a clinic: {', '.join(sorted(unknown))}")
    clinic = Clinic.objects.select_for_update().get(pk=by.clinic_id)
    changed = [name for name, value in values.items() if getattr(clinic, name) != value]
    for name in changed:
        setattr(clinic, name, values[name])
    clinic.save(update_fields=changed)
    audit.record(by=by, verb="clinic.changed", obj=clinic, changed=changed)
    return clinic


@transaction.atomic
def add_site(*, by: Actor, name: str, time_zone: str, crisis_locale: str) -> Site:
    """Open a site. Raises ActionRefused (409) when there is one of this name."""
    _check_name(by, name)
    site = Site.objects.create(clinic=by.clinic, name=name.strip(), time_zone=time_zone, crisis_locale=crisis_locale)
    audit.record(by=by, verb="site.added", obj=site)
    return site


@transaction.atomic
def change_site(*, by: Actor, site: Site, name: str, time_zone: str, crisis_locale: str) -> Site:
    """Change a site. Sessions already arranged keep their own time zone.

    Raises ActionRefused (409) for a name in use.
    """
    _check_name(by, name, besides=site)
    site.name, site.time_zone, site.crisis_locale = name.strip(), time_zone, crisis_locale
    site.save(update_fields=["name", "time_zone", "crisis_locale"])
    audit.record(by=by, verb="site.changed", obj=site)
    return site


def _check_name(by: Actor, name: str, besides: Site | None = None) -> None:
    others = Site.objects.filter(clinic_id=by.clinic_id, name__iexact=name.strip())
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise ActionRefused(_("There is already a site of this name."), field="name")
