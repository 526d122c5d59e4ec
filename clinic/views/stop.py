"""Stopping messages from the link in one, without signing in (clinical.md 5, RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import messages
from clinic.access import public
from clinic.outbox import stopping
from clinic.scope import acting_in


@public
@csrf_exempt  # a mail program presses the button without ever having seen the page; all it can do is stop messages
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Looking stops nothing (mail scanners look); pressing the button does, and so does the mail program's own."""
    ids = messages.read_stop_token(token)
    if ids is None:
        raise Http404
    with acting_in(ids[0]):
        prefs = stopping.prefs_of(clinic_id=ids[0], user_id=ids[1])
        if prefs is None:
            raise Http404
        if request.method == "POST":
            stopping.stop(by=stopping.holder_of(prefs), prefs=prefs)
            return _answer(request, token)
        return _page(request, prefs)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    """To a person the page that says so; to a mail program a plain yes, because it follows no redirect."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse("ok", content_type="text/plain")
    response = redirect("stop_messages", token)
    response.status_code = 303
    return response


def _page(request: HttpRequest, prefs: "stopping.ContactPrefs") -> HttpResponse:
    """In the client's language, under the clinic's discreet name."""
    user = prefs.client.user
    with translation.override(user.language if user else "en"):
        context = {"stopped": not prefs.email_reminders, "clinic_app_name": prefs.clinic.app_name}
        return render(request, "clinic/stop.html", context)
