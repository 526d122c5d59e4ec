"""What happens to sign-ins when something about signing in has changed.

The library lists and ends sessions; what it leaves out is here: a new second factor or PIN ends the other browsers'
sign-ins (a new password does so by itself), a proof of who is here gives the session a new key, and a fresh sign-in
forgets wrong PINs. Connected to the library's own announcements in `accounts.apps`, because its views are not ours.
"""

from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from accounts import pin
from accounts.models import User


def end_others(user: User, *, here: str | None) -> int:
    """End every sign-in of a person but the one with the session key `here`; returns how many there were."""
    others = list(UserSession.objects.filter(user=user).exclude(session_key=here or ""))
    for other in others:
        other.end()
    return len(others)


def on_new_factor(sender: Any, *, request: HttpRequest, user: User, **more: Any) -> None:
    """A second factor was added, removed or made anew: whoever sits in another browser has to sign in with it."""
    end_others(user, here=request.session.session_key)


def on_proof(sender: Any, *, request: HttpRequest, user: User, **more: Any) -> None:
    """Somebody has shown again that it is them: a session key that was known before is worth nothing from now on."""
    if not more.get("reauthenticated"):
        return
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def on_sign_in(sender: Any, *, user: User, **more: Any) -> None:
    """A full sign-in: wrong PINs of before no longer count."""
    pin.forgive(user)


def live_of(users: Iterable[Any]) -> set[Any]:
    """Those of these people (ids) who are signed in somewhere."""
    return set(UserSession.objects.filter(user_id__in=list(users)).values_list("user_id", flat=True))


def end_all(users: Iterable[Any]) -> set[Any]:
    """End every sign-in of these people (ids), in two statements however many; returns those who had one."""
    rows = list(UserSession.objects.filter(user_id__in=list(users)).values_list("pk", "user_id", "session_key"))
    Session.objects.filter(session_key__in=[key for _pk, _user, key in rows]).delete()
    UserSession.objects.filter(pk__in=[pk for pk, _user, _key in rows]).delete()
    return {user for _pk, user, _key in rows}
