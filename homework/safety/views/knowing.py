"""Before something is shared: whether the client knows that nobody reads it straight away, said once and again every 90 days.

It is asked on the page that shares, with the same tap, so that nothing stands between a client and their own pages, and
what is typed stays there (6.1).
"""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import reading as known
from clinic.access import actor_of
from clinic.actions import contact
from clinic.refusal import ActionRefused
from homework.safety import reading

FIELD = "reading_noted"


def check(request: HttpRequest, *, ticked: bool | None = None) -> None:
    """Note that they know, where it was ticked and is due. Raises ActionRefused (422) where it is due and was not.

    ticked: said otherwise than with a form.
    """
    actor = actor_of(request)
    if not reading.is_due(known.contact_known(actor), timezone.now()):
        return
    if not (FIELD in request.POST if ticked is None else ticked):
        raise ActionRefused(
            _("Please tick that you know: nobody reads this straight away. What you wrote is still here."),
            status=422,
            field=FIELD,
        )
    contact.note_reading(by=actor)
