"""The door: for each request it finds out who acts, in which clinic, and whether this route is for them.

One middleware, in this order: who is signed in -> which membership -> scope of the database -> sign-in limits -> locked
screen -> second factor -> the view's declared rule. A view without a rule is refused. `ActionRefused` and `ReasonNeeded`
become pages here. An answer that ends a sign-in also tells the browser to empty its cache.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.rules import NO_SECOND_FACTOR_NEEDED, ROUTES_OF_OTHERS
from clinic import audit, lock, vault
from clinic.access import Actor, ReasonNeeded, Refused, Role
from clinic.models import Membership
from clinic.refusal import ActionRefused
from clinic.scope import acting_in

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]

IDLE = {Role.CLIENT: timedelta(minutes=30), "staff": timedelta(minutes=15)}
ABSOLUTE = {Role.ADMIN: timedelta(hours=8), "others": timedelta(hours=12)}
SEEN_EVERY = 60  # seconds between two notes of "still here": one session write a minute at most


def idle_limit(role: str) -> timedelta:
    """How long a sign-in of this role lasts without a key or pointer being used."""
    return IDLE[Role.CLIENT] if role == Role.CLIENT else IDLE["staff"]


def absolute_limit(role: str) -> timedelta:
    """How long a sign-in of this role lasts at most."""
    return ABSOLUTE[Role.ADMIN] if role == Role.ADMIN else ABSOLUTE["others"]


class DoorMiddleware:
    """Who acts, where, and whether they may come in here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set `request.actor` and the database scope around the view."""
        with vault.session():
            tokens.sign_in_by_token(request)
            actor = request.actor = find_actor(request)  # type: ignore[attr-defined]
            was_in = request.user.is_authenticated
            if actor is None:
                return emptied(request, self.get_response(request), was_in)
            assert actor.user is not None
            if actor.is_client and actor.member_id:
                vault.open_contents([actor.member_id])
            here = acting_in(actor.clinic_id, user_id=actor.user.pk)
            with translation.override(actor.user.language), timezone.override(actor.user.time_zone), here:
                response = self.get_response(request)
            if getattr(request, "answer_is_the_lock", False) and request.user.is_authenticated:
                response = redirect(lock.page(response.headers.get("Location", "/")))
            response.headers.setdefault("Content-Language", actor.user.language)
            return emptied(request, response, was_in)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Apply the limits and the view's rule; None lets the request in."""
        rule = rule_of(request, view)
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            role = actor.role if actor else Role.CLIENT
            locked = not by_token(request) and lock.is_locked(request, actor)
            if not by_token(request) and ran_out(request, role):
                logout(request)
                request.actor = None  # type: ignore[attr-defined]
                return None if rule == "public" else ask_to_sign_in(request)
            if locked and rule != "public" and route_of(request) not in lock.STAYS_OPEN:
                if wants_json(request) or not lock.takes_last_words(request):
                    return ask_to_unlock(request)
                request.answer_is_the_lock = True  # type: ignore[attr-defined]
            waits = rule != "public" and route_of(request) not in NO_SECOND_FACTOR_NEEDED
            if waits and lacks_second_factor(request):
                return ask_for_second_factor(request)
        if rule == "public":
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if rule == "signed in":
            return None
        if actor is None or actor.role not in rule:
            raise Http404
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn the program's own ways of saying no into pages."""
        actor: Actor | None = getattr(request, "actor", None)
        if isinstance(error, Refused) and actor is not None:
            with transaction.atomic():
                audit.refused(by=actor, obj=error.row, can=error.can)
            return None
        if isinstance(error, ReasonNeeded):
            here = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('supervision_reason', args=[error.episode_id])}?{here}")
        if isinstance(error, ActionRefused):
            return refusal_page(request, error)
        return None


def emptied(request: HttpRequest, response: HttpResponse, was_in: bool) -> HttpResponse:
    """Tell the browser to throw away pages it keeps in memory when this answer has ended somebody's sign-in (F36)."""
    if was_in and not request.user.is_authenticated:
        response.headers.setdefault("Clear-Site-Data", '"cache"')
    return response


