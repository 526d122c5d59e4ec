"""Signing in as people do it: through the library's own pages, with codes from the mail that was really queued."""

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import keys
from accounts.models import AccountMail
from tests.cast import PASSWORD, Cast, Person

SignIn = Callable[[Person | None], Client]
NINE = datetime(2025, 3, 3, 9, tzinfo=UTC)
OWN_PAGE = {"client": "reading_log", "therapist": "my_security", "admin": "board"}


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Counters of attempts live in the cache: every test starts with none."""
    cache.clear()


def give_password(person: Person) -> str:
    """A password, and the address to sign in with."""
    person.user.set_password(PASSWORD)
    person.user.save()
    return person.user.email


def type_password(browser: Client, person: Person, password: str = PASSWORD) -> str:
    """Fill in the sign-in page; returns where it leads."""
    answer = browser.post(reverse("account_login"), {"login": person.user.email, "password": password})
    return answer.headers.get("Location", "")


def code_in_mail(person: Person) -> str:
    """The code in the newest message to this person, unsealed as the worker does."""
    mail = AccountMail.objects.filter(to=person.user.email).order_by("-created_at")[0]
    text = json.loads(keys.open_text(mail.sealed_message, purpose=f"account mail {mail.pk}"))
    found = re.search(r"^\s+([A-Z0-9-]{6,12})$", text["body"], re.MULTILINE)
    assert found is not None
    return found[1]


def app_code(secret: str) -> str:
    """What an authenticator app would show now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enter_as_client(browser: Client, person: Person) -> None:
    """Password, code from the mail, and "trust this browser"."""
    assert type_password(browser, person) == reverse("account_confirm_login_code")
    answer = browser.post(reverse("account_confirm_login_code"), {"code": code_in_mail(person)})
    assert answer.headers["Location"] == reverse("mfa_trust")
    assert browser.post(reverse("mfa_trust"), {"action": "trust"}).status_code == 302


# --- clients ----------------------------------------------------------------------------------------------------------


def test_a_client_on_an_unknown_browser_needs_the_code_from_their_mail(cast: Cast) -> None:
    give_password(cast.ada)
    browser = Client()
    assert type_password(browser, cast.ada) == reverse("account_confirm_login_code")
    assert browser.get(reverse("reading_log")).status_code == 302, "the password alone opens nothing"
    wrong = browser.post(reverse("account_confirm_login_code"), {"code": "AAAA-AAAA"})
    assert wrong.status_code == 200
    assert browser.get(reverse("reading_log")).status_code == 302
    browser.post(reverse("account_confirm_login_code"), {"code": code_in_mail(cast.ada)})
    browser.post(reverse("mfa_trust"), {"action": "trust"})
    assert browser.get(reverse("reading_log")).status_code == 200


def test_a_trusted_browser_goes_straight_in_with_the_password(cast: Cast) -> None:
    give_password(cast.ada)
    browser = Client()
    enter_as_client(browser, cast.ada)
    browser.post(reverse("account_logout"))
    assert type_password(browser, cast.ada) == "/"
    assert browser.get(reverse("reading_log")).status_code == 200
    assert AccountMail.objects.count() == 1, "no second code"


def test_trust_ends_after_thirty_days(cast: Cast) -> None:
    give_password(cast.ada)
    browser = Client()
    with time_machine.travel(NINE, tick=False) as clock:
        enter_as_client(browser, cast.ada)
        browser.post(reverse("account_logout"))
        clock.shift(timedelta(days=31))
        assert type_password(browser, cast.ada) == reverse("account_confirm_login_code")


def test_one_clients_trusted_browser_is_unknown_to_another_client(cast: Cast) -> None:
    give_password(cast.ada)
    give_password(cast.ben)
    browser = Client()
    enter_as_client(browser, cast.ada)
    browser.post(reverse("account_logout"))
    assert type_password(browser, cast.ben) == reverse("account_confirm_login_code")


def test_a_code_is_sealed_while_it_waits_in_the_ledger(cast: Cast) -> None:
    give_password(cast.ada)
    type_password(Client(), cast.ada)
    assert code_in_mail(cast.ada) not in AccountMail.objects.get().sealed_message


