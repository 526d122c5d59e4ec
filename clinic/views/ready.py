"""Whether the installation is ready, for a monitor."""

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from clinic.access import public
from clinic.running import ready


@public
@transaction.non_atomic_requests  # without a database there is no transaction to begin, and that is one of the answers
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 or 503 with booleans. From this machine itself or with the token; everybody else is told that nothing is here."""
    if not ready.may_ask(request):
        raise Http404
    found = ready.answer()
    return JsonResponse(found, status=200 if found["ready"] else 503, headers={"Cache-Control": "no-store"})
