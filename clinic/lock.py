"""A client's screen that was left alone: when it locks, and what opens it again (F36).

Only clients who set a PIN have this; for others the browser covers the page, and that is all. The lock stands in the
session, so that a reload, a second tab or the way back does not get round it. Nothing is lost by it: the sign-in goes
on, drafts are saved, and what could not be saved waits on the page.

The browser tells of a key or the pointer about once a minute (`here/`), so the server may know of somebody's last sign
of life up to `UNTOLD` too early. The cover asks for the lock at five minutes sharp (`lock/`); whoever has no scripts
meets it on their next page.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts import pin
from accounts.models import User
from clinic.access import Actor

LOCK_AFTER = timedelta(minutes=5)
UNTOLD = timedelta(seconds=75)

# What still answers while the screen is locked, beside public pages: opening it again, proving who one is, and saying that
# one is not safe, which shows nothing of anybody's.
STAYS_OPEN = frozenset(
    {
        "not_safe",
        "unlock",
        "lock_screen",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


def is_locked(request: HttpRequest, actor: Actor | None) -> bool:
    """Whether this browser's screen is locked. Locks it when it was left, opens it after a proof of who is here.

    To be asked before the door notes the request as a sign of life.
    """
    if actor is None or actor.user is None or not actor.is_client:
        return False
    locked_at = request.session.get("locked")
    if locked_at is None:
        request.locked_just_now = idle(request) > LOCK_AFTER + UNTOLD and lock(request, actor.user)  # type: ignore[attr-defined]
        return request.locked_just_now  # type: ignore[attr-defined, no-any-return]
    if not proved_since(request, locked_at):
        return True
    pin.forgive(actor.user)
    unlock(request)
    return False


def is_on(request: HttpRequest) -> bool:
    """Whether it is locked now, on a route that answers all the same."""
    return "locked" in request.session


def lock(request: HttpRequest, user: User) -> bool:
    """Lock the screen if this person has a PIN to open it with; returns whether it is locked now."""
    if "locked" in request.session:
        return True
    if not pin.has_pin(user):
        return False
    request.session["locked"] = timezone.now().timestamp()
    return True


def lock_if_left(request: HttpRequest, user: User) -> bool:
    """Lock it because one page saw nobody for five minutes, unless another page of this browser has told otherwise."""
    return "locked" in request.session or (idle(request) > LOCK_AFTER - UNTOLD and lock(request, user))


def unlock(request: HttpRequest) -> None:
    """Open it: somebody is here, and has shown that it is them."""
    request.session.pop("locked", None)
    request.session["seen"] = timezone.now().timestamp()


def idle(request: HttpRequest) -> timedelta:
    """How long ago the last sign of life was, as far as the server knows."""
    now = timezone.now().timestamp()
    return timedelta(seconds=now - request.session.get("seen", now))


def proved_since(request: HttpRequest, instant: float) -> bool:
    """Whether a password, a passkey or a code of an app was given again after `instant` (seconds since 1970)."""
    methods = request.session.get("account_authentication_methods", [])
    return any(record.get("reauthenticated") and record.get("at", 0) > instant for record in methods)


def takes_last_words(request: HttpRequest) -> bool:
    """Whether a form is still taken, though its answer is the lock.

    Somebody who writes for long without a script gives no sign of life; the words they send would be lost. Only the
    request that finds the page left alone, never one to a screen that was locked before.
    """
    return request.method == "POST" and getattr(request, "locked_just_now", False)


def page(there: str) -> str:
    """Where it is opened, and from there on to `there`."""
    return f"{reverse('unlock')}?{urlencode({'next': there})}"
