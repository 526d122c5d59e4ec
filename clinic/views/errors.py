"""Pages for what went wrong: what happened, that nothing is lost, what to do."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from clinic.door import wants_json


def _page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": message, "field": ""}, status=status)
    return render(request, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400, _("That could not be read. Please go back and try again."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: visible, but not yours to change."""
    return _page(request, 403, _("You can see this, but not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for "not there" and "not yours"."""
    return _page(request, 404, _("Nothing here."))


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500, _("Something went wrong on our side. What you wrote is still on your page."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when the page was too old to send from; the text is shown back so that it can be copied."""
    if wants_json(request):
        return JsonResponse({"message": _("This page is too old to send from. Please sign in again.")}, status=403)
    kept = {key: value for key, value in request.POST.items() if key != "csrfmiddlewaretoken" and "password" not in key}
    return render(request, "403_csrf.html", {"kept": kept}, status=403)
