"""Stopping messages from the link in one, without signing in (clinical.md 5, RFC 8058)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import messages, outbox
from clinic.access import public
from clinic.actions import contact
from clinic.models import ContactPrefs
from clinic.scope import acting_in
from clinic.views.answers import SeeOther


@public
@csrf_exempt  # a mail program presses the button without ever having seen the page; all it can do is stop messages
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Looking stops nothing (mail scanners look); pressing the button does, and so does the mail program's own."""
    ids = messages.read_stop_token(token)
    if ids is None:
        raise Http404
    with acting_in(ids[0]):
        prefs = outbox.wishes_of(*ids)
        if prefs is None:
            raise Http404
        if request.method == "POST":
            contact.stop_messages(clinic_id=prefs.clinic_id, client_id=prefs.client_id)
            return _answer(request, token)
        return _page(request, prefs)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    """To a person the page that says so; to a mail program a plain yes, because it follows no redirect."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse("ok", content_type="text/plain")
    return SeeOther(reverse("stop_messages", args=[token]))


def _page(request: HttpRequest, prefs: ContactPrefs) -> HttpResponse:
    """In the client's language unless this browser chose another, under the clinic's discreet name."""
    user, chosen = prefs.client.user, settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with translation.override(translation.get_language() if chosen or user is None else user.language):
        context = {"stopped": not prefs.email_reminders, "clinic_app_name": prefs.clinic.app_name}
        return render(request, "clinic/stop.html", context)
