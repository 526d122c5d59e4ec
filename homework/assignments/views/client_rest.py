"""Everything rests for some days, and goes on again: one action for My work, Today and the settings."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.access import Role, actor_of, open_to
from clinic.forms.settings import PauseForm
from clinic.views.answers import done
from homework.assignments.actions import rest as resting

BACK_TO = ("today", "work", "settings")


@open_to(Role.CLIENT)
@require_POST
def pause_all(request: HttpRequest) -> HttpResponse:
    """No message and nothing to do for 1 to 14 days. No reason is asked for."""
    form = PauseForm(request.POST)
    resting.pause_all(by=actor_of(request), days=form.cleaned_data["days"] if form.is_valid() else 0)
    return done(request, _("Everything rests. It comes back by itself, and you can go on before that."), _back(request))


@open_to(Role.CLIENT)
@require_POST
def resume_all(request: HttpRequest) -> HttpResponse:
    """Go on now."""
    resting.resume_all(by=actor_of(request))
    return done(request, _("Back again, as you agreed it."), _back(request))


def _back(request: HttpRequest) -> str:
    """The page it was asked from."""
    named = request.POST.get("back", "")
    return named if named in BACK_TO else "work"
