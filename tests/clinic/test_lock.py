"""A client's screen that was left alone asks for the PIN, on the server's side; leaving quickly works on it as well (F36)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts import pin
from accounts.models import ScreenLock
from clinic.models import AuditEvent
from clinic.scope import acting_in
from tests.cast import PASSWORD, Cast, Person

SignIn = Callable[[Person | None], Client]
NINE = datetime(2025, 3, 3, 9, tzinfo=UTC)
PIN = "4071"
SIX = timedelta(minutes=6, seconds=30)
PAGE = "/settings/opened/"
BY_ITSELF = {"X-Requested-With": "autosave"}
pytestmark = pytest.mark.finding("F36")


@pytest.fixture
def ada(cast: Cast, sign_in: SignIn) -> Client:
    """Ada's browser, a page open, a PIN set."""
    pin.set_pin(cast.ada.user, PIN)
    return sign_in(cast.ada)


def verbs(cast: Cast) -> list[str]:
    with acting_in(cast.north.pk):
        return list(AuditEvent.objects.filter(verb__startswith="pin.").order_by("at").values_list("verb", flat=True))


def left_alone(browser: Client, clock: time_machine.Traveller, pause: timedelta = SIX) -> None:
    assert browser.get(PAGE).status_code == 200
    clock.shift(pause)


def is_open(browser: Client) -> bool:
    return browser.get(PAGE).status_code == 200


# --- when it locks ----------------------------------------------------------------------------------------------------


def test_after_a_pause_every_page_leads_to_the_lock_and_back(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        answer = ada.get(PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"{reverse('unlock')}?next=%2Fsettings%2Fopened%2F",
        )
        assert not is_open(ada), "asking again does not open it"
        answer = ada.post(reverse("unlock"), {"pin": PIN, "next": PAGE})
        assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
        assert is_open(ada)


@pytest.mark.parametrize(("pause", "stays_open"), [(timedelta(minutes=4, seconds=59), True), (SIX, False)])
def test_five_minutes_are_counted_from_the_last_sign_of_life(ada: Client, pause: timedelta, stays_open: bool) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock, timedelta(minutes=3))
        ada.get(reverse("still_here"))
        clock.shift(pause)
        assert is_open(ada) is stays_open


def test_saving_by_itself_is_no_sign_of_life_and_is_told_that_it_waits(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock, timedelta(minutes=4))
        assert ada.get(PAGE, headers=BY_ITSELF).status_code == 200
        clock.shift(timedelta(minutes=3))
        answer = ada.get(PAGE, headers=BY_ITSELF)
        assert answer.status_code == 401, "a script keeps the words on the page"
        assert answer.json()["locked"] is True
        assert ada.get("/api/v1/me/").status_code == 401


def test_the_page_that_was_left_locks_it_at_five_minutes_sharp(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock, timedelta(minutes=5))
        said = ada.post(reverse("lock_screen"), headers=BY_ITSELF).json()
        assert said["locked"] is True
        assert not is_open(ada)


def test_a_page_that_was_left_does_not_lock_another_one_in_use(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock, timedelta(minutes=4))
        ada.get(reverse("still_here"))
        clock.shift(timedelta(minutes=1))
        assert ada.post(reverse("lock_screen"), headers=BY_ITSELF).json()["locked"] is False
        assert is_open(ada)


def test_somebody_can_lock_it_themselves_at_once(ada: Client) -> None:
    assert is_open(ada)
    answer = ada.post(reverse("lock_screen"))
    assert (answer.status_code, answer.headers["Location"]) == (303, reverse("unlock"))
    assert not is_open(ada)


