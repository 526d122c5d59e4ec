"""What the clinic did about something in its figures: a dated line, nobody's name in it (F56)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.reviews.models import Figures, ServiceAction


@transaction.atomic
def note(*, by: Actor, kind: str, text: str, done_on: date) -> ServiceAction:
    """Write a line down. The same line again, of the same day, is the same line.

    Raises ActionRefused: 409 when somebody but an admin asks, 422 for a day that has not come, no words or another table.
    """
    said = " ".join(text.split())
    if not by.is_admin:
        raise ActionRefused(_("Clinic admins keep this list."))
    if kind not in Figures.Kind.values:
        raise ActionRefused(_("Choose one of the tables."), status=422, field="kind")
    if not said:
        raise ActionRefused(_("Write what was done, in a few words."), status=422, field="text")
    if done_on > by.clinic.today():
        raise ActionRefused(_("Choose today or an earlier day."), status=422, field="done_on")
    row, is_new = ServiceAction.objects.get_or_create(
        clinic_id=by.clinic_id, kind=kind, text=said, done_on=done_on, defaults={"author": by.member}
    )
    if is_new:
        audit.record(by=by, verb="service.noted", obj=row, kind=kind)
    return row


@transaction.atomic
def take_out(*, by: Actor, action: ServiceAction) -> None:
    """Take a line out again, for example one that says too much. Raises ActionRefused (409) when no admin asks."""
    if not by.is_admin:
        raise ActionRefused(_("Clinic admins keep this list."))
    audit.record(by=by, verb="service.taken_out", obj=action, kind=action.kind)
    action.delete()
