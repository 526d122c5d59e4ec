"""The installable app: what a phone keeps, what it shows without a connection, what a page costs, and an old browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.access.world import Belongings
from tests.browser.conftest import cookies
from tests.browser.site import Site
from tests.cast import Cast, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
FIRST, NEXT = 30_000, 8_000  # bytes of Today on the wire, the first time and after that


@pytest.fixture
def phone(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A page on a phone where somebody is signed in; the browser complains about nothing."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def make(person: Person | None, **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=site.url, **more)
        opened.append(context)
        if person is not None:
            found = cookies(person)
            context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in found])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in opened:
        context.close()
    assert [text for text in complaints if "net::ERR" not in text] == []


def installed(page: Page) -> None:
    """Wait until the worker has taken over and keeps what it keeps."""
    page.wait_for_load_state("load")
    assert page.evaluate(TAKEN_OVER)


TAKEN_OVER = """async () => { const until = Date.now() + 20000;
    while (Date.now() < until) {
      if (navigator.serviceWorker.controller && (await caches.keys()).length === 1) return true;
      await new Promise((later) => setTimeout(later, 100));
    } return false; }"""
KEPT = """async () => { const all = {}; for (const name of await caches.keys()) { const place = await caches.open(name);
    for (const one of await place.keys()) all[new URL(one.url).pathname + new URL(one.url).search] =
      await (await place.match(one)).text(); } return all; }"""


@pytest.mark.finding("F36")
def test_a_phone_keeps_files_help_and_the_offline_page_and_nothing_of_anybodys(
    people: People, phone: Callable[..., Page]
) -> None:
    cast, world = people
    page = phone(cast.ada)
    page.goto(reverse("today"))
    installed(page)
    for path in (
        reverse("entry", args=[world["ada"].draft]),
        reverse("notes"),
        reverse("settings"),
        reverse("help_now"),
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    kept: dict[str, str] = page.evaluate(KEPT)
    pages = {path for path in kept if not path.startswith("/static/")}
    assert pages == {"/offline/", "/help/?kept=1", "/manifest.webmanifest"}
    assert all(re.search(r"\.[0-9a-f]{12}\.", path) for path in kept if path.startswith("/static/"))
    whole = "".join(kept.values())
    assert not [word for things in world.values() for word in things.canaries if word in whole]
    assert "North" not in whole


def test_without_a_connection_a_page_says_so_and_help_now_opens(people: People, phone: Callable[..., Page]) -> None:
    cast, _world = people
    page = phone(cast.ada)
    page.goto(reverse("today"))
    installed(page)
    page.context.set_offline(True)
    page.goto(reverse("notes"))
    expect(page.get_by_role("heading", level=1)).to_have_text("You are offline")
    expect(page.get_by_text("kept on this device, sealed")).to_be_visible()
    background = "getComputedStyle(document.querySelector('.btn--main')).backgroundColor"
    assert page.evaluate(background) == "rgb(15, 74, 86)", "the offline page has its style"
    page.get_by_role("link", name="Help now").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("If you need someone now")
    assert page.locator("a[href^='tel:']").count() >= 2
    page.context.set_offline(False)
    page.goto(reverse("notes"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("You are offline")


def test_a_form_sent_without_a_connection_stays_on_its_page(people: People, phone: Callable[..., Page]) -> None:
    cast, _world = people
    page = phone(cast.ada)
    page.goto(reverse("settings"))
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("form[aria-labelledby=look] button").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no connection just now")
    assert page.url.endswith(reverse("settings"))


def sizes_of(page: Page) -> list[tuple[str, float]]:
    """What the page fetches from now on, with the bytes on the wire."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    names: dict[str, str] = {}
    sizes: list[tuple[str, float]] = []
    cdp.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))

    def done(event: dict[str, Any]) -> None:
        name = names.get(event["requestId"], "").rpartition("/")[2] or "the page"
        sizes.append((name, event["encodedDataLength"]))

    cdp.on("Network.loadingFinished", done)
    return sizes


def test_today_is_light_on_the_first_load_and_lighter_on_the_next(people: People, phone: Callable[..., Page]) -> None:
    cast, _world = people
    page = phone(cast.ada, service_workers="block")  # what a worker fetches for a page is not counted as the page's
    sizes = sizes_of(page)
    page.goto(reverse("today"))
    page.wait_for_load_state("networkidle")
    first = sum(size for _, size in sizes)
    print(f"\nToday, first load: {first / 1000:.1f} kB in {len(sizes)} answers: {sizes}")
    assert first <= FIRST, sizes
    sizes.clear()
    page.goto(reverse("today"))
    page.wait_for_load_state("networkidle")
    after = sum(size for _, size in sizes)
    print(f"Today, next load: {after / 1000:.1f} kB: {sizes}")
    assert 0 < after <= NEXT, sizes


MOVES = """window.moved = 0; new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
  }).observe({type: "layout-shift", buffered: true})"""


def test_nothing_moves_by_itself_on_today_or_while_a_note_is_saved(people: People, phone: Callable[..., Page]) -> None:
    cast, world = people
    page = phone(cast.ada)
    page.add_init_script(MOVES)
    page.goto(reverse("today"))
    page.wait_for_load_state("networkidle")
    for summary in page.locator("summary").all()[:3]:
        summary.click()
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(700)
    assert page.evaluate("window.moved") < 0.02, "Today, from the first byte on"
    page.goto(reverse("entry", args=[world["ada"].draft]))
    page.wait_for_load_state("networkidle")
    before = page.evaluate("window.moved")
    page.locator("textarea").first.fill("A word.")
    expect(page.locator("[data-sync]")).to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    page.context.set_offline(True)
    page.locator("textarea").first.fill("A word more.")
    expect(page.locator("[data-sync]")).to_contain_text("On this device, not sent yet", timeout=8000)
    assert page.evaluate("window.moved") - before < 0.005, "saving moves nothing"


LOOKS = """() => ["body", "h1", ".btn--main", ".topbar", "main", "h2"].map((name) => {
    const found = document.querySelector(name), style = found && getComputedStyle(found);
    return style && [name, style.color, style.backgroundColor, style.fontSize, style.fontFamily, style.paddingInlineStart,
      style.borderRadius, style.position]; })"""


def without_layers(route: Route) -> None:
    """What a browser of 2021 makes of a style sheet: a rule it does not know is thrown away, with all that is in it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("@layer", "@unknown"))


def test_a_browser_from_before_layers_shows_the_same_page(people: People, phone: Callable[..., Page]) -> None:
    cast, world = people
    new, old = phone(cast.ada, service_workers="block"), phone(cast.ada, service_workers="block")
    old.add_init_script("delete window.CSSLayerBlockRule; delete window.requestIdleCallback; delete AbortSignal.timeout;"
                        "Object.defineProperty(Navigator.prototype, 'locks', {value: undefined});"
                        "HTMLFormElement.prototype.requestSubmit = undefined; Crypto.prototype.randomUUID = undefined;")  # fmt: skip
    as_style = re.compile(r"\.css$")
    old.route(as_style, lambda r: without_layers(r) if r.request.resource_type == "stylesheet" else r.continue_())
    for page in (new, old):
        page.goto(reverse("entry", args=[world["ada"].draft]))
        page.wait_for_load_state("networkidle")
    assert old.evaluate(LOOKS) == new.evaluate(LOOKS)
    old.locator("textarea").first.fill("An old phone.")
    old.locator("form[data-autosave] button.btn--main").last.click()
    old.wait_for_url(re.compile("/finish/"))
    old.locator("form button.btn--main").last.click()
    old.wait_for_url(re.compile("/done/"))