def test_a_code_ends_after_ten_minutes(cast: Cast) -> None:
    give_password(cast.ada)
    browser = Client()
    with time_machine.travel(NINE, tick=False) as clock:
        type_password(browser, cast.ada)
        clock.shift(timedelta(minutes=11))
        browser.post(reverse("account_confirm_login_code"), {"code": code_in_mail(cast.ada)})
        assert browser.get(reverse("reading_log")).status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast: Cast) -> None:
    give_password(cast.ada)
    wrong = Client().post(reverse("account_login"), {"login": cast.ada.user.email, "password": "not the one at all"})
    nobody = Client().post(reverse("account_login"), {"login": "nobody@example.org", "password": "not the one at all"})
    mask = re.compile(rb"(csrf\w+|nonce|value)=\"[^\"]*\"")
    assert wrong.status_code == nobody.status_code == 200
    assert mask.sub(b"", wrong.content) == mask.sub(b"", nobody.content)
    assert not AccountMail.objects.exists()


def test_guessing_is_slowed_down_and_the_right_password_works_again_later(cast: Cast) -> None:
    give_password(cast.ada)
    with time_machine.travel(NINE, tick=False) as clock:
        for _ in range(10):
            assert type_password(Client(), cast.ada, "wrong-guess-number-9") == ""
        assert type_password(Client(), cast.ada) == "", "also the right one, for a minute"
        clock.shift(timedelta(minutes=2))
        assert type_password(Client(), cast.ada) == reverse("account_confirm_login_code")


def test_nobody_signs_up_without_an_invitation(cast: Cast) -> None:
    answer = Client().post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD})
    assert answer.status_code == 200
    assert not type(cast.ada.user).objects.filter(email="new@example.org").exists()


# --- staff ------------------------------------------------------------------------------------------------------------


def test_staff_without_a_second_factor_reach_nothing_but_setting_one_up(cast: Cast) -> None:
    give_password(cast.amy)
    browser = Client()
    assert type_password(browser, cast.amy) == "/"
    for route in ("board", "people", "clinic_settings", "settings", "my_security", "usersessions_list"):
        answer = browser.get(reverse(route))
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index")), route
    assert browser.get(reverse("mfa_index")).status_code == 200


def test_staff_set_up_an_app_and_then_need_its_code_every_time(cast: Cast) -> None:
    give_password(cast.amy)
    browser = Client()
    with time_machine.travel(NINE, tick=False) as clock:
        type_password(browser, cast.amy)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = browser.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        browser.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
        assert Authenticator.objects.filter(user=cast.amy.user, type="totp").exists()
        browser.post(reverse("account_logout"))
        clock.shift(timedelta(minutes=2))
        assert type_password(browser, cast.amy) == reverse("mfa_authenticate")
        assert browser.get(reverse("board")).status_code == 302
        browser.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert browser.get(reverse("board")).status_code == 302
        browser.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
        assert browser.get(reverse("board")).status_code == 200


def test_a_code_of_the_app_works_once(cast: Cast) -> None:
    give_password(cast.amy)
    with time_machine.travel(NINE, tick=False) as clock:
        first, second = Client(), Client()
        type_password(first, cast.amy)
        first.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        secret = first.get(reverse("mfa_activate_totp")).context["form"].secret
        first.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
        clock.shift(timedelta(minutes=2))
        for browser in (first, second):
            browser.post(reverse("account_logout"))
            type_password(browser, cast.amy)
            browser.post(reverse("mfa_authenticate"), {"code": app_code(secret)})
        assert first.get(reverse("board")).status_code == 200
        assert second.get(reverse("board")).status_code == 302


def test_a_recovery_code_opens_once_when_the_phone_is_gone(cast: Cast) -> None:
    give_password(cast.amy)
    browser = Client()
    type_password(browser, cast.amy)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    code = Authenticator.objects.get(user=cast.amy.user, type="recovery_codes").wrap().get_unused_codes()[0]
    for works in (True, False):
        browser.post(reverse("account_logout"))
        type_password(browser, cast.amy)
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert (browser.get(reverse("board")).status_code == 200) is works


def test_a_stolen_database_holds_no_working_authenticator(cast: Cast) -> None:
    give_password(cast.amy)
    browser = Client()
    type_password(browser, cast.amy)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = browser.get(reverse("mfa_activate_totp")).context["form"].secret
    browser.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    assert secret not in json.dumps(Authenticator.objects.get(type="totp").data)


