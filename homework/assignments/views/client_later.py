"""Remind me later today: one tap on Today."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import Can, Role, actor_of, get_visible, open_to
from clinic.refusal import ActionRefused
from clinic.views.answers import done
from homework.assignments.actions import snooze
from homework.assignments.forms.later import LaterForm
from homework.assignments.models import Assignment
from homework.assignments.planning import agreed


@open_to(Role.CLIENT)
@require_POST
def remind_later(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One more short message at a time of today. What is written before ends it."""
    assignment = get_visible(request, Assignment, pk, can=Can.AGREE)
    form = LaterForm(request.POST)
    if not form.is_valid():
        raise ActionRefused(_("Choose a time later today, before eight in the evening."), status=422)
    at = form.cleaned_data["at"]
    snooze.remind_later(by=actor_of(request), assignment=assignment, at=at)
    says = _("A short note comes at %(time)s, unless you write something before.") % {"time": agreed.at_time(at)}
    return done(request, says, "today")
