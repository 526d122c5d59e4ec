"""How a client describes themself, if they like: kept for them, counted once a month, seen by nobody at the clinic (F55, F56).

Staff have no way to it. `tests/house/test_source.py` holds who may name the model at all.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import SelfDescription
from clinic.refusal import ActionRefused


def own(actor: Actor) -> SelfDescription | None:
    """What this client said, or None. One query."""
    return SelfDescription.objects.filter(client_id=actor.member_id).first()


@transaction.atomic
def say(*, by: Actor, group: str = "", means: str = "", words: str = "") -> SelfDescription | None:
    """Keep what the client says, each part optional; nothing at all takes it away. The same again changes nothing.

    Raises ActionRefused: 409 when the actor is no client, 422 for a choice that is not offered.
    """
    if not by.is_client:
        raise ActionRefused(_("Only clients have this page."))
    if group and group not in SelfDescription.Group.values:
        raise ActionRefused(_("Choose one of the answers."), status=422, field="group")
    if means and means not in SelfDescription.Means.values:
        raise ActionRefused(_("Choose one of the answers."), status=422, field="means")
    said = {key: value for key, value in (("group", group), ("means", means), ("words", words.strip())) if value}
    if not said:
        take_back(by=by)
        return None
    row = SelfDescription.objects.select_for_update().filter(client_id=by.member_id).first()
    if row is not None and row.said == said:
        return row
    row = row or SelfDescription(clinic_id=by.clinic_id, client=by.member)
    row.said, row.said_at = said, timezone.now()
    row.save()
    audit.record(by=by, verb="self.described", obj=by.membership)
    return row


@transaction.atomic
def take_back(*, by: Actor) -> None:
    """Delete it. Where there is none, nothing happens."""
    deleted, _rows = SelfDescription.objects.filter(client_id=by.member_id).delete()
    if deleted and by.is_client:
        audit.record(by=by, verb="self.taken_back", obj=by.membership)
