"""A layout proof for languages that run from right to left: no such translation ships, the pages are ready for one.

The program is told that the language runs the other way, and the letters on each page are turned into Hebrew ones in the
browser, so that lines really begin on the right.
"""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page

from tests.access.world import Belongings
from tests.browser.conftest import NARROW, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
WIDE = (1280, 900)

HEBREW = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest("script,style")) {
      node.data = node.data.replace(/[A-Za-z\\u00c0-\\u017f]/g, c => String.fromCharCode(0x5d0 + c.charCodeAt(0) % 27));
    }
  }
}"""
# What sticks out of the window on either side, unless a part of the page scrolls by itself.
OUTSIDE = """() => [...document.querySelectorAll("main *, header *, nav *")].filter(one => {
  const box = one.getBoundingClientRect();
  const seen = box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== "hidden";
  return seen && !one.closest(".scroll, .vh, .skip, [hidden]") && (box.left < -1 || box.right > innerWidth + 1);
}).map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def hebrew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The language of every page runs from right to left."""
    translation.get_language_bidi()  # the first call puts the real one into its place
    monkeypatch.setattr(translation._trans, "get_language_bidi", lambda: True)  # type: ignore[attr-defined]
    yield


def client_paths(things: Belongings) -> list[str]:
    return [
        reverse("today"),
        reverse("work"),
        reverse("task", args=[things.active]),
        reverse("shape", args=[things.proposed]),
        reverse("agreed_sheet", args=[things.active]),
        reverse("entry", args=[things.draft]),
        reverse("entry_finish", args=[things.draft]),
        reverse("entry", args=[things.shared]),
        reverse("notes"),
        reverse("history"),
        reverse("noticed"),
        reverse("about_practice"),
        reverse("settings"),
        reverse("help_now"),
    ]


def staff_paths(things: Belongings) -> list[str]:
    return [
        reverse("client_page", args=[things.episode]),
        reverse("digest", args=[things.appointment]),
        reverse("propose", args=[things.episode]),
    ]


PATHS = {"ada": client_paths, "theo": staff_paths}


def turned(view: Window, path: str) -> Page:
    """A page in pseudo-Hebrew."""
    page = view.go(path)
    page.evaluate(HEBREW)
    return page


@pytest.mark.parametrize("who", PATHS)
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "1280px"])
def test_nothing_sticks_out_when_a_page_runs_from_right_to_left(
    people: People, window: Open, hebrew: None, who: str, size: tuple[int, int]
) -> None:
    cast, world = people
    view = window(getattr(cast, who), size)
    for path in PATHS[who](world["ada"]):
        page = turned(view, path)
        assert page.evaluate("document.documentElement.dir") == "rtl", path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        assert page.evaluate(OUTSIDE) == [], path
    assert not view.complaints


def test_the_page_turns_round_with_its_language(people: People, window: Open, hebrew: None) -> None:
    cast, world = people
    view = window(cast.ada, (390, 844))
    page = turned(view, reverse("task", args=[world["ada"].active]))
    here = """name => { const range = document.createRange(); range.selectNodeContents(document.querySelector(name));
      const text = range.getBoundingClientRect(), box = document.querySelector("main").getBoundingClientRect();
      return [text.left - box.left, box.right - text.right]; }"""
    left, right = page.evaluate(here, "h1")
    assert right < left, "a heading begins on the right"
    assert page.evaluate("getComputedStyle(document.querySelector('.icon--dir')).transform").startswith("matrix(-1")
    tabs = page.evaluate("[...document.querySelectorAll('.tabbar li')].map(one => one.getBoundingClientRect().left)")
    assert tabs == sorted(tabs, reverse=True), "the first place is on the right"
    staff = window(cast.theo, WIDE)
    page = turned(staff, reverse("caseload"))
    rail = "one => document.querySelector(one).getBoundingClientRect().left"
    assert page.evaluate(rail, ".rail") > page.evaluate(rail, ".shell__main"), "the rail is on the right"
