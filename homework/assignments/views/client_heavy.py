"""The client's yes to "let my therapist know", after something heavy was shared (6.4)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.views.answers import done
from homework.assignments.actions import heavy
from homework.assignments.models import Entry
from homework.assignments.views.drafting import WITH_SHEET


@open_to(Role.CLIENT)
@require_POST
def entry_heavy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask that somebody reads this entry."""
    row = get_visible(request, Entry, pk, can=Can.WRITE, related=WITH_SHEET)
    heavy.tell(by=actor_of(request), entry=row)
    return done(request, _("Your clinic is asked to read it. Nobody reads it straight away."), "entry_done", pk)
