"""The page of one's own calendar address, on a phone and a desk, light and dark."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.access.world import Belongings
from tests.browser.conftest import Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.finding("F36")]
SHOTS = os.environ.get("BETWEEN_SHOTS", "")


@pytest.mark.parametrize(
    ("who", "width", "dark", "script"),
    [("ada", 390, True, False), ("theo", 1280, False, True), ("ada", 320, False, True)],
)
def test_an_address_is_made_and_taken_back_without_anything_sticking_out(
    window: Callable[..., Window],
    people: tuple[Cast, dict[str, Belongings]],
    who: str,
    width: int,
    dark: bool,
    script: bool,
) -> None:
    page = window(getattr(people[0], who), (width, 844), dark=dark, script=script).go(reverse("my_calendar"))

    def shot(name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{who}-{width}-{name}.png", full_page=True)
        if script:
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    shot("before")
    if who == "ada":
        page.get_by_label("No, only I see it").check()
        page.get_by_label("Times of what I planned").check()
    page.get_by_role("button", name="Make an address").click()
    assert page.get_by_label("Your calendar address").input_value().endswith(".ics")
    shot("made")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("button", name="Take it back")).to_have_count(0)
