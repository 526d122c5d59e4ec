"""Removing everything this browser keeps (F36)."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from clinic.access import STAFF, Role, actor_of, open_to
from clinic.context import about_this_place


@open_to(Role.CLIENT, *STAFF)
@require_POST
def clear_device(request: HttpRequest) -> HttpResponse:
    """Sign out, and tell the browser to throw away what it keeps of this site: pages, sealed words, cookies.

    Before this, the page has deleted its own database (`between:clear-device`); a browser that does not know the header
    still loses its cookies.
    """
    actor_of(request)
    name = about_this_place(request)["clinic_app_name"]
    logout(request)
    request.actor = None  # type: ignore[attr-defined]
    response = render(request, "clinic/device_cleared.html", {"clinic_app_name": name})
    response.headers["Clear-Site-Data"] = '"cache", "storage", "cookies"'
    for cookie in request.COOKIES:
        response.delete_cookie(cookie)
    return response
