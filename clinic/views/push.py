"""Telling a phone that something waits: the client's own choice, for one browser (F36)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ParseError

from clinic.access import Role, actor_of, open_to
from clinic.actions import push as pushing
from clinic.api import strict_json
from clinic.refusal import ActionRefused
from clinic.views.answers import done

LARGEST = 4000  # bytes


@open_to(Role.CLIENT)
@require_POST
def push_start(request: HttpRequest) -> HttpResponse:
    """JSON {endpoint, p256dh, auth} from the settings page: 204, or {message} with why not."""
    try:
        pushing.start(by=actor_of(request), sent=_read(request))
    except ActionRefused as no:
        return JsonResponse({"message": no.message_for_user}, status=no.status)
    return HttpResponse(status=204)


@open_to(Role.CLIENT)
@require_POST
def push_end(request: HttpRequest) -> HttpResponse:
    """Off: for the browser named in the JSON, or by the page's form for all of them."""
    if request.content_type == "application/json":
        sent = _read(request)
        endpoint = sent.get("endpoint") if isinstance(sent, dict) else None
        if isinstance(endpoint, str) and endpoint:
            pushing.end(by=actor_of(request), endpoint=endpoint)
        return HttpResponse(status=204)
    pushing.end(by=actor_of(request))
    return done(request, _("Off. No phone of yours is told any more."), "settings")


def _read(request: HttpRequest) -> object:
    """The JSON that was sent; None when it is too large or none."""
    if len(request.body) > LARGEST:
        return None
    try:
        found: object = strict_json(request.body)
    except ParseError:
        return None
    return found
