"""What somebody at home could see: blurred words, an empty browser after leaving, titles in every language (F36)."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse

from clinic import telling
from tests.access.matrix import ROWS
from tests.access.test_matrix import allowed, path_of
from tests.access.world import Belongings, make_world
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
pytestmark = pytest.mark.finding("F36")


# --- blur -------------------------------------------------------------------------------------------------------------


def test_a_client_blurs_their_own_words_and_shows_them_again(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    assert "css/privacy.css" not in browser.get(reverse("notes")).content.decode()
    assert browser.post(reverse("settings"), {"part": "blur", "blur": "on"}).status_code == 303
    assert "css/privacy.css" in browser.get(reverse("notes")).content.decode()
    assert "Show my words" in browser.get(reverse("settings")).content.decode()
    browser.post(reverse("settings"), {"part": "blur"})
    assert "css/privacy.css" not in browser.get(reverse("notes")).content.decode()


def test_staff_blur_nothing(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.theo).post(reverse("settings"), {"part": "blur", "blur": "on"}).status_code == 422


def test_blurred_words_are_still_read_out_and_printed() -> None:
    css = (conf.BASE_DIR / "static" / "css" / "privacy.css").read_text()
    assert "@media screen" in css
    assert not re.search(r"visibility|display|opacity|aria", css)
    for way in (":hover", ":focus-within", ":focus", ":active"):
        assert way in css


# --- nothing is left --------------------------------------------------------------------------------------------------


def test_removing_everything_signs_out_and_tells_the_browser_to_throw_it_away(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.ada)
    browser.cookies[conf.LANGUAGE_COOKIE_NAME] = "es"
    answer = browser.post(reverse("clear_device"))
    assert answer.status_code == 200
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage", "cookies"'
    for name in (conf.SESSION_COOKIE_NAME, conf.LANGUAGE_COOKIE_NAME):
        assert answer.cookies[name]["max-age"] == 0
    assert "<title>Notes</title>" in answer.content.decode()
    assert browser.get(reverse("today")).headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("way", ["account_logout", "leave"])
def test_every_way_out_empties_the_browsers_memory(cast: Cast, sign_in: SignIn, way: str) -> None:
    assert sign_in(cast.ada).post(reverse(way)).headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in Client().post(reverse("account_logout")).headers


def client_pages(things: Belongings) -> list[str]:
    """Every page a client may open, from the table of routes."""
    rows = {name: row for name, row in ROWS.items() if 200 in (allowed(row, "GET", "ada", "ada") or ())}
    return [path_of(name, row, things) for name, row in sorted(rows.items()) if name != "stop_messages"]


TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.mark.parametrize("language", [code for code, _name in conf.LANGUAGES])
def test_no_page_of_a_client_is_kept_or_has_a_title_that_tells(cast: Cast, sign_in: SignIn, language: str) -> None:
    things = make_world(cast)["ada"]
    cast.ada.user.language = language
    cast.ada.user.save()
    browser, looked_at = sign_in(cast.ada), 0
    for path in client_pages(things):
        page = browser.get(path)
        assert "no-store" in page.headers["Cache-Control"], path
        if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
            continue
        title = TITLE.search(page.content.decode())
        assert title, path
        assert not telling.tells(title[1]), (path, title[1])
        assert not any(word in title[1] for word in ("North", "Ada", "Theo", *things.canaries)), (path, title[1])
        looked_at += 1
    assert looked_at > 15


@pytest.mark.finding("F33")
def test_every_page_in_a_clients_frame_says_who_can_read_it(cast: Cast, sign_in: SignIn) -> None:
    things = make_world(cast)["ada"]
    browser, looked_at = sign_in(cast.ada), 0
    for path in client_pages(things):
        page = browser.get(path)
        if path.startswith("/account/") or b'class="tabbar"' not in page.content:
            continue  # how one signs in: nothing of theirs is read or written there
        assert "data-who-reads" in page.content.decode(), path
        looked_at += 1
    assert looked_at > 12


# --- printing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["agreed_sheet", "work_paper"])
def test_printing_begins_with_a_word_of_warning(cast: Cast, sign_in: SignIn, route: str) -> None:
    things = make_world(cast)["ada"]
    page = sign_in(cast.ada).get(reverse(route, args=[things.active])).content.decode()
    fold = page.partition("data-printing hidden>")[2].partition("</details>")[0]
    assert "Anyone who finds the page can read it" in fold
    assert "data-not-now" in fold
    assert page.count("data-print ") + page.count("data-print>") == fold.count("data-print>") == 1


def test_no_print_button_of_a_clients_page_stands_outside_the_warning() -> None:
    folder = conf.BASE_DIR / "templates" / "assignments"
    texts = {path.name: path.read_text() for path in folder.glob("*.html")}
    assert [name for name, text in texts.items() if "data-print" in text and "base_staff" not in text] == []
