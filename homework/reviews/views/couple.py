"""On a sheet for two, the client asks to talk alone. What is said back is one neutral word: the screen may be shared (F63)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import Role, actor_of, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done
from homework.assignments.actions import entry as doing
from homework.assignments.models import Entry
from homework.assignments.views import drafting
from homework.assignments.views.client_entry import words_stay
from homework.reviews.actions import alone


@open_to(Role.CLIENT)
@require_POST
@words_stay
def couple_alone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what is typed, tell the therapist, and go back to the sheet."""
    try:
        row = drafting.to_write_on(request, pk)
    except drafting.NotKept as no:
        alone.tell_alone(by=actor_of(request), entry=no.entry)
        messages.success(request, _("Noted."))
        raise
    _keep_typed(request, row)
    alone.tell_alone(by=actor_of(request), entry=row)
    return done(request, _("Noted."), "entry", row.pk)


def _keep_typed(request: HttpRequest, row: Entry) -> None:
    """The button stands inside the sheet's form: what was typed there is kept first. The other page sends no sheet."""
    if row.state != Entry.State.DRAFT or "sheet" not in request.POST:
        return
    try:
        drafting.keep(request, row, drafting.read(request, row))
    except (doing.DraftConflict, ActionRefused):
        return  # both texts are kept by then, and the sheet's own page says so
