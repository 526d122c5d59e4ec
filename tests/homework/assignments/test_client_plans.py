"""The client's pages about plans: shaping, agreeing, changing, resting, letting go."""

from uuid import uuid4

import pytest
from django.test import Client

from clinic.models import ContactPrefs
from homework.assignments.actions import plan as planning
from homework.assignments.models import CopingPlan, Entry
from homework.assignments.planning import agreed
from homework.assignments.planning.plan_words import Beliefs, IfThen
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import as_it_stands, page, text, told, url

pytestmark = pytest.mark.django_db


@pytest.mark.finding("F01")
def test_a_proposal_shows_the_reason_before_anything_to_do(north: Cast, ada: Client) -> None:
    shown = page(ada, "shape", given.proposed(north).pk)
    assert shown.index(given.WHY) < shown.index(given.STEP) < shown.index("How big should it be?")
    assert "An idea for practice from Theo, for you to shape" in shown


@pytest.mark.finding("F18")
def test_a_client_shapes_a_plan_and_agrees_with_one_button(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    data = as_it_stands(work, place="on the bus", size="S", useful="7", sure="8", first_step_known="yes")
    shown = told(ada, ada.post(url("shape", work.pk), data))
    plan = work.plans.agreed().get()
    assert (plan.codesigned, plan.place, plan.size, plan.before.ratings) == (
        True,
        "on the bus",
        "S",
        {"useful": 7, "sure": 8},
    )
    assert "on the bus" in shown


def test_pressing_yes_on_the_page_as_it_is_changes_nothing(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    ada.post(url("shape", work.pk), as_it_stands(work))
    assert work.plans.get().codesigned is False


@pytest.mark.finding("F33")
def test_no_needs_no_reason_and_yes_no_rating(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    assert "Nothing starts" in told(ada, ada.post(url("shape", work.pk), {"answer": "no"}))
    assert given.fresh(work).ended_as == "declined"


def test_talk_first_keeps_it_open(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    shown = told(ada, ada.post(url("shape", work.pk), {"answer": "talk", "talk_words": "Is it safe?"}))
    assert "You want to talk about it with Theo first." in shown
    assert work.plans.get().answer_words == "Is it safe?"
    assert "Yes, I’ll try this" in page(ada, "shape", work.pk)


def test_what_is_wrong_stands_beside_its_field_and_everything_typed_is_kept(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    data = as_it_stands(work, frequency="weekdays", place="somewhere new", if_1="it rains", then_1="I go inside")
    response = ada.post(url("shape", work.pk), data)
    shown = response.content.decode()
    assert response.status_code == 422
    assert "Choose at least one day." in shown
    for typed in ("somewhere new", "it rains", "I go inside"):
        assert f'value="{typed}"' in shown
    assert work.plans.get().state == "proposed"


@pytest.mark.finding("F12")
def test_not_so_sure_blocks_nothing_and_offers_a_smaller_start_in_one_tap(north: Cast, ada: Client) -> None:
    work = given.proposed(north, size="M")
    shown = told(ada, ada.post(url("shape", work.pk), as_it_stands(work, sure="6")))
    assert given.fresh(work).state == "active"
    assert "Start smaller" in shown
    shown = told(ada, ada.post(url("work_change", work.pk), {"action": "smaller"}))
    assert work.plans.agreed().get().size == "S"
    assert "Start smaller" not in shown


def test_being_sure_offers_nothing_smaller(north: Cast, ada: Client) -> None:
    work = given.agreed(north, size="M", beliefs=Beliefs(sure=7))
    assert "Start smaller" not in page(ada, "agreed_sheet", work.pk)


@pytest.mark.finding("F27")
def test_how_free_one_felt_is_asked_at_the_first_plan_and_then_about_every_fourth(north: Cast, ada: Client) -> None:
    asked = []
    for _ in range(5):
        work = given.proposed(north)
        asked.append("free to say no" in page(ada, "shape", work.pk))
        planning.confirm(by=north.ada.actor, assignment=work)
    assert asked == [True, False, False, False, True]


@pytest.mark.finding("F36")
@pytest.mark.parametrize(("seen", "mails"), [("no", True), ("yes", False), ("unsure", False)])
def test_a_reminder_is_shown_word_for_word_and_not_mailed_where_others_could_see_it(
    north: Cast, ada: Client, seen: str, mails: bool
) -> None:
    work = given.proposed(north)
    assert "A note is waiting for you" in page(ada, "shape", work.pk)
    data = as_it_stands(work, reminder="neutral", reminder_time="09:00", seen_by_others=seen)
    shown = told(ada, ada.post(url("shape", work.pk), data))
    prefs = ContactPrefs.objects.get(client=north.ada.membership)
    assert (prefs.may_email, prefs.seen_by_others) == (mails, seen)
    assert ("No e-mail will be sent" in shown) is not mails
    assert "Could someone else see" not in page(ada, "shape", given.proposed(north).pk), "it is asked once"


def test_no_reminder_asks_and_changes_nothing_about_messages(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    ada.post(url("shape", work.pk), as_it_stands(work, seen_by_others="no"))
    assert not ContactPrefs.objects.get(client=north.ada.membership).may_email


def test_a_change_by_the_therapist_is_shaped_like_a_proposal_and_until_then_all_stays(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    planning.change(by=north.theo.actor, assignment=work, words=given.words(place="in the park"))
    assert "Theo thought of a change. Until you say yes, all stays as it is." in page(ada, "today")
    assert "There is a change to look at." in page(ada, "task", work.pk)
    assert "A change Theo thought of" in page(ada, "shape", work.pk)
    ada.post(url("shape", work.pk), as_it_stands(work))
    assert work.plans.agreed().get().place == "in the park"


def test_what_was_answered_already_leads_to_the_task(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    response = ada.get(url("shape", work.pk))
    assert (response.status_code, response["Location"]) == (303, url("task", work.pk))


@pytest.mark.finding("F01")
@pytest.mark.finding("F09")
def test_the_task_page_says_why_first_and_that_it_is_an_invitation(north: Cast, ada: Client) -> None:
    shown = page(ada, "task", given.agreed(north).pk)
    assert shown.index("Why we chose this") < shown.index(given.WHY) < shown.index("Your first step")
    assert "This is an invitation. You can change it, make it smaller, or say no." in shown
    assert "Why am I doing this?" in shown


@pytest.mark.finding("F15")
def test_an_unclear_first_step_opens_the_example(north: Cast, ada: Client) -> None:
    clear = ada.get(url("task", given.agreed(north, beliefs=Beliefs(first_step_known="yes")).pk)).content.decode()
    unclear = ada.get(url("task", given.agreed(north, beliefs=Beliefs(first_step_known="no")).pk)).content.decode()
    assert '<details class="fold example">' in clear
    assert '<details class="fold example" open>' in unclear


@pytest.mark.finding("F19")
def test_the_sheet_says_what_was_agreed_in_full(north: Cast, ada: Client) -> None:
    work = given.agreed(north, if_thens=(IfThen("tired", "the kids are up early", "do it on the bus"),))
    shown = page(ada, "agreed_sheet", work.pk)
    for line in (
        given.WHY,
        given.STEP,
        "After breakfast, every day",
        "at the kitchen table",
        "All: Four days.",
        "Some: A single dot.",
        "If the kids are up early, then I will do it on the bus",
        "Theo , your therapist",
        "Kit , coach, not a licensed therapist",
        "Change it, make it smaller, pause it, or say no. No reason needed.",
    ):
        assert line in shown, line


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("it rains", "go under the roof"), "If it rains, then I will go under the roof"),
        (("If it rains", "I go under the roof"), "If it rains, then I go under the roof"),
        (("when it rains", "Wait"), "If it rains, then I will Wait"),
        ((None, None), "If ..., then I will ..."),
    ],
)
def test_an_if_then_reads_as_one_sentence_however_it_was_typed(typed: tuple[str | None, str | None], said: str) -> None:
    assert agreed.if_then(CopingPlan(if_text=typed[0], then_text=typed[1])) == said


@pytest.mark.finding("F64")
def test_a_coach_is_not_named_as_a_reader_of_a_measure(north: Cast, ada: Client) -> None:
    assert "Kit" not in page(ada, "agreed_sheet", given.agreed(north, "gad-7", size="M").pk)


@pytest.mark.finding("F21")
def test_a_change_by_the_client_holds_at_once(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    data = as_it_stands(work, action="change", frequency="weekdays", weekdays=["0", "3"], local_time="12:30")
    shown = told(ada, ada.post(url("work_change", work.pk), data))
    assert "After breakfast, at 12:30, on Monday and Thursday" in shown
    assert work.plans.agreed().get().author_id == north.ada.membership.pk


def test_a_change_that_cannot_be_meant_keeps_what_was_typed(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    response = ada.post(
        url("work_change", work.pk), as_it_stands(work, action="change", local_time="soon", place="new")
    )
    assert response.status_code == 422
    assert 'value="soon"' in response.content.decode()
    assert 'value="new"' in response.content.decode()


def test_keeping_it_as_it_is_makes_no_new_revision(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    ada.post(url("work_change", work.pk), as_it_stands(work, action="change"))
    assert work.plans.count() == 1


def test_resting_going_on_and_letting_go_are_one_tap_each(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    assert "This rests now." in told(ada, ada.post(url("work_pause", work.pk)))
    assert "Start" not in page(ada, "today")
    assert "Back again" in told(ada, ada.post(url("work_resume", work.pk)))
    assert "Let go." in told(ada, ada.post(url("work_let_go", work.pk)))
    assert "This is over." in page(ada, "task", work.pk)


def test_resting_what_rests_already_is_said_plainly(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    ada.post(url("work_pause", work.pk))
    response = ada.post(url("work_pause", work.pk))
    assert response.status_code == 409
    assert "Only work that is under way can be paused." in text(response)


@pytest.mark.finding("F40")
def test_what_got_in_the_way_can_be_told_from_the_page_and_twice_sent_is_once(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    data = {"action": "not_today", "obstacles": ["care"], "submission_key": str(uuid4())}
    assert "That is useful to know too." in told(ada, ada.post(url("work_change", work.pk), data))
    assert Entry.objects.get().after.obstacles == ["care"]
    nothing = ada.post(url("work_change", work.pk), {"action": "not_today", "submission_key": str(uuid4())})
    assert nothing.status_code == 422
