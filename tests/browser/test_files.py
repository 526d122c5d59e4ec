"""Recordings and photos by hand: with a microphone that always hums, without one, without a script, without a network."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from tests.access.world import Belongings
from tests.browser.conftest import DESK, FLAGS, PHONE, Window, running_chromium
from tests.cast import Cast
from tests.homework.assignments.sounds import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
HEARD = """async (player) => {
  await player.play();
  await new Promise((done) => setTimeout(done, 400));
  player.pause();
  return [player.currentTime, player.duration];
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser with a microphone of its own, that asks nobody."""
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--mute-audio"]
    with running_chromium([*FLAGS, *fake]) as browser:
        yield browser


def saved(page: Page) -> None:
    """Wait until the answers are with the server."""
    expect(page.locator("form[data-autosave]")).not_to_have_attribute("data-unsaved", "", timeout=8000)
    expect(page.locator("[data-sync] [data-words]")).to_contain_text(re.compile(r"Saved \d"), timeout=8000)


def test_a_recording_is_made_heard_shared_and_heard_by_the_therapist(people: People, window: Open) -> None:
    cast, world = people
    things = world["ada"]
    view = window(cast.ada, PHONE)
    page = view.go(reverse("entry", args=[things.draft]))
    box = page.locator("[data-kind=audio]")
    box.get_by_role("button", name="Record", exact=True).focus()
    page.keyboard.press("Enter")
    stop = box.get_by_role("button", name="Stop recording")
    expect(stop).to_be_focused()
    expect(box.locator("[data-status]")).to_have_text("Recording. Up to three minutes.")
    expect(box.locator("[data-clock]")).to_have_text("0:01 / 3:00", timeout=5000)
    page.keyboard.press("Enter")
    expect(box.locator("[data-status]")).to_have_text("The recording is kept with your draft.", timeout=8000)
    expect(box.get_by_role("button", name="Record again")).to_be_focused()
    saved(page)
    view.assert_sound("recorded")
    at, lasts = box.locator("audio").evaluate(HEARD)
    assert at > 0.1 and 0.9 < lasts < 3
    page.locator("form[data-autosave] button.btn--main").last.click()
    page.wait_for_url(re.compile("/finish/"))
    page.locator("form button.btn--main").last.click()
    page.wait_for_url(re.compile("/done/"))

    desk = window(cast.theo, DESK)
    page = desk.go(reverse("assignment", args=[things.active]))
    player = page.get_by_label("Recording: Say it instead")
    page.locator("h1").first.click()  # nothing plays before somebody touches the page
    at, lasts = player.evaluate(HEARD)
    assert at > 0.1 and 0.9 < lasts < 3
    desk.assert_sound("heard")


def test_a_recording_is_finished_and_sent_before_the_page_goes_on(people: People, window: Open) -> None:
    cast, world = people
    page = window(cast.ada, PHONE).go(reverse("entry", args=[world["ada"].draft]))
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("[data-clock]")).to_have_text("0:00 / 3:00")
    page.locator("form[data-autosave] button.btn--main").last.click()
    page.wait_for_url(re.compile("/finish/"))
    page.go_back()
    expect(page.locator("[data-kind=audio] audio")).to_have_attribute("src", re.compile("^/files/"))


def test_without_a_microphone_a_file_can_be_chosen(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    no = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    view.page.add_init_script(no)
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    page.get_by_role("button", name="Record", exact=True).click()
    box = page.locator("[data-kind=audio]")
    expect(box.locator("[data-status]")).to_contain_text("The microphone is not allowed")
    expect(box.locator("[type=file]")).to_be_focused()


def test_a_photo_waits_on_the_page_until_there_is_a_network(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    box = page.locator("[data-kind=photo]")
    view.context.set_offline(True)
    box.locator("[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo((3000, 1500))}
    )
    expect(box.locator("[data-status]")).to_contain_text("not sent yet", timeout=8000)
    page.locator("form[data-autosave] button.btn--main").last.click()  # it stays where it is
    page.wait_for_timeout(500)
    assert "/finish/" not in page.url
    view.context.set_offline(False)
    expect(box.locator("[data-status]")).to_have_text("The photo is kept with your draft.", timeout=12000)
    saved(page)
    page.reload()
    image = page.locator("[data-kind=photo] img")
    assert image.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 1600
    page.locator("[data-kind=photo]").get_by_role("button", name="Take it away").click()
    expect(page.locator("[data-kind=photo] [data-status]")).to_have_text("Taken away.")
    saved(page)
    page.reload()
    expect(page.locator("[data-kind=photo] img")).to_be_hidden()


def test_what_does_not_fit_says_so_and_leaves_the_page_as_it_was(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.ada, PHONE)
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    box = page.locator("[data-kind=photo]")
    box.locator("[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7"})
    expect(box.locator("[data-status]")).to_contain_text("JPEG, PNG and WebP fit", timeout=8000)
    expect(box.locator("img")).to_be_hidden()


def test_a_photo_is_added_and_taken_away_without_a_script(people: People, window: Open) -> None:
    cast, world = people
    page = window(cast.ada, PHONE, script=False).go(reverse("entry", args=[world["ada"].draft]))
    page.locator("textarea").first.fill("It rained.")
    box = page.locator("[data-kind=photo]")
    box.locator("[type=file]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    box.get_by_role("button", name="Add it").click()
    expect(box.locator("img")).to_be_visible()
    expect(page.locator("textarea").first).to_have_value("It rained.")
    box.get_by_role("button", name="Take it away").click()
    expect(box.locator("img")).to_be_hidden()
    expect(page.locator("textarea").first).to_have_value("It rained.")