def test_without_a_pin_nothing_is_locked(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(browser, clock, timedelta(minutes=29))
        assert browser.post(reverse("lock_screen"), headers=BY_ITSELF).json()["locked"] is False
        assert is_open(browser)


def test_staff_have_no_such_lock(cast: Cast, sign_in: SignIn) -> None:
    pin.set_pin(cast.theo.user, PIN)
    browser = sign_in(cast.theo)
    with time_machine.travel(NINE, tick=False) as clock:
        assert browser.get(reverse("my_security")).status_code == 200
        clock.shift(timedelta(minutes=14))
        assert browser.get(reverse("my_security")).status_code == 200
    browser = sign_in(cast.theo)
    for route in ("unlock", "pin"):
        assert browser.get(reverse(route)).status_code == 404
    assert browser.post(reverse("lock_screen")).status_code == 404


def test_a_locked_sign_in_ends_when_nobody_comes_back(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        for _ in range(5):
            assert ada.get(reverse("unlock")).status_code == 200
            clock.shift(timedelta(minutes=5))
        answer = ada.get(reverse("unlock"))
        assert answer.headers["Location"].startswith(reverse("account_login"))


# --- what is seen and can be done while it is locked ---------------------------------------------------------------------


def test_nothing_of_the_clients_is_on_the_lock_and_its_title_is_the_neutral_name(ada: Client, cast: Cast) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        page = ada.get(reverse("unlock"), {"next": PAGE}).content.decode()
    assert "<title>Notes</title>" in page
    for word in ("Ada", "Theo", "North", cast.ada.user.email, 'class="tabbar"'):
        assert word not in page
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="off"' in page
    assert 'data-leave="' in page, "leaving quickly works here too"


def test_help_and_leaving_are_there_while_it_is_locked(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        assert ada.get(reverse("help_now")).status_code == 200
        assert ada.post(reverse("leave")).status_code == 200
        assert ada.get(reverse("unlock")).headers["Location"].startswith(reverse("account_login"))


def test_the_words_of_somebody_who_writes_for_long_without_a_script_are_taken_and_then_it_locks(
    ada: Client, cast: Cast
) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        look = {"part": "look", "language": "es", "theme": "", "time_zone": "Europe/London"}
        answer = ada.post(reverse("settings"), look)
        assert answer.headers["Location"] == f"{reverse('unlock')}?next=%2Fsettings%2F"
        cast.ada.user.refresh_from_db()
        assert cast.ada.user.language == "es", "what was sent is not lost"
        page = ada.get(answer.headers["Location"]).content.decode()
        assert 'role="status"' not in page, "and what came of it is said after it is open"
        assert "next=%2F" in ada.post(reverse("settings"), {**look, "language": "en"}).headers["Location"]
        cast.ada.user.refresh_from_db()
        assert cast.ada.user.language == "es", "only once"


def test_a_form_sent_from_a_locked_page_changes_nothing(ada: Client, cast: Cast) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        assert not is_open(ada)
        answer = ada.post(
            reverse("settings"), {"part": "look", "language": "es", "theme": "", "time_zone": "Europe/London"}
        )
        assert answer.headers["Location"] == f"{reverse('unlock')}?next=%2F"
    cast.ada.user.refresh_from_db()
    assert cast.ada.user.language == "en"


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_lock_leads_nowhere_else(ada: Client, there: str) -> None:
    answer = ada.post(reverse("unlock"), {"pin": PIN, "next": there})
    assert answer.headers["Location"] == "/"


# --- opening it -------------------------------------------------------------------------------------------------------


def test_five_wrong_pins_end_the_sign_in(ada: Client, cast: Cast) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        for _ in range(4):
            assert ada.post(reverse("unlock"), {"pin": "9999"}).status_code == 422
        answer = ada.post(reverse("unlock"), {"pin": "9999", "next": PAGE})
        assert answer.headers["Location"] == f"{reverse('account_login')}?next=%2Fsettings%2Fopened%2F"
        assert answer.headers["Clear-Site-Data"] == '"cache"'
        assert ada.post(reverse("unlock"), {"pin": PIN}).headers["Location"].startswith(reverse("account_login"))
    assert verbs(cast) == ["pin.closed"]


def test_a_page_that_asks_in_place_is_answered_without_leaving_it(ada: Client) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        wrong = ada.post(reverse("unlock"), {"pin": "9999"}, headers=BY_ITSELF)
        assert (wrong.status_code, wrong.json()) == (422, {"message": "That is not the PIN. Please try again."})
        assert ada.post(reverse("unlock"), {"pin": PIN}, headers=BY_ITSELF).status_code == 204
        assert is_open(ada)
        left_alone(ada, clock)
        for status in (422, 422, 422, 422, 401):
            answer = ada.post(reverse("unlock"), {"pin": "9999"}, headers=BY_ITSELF)
            assert answer.status_code == status
        assert answer.json()["url"].startswith(reverse("account_login"))


def test_a_full_sign_in_forgets_wrong_tries(ada: Client, cast: Cast, sign_in: SignIn) -> None:
    for _ in range(5):
        ada.post(reverse("unlock"), {"pin": "9999"})
    assert ScreenLock.objects.get(user=cast.ada.user).tries == 5
    again = sign_in(cast.ada)
    again.post(reverse("lock_screen"))
    assert again.post(reverse("unlock"), {"pin": PIN}).headers["Location"] == "/"
    assert is_open(again)


def test_the_password_opens_it_too_and_gives_the_sign_in_a_new_key(ada: Client, cast: Cast) -> None:
    cast.ada.user.set_password(PASSWORD)
    cast.ada.user.save()
    ada.force_login(cast.ada.user)
    with time_machine.travel(NINE, tick=False) as clock:
        left_alone(ada, clock)
        ada.post(reverse("unlock"), {"pin": "9999"})
        page = ada.get(reverse("unlock"), {"next": PAGE}).content.decode()
        assert f"{reverse('account_reauthenticate')}?next=%2Fsettings%2Fopened%2F" in page
        before = ada.session.session_key
        clock.shift(timedelta(seconds=10))
        answer = ada.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": PAGE})
        assert answer.headers["Location"] == PAGE
        assert ada.session.session_key != before
        assert is_open(ada)
        assert ScreenLock.objects.get(user=cast.ada.user).tries == 0
        left_alone(ada, clock)
        assert not is_open(ada), "one proof opens one lock"


def test_a_passkey_is_offered_first_where_there_is_one(ada: Client, cast: Cast) -> None:
    Authenticator.objects.create(user=cast.ada.user, type=Authenticator.Type.WEBAUTHN, data={})
    ada.post(reverse("lock_screen"))
    page = ada.get(reverse("unlock")).content.decode()
    assert f"{reverse('mfa_reauthenticate_webauthn')}?next=%2F" in page


def test_a_pin_that_was_removed_elsewhere_locks_nobody_out(ada: Client, cast: Cast) -> None:
    ada.post(reverse("lock_screen"))
    pin.remove(cast.ada.user)
    assert ada.get(reverse("unlock"), {"next": PAGE}).headers["Location"] == PAGE
    assert is_open(ada)


# --- setting it -------------------------------------------------------------------------------------------------------


def set_pin(browser: Client, digits: str, again: str | None = None) -> int:
    return browser.post(reverse("pin"), {"part": "set", "pin": digits, "again": again or digits}).status_code


def test_a_client_sets_changes_and_removes_the_pin(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert "None. After five minutes the page is hidden" in browser.get(reverse("my_security")).content.decode()
    assert set_pin(browser, PIN) == 303
    assert pin.check(cast.ada.user, PIN)
    assert set_pin(browser, "8265") == 303
    assert pin.check(cast.ada.user, "8265")
    assert browser.post(reverse("pin"), {"part": "remove"}).status_code == 303
    assert not pin.has_pin(cast.ada.user)
    assert verbs(cast) == ["pin.set", "pin.set", "pin.removed"]


@pytest.mark.parametrize(("digits", "again"), [("1234", None), ("40", None), ("4071", "4072"), ("", None)])
def test_a_pin_that_cannot_be_one_is_refused_beside_its_field(
    cast: Cast, sign_in: SignIn, digits: str, again: str | None
) -> None:
    assert set_pin(sign_in(cast.ada), digits, again) == 422
    assert not pin.has_pin(cast.ada.user)


def test_setting_it_asks_for_the_password_again_and_keeps_nothing_typed(cast: Cast, sign_in: SignIn) -> None:
    cast.ada.user.set_password(PASSWORD)
    cast.ada.user.save()
    browser = sign_in(cast.ada)
    for answer in (
        browser.get(reverse("pin")),
        browser.post(reverse("pin"), {"part": "set", "pin": PIN, "again": PIN}),
    ):
        assert answer.headers["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fsecurity%2Fpin%2F"
    assert PIN not in str(dict(browser.session))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("pin")})
    assert set_pin(browser, PIN) == 303


def test_a_new_pin_signs_the_other_browsers_out(cast: Cast, sign_in: SignIn) -> None:
    here, elsewhere = sign_in(cast.ada), sign_in(cast.ada)
    for browser in (here, elsewhere):
        UserSession.objects.create(user=cast.ada.user, session_key=browser.session.session_key, ip="127.0.0.1")
    set_pin(here, PIN)
    assert is_open(here)
    assert not is_open(elsewhere)
