"""After care (F50): a client opens their staying-well plan, for nobody but themself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST

from clinic.access import Role, actor_of, open_to
from clinic.views.answers import SeeOther
from homework.assignments.actions import own
from homework.assignments.days import today as todays


@open_to(Role.CLIENT)
@require_POST
def staying_well(request: HttpRequest) -> HttpResponse:
    """Open it; it begins here when there is none yet."""
    actor = actor_of(request)
    episode = todays.episode_of(actor)
    if episode is None:
        raise Http404
    return SeeOther(resolve_url("entry", own.staying_well(by=actor, episode=episode).pk))
