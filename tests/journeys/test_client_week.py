"""A client's week on the phone, from an idea to what was written back, all through HTTP and without a script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from homework.assignments.models import Assignment, Entry
from homework.assignments.planning.plan_words import words_of
from homework.reviews.actions import review as reviewing
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import as_it_stands, page, told, url

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, NEXT = (f"2026-03-0{day}T17:00:00Z" for day in (2, 3, 4, 5, 9))


@pytest.fixture
def on(north: Cast, sign_in: Callable[[Person | None], Client]) -> Callable[[str], Any]:
    """Ada's phone on a day of the week."""

    class Day:
        """A day: the clock, and a phone that was signed in on it."""

        def __init__(self, at: str) -> None:
            self.clock = time_machine.travel(at, tick=False)

        def __enter__(self) -> Client:
            self.clock.start()
            return sign_in(north.ada)

        def __exit__(self, *error: object) -> None:
            self.clock.stop()

    return Day


def hidden(browser: Client, path: str, name: str) -> str:
    """A hidden value of a page, as the browser would send it back."""
    found = re.search(rf'name="{name}" value="([^"]*)"', browser.get(path).content.decode())
    assert found is not None
    return found[1]


def write_and_share(browser: Client, sheet: str, values: dict[str, str], **after: str) -> str:
    """Fill in, look back, share; the words of the last page."""
    look_back = browser.post(sheet, {"rev": hidden(browser, sheet, "rev"), "share": "1", **values})["Location"]
    data = {name: hidden(browser, look_back, name) for name in ("rev", "submission_key")}
    return told(browser, browser.post(look_back, data | after))


@pytest.mark.finding("F18")
@pytest.mark.finding("F21")
@pytest.mark.finding("F41")
@pytest.mark.finding("F43")
def test_a_week_from_an_idea_to_what_was_written_back(north: Cast, on: Callable[[str], Any]) -> None:
    with on(MONDAY) as phone:
        given.session(north, datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
        given.session(north, datetime(2026, 3, 9, 15, 0, tzinfo=UTC))
        work = given.proposed(north, size="M")
        assert "Nothing starts until you have shaped it and said yes." in page(phone, "today")
        assert not Entry.objects.exists()
        agreed = phone.post(url("shape", work.pk), as_it_stands(work, place="on the bus", sure="8"))
        assert "on the bus" in told(phone, agreed)

    with on(TUESDAY) as phone:
        assert "Tuesday. Six days until you see Theo." in page(phone, "today")
        sheet = phone.post(url("begin", work.pk))["Location"]
        values = {"hot_thought": "He will sigh", "found_out": "He was only tired."}
        assert "You did" in write_and_share(phone, sheet, values, amount="3", learned="6", engaged="7")
        assert "You wrote: “He was only tired.”" in page(phone, "today")

    with on(WEDNESDAY) as phone:
        sheet = phone.post(url("begin", work.pk), {"size": "S"})["Location"]
        assert "You wrote one line. That counts." in write_and_share(phone, sheet, {"hot_thought": "Again"}, amount="1")

    with on(THURSDAY) as phone:
        assert "What would fit better?" in page(phone, "work_change", work.pk)
        change = as_it_stands(work, action="change", anchor="in the lunch break")
        assert "In the lunch break, every day" in told(phone, phone.post(url("work_change", work.pk), change))
        assert words_of(work.plans.agreed().get()).anchor == "in the lunch break"

    with on(NEXT) as phone:
        assert "You see Theo today" not in page(phone, "today"), "the session has begun"
        reviewing.review_work(
            by=north.theo.actor, assignment=given.fresh(work), outcome="keep", message="What was different on Tuesday?"
        )
        shown = page(phone, "today")
        assert "Theo wrote back" in shown
        assert "What was different on Tuesday?" in shown
        assert len(re.findall("Shared", page(phone, "notes"))) == 2

    revisions = Entry.objects.order_by("captured_at").values_list("plan__revision", "stepped_down", "amount")
    assert list(revisions) == [(2, False, 3), (2, True, 1)]
    assert Assignment.objects.get(pk=work.pk).plans.agreed().get().revision == 3


@pytest.mark.finding("F33")
def test_a_week_that_was_let_go_leaves_nothing_to_answer_for(north: Cast, on: Callable[[str], Any]) -> None:
    with on(MONDAY) as phone:
        work = given.agreed(north)
        draft = given.begun(north, work, {"tried": "half a line"})
        assert "Let go." in told(phone, phone.post(url("work_let_go", work.pk)))
    with on(THURSDAY) as phone:
        shown = page(phone, "today")
        assert "No practice just now" in shown
        assert "half a line" in page(phone, "notes")
        kept = phone.get(reverse("entry", args=[draft.pk]))
        assert "half a line" in kept.content.decode()
        assert Entry.objects.get().state == Entry.State.DRAFT
