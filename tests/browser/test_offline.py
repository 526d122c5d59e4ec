"""Never lose a word: without a connection, on three devices, with somebody else at the same browser, and after signing out."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.models import Entry
from tests.access.world import Belongings
from tests.browser.conftest import cookies
from tests.browser.site import Site, start_chromium, words_on_disk
from tests.cast import Cast, Person
from tests.conftest import CHROMIUM
from tests.faults.kill_browser import stored, waiting
from tests.homework.assignments.nudging import agree, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
KEPT, UNKEPT = "On this device, not sent yet", "Not saved yet. Keep this page open."


@dataclass
class Device:
    """One browser, signed in or not, and what it complained about."""

    context: BrowserContext
    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, person: Person) -> None:
        """From now on it is this person who is signed in here."""
        self.context.clear_cookies()
        found = cookies(person)
        self.context.add_cookies([{"name": name, "value": value, "url": self.site.url} for name, value in found])

    def new_page(self) -> Page:
        """A page; what the browser complains about counts, but for the missing connection itself."""
        page = self.context.new_page()

        def heard(text: str) -> None:
            if "net::ERR" not in text and "status of 4" not in text and "Failed to fetch" not in text:
                self.complaints.append(text)

        page.on("console", lambda said: heard(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: heard(str(error)))
        self.page = page
        return page

    def go(self, route: str, *args: object) -> Page:
        """Open a page; one to write on is there when its key is."""
        address = self.site.url + reverse(route, args=args)
        if route not in ("entry", "entry_finish"):
            self.page.goto(address)
            return self.page
        with self.page.expect_response("**" + reverse("device_key")):
            self.page.goto(address)
        self.page.wait_for_timeout(100)
        return self.page

    def write(self, words: str) -> None:
        """Type into the first question, and go on to the next."""
        self.page.locator("textarea").first.fill(words)
        self.page.locator("textarea").first.blur()

    def close_page(self) -> None:
        """Away with the page while there is no connection; what it still tries to send comes to nothing first."""
        self.page.goto("about:blank")
        self.page.wait_for_timeout(300)
        self.page.close()

    @property
    def line(self) -> Any:
        """The line that says what has become of the words."""
        return expect(self.page.locator("[data-sync]"))


@pytest.fixture
def device(chromium: Browser, site: Site) -> Iterator[Callable[..., Device]]:
    opened: list[Device] = []

    def make(person: Person | None = None, **more: Any) -> Device:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", **more)
        found = Device(context, None, site)  # type: ignore[arg-type]
        if person is not None:
            found.sign_in(person)
        found.new_page()
        opened.append(found)
        return found

    yield make
    complaints = [each.complaints for each in opened if each.complaints]
    for each in opened:
        each.context.close()
    assert not complaints


@pytest.fixture
def drafts(people: People) -> list[UUID]:
    """Ada has begun something on each of eight days."""
    cast, _world = people
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        work, today = fresh(agree(cast.ada, cast.theo)), timezone.now().date()
        return [doing.begin(by=cast.ada.actor, assignment=work, on=today - timedelta(days=n)).pk for n in range(8)]


def records(page: Page) -> list[dict[str, Any]]:
    """What is in this browser's database, ciphertext as numbers."""
    found: Any = page.evaluate(
        """() => new Promise((done) => { const asked = indexedDB.open("notes");
        asked.onsuccess = () => { const found = asked.result, all = found.transaction("waiting").objectStore("waiting").getAll();
          all.onsuccess = () => { found.close(); done(all.result.map((one) => ({...one, iv: Array.from(one.iv),
            data: Array.from(new Uint8Array(one.data))}))); }; }; })"""
    )
    return list(found)


def arrived(page: Page) -> None:
    """Everything that waited here has been sent."""
    for _ in range(200):
        if not waiting(page):
            return
        page.wait_for_timeout(50)
    raise AssertionError("something still waits on this device")