def refusal_page(request: HttpRequest, error: ActionRefused) -> HttpResponse:
    """Say what is so and what to do instead; a form view normally catches the refusal and shows it beside the form."""
    if wants_json(request):
        return JsonResponse({"message": error.message_for_user, "field": error.field}, status=error.status)
    return render(request, "refused.html", {"message": error.message_for_user}, status=error.status)


def find_actor(request: HttpRequest) -> Actor | None:
    """The membership this person acts through: the one chosen in this sign-in, else their first."""
    if not request.user.is_authenticated:
        return None
    with acting_in(None, user_id=request.user.pk), transaction.atomic():
        places = list(Membership.objects.of(request.user)[:5])
    chosen = request.session.get("membership")
    membership = next((place for place in places if str(place.pk) == chosen), places[0] if places else None)
    if membership is None or not request.user.is_active:
        return None
    return Actor(user=request.user, membership=membership, clinic=membership.clinic, role=membership.role)


def rule_of(request: HttpRequest, view: View) -> Any:
    """The rule a view declared, or the one written down for a route of a library. Refuses a view without one."""
    rule = getattr(view, "rule", None) or getattr(getattr(view, "cls", None), "rule", None)
    if rule is None:
        rule = ROUTES_OF_OTHERS.get(route_of(request))
    if rule is None:
        raise ImproperlyConfigured(f"{route_of(request) or view} declares no rule")
    return rule


def route_of(request: HttpRequest) -> str:
    """The name of the route asked for."""
    return request.resolver_match.view_name if request.resolver_match is not None else ""


def by_token(request: HttpRequest) -> bool:
    """Whether this request came with an API token instead of a sign-in."""
    return getattr(request, "api_token", None) is not None


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer goes to a script, not to a person's screen."""
    return request.path.startswith("/api/") or request.headers.get("X-Requested-With") == "autosave"


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; scripts get 401, so that what was typed stays on the page."""
    if wants_json(request):
        return JsonResponse({"message": _("You have been signed out. Please sign in again.")}, status=401)
    if request.method != "GET":
        messages.info(request, _("You have been signed out. Please sign in and send it again."))
        return redirect_to_login("/", settings.LOGIN_URL)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def ask_to_unlock(request: HttpRequest) -> HttpResponse:
    """To the page that opens a locked screen (F36); scripts get 401, so that what was typed stays on the page."""
    if wants_json(request):
        words = _("This page is locked. What you wrote is still here.")
        return JsonResponse({"message": words, "locked": True, "url": reverse("unlock")}, status=401)
    if request.method != "GET":
        messages.info(request, _("This page was locked, so nothing was sent. Please send it again."))
    return redirect(lock.page(request.get_full_path() if request.method == "GET" else "/"))


def ran_out(request: HttpRequest, role: str) -> bool:
    """Whether this sign-in is over, by idle time or in all; notes that the person is still here.

    Autosave and polling do not count as being here: only what a person does keeps a sign-in alive. On a locked screen
    nothing counts, until it is open again.
    """
    now = timezone.now().timestamp()
    began = request.session.setdefault("began", now)
    seen = request.session.setdefault("seen", now)
    if now - began > absolute_limit(role).total_seconds() or now - seen > idle_limit(role).total_seconds():
        return True
    by_itself = request.headers.get("X-Requested-With") == "autosave" or "locked" in request.session
    if now - seen > SEEN_EVERY and not by_itself:
        request.session["seen"] = now
    return False


def lacks_second_factor(request: HttpRequest) -> bool:
    """Staff need a passkey or authenticator app in this very sign-in; the demo's personas are exempt, on loopback."""
    if not getattr(request.user, "needs_second_factor", False) or by_token(request):
        return False
    if settings.DEMO and request.session.get("persona"):
        return False
    methods = request.session.get("account_authentication_methods", [])
    return not any(record.get("method") == "mfa" for record in methods)


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """To the page where the second step is taken; scripts get 403 and its address, since they cannot follow a page."""
    page = second_factor_page(request)
    if wants_json(request):
        return JsonResponse({"message": _("Please take the second step of signing in first."), "url": page}, status=403)
    return redirect(page)


def second_factor_page(request: HttpRequest) -> str:
    """Where to go for it: to set one up, or to use the one there is."""
    from allauth.mfa.utils import is_mfa_enabled

    if is_mfa_enabled(request.user):
        return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': '/'})}"
    return reverse("mfa_index")