def test_setting_up_a_second_factor_asks_for_the_password_again(cast: Cast) -> None:
    give_password(cast.amy)
    browser = Client()
    type_password(browser, cast.amy)
    answer = browser.get(reverse("mfa_activate_totp"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_a_browser_a_client_trusted_does_not_replace_a_second_factor(cast: Cast) -> None:
    """The same person becomes staff: the trust of their time as a client is worth nothing."""
    give_password(cast.ada)
    browser = Client()
    enter_as_client(browser, cast.ada)
    browser.post(reverse("account_logout"))
    cast.ada.user.needs_second_factor = True
    cast.ada.user.save()
    type_password(browser, cast.ada)
    assert browser.get(reverse("my_security")).headers["Location"] == reverse("mfa_index")


# --- limits -----------------------------------------------------------------------------------------------------------

LIMITS = [("client", 30, 12), ("therapist", 15, 12), ("admin", 15, 8)]


def person_of(cast: Cast, role: str) -> Person:
    return {"client": cast.ada, "therapist": cast.theo, "admin": cast.amy}[role]


def inside(browser: Client, role: str, **headers: str) -> bool:
    """Whether a page opens; otherwise the answer leads to the sign-in."""
    answer = browser.get(reverse(OWN_PAGE[role]), headers=headers)
    if answer.status_code in (302, 401):
        return False
    assert answer.status_code == 200
    return True


@pytest.mark.parametrize(("role", "idle", "_absolute"), LIMITS)
def test_a_sign_in_ends_when_it_is_not_used(cast: Cast, sign_in: SignIn, role: str, idle: int, _absolute: int) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        browser = sign_in(person_of(cast, role))
        assert inside(browser, role)
        clock.shift(timedelta(minutes=idle, seconds=-60))
        assert inside(browser, role)
        clock.shift(timedelta(minutes=idle, seconds=60))
        assert not inside(browser, role)
        assert not inside(browser, role), "it does not come back"


@pytest.mark.parametrize(("role", "idle", "absolute"), LIMITS)
def test_a_sign_in_ends_in_any_case(cast: Cast, sign_in: SignIn, role: str, idle: int, absolute: int) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        browser = sign_in(person_of(cast, role))
        assert inside(browser, role)
        step = timedelta(minutes=idle - 2)
        while datetime.now(UTC) + step < NINE + timedelta(hours=absolute):
            clock.shift(step)
            assert inside(browser, role)
        clock.move_to(NINE + timedelta(hours=absolute, seconds=60))
        assert not inside(browser, role)


@pytest.mark.parametrize(("role", "idle", "_absolute"), LIMITS)
def test_saving_by_itself_does_not_keep_a_sign_in_alive(
    cast: Cast, sign_in: SignIn, role: str, idle: int, _absolute: int
) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        browser = sign_in(person_of(cast, role))
        assert inside(browser, role)
        for _ in range(idle // 5 + 1):
            clock.shift(timedelta(minutes=5))
            answer = browser.get(reverse(OWN_PAGE[role]), headers={"X-Requested-With": "autosave"})
        assert answer.status_code == 401, "a script is told, so that the words stay on the page"
        assert not inside(browser, role)


def test_being_here_is_noted_at_most_once_a_minute(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(NINE, tick=False) as clock:
        browser = sign_in(cast.ada)
        inside(browser, "client")
        first = Session.objects.get(pk=browser.session.session_key).session_data
        clock.shift(timedelta(seconds=30))
        inside(browser, "client")
        assert Session.objects.get(pk=browser.session.session_key).session_data == first


# --- other browsers, passwords ----------------------------------------------------------------------------------------


def test_other_browsers_are_listed_and_can_be_signed_out(cast: Cast) -> None:
    give_password(cast.ada)
    phone, library = Client(headers={"User-Agent": "Phone"}), Client(headers={"User-Agent": "Library computer"})
    enter_as_client(library, cast.ada)
    enter_as_client(phone, cast.ada)
    listed = [one.user_agent for one in phone.get(reverse("usersessions_list")).context["sessions"]]
    assert sorted(listed) == ["Library computer", "Phone"]
    phone.post(reverse("usersessions_list"))
    assert inside(phone, "client")
    assert not inside(library, "client")


def test_a_new_password_signs_the_other_browsers_out(cast: Cast) -> None:
    give_password(cast.ada)
    phone, library = Client(), Client()
    enter_as_client(library, cast.ada)
    enter_as_client(phone, cast.ada)
    new = "seven-quiet-otters-reading-9"
    answer = phone.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert answer.status_code == 302
    assert inside(phone, "client")
    assert not inside(library, "client")


@pytest.mark.parametrize("easy", ["short-one", "passwordpassword", "ada@example.org1", "qwertyuiop12"])
def test_passwords_that_are_easy_to_guess_are_refused(cast: Cast, easy: str) -> None:
    give_password(cast.ada)
    browser = Client()
    enter_as_client(browser, cast.ada)
    answer = browser.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": easy, "password2": easy}
    )
    assert answer.status_code == 200
    cast.ada.user.refresh_from_db()
    assert cast.ada.user.check_password(PASSWORD)


def test_a_person_who_may_no_longer_sign_in_is_out_at_once(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert inside(browser, "client")
    cast.ada.user.is_active = False
    cast.ada.user.save()
    assert not inside(browser, "client")
