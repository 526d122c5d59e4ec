"""What a change of how one signs in does to other browsers, and to the key of this one (ASVS 7.2.4, 7.4.3)."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse

from accounts import sessions
from tests.cast import PASSWORD, Cast, Person

SignIn = Callable[[Person | None], Client]


def signed_in(cast: Cast, sign_in: SignIn) -> Client:
    """A browser of Ada's that is in the list of browsers."""
    browser = sign_in(cast.ada)
    UserSession.objects.create(user=cast.ada.user, session_key=browser.session.session_key, ip="127.0.0.1")
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("reading_log")).status_code == 200


@pytest.mark.parametrize("changed", [authenticator_added, authenticator_removed, authenticator_reset])
def test_a_change_of_the_second_step_signs_the_other_browsers_out(cast: Cast, sign_in: SignIn, changed: Signal) -> None:
    here, elsewhere = signed_in(cast, sign_in), signed_in(cast, sign_in)
    request = SimpleNamespace(session=here.session)
    changed.send(sender=type(cast.ada.user), request=request, user=cast.ada.user, authenticator=None)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_only_ones_own_other_browsers_are_ended(cast: Cast, sign_in: SignIn) -> None:
    here, bens = signed_in(cast, sign_in), sign_in(cast.ben)
    UserSession.objects.create(user=cast.ben.user, session_key=bens.session.session_key, ip="127.0.0.1")
    assert sessions.end_others(cast.ada.user, here=here.session.session_key) == 0
    assert sessions.end_others(cast.ada.user, here=None) == 1
    assert is_in(bens)
    assert not is_in(here)


def test_showing_again_that_it_is_you_makes_the_old_session_key_worthless(cast: Cast, sign_in: SignIn) -> None:
    cast.ada.user.set_password(PASSWORD)
    cast.ada.user.save()
    browser = signed_in(cast, sign_in)
    stolen = Client()
    stolen.cookies.load(browser.cookies.output(header="", sep=";"))
    assert is_in(stolen)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert is_in(browser)
    assert not is_in(stolen)
    row = UserSession.objects.get(user=cast.ada.user)
    assert row.session_key == browser.session.session_key, "it can still be seen and ended in the list of browsers"
