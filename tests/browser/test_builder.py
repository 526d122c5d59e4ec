"""The builder as a therapist uses it: begin, add, see it on the phone beside, tailor, publish; two at once; no script."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic.scope import acting_in
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast, make_cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Window]
SHOTS = os.environ.get("BETWEEN_SHOTS", "")


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast without their belongings: every draft here is begun in the browser."""
    with transaction.atomic():
        return make_cast()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def begin(there: Window, title: str = "Say one small thing") -> Page:
    page = there.go(reverse("own_sheets"))
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/library/drafts/*/")
    return page


def open_all(page: Page) -> None:
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


def write(page: Page) -> None:
    """Everything a sheet needs, with the question it has."""
    open_all(page)
    for label, words in {
        "Known as": "Small speaking-up step",
        "What it is for": "Try out one small sentence.",
        "Why it may help": "A small sentence said is a start.",
        "A first step of about two minutes": "Write the sentence down.",
        "What counts as some": "The sentence is written.",
        "What counts as all": "You said it once.",
        "Bringing it in": "Ask who it could be said to.",
        "Asking about it": "Ask what it was like to say it.",
    }.items():
        page.get_by_label(label, exact=True).fill(words)
    for label in page.get_by_label("What this size is").all():
        label.fill("A line")
    page.get_by_label("Who it is in the example").fill("Yara, who is shy")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_title_to_a_published_version(cast: Cast, window: Open, script: bool) -> None:
    there = window(cast.theo, DESK, script=script)
    page = begin(there)
    page.get_by_role("button", name="Words, one line").click()
    page.get_by_label("Question", exact=True).fill("What would you like to say?")
    if not script:  # without a script a folded part opens by a click, one at a time
        for summary in ("What it is", "What the client reads first", "Sizes", "The example", "For your colleagues"):
            part = page.locator("details.sheet", has=page.get_by_role("heading", name=summary, exact=True))
            if part.get_attribute("open") is None:
                part.locator("summary").first.click()
        fill_without_opening(page)
    else:
        write(page)
    page.get_by_label("the smaller version").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.frame_locator("iframe").get_by_text("What would you like to say?")).to_be_visible()
    shot(page, f"builder-{'script' if script else 'plain'}")
    page.goto(there.base + page.url.removeprefix(there.base).split("?")[0].split("#")[0] + "example/")
    page.get_by_label("What would you like to say?").fill("Please call me by my name.")
    page.get_by_role("button", name="Keep this example").click()
    page.get_by_role("button", name=re.compile("^Publish")).click()
    page.wait_for_url("**/library/*/")
    expect(page.get_by_role("heading", name="Say one small thing")).to_be_visible()
    with acting_in(cast.north.pk), transaction.atomic():
        version = WorksheetVersion.objects.filter(clinic_id=cast.north.pk).latest("pk")
        assert version.parsed.example is not None
        assert list(version.parsed.example.values.values()) == ["Please call me by my name."]
        assert not Draft.objects.exists()
    assert not there.complaints


def fill_without_opening(page: Page) -> None:
    for label, words in {
        "Known as": "Small speaking-up step", "What it is for": "Try out one small sentence.",
        "Why it may help": "A small sentence said is a start.",
        "A first step of about two minutes": "Write the sentence down.",
        "What counts as some": "The sentence is written.", "What counts as all": "You said it once.",
        "Bringing it in": "Ask who it could be said to.", "Asking about it": "Ask what it was like to say it.",
        "Who it is in the example": "Yara, who is shy",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(words)
    for label in page.get_by_label("What this size is").all():
        label.fill("A line")


def test_typing_is_saved_and_shows_on_the_phone_without_a_button(cast: Cast, window: Open) -> None:
    page = begin(window(cast.theo, DESK))
    page.get_by_role("button", name="Rating 0 to 10", exact=True).click()
    page.get_by_label("Question", exact=True).fill("How brave did it feel?")
    page.get_by_label("Question", exact=True).blur()
    expect(page.locator("[data-sync]")).to_contain_text("Saved")
    expect(page.frame_locator("iframe").get_by_text("How brave did it feel?")).to_be_visible()
    expect(page.locator("[data-checks]")).to_contain_text("Asks at least one question")
    with acting_in(cast.north.pk), transaction.atomic():
        assert Draft.objects.get().table["fields"][0]["label"] == "How brave did it feel?"


def test_two_people_at_once_lose_nothing(cast: Cast, window: Open) -> None:
    first = begin(window(cast.theo, DESK))
    second = window(cast.theo, DESK).go("/" + first.url.split("/", 3)[3])
    for page, words in ((first, "Mine"), (second, "Theirs")):
        open_all(page)
        page.get_by_label("What it is for").fill(words)
        page.get_by_label("What it is for").blur()
        expect(page.locator("[data-sync]")).to_contain_text(re.compile("Saved|Both"))
    expect(second.locator("[data-sync-note]")).to_contain_text("Both texts are kept")
    second.get_by_role("link", name="See both").click()
    second.get_by_role("button", name="Use the other text").click()
    open_all(second)
    expect(second.get_by_label("What it is for")).to_have_value("Theirs")


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (PHONE, True)], ids=["desk", "phone-dark"])
def test_a_copy_with_two_languages_is_sound(cast: Cast, window: Open, size: tuple[int, int], dark: bool) -> None:
    with acting_in(cast.north.pk), transaction.atomic():
        pk = Worksheet.objects.get(slug="w08", clinic=None).pk
    there = window(cast.theo, size, dark=dark)
    page = there.go(reverse("worksheet", args=[pk]))
    page.get_by_role("button", name="Make our own copy").click()
    page.wait_for_url("**/library/drafts/*/")
    page.get_by_role("link", name="Spanish beside it").click()
    there.page.locator(".card summary").first.click()
    shot(page, f"builder-copy-{size[0]}")
    open_all(page)
    there.assert_sound("the builder")
    path = "/" + page.url.split("/", 3)[3].split("?")[0]
    for tail in ("preview/", "example/"):
        there.go(path + tail)
        shot(page, f"builder-{tail[:-1]}-{size[0]}")
        there.assert_sound(tail)
    there.go(reverse("own_sheets"))
    shot(page, f"builder-own-{size[0]}")
    there.assert_sound("own sheets")


def test_a_questionnaire_with_points_is_written_and_sound(cast: Cast, window: Open) -> None:
    there = window(cast.theo, DESK)
    page = there.go(reverse("own_sheets"))
    page.get_by_label("Title").fill("Trying things")
    page.get_by_label("What it is", exact=True).select_option("points")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/library/drafts/*/")
    page.get_by_label("The line above the questions").fill("In the last week:")
    page.get_by_label("The answers, with their points").fill("0 Never\n1 Sometimes\n2 Often")
    page.get_by_label("The questions", exact=True).fill("I tried something new.\nI asked for help.")
    page.get_by_label("What a total is called").fill("0-1 a little\n2-4 a lot")
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.frame_locator("iframe").get_by_text("I asked for help.")).to_be_visible()
    shot(page, "builder-points-1440")
    there.assert_sound("a questionnaire")
