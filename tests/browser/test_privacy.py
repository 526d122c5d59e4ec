"""Privacy at home, in a real browser: the lock on the page, leaving in a hurry, blur, an empty device, printing (F36)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import pin
from clinic import vault
from clinic.scope import acting_in
from homework.assignments.models import Entry
from tests.access.world import Belongings
from tests.browser.conftest import PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.finding("F36")]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
PIN, WORDS = "4071", "zq the fridge hums at night"


def written(cast: Cast, draft: Any) -> str:
    """Everything in a draft, as the server has it."""
    with vault.session(), acting_in(cast.north.pk), transaction.atomic():
        vault.open_contents([cast.ada.membership.pk])
        return str(Entry.objects.get(pk=draft).answers)


def session_of(view: Window) -> SessionStore:
    key = next(one["value"] for one in view.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    return SessionStore(key)


def leave_it_for_five_minutes(view: Window) -> None:
    """Nobody touches the page, neither by its own clock nor by the server's."""
    session = session_of(view)
    session["seen"] = session["seen"] - 305
    session.save()
    view.page.clock.fast_forward("05:10")


def at_the_draft(view: Window, things: Belongings) -> Page:
    view.page.clock.install()
    return view.go(reverse("entry", args=[things.draft]))


def elsewhere(view: Window) -> list[str]:
    """The harmless page, as the test's own; returns which addresses were asked for."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<title>Weather</title>", content_type="text/html")

    view.context.route("https://www.bbc.com/**", answer)
    return asked


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_the_lock_comes_over_the_page_and_what_was_typed_stays_under_it(people: People, window: Open) -> None:
    cast, world = people
    pin.set_pin(cast.ada.user, PIN)
    view = window(cast.ada, PHONE)
    page = at_the_draft(view, world["ada"])
    page.locator("textarea").first.fill(WORDS)
    leave_it_for_five_minutes(view)
    field = page.get_by_label("Your PIN")
    expect(field).to_be_focused()
    expect(page.locator("main")).to_be_hidden()
    assert "locked" in session_of(view)
    field.fill("9999")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("not the PIN")
    field.fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_visible()
    expect(page.locator("textarea").first).to_have_value(WORDS)
    assert "locked" not in session_of(view)
    page.clock.resume()
    expect(page.locator("[data-sync]")).to_contain_text(re.compile(r"\d"), timeout=8000)
    assert WORDS in written(cast, world["ada"].draft)


def test_loading_the_page_again_does_not_get_round_the_lock(people: People, window: Open) -> None:
    cast, world = people
    pin.set_pin(cast.ada.user, PIN)
    view = window(cast.ada, PHONE)
    page = at_the_draft(view, world["ada"])
    leave_it_for_five_minutes(view)
    expect(page.get_by_label("Your PIN")).to_be_visible()
    page.goto(view.base + reverse("notes"))
    assert reverse("unlock") in page.url
    assert page.title() == "Notes"
    view.complaints.clear()
    view.assert_sound("unlock")
    page.get_by_label("Your PIN").fill(PIN)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url(re.compile(reverse("notes")))


def test_five_wrong_pins_on_the_page_sign_out(people: People, window: Open) -> None:
    cast, world = people
    pin.set_pin(cast.ada.user, PIN)
    view = window(cast.ada, PHONE)
    page = at_the_draft(view, world["ada"])
    leave_it_for_five_minutes(view)
    for _ in range(5):
        expect(page.get_by_label("Your PIN")).to_have_value("")
        page.get_by_label("Your PIN").fill("9999")
        with page.expect_response(re.compile(reverse("unlock"))):
            page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("signed out")
    expect(page.get_by_label("Your PIN")).to_have_count(0)
    page.get_by_role("link", name="Sign in again").click()
    page.wait_for_url(re.compile("/login/"))


def test_without_a_pin_the_cover_asks_for_none(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    page = at_the_draft(view, world["ada"])
    leave_it_for_five_minutes(view)
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(page.get_by_label("Your PIN")).to_have_count(0)
    assert not view.complaints


# --- leaving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [["Shift"] * 3, ["Escape"] * 2])
def test_leaving_by_the_keys_keeps_the_last_words_and_ends_the_sign_in(
    people: People, window: Open, keys: list[str]
) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    asked = elsewhere(view)
    view.go(reverse("notes"))
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    page.locator("textarea").first.fill(WORDS)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url("https://www.bbc.com/**")
    assert asked
    for _ in range(50):  # the page does not wait for the answer; the words are on their way, or there
        if WORDS in written(cast, world["ada"].draft):
            break
        page.wait_for_timeout(100)
    assert WORDS in written(cast, world["ada"].draft), "typed a moment before leaving, and saved"
    page.wait_for_timeout(500)
    page.go_back()
    assert "/login/" in page.url, "the page has no place in the history, and the one before it is shut"


def test_leaving_works_on_the_lock_as_well(people: People, window: Open) -> None:
    cast, _world = people
    pin.set_pin(cast.ada.user, PIN)
    view = window(cast.ada, PHONE)
    asked = elsewhere(view)
    page = view.go(reverse("unlock"))
    expect(page.get_by_role("button", name=re.compile("Leave"))).to_be_visible()
    page.get_by_label("Your PIN").press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.com/**")
    assert asked
    again = view.context.new_page()
    again.goto(view.base + reverse("today"))
    assert "/login/" in again.url


# --- blur, device, printing -------------------------------------------------------------------------------------------


def blurred(page: Page, selector: str) -> bool:
    return bool(page.locator(selector).first.evaluate("part => getComputedStyle(part).filter !== 'none'"))


def test_blurred_words_are_clear_where_they_are_touched(people: People, window: Open) -> None:
    cast, world = people
    cast.ada.user.blur_words = True
    cast.ada.user.save()
    view = window(cast.ada, PHONE)
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    assert blurred(page, "textarea")
    page.locator("textarea").first.focus()
    assert not blurred(page, "textarea")
    page = view.go(reverse("entry", args=[world["ada"].shared]))
    assert blurred(page, ".answers .words")
    page.locator(".answers .words").first.click()
    page.mouse.move(0, 0)
    assert not blurred(page, ".answers .words")
    page.emulate_media(media="print")
    assert not blurred(page, ".answers .words")
    page.emulate_media(media="screen")
    view.assert_sound("blurred")


def test_removing_everything_leaves_no_cookie_and_no_way_back(people: People, window: Open) -> None:
    cast, _world = people
    view = window(cast.ada, PHONE)
    page = view.go(reverse("settings"))
    page.evaluate("document.addEventListener('between:clear-device', () => { window.name = 'asked' })")
    page.get_by_role("button", name="Remove everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This browser is empty now")
    assert page.evaluate("window.name") == "asked"
    assert settings.SESSION_COOKIE_NAME not in [one["name"] for one in view.context.cookies()]
    page.goto(view.base + reverse("today"))
    assert "/login/" in page.url


def test_what_waits_on_this_device_is_said_before_it_is_removed(people: People, window: Open) -> None:
    cast, _world = people
    view = window(cast.ada, PHONE)
    page = view.go(reverse("settings"))
    page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open('a-test', 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore('waiting', { autoIncrement: true }).add({});
        asked.onsuccess = () => { asked.result.close(); done(); }; })"""
    )
    page.get_by_role("button", name="Remove everything").click()
    expect(page.locator("#unsent-here")).to_contain_text("It has not been sent yet")
    page.get_by_role("button", name="Remove everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This browser is empty now")


def test_printing_asks_first_and_not_now_puts_it_away(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    page = view.go(reverse("agreed_sheet", args=[world["ada"].active]))
    page.evaluate("() => { window.print = () => { window.name = 'printed' } }")
    button = page.locator("[data-print]")
    expect(button).to_be_hidden()
    page.locator("[data-printing] summary").click()
    expect(page.get_by_text("Anyone who finds the page can read it.")).to_be_visible()
    page.get_by_role("button", name="Not now").click()
    expect(button).to_be_hidden()
    assert page.evaluate("window.name") != "printed"
    page.locator("[data-printing] summary").click()
    button.click()
    assert page.evaluate("window.name") == "printed"
    view.assert_sound("agreed")


def test_a_page_that_comes_back_from_memory_asks_the_server_again(people: People, window: Open) -> None:
    cast, _world = people
    view = window(cast.ada, PHONE)
    view.go(reverse("notes"))
    view.go(reverse("settings"))
    view.page.get_by_role("button", name="Sign out").click()
    view.page.wait_for_url(re.compile("/login/"))
    for _ in range(2):
        view.page.go_back()
        assert "/login/" in view.page.url
