"""What got in the way: one tap, without opening the task, told in the digest as it was said (F40)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from homework.assignments.days import practical
from homework.assignments.models import Entry, Obstacle
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, text, told, url
from tests.homework.reviews.test_questions import section

SignIn = Callable[[Person | None], Client]


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.ada)


@pytest.mark.finding("F40")
def test_it_is_one_tap_from_today_and_from_my_work_as_long_as_it_is_not_begun(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    address = url("in_the_way", work.pk)
    for name in ("today", "work"):
        assert address in ada.get(url(name)).content.decode()
    assert ada.get(address).status_code == 200
    assert not Entry.objects.exists()  # the task was not opened


@pytest.mark.finding("F40")
def test_what_is_said_stands_in_the_plan_section_word_for_word(north: Cast, ada: Client) -> None:
    work, coming = given.agreed(north), given.session(north)
    sent = {"obstacles": ["tired", "shifts"], "words": "Two nights on call.", "submission_key": str(uuid4())}
    for _tap in range(2):
        assert ada.post(url("in_the_way", work.pk), sent).status_code == 303
    assert Entry.objects.count() == 1
    met = next(line for line in section(coming, "plan") if line.startswith("Met: "))
    assert met == "Met: tired/late, shifts, “Two nights on call.”"


@pytest.mark.finding("F40")
def test_a_neutral_list_that_asks_for_one_word_at_least(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    shown = page(ada, "in_the_way", work.pk)
    assert all(str(label) in shown for label in Obstacle.labels)
    answer = ada.post(url("in_the_way", work.pk), {"submission_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Thank you for saying so." in told(
        ada, ada.post(url("in_the_way", work.pk), {"obstacles": ["tired"], "submission_key": str(uuid4())})
    )


def test_what_is_begun_can_be_shared_instead(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    given.begun(north, work, {"hot_thought": "A word."})
    answer = ada.post(
        url("in_the_way", work.pk), {"obstacles": ["time"], "words": "Kept.", "submission_key": str(uuid4())}
    )
    assert answer.status_code == 409
    assert "Kept." in answer.content.decode()


def test_nothing_is_asked_about_work_that_rests(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    ada.post(url("work_pause", work.pk))
    assert ada.get(url("in_the_way", work.pk))["Location"] == url("task", work.pk)


@pytest.mark.finding("F39")
def test_everyday_obstacles_have_offers_and_the_others_have_none() -> None:
    assert all(practical.offers([kind]) for kind in practical.KINDS)
    assert practical.offers([Obstacle.TIRED, Obstacle.POINT]) == []
    assert practical.of(["point", "money", "care"]) == ["care", "money"]
    offers = practical.offers(["money", "unsafe"])
    assert practical.ON_PAPER not in offers
    assert offers[0] == practical.OFFERS[Obstacle.UNSAFE][0]


@pytest.mark.finding("F39")
def test_an_obstacle_said_after_sharing_leads_to_everyday_help_too(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "x"}, after=given.sharing.After(amount=2, obstacles=["money"]))
    raw = ada.get(url("entry_done", entry.pk)).content.decode()
    assert f"{url('everyday_help', work.pk)}?kind=money" in raw
    assert "On paper instead" in text(ada.get(url("everyday_help", work.pk), {"kind": "money"}))
