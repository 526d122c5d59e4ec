"""Writing back in a browser: soft lines under some words, quotes, replies; with and without a script (F29, F31, F32)."""

import os
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.access.world import Belongings
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
PICTURES = os.environ.get("PICTURES", "")


def picture(page: Page, name: str) -> None:
    """For whoever wants to look."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.mark.finding("F29")
@pytest.mark.finding("F32")
def test_advice_gets_a_soft_line_and_a_question_does_not_and_nothing_leaves_the_page(
    people: People, window: Open
) -> None:
    cast, world = people
    view = window(cast.theo, DESK)
    page = view.go(reverse("review", args=[world["ada"].active]))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    box = page.locator("textarea[name=message]")
    lines, said = page.locator(".glass u"), page.locator(".found").first
    box.fill("What happened when you went out?")
    expect(lines).to_have_count(0)
    box.fill("You should go out more. He is toxic.")
    expect(lines).to_have_text(["You should", "toxic"])
    expect(said).to_contain_text("Could this be a question?")
    expect(said).to_contain_text("This may land harder in writing. Keep for session?")
    assert sent == []
    under = page.evaluate(
        """() => { const box = document.querySelector("textarea[name=message]").getBoundingClientRect();
        const text = document.querySelector(".glass__text").getBoundingClientRect();
        return [box.width - text.width, box.height - text.height, box.left - text.left, box.top - text.top] }"""
    )
    assert all(abs(apart) < 1 for apart in under), under
    picture(page, "review")
    view.assert_sound("review")
    page.get_by_role("button", name="Keep for the session").click()
    expect(page.get_by_role("status").filter(has_text="Nothing was sent")).to_be_visible()
    expect(page.locator("textarea[name=message]")).to_have_value("")
    picture(page, "review-kept")


@pytest.mark.finding("F31")
@pytest.mark.parametrize("script", [True, False])
def test_a_comment_with_a_quote_is_read_and_answered(people: People, window: Open, script: bool) -> None:
    cast, world = people
    desk = window(cast.theo, DESK, script=script)
    page = desk.go(reverse("entry_comment", args=[world["ada"].shared]) + "?key=found_out&from=review")
    page.get_by_text("Quote their own words").click()
    page.locator("input[name=quotes]").first.check(force=True)
    page.locator("textarea[name=text]").fill("You need to rest. What did that show you?")
    picture(page, f"comment-{script}")
    if script:
        desk.assert_sound("comment")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("They have not read it yet.").first).to_be_visible()
    phone = window(cast.ada, PHONE, script=script)
    page = phone.go(reverse("entry", args=[world["ada"].shared]))
    expect(page.get_by_text("What did that show you?")).to_be_visible()
    picture(page, f"read-{script}")
    page.get_by_text("Write back", exact=True).last.click()
    page.get_by_label("Your reply").last.fill("That I can wait.")
    picture(page, f"reply-{script}")
    if script:
        phone.assert_sound("entry")
    page.get_by_role("button", name="Send", exact=True).last.click()
    expect(page.get_by_text("That I can wait.")).to_be_visible()
    picture(page, f"replied-{script}")
    page = phone.go(reverse("today"))
    picture(page, f"today-{script}")
    page = desk.go(reverse("review", args=[world["ada"].active]))
    expect(page.get_by_text("That I can wait.")).to_be_visible()
    picture(page, f"review-replied-{script}")


def test_private_notes_are_easy_to_read_and_change(people: People, window: Open) -> None:
    cast, world = people
    view = window(cast.theo, DESK)
    page = view.go(reverse("private_notes", args=[world["ada"].episode]))
    picture(page, "private-notes")
    view.assert_sound("private notes")
    page = view.go(reverse("client_page", args=[world["ada"].episode]))
    picture(page, "client-page")
    page.get_by_role("link", name="Your private notes").click()
    page.get_by_role("link", name="Change").first.click()
    picture(page, "private-note")
    view.assert_sound("private note")
