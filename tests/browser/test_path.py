"""The path of one piece of work, by hand: as the client on a phone, with and without a script, then as the therapist."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from clinic.scope import acting_in
from homework.assignments.models import Entry
from homework.reviews.models import Review
from tests.access.world import Belongings
from tests.browser.conftest import DESK, PHONE, Window
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = tuple[Cast, dict[str, Belongings]]
Open = Callable[..., Window]
WORDS = "He only sighs when he is tired."


def shared_of(cast: Cast, things: Belongings) -> int:
    from django.db import transaction

    with acting_in(cast.north.pk), transaction.atomic():
        return int(Entry.objects.filter(assignment=things.active).shared().count())


def test_a_client_starts_writes_and_shares_on_a_phone(people: People, window: Open) -> None:
    cast, world = people
    before = shared_of(cast, world["ada"])
    view = window(cast.ada, PHONE)
    page = view.go(reverse("today"))
    page.get_by_role("button", name=re.compile("^(Start|Go on)", re.I)).first.click()
    page.wait_for_url(re.compile("/notes/"))
    page.locator("textarea").first.fill(WORDS)
    page.locator("textarea").first.blur()
    expect(page.locator("[data-sync]")).to_contain_text(re.compile(r"\d"), timeout=8000)
    page.reload()
    expect(page.locator("textarea").first).to_have_value(WORDS)
    page.locator("form[data-autosave] button.btn--main").last.click()
    page.wait_for_url(re.compile("/finish/"))
    page.locator("form button.btn--main").last.click()
    page.wait_for_url(re.compile("/done/"))
    assert shared_of(cast, world["ada"]) == before + 1
    view.assert_sound("done")


def test_the_same_works_without_a_script(people: People, window: Open) -> None:
    cast, world = people
    before = shared_of(cast, world["ada"])
    view = window(cast.ada, PHONE, script=False)
    page = view.go(reverse("entry", args=[world["ada"].draft]))
    page.locator("textarea").first.fill(WORDS)
    page.locator("main form button.btn--main").last.click()
    page.wait_for_url(re.compile("/finish/"))
    page.locator("main form button.btn--main").last.click()
    page.wait_for_url(re.compile("/done/"))
    assert shared_of(cast, world["ada"]) == before + 1


def test_a_therapist_reads_the_digest_and_reviews(people: People, window: Open) -> None:
    cast, world = people
    things = world["ada"]
    view = window(cast.theo, DESK)
    page = view.go(reverse("digest", args=[things.appointment]))
    headings = page.locator("main h2, main h3").all_inner_texts()
    for title in (
        "Safety",
        "Change",
        "Asked by the client",
        "To celebrate",
        "The plan",
        "What they found out",
        "Mood",
        "Maybe ask",
    ):
        assert any(title in heading for heading in headings), title
    page = view.go(reverse("review", args=[things.active]))
    page.locator("input[name=outcome][value=keep]").check(force=True)
    page.locator("textarea[name=message]").fill("What was that like?")
    page.locator("main form button.btn--main").last.click()
    page.wait_for_load_state()
    from django.db import transaction

    with acting_in(cast.north.pk), transaction.atomic():
        assert Review.objects.filter(assignment=things.active).count() == 2
    assert not view.complaints


def test_leaving_quickly_signs_out_and_shows_something_else(people: People, window: Open) -> None:
    cast, _world = people
    view = window(cast.ada, PHONE, script=False)
    page = view.go(reverse("today"))
    page.get_by_role("button", name="Leave quickly").click()
    expect(page).not_to_have_url(re.compile("/today/"))
    again = view.context.new_page()
    again.goto(view.base + reverse("today"))
    assert "login" in again.url


def test_the_first_load_of_today_is_small(people: People, window: Open) -> None:
    cast, _world = people
    view = window(cast.ada, PHONE)
    cdp = view.context.new_cdp_session(view.page)
    cdp.send("Network.enable")
    sizes: list[float] = []
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    view.go(reverse("today"))
    view.page.wait_for_load_state("networkidle")
    print(f"\nToday, first load: {len(sizes)} requests, {sum(sizes) / 1000:.1f} kB")
    assert len(sizes) <= 6
    assert (
        sum(sizes) <= 66_000
    )  # the test server compresses no static files; test_installed.py measures what is really sent
