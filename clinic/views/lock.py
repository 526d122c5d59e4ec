"""A client's locked screen: locking it, opening it, and the PIN that does (F36)."""

from functools import partial
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import pin
from clinic import lock, own_security
from clinic.access import Role, actor_of, open_to
from clinic.actions import security
from clinic.door import wants_json
from clinic.forms.base import ActionForm
from clinic.forms.pin import PinForm, UnlockForm
from clinic.views.answers import SeeOther, done, posted


@open_to(Role.CLIENT)
@csrf_exempt  # a page that was covered for long has an old token; all it can do is lock a screen
@require_POST
def lock_screen(request: HttpRequest) -> HttpResponse:
    """Lock the screen: the cover asks for it after five minutes; somebody who asks for it themselves gets it at once.

    The script is told whether it is locked now, the words of the form it shows, and a token to send it with.
    """
    user = actor_of(request).user
    assert user is not None
    if not wants_json(request):
        return SeeOther(reverse("unlock" if lock.lock(request, user) else "pin"))
    field = UnlockForm().fields["pin"]
    said = {"label": str(field.label), "button": _("Open"), "url": reverse("unlock"), "token": get_token(request)}
    return JsonResponse({"locked": lock.lock_if_left(request, user), **said})


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the screen again with the PIN, or show in another way that it is you. Nothing of yours is on this page."""
    actor = actor_of(request)
    assert actor.user is not None
    there, ways = next_page(request), own_security.ways_to_show_it_is_you(actor)
    links = [(way, f"{reverse(way)}?{urlencode({'next': there})}") for way in ways]
    if not pin.has_pin(actor.user):
        if not links:
            lock.unlock(request)
        return SeeOther(links[0][1] if links else there)
    form = UnlockForm(posted(request))
    if form.is_valid():
        opened = security.try_pin(by=actor, pin=form.cleaned_data["pin"])
        if opened is None:
            return too_often(request, there)
        if opened:
            lock.unlock(request)
            return HttpResponse(status=204) if wants_json(request) else SeeOther(there)
        form.add_error("pin", _("That is not the PIN. Please try again."))
    if form.errors and wants_json(request):
        return JsonResponse({"message": form.errors["pin"][0]}, status=422)
    context = {"form": form, "links": links, "next": there}
    return render(request, "clinic/unlock.html", context, status=422 if form.errors else 200)


def too_often(request: HttpRequest, there: str) -> HttpResponse:
    """Five wrong PINs: the sign-in ends. Drafts are kept, and words that wait on a page go after the next sign-in."""
    logout(request)
    says = _("That was tried five times, so you were signed out. What you wrote is safe. Please sign in.")
    sign_in = f"{reverse('account_login')}?{urlencode({'next': there})}"
    if wants_json(request):
        return JsonResponse({"message": says, "url": sign_in}, status=401)
    messages.info(request, says)
    return SeeOther(sign_in)


def next_page(request: HttpRequest) -> str:
    """Where to go on: a page of this site, else the first one."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return there if safe else resolve_url("home")


@open_to(Role.CLIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def my_pin(request: HttpRequest) -> HttpResponse:
    """Set, change or remove the PIN, after showing once more that it is you. Nothing typed is kept on the way there."""
    actor, part = actor_of(request), request.POST.get("part", "")
    if not did_recently_reauthenticate(request):
        way = own_security.ways_to_show_it_is_you(actor)[0]
        return SeeOther(f"{reverse(way)}?{urlencode({'next': reverse('pin')})}")
    here = request.session.session_key
    form, away = PinForm(posted(request) if part == "set" else None), ActionForm(posted(request) if part else None)
    if form.done(partial(security.set_pin, by=actor, here=here)):
        return done(
            request, _("Your PIN is set. After five minutes without you, this page asks for it."), "my_security"
        )
    if part == "remove" and away.done(partial(security.remove_pin, by=actor, here=here)):
        return done(request, _("The PIN is gone."), "my_security")
    context = {"form": form, "has_pin": pin.has_pin(actor.user)}  # type: ignore[arg-type]
    return render(request, "clinic/my_pin.html", context, status=form.status)
