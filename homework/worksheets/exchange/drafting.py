"""What came in becomes a draft of the clinic: nothing is offered to anybody before a therapist has looked and published."""

import json

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, Role
from clinic.refusal import ActionRefused
from homework.worksheets.exchange.coming import Came
from homework.worksheets.models import Draft


@transaction.atomic
def bring_in(*, by: Actor, came: Came, title: str = "") -> Draft:
    """Begin a draft from what came in. Raises ActionRefused: 403 for a coach, 422 for a measure or too long a sheet."""
    from homework.worksheets.actions import drafts

    if by.role != Role.THERAPIST:
        raise ActionRefused(_("A therapist brings worksheets in."), status=403)
    if reason := cannot(came):
        raise ActionRefused(reason, status=422)
    table = came.definition.to_json()
    if title.strip():
        table["title"] = title.strip()
    if len(json.dumps(table)) > drafts.TABLE_LIMIT:
        raise ActionRefused(_("This is longer than a worksheet can be."), status=422)
    draft = drafts.start(by=by, table=table, title=str(table["title"]))
    audit.record(by=by, verb="worksheet.imported", obj=draft, format=came.format, remarks=len(came.remarks))
    return draft


def cannot(came: Came) -> str:
    """Why what came in becomes no draft; empty when it can."""
    if came.definition.measure is None:
        return ""
    return _("A measure is not imported: its wording and scoring are fixed. The library has those that are free to use, and an "
             "admin of the clinic enters others.")  # fmt: skip