def test_what_is_typed_offline_is_on_the_device_sealed_and_goes_out_with_the_connection(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    page = phone.go("entry", drafts[0])
    phone.context.set_offline(True)
    phone.write("zqoffline one word")
    phone.line.to_contain_text(KEPT, timeout=5000)
    [record] = records(page)
    assert set(record) == {"id", "entry", "rev", "owner", "kind", "at", "iv", "data"}
    assert record["entry"] == str(drafts[0])
    assert b"zqoffline" not in bytes(record["data"])
    assert str(cast.ada.user.pk) not in json.dumps(record)
    assert stored(cast, drafts[0])[0].find("zqoffline") == -1
    phone.context.set_offline(False)
    phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    assert "zqoffline" in stored(cast, drafts[0])[0]
    arrived(page)


def test_a_change_is_sealed_within_a_second_also_while_typing_goes_on(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    page = phone.go("entry", drafts[0])
    phone.context.set_offline(True)
    page.locator("textarea").first.click()
    ivs = set()
    for letter in "without a pause":
        page.keyboard.type(letter)
        page.wait_for_timeout(150)
        ivs |= {tuple(record["iv"]) for record in records(page)}
    assert len(ivs) >= 3, "every record is sealed anew, with a nonce of its own"


def test_where_nothing_can_be_kept_the_line_says_so_and_saving_works_as_before(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    old = device(cast.ada)
    old.context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    old.go("entry", drafts[0])
    old.write("zqold browser")
    old.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    old.context.set_offline(True)
    old.write("zqold browser, more")
    old.line.to_contain_text(UNKEPT, timeout=5000)
    old.context.set_offline(False)
    old.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    assert "zqold browser, more" in stored(cast, drafts[0])[0]


def test_three_devices_come_back_in_any_order_and_every_text_is_there(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    devices = [device(cast.ada) for _ in range(3)]
    for order, entry in zip(itertools.permutations(range(3)), drafts, strict=False):
        texts = [f"zq{number}{order[0]}{order[1]} from device {number}" for number in range(3)]
        for each, text in zip(devices, texts, strict=True):
            each.go("entry", entry)
            each.context.set_offline(True)
            each.write(text)
        for each in devices:
            each.line.to_contain_text(KEPT, timeout=5000)
        for number in order:
            devices[number].context.set_offline(False)
            devices[number].line.to_contain_text(re.compile(r"Saved \d|Both versions are kept"), timeout=8000)
        has, state = stored(cast, entry)
        assert all(text in has for text in texts), f"{order}: {has}"
        assert state == Entry.State.DRAFT
        for each in devices:
            arrived(each.page)


def test_somebody_else_at_the_same_browser_neither_sends_nor_sees_it(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    phone.go("entry", drafts[0])
    phone.context.set_offline(True)
    phone.write("zqadas words")
    phone.line.to_contain_text(KEPT, timeout=5000)
    before = records(phone.page)
    phone.sign_in(cast.ben)  # while her page is open still: it sends its last words when it goes, as nobody's
    phone.close_page()
    phone.context.set_offline(False)
    phone.new_page()
    for route in ("today", "notes", "settings"):
        page = phone.go(route)
        assert "zqadas" not in page.content()
    page.wait_for_timeout(500)
    assert records(page) == before
    assert "zqadas" not in stored(cast, drafts[0])[0]
    phone.sign_in(cast.ada)
    page = phone.go("today")
    arrived(page)
    assert "zqadas words" in stored(cast, drafts[0])[0]


def test_an_expired_sign_in_keeps_the_text_over_a_reload_until_the_same_person_is_back(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    page = phone.go("entry", drafts[0])
    Session.objects.all().delete()
    phone.write("zqexpired words")
    phone.line.to_contain_text("You have been signed out", timeout=8000)
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert "login" in page.url
    phone.sign_in(cast.ada)
    page = phone.go("entry", drafts[0])
    expect(page.locator("textarea").first).to_have_value("zqexpired words", timeout=8000)
    arrived(page)


def test_saved_and_sent_are_never_said_before_the_row_is_committed(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada, service_workers="block")
    page = phone.go("entry", drafts[0])
    held: list[Route] = []
    page.route("**/save/", lambda route: held.append(route))
    phone.write("zqslow words")
    until(page, lambda: bool(held))
    page.wait_for_timeout(600)
    phone.line.not_to_contain_text(re.compile("Saved|Sent"))
    assert "zqslow" not in stored(cast, drafts[0])[0]
    answer = held[0].fetch()
    assert "zqslow" in stored(cast, drafts[0])[0]
    page.wait_for_timeout(300)
    phone.line.not_to_contain_text(re.compile("Saved|Sent"))
    held[0].fulfill(response=answer)
    phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=5000)
    page.unroute("**/save/")
    phone.go("entry_finish", drafts[0])
    held.clear()
    page.route("**/finish/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.locator("form[data-share] button.btn--main").click()
    until(page, lambda: bool(held))
    page.wait_for_timeout(300)
    assert "/finish/" in page.url
    assert stored(cast, drafts[0])[1] == Entry.State.DRAFT
    held[0].continue_()
    page.wait_for_url("**/done/")
    assert stored(cast, drafts[0])[1] == Entry.State.SHARED


def until(page: Page, ready: Callable[[], bool]) -> None:
    """Wait, and let the browser's events in."""
    for _ in range(200):
        if ready():
            return
        page.wait_for_timeout(50)
    raise AssertionError("waited 10 s")


def test_sharing_without_a_connection_waits_says_so_and_happens_once(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    phone.go("entry", drafts[0])
    phone.write("zqshared words")
    phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    page = phone.go("entry_finish", drafts[0])
    phone.context.set_offline(True)
    page.locator("textarea[name=words]").fill("zqlooking back")
    page.locator("form[data-share] button.btn--main").click()
    expect(page.locator("[data-share-line]")).to_contain_text("Sharing waits for a connection", timeout=5000)
    assert {record["kind"] for record in records(page)} == {"share"}
    assert b"zqlooking" not in bytes(records(page)[0]["data"])
    page.close()
    phone.context.set_offline(False)
    phone.new_page()
    arrived(phone.go("today"))
    row = shared(cast, drafts[0])
    assert row.after.words["tell"] == "zqlooking back"


def shared(cast: Cast, entry: UUID) -> Entry:
    """The entry, shared, with what was said afterwards."""
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        row: Entry = Entry.objects.select_related("after").get(pk=entry)
        assert row.state == Entry.State.SHARED
        assert row.after.words is not None
        return row


def test_a_waiting_sharing_can_be_taken_back_and_its_answers_are_there_again(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    phone.go("entry", drafts[0])
    phone.write("zqshared words")
    phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
    page = phone.go("entry_finish", drafts[0])
    phone.context.set_offline(True)
    page.locator("textarea[name=words]").fill("zqlooking back")
    page.locator("form[data-share] button.btn--main").click()
    page.get_by_role("button", name="Do not share it yet").click()
    expect(page.locator("[data-share-line]")).to_contain_text("not shared yet", timeout=5000)
    phone.context.set_offline(False)
    page.wait_for_timeout(500)
    page = phone.go("today")
    assert stored(cast, drafts[0])[1] == Entry.State.DRAFT
    page = phone.go("entry_finish", drafts[0])
    expect(page.locator("textarea[name=words]")).to_have_value("zqlooking back", timeout=5000)
    page.locator("form[data-share] button.btn--main").click()
    page.wait_for_url("**/done/")
    assert shared(cast, drafts[0]).after.words["tell"] == "zqlooking back"


def test_words_that_come_too_late_are_shown_to_their_writer_and_stay_until_they_say(
    people: People, drafts: list[UUID], device: Callable[..., Device]
) -> None:
    cast, _world = people
    phone = device(cast.ada)
    phone.go("entry", drafts[0])
    phone.context.set_offline(True)
    phone.write("zqtoo late")
    phone.line.to_contain_text(KEPT, timeout=5000)
    phone.close_page()
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        row = Entry.objects.get(pk=drafts[0])
        sharing.share(
            by=cast.ada.actor,
            entry=row,
            values={"hot_thought": "x"},
            kept_private=[],
            after=sharing.After(),
            key=row.pk,
        )
    phone.context.set_offline(False)
    phone.new_page()
    page = phone.go("today")
    expect(page.locator("[data-told]")).to_contain_text("This has been shared already")
    assert "zqtoo late" in (page.locator("[data-told] [data-list]").text_content() or "")
    page.get_by_role("button", name="Take it off this device").click()
    arrived(page)


@pytest.mark.finding("F36")
def test_nothing_typed_is_readable_in_the_browsers_profile_after_signing_out(
    people: People, drafts: list[UUID], chromium: Browser, site: Site, tmp_path: Path
) -> None:
    cast, _world = people
    typed = ["zqprofileone", "zqprofiletwo", "zqprofilethree", "zqprofilefour"]
    own = start_chromium(tmp_path / "profile", CHROMIUM)
    try:
        context = chromium.browser_type.connect_over_cdp(own.endpoint).contexts[0]
        phone = Device(context, context.pages[0], site)
        phone.sign_in(cast.ada)
        page = phone.go("entry", drafts[0])
        phone.write(typed[0])
        phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
        context.set_offline(True)
        phone.write(f"{typed[0]} {typed[1]}")
        phone.line.to_contain_text(KEPT, timeout=5000)
        context.set_offline(False)
        phone.line.to_contain_text(re.compile(r"Saved \d"), timeout=8000)
        page = phone.go("entry_finish", drafts[0])
        page.locator("textarea[name=words]").fill(typed[2])
        page.locator("form[data-share] button.btn--main").click()
        page.wait_for_url("**/done/")
        phone.go("entry", drafts[1])
        context.set_offline(True)
        phone.write(typed[3])  # this waits, sealed, when the person signs out
        phone.line.to_contain_text(KEPT, timeout=5000)
        phone.page = context.new_page()
        context.set_offline(False)
        page = phone.go("settings")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login/**")
        page.wait_for_timeout(1500)
    finally:
        own.stop()
    assert sum(path.is_file() for path in own.profile.rglob("*")) > 30, "there is a profile to look through"
    assert words_on_disk(own.profile, [str(site.port)]), "and looking finds what is there"
    assert words_on_disk(own.profile, typed) == []
