"""The front of the house: where "/" leads, leaving quickly, and two answers for machines."""

import json

from django.conf import settings
from django.contrib.auth import logout
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from clinic import reading, safe_contact
from clinic.access import Actor, Role, public, signed_in
from clinic.context import about_this_place

HOME_OF = {
    Role.CLIENT: "today",
    Role.THERAPIST: "therapist_home",
    Role.COACH: "therapist_home",
    Role.ADMIN: "board",
}


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To one's own first page, for a new client by way of the questions about safe contact (F36).

    Strangers go to the sign-in, or to the personas in the demo.
    """
    actor: Actor | None = request.actor  # type: ignore[attr-defined]
    if actor is not None:
        if safe_contact.asks(reading.contact_of(actor), timezone.now()) == "first":
            return redirect("about_contact")
        return redirect(HOME_OF[Role(actor.role)])
    if request.user.is_authenticated:
        return render(request, "front/no_place.html")
    return redirect("personas" if settings.DEMO else "account_login")


@public
@csrf_exempt  # leaving has to work from an old page too; all it can do is sign somebody out
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out and show something harmless. A page rather than a redirect: form-action 'self' forbids leading elsewhere."""
    where = about_this_place(request)["leave_url"]
    logout(request)
    response = render(request, "front/leave.html", {"where": where})
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@signed_in
@require_safe
def still_here(request: HttpRequest) -> HttpResponse:
    """A key or the pointer was used: the sign-in lives on. The door has noted it before this runs."""
    return HttpResponse(status=204)


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and reaches its database; no versions, no names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@public
@csrf_exempt  # the browser sends it by itself, without a token
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser tells of something the Content-Security-Policy stopped. Only the directive is noted, never an address."""
    try:
        report = json.loads(request.body[:10_000]).get("csp-report", {})
        directive = str(report.get("effective-directive", ""))[:60]
    except (ValueError, AttributeError, RecursionError):
        directive = "unreadable"
    request.csp_directive = directive  # type: ignore[attr-defined]
    return HttpResponse(status=204)
