"""Bringing a worksheet in and taking one along, in a real browser, with and without a script."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from homework.worksheets.exchange import coming
from tests.access.world import Belongings, version
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
FILES = Path(__file__).parent.parent / "homework/worksheets/fhir"
SHOTS = os.environ.get("BETWEEN_SHOTS", "")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_questionnaire_is_chosen_looked_at_and_becomes_a_draft(
    people: People, window: Callable[..., Window], script: bool
) -> None:
    cast, _things = people
    there = window(cast.theo, DESK, script=script)
    path = reverse("worksheet_import")
    page = there.go(path)
    page.get_by_label("Or paste it here").fill('title = "x"')
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_label("Or paste it here")).to_have_value('title = "x"')
    expect(page.get_by_role("alert")).to_contain_text("expected here")
    there.complaints.clear()  # the browser notes a 422
    page.get_by_label("A file").set_input_files(FILES / "contained.json")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Did you have coffee?").first).to_be_visible()
    if script:
        shot(page, "import")
        there.assert_sound(path)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        shot(page, "import-phone")
    page.get_by_role("button", name="Make a draft of it").click()
    page.wait_for_url("**/library/drafts/*/")


def test_a_worksheet_is_taken_along(people: People, window: Callable[..., Window]) -> None:
    cast, _things = people
    row = version("w08")
    there = window(cast.theo, DESK)
    path = reverse("worksheet", args=[row.worksheet_id])
    page = there.go(path)
    page.get_by_text("Which one, and what other systems will not see").click()
    shot(page, "export")
    there.assert_sound(path)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="FHIR").click()
    file = waiting.value
    assert file.suggested_filename == "worksheet-w08-1.fhir.json"
    assert coming.read(Path(file.path()).read_bytes()).definition.title == row.parsed.title
