"""A client's days, in a browser: log now on a phone in under 20 seconds, a way on when stuck, what makes things worse."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page, expect

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry
from homework.reviews.actions.review import review_work
from tests.access.world import Belongings
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast
from tests.homework.assignments import given

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
SECONDS = 20
PICTURES = os.environ.get("PICTURES", "")


def picture(page: Page, name: str) -> None:
    """For whoever wants to look."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@contextmanager
def opened(cast: Cast) -> Iterator[None]:
    """What a request does: the clinic, and Ada's sealed fields."""
    with acting_in(cast.north.pk), transaction.atomic(), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        yield


@pytest.mark.finding("F07")
@pytest.mark.parametrize("script", [True, False])
def test_one_line_is_shared_in_three_taps_and_under_twenty_seconds(people: People, window: Open, script: bool) -> None:
    cast, _world = people
    with opened(cast):
        given.agreed(cast, "w31", frequency="event")
    view = window(cast.ada, PHONE, script=script)
    page = view.go(reverse("today"))
    picture(page, "today")
    taps, began = 0, time.monotonic()
    page.get_by_role("link", name="Log now").first.click()
    taps += 1
    page.locator("main textarea, main input[type=text]").first.fill("The light on the stairs")
    if script:
        picture(page, "log")
        view.assert_sound("log")
    page.get_by_role("button", name="Save", exact=True).click()
    taps += 1
    if script:
        picture(page, "logged")
        view.assert_sound("logged")
    page.get_by_role("button", name="Share this line").click()
    taps += 1
    expect(page.locator("h1")).to_contain_text("You wrote one line")
    assert (taps, time.monotonic() - began < SECONDS) == (3, True)
    with opened(cast):
        assert Entry.objects.shared().filter(assignment__version__worksheet__slug="w31").count() == 1


@pytest.mark.finding("F41")
@pytest.mark.finding("F67")
def test_stuck_and_worse_on_a_phone_and_what_the_therapist_sees(people: People, window: Open) -> None:
    cast, _world = people
    with opened(cast):
        work = given.agreed(cast)
        card = given.agreed(cast, "w19")
        given.begun(cast, card, {"signs": [{"sign": "I stop answering"}]})
        entry = given.begun(cast, work, {"hot_thought": "He will sigh"})
    view = window(cast.ada, PHONE)
    page = view.go(reverse("task", args=[work.pk]))
    picture(page, "task")
    page.get_by_role("link", name="I’m stuck").click()
    expect(page.get_by_text("I do it on the bus")).to_be_visible()
    expect(page.get_by_role("button", name="Rest it until we talk")).not_to_be_visible()
    picture(page, "stuck")
    view.assert_sound("stuck")
    page.get_by_text("Or make it smaller").click()
    page.get_by_role("button", name="Make it smaller").click()
    page.wait_for_url("**/notes/**")
    expect(page.locator("main textarea").first).to_have_value("He will sigh")
    picture(page, "entry")
    page.locator("main textarea").first.fill("He will sigh, I think")
    page.get_by_role("button", name="This is making things worse").click()
    expect(page.locator("h1")).to_contain_text("Good that you stopped")
    picture(page, "worse")
    view.assert_sound("worse")
    with opened(cast):
        assert Entry.objects.get(pk=entry.pk).answers["hot_thought"] == "He will sigh, I think"
    desk = window(cast.theo, DESK)
    picture(desk.go(reverse("therapist_home")), "home")
    picture(desk.go(reverse("assignment", args=[work.pk])), "assignment")
    desk.page.get_by_role("button", name="We could go on").click()
    desk.assert_sound("assignment")
    picture(view.go(reverse("today")), "today-go-on")
    page.get_by_role("button", name="Go on with it").first.click()
    with opened(cast):
        assert Assignment.objects.get(pk=work.pk).state == Assignment.State.ACTIVE


def test_everything_rests_and_words_are_added_afterwards(people: People, window: Open) -> None:
    cast, _world = people
    with opened(cast):
        work = given.agreed(cast)
        entry = given.shared(
            cast, work, {"hot_thought": "He will sigh"}, after=sharing.After(amount=2, reaction="Cross")
        )
        review_work(by=cast.theo.actor, assignment=given.fresh(work), outcome="keep", message="What surprised you?")
    view = window(cast.ada, PHONE)
    picture(view.go(reverse("entry", args=[entry.pk])), "read")
    view.assert_sound("read")
    page = view.go(reverse("entry_add", args=[entry.pk]) + "?to=found_out")
    picture(page, "add")
    view.assert_sound("add")
    page.locator("main textarea").first.fill("It passes")
    page.get_by_role("button", name="Share this too").click()
    expect(page.get_by_text("It passes")).to_be_visible()
    picture(page, "read-added")
    page = view.go(reverse("work"))
    page.get_by_label("Pause everything for").select_option("3")
    picture(page, "work")
    page.get_by_role("button", name="Pause", exact=True).click()
    picture(view.go(reverse("today")), "today-rests")
    view.assert_sound("today")
    page.get_by_role("button", name="Go on now").click()
    expect(page.get_by_text("Everything rests")).to_have_count(0)
    picture(view.go(reverse("settings")), "settings")
    desk = window(cast.theo, DESK)
    picture(desk.go(reverse("review", args=[work.pk])), "review")
