"""Opening a clinic: the one thing nobody in it can do, because nobody is in it yet. Run by the operator's command."""

import uuid

from django.db import transaction
from django.utils.text import slugify

from clinic import access, vault
from clinic.actions import people
from clinic.models import Clinic, Membership, Site
from clinic.scope import acting_in


@transaction.atomic
def open_clinic(
    *, name: str, site: str, admin_name: str, admin_email: str, time_zone: str, crisis_locale: str = "en-GB"
) -> tuple[Clinic, Membership, str]:
    """Make a clinic with one site and invite its first admin. Returns the clinic, the admin's place and the link's token."""
    slug = f"{slugify(name)[:40] or 'clinic'}-{uuid.uuid4().hex[:6]}"
    clinic = Clinic.objects.create(name=name, slug=slug, time_zone=time_zone)
    with acting_in(clinic.pk), vault.session():
        place = Site.objects.create(clinic=clinic, name=site, time_zone=time_zone, crisis_locale=crisis_locale)
        operator = access.system(clinic, "opening")
        admin, token = people.invite_staff(
            by=operator, name=admin_name, email=admin_email, role=access.Role.ADMIN, site=place
        )
    return clinic, admin, token
