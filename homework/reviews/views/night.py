"""What a night's look showed, put aside from a therapist's first page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.views.answers import done
from homework.reviews.actions import night
from homework.reviews.models import NightSignal


@open_to(*CLINICIANS)
@require_POST
def night_aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Seen: it comes back only when something else shows."""
    signal = get_visible(request, NightSignal, pk, can=Can.REVIEW)
    night.put_aside(by=actor_of(request), signal=signal)
    return done(request, _("Put aside. It comes back only when something new shows."), "therapist_home")
