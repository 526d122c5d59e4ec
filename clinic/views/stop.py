"""Stopping messages from the link in one, without signing in (clinical.md 5, RFC 8058)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import outbox, way_out
from clinic.access import public
from clinic.actions import contact
from clinic.models import ContactPrefs
from clinic.scope import acting_in
from clinic.views.answers import SeeOther
from clinic.way_out import WayOut


@public
@csrf_exempt  # a mail program presses the button without ever having seen the page; all it can do is stop messages
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an e-mail, which stops e-mails; on the page one can stop every message."""
    return _stop(request, way_out.read_stop_token(token))


@public
@csrf_exempt  # the page works also where a phone shows it without cookies; all it can do is stop messages
@require_http_methods(["GET", "HEAD", "POST"])
def stop_texts(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a text message, which stops text messages."""
    return _stop(request, way_out.read_short_token(token))


def _stop(request: HttpRequest, way: WayOut | None) -> HttpResponse:
    """Looking stops nothing (mail scanners look); pressing the button does, and so does the mail program's own."""
    if way is None:
        raise Http404
    with acting_in(way.clinic_id):
        prefs = outbox.wishes_of(way.clinic_id, way.user_id)
        if prefs is None:
            raise Http404
        if request.method == "POST":
            channel = "" if request.POST.get("what") == "all" else way.channel
            contact.stop_messages(clinic_id=prefs.clinic_id, client_id=prefs.client_id, channel=channel)
            return _answer(request)
        return _page(request, prefs, way.channel)


def _answer(request: HttpRequest) -> HttpResponse:
    """To a person the page that says so; to a mail program a plain yes, because it follows no redirect."""
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse("ok", content_type="text/plain")
    return SeeOther(request.path)


def _page(request: HttpRequest, prefs: ContactPrefs, channel: str) -> HttpResponse:
    """In the client's language unless this browser chose another, under the clinic's discreet name."""
    user, chosen = prefs.client.user, settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    still_on = set(outbox.ways_on(prefs))
    with translation.override(translation.get_language() if chosen or user is None else user.language):
        context = {
            "channel": channel,
            "stopped": channel not in still_on if channel else not still_on,
            "others": bool(still_on - {channel}) and bool(channel),
            "clinic_app_name": prefs.clinic.app_name,
        }
        return render(request, "clinic/stop.html", context)
