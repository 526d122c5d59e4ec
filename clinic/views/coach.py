"""A client is asked about a coach, says yes or not now, and can stop at any time (F70)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import coaching
from clinic.access import Role, actor_of, open_to
from clinic.actions import coach
from clinic.refusal import ActionRefused
from clinic.views.answers import done


@open_to(Role.CLIENT)
@require_safe
def coach_asked(request: HttpRequest) -> HttpResponse:
    """Who could help with what, until when; and who does."""
    found = coaching.own(actor_of(request))
    context = {"asked": [one for one in found if one.waits], "helping": [one for one in found if not one.waits]}
    return render(request, "clinic/coach_asked.html", context)


@open_to(Role.CLIENT)
@require_POST
def coach_answer(request: HttpRequest) -> HttpResponse:
    """Yes, not now, or not any more. No reason is asked for."""
    actor, wanted = actor_of(request), request.POST.get("place")
    place = next((one for one in coaching.places(actor) if str(one.pk) == wanted), None)
    if place is None:
        raise ActionRefused(_("This is no longer asked."))
    if request.POST.get("answer") == "yes":
        coach.say_yes(by=actor, place=place)
        return done(request, _("You said yes. It ends by itself, and you can stop it before."), "coach_asked")
    coach.say_no(by=actor, place=place)
    return done(request, _("That is fine. They can read nothing of yours."), "coach_asked")
