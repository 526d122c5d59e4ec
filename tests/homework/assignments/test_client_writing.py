"""The client's pages for writing: the worksheet, saving, looking back, sharing, reading again."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from clinic.models import Episode
from homework.assignments.actions import rest as resting
from homework.assignments.models import CopingPlan, Entry
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, text, told, url

pytestmark = pytest.mark.django_db


@pytest.mark.finding("F15")
def test_a_worksheet_opens_with_the_first_step_and_an_example(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    shown = page(ada, "entry", entry.pk)
    assert shown.index("Your first step") < shown.index(given.STEP) < shown.index("See how it can look")
    assert "Only you can see it until you share it." in shown


def test_the_worksheet_page_costs_seven_statements_however_much_there_is(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"tried": "x"})
    ada.get(url("entry", entry.pk))
    assert statements(ada, "get", url("entry", entry.pk)) == 7
    for _ in range(5):
        given.shared(north, work, {"tried": "x"}, on=date(2026, 1, 1) + timedelta(days=Entry.objects.count()))
    assert statements(ada, "get", url("entry", entry.pk)) == 7


@pytest.mark.parametrize(("hour", "most"), [(12, 13), (22, 14)])
def test_sharing_costs_at_most_thirteen_statements_and_late_in_the_evening_one_more(
    north: Cast, sign_in: SignIn, hour: int, most: int
) -> None:
    """Late in the client's day their last hours are looked at too, for the offer of a kinder time."""
    with time_machine.travel(datetime(2027, 1, 20, hour, 0, tzinfo=UTC), tick=False):
        ada = sign_in(north.ada)
        entry = given.begun(north, given.agreed(north), {"tried": "x"})
        ada.get(url("entry", entry.pk))
        data = {"rev": entry.rev, "submission_key": str(uuid4()), "amount": "2"}
        assert statements(ada, "post", url("entry_finish", entry.pk), data) <= most


def test_sharing_one_line_is_three_taps_and_is_acknowledged(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    sheet = ada.post(url("begin", work.pk))["Location"]  # one
    look_back = ada.post(sheet, {"rev": "0", "hot_thought": "He will sigh", "share": "1"})["Location"]  # two
    entry = Entry.objects.get()
    shown = ada.get(look_back).content.decode()
    assert re.search(r'name="amount" value="1"[^>]*checked', shown), "how much is filled in already"
    key = re.search(r'name="submission_key" value="([^"]+)"', shown)
    assert key is not None
    data = {"rev": "1", "submission_key": key[1], "amount": "1"}
    response = ada.post(look_back, data)  # three
    assert response["Location"] == url("entry_done", entry.pk)
    assert "You wrote one line. That counts." in told(ada, response)
    again = ada.post(look_back, data)
    assert (again.status_code, again["Location"]) == (303, response["Location"])


@pytest.mark.finding("F43")
def test_stopping_part_way_keeps_the_draft_and_says_who_sees_it(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    response = ada.post(url("entry", entry.pk), {"rev": "0", "tried": "half a word", "action": "stop"})
    assert "Kept. Only you can see it." in told(ada, response)
    assert "Go on" in page(ada, "today")
    assert "half a word" in ada.get(url("entry", entry.pk)).content.decode()


@pytest.mark.finding("F41")
def test_making_it_smaller_keeps_what_is_typed_on_the_page(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, size="M"))
    data = {"rev": "0", "situation": "on the stairs", "hot_thought": "he will", "size": "S"}
    assert ada.post(url("entry_resize", entry.pk), data).status_code == 303
    entry.refresh_from_db()
    assert (entry.size, entry.answers) == ("S", {"situation": "on the stairs", "hot_thought": "he will"})
    assert "he will" in ada.get(url("entry", entry.pk)).content.decode()


def test_another_row_comes_without_a_script(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, "w05", size="M"))
    data = {"rev": "0", "actions-0-what": "Call Ines", "more": "actions"}
    response = ada.post(url("entry", entry.pk), data)
    assert response["Location"] == url("entry", entry.pk) + "?more=actions#id_actions"
    shown = ada.get(response["Location"]).content.decode()
    assert "Call Ines" in shown
    assert 'name="actions-1-what"' in shown


@pytest.mark.parametrize("more", ["", "not a key", "<script>", "../x"])
def test_a_strange_row_is_only_a_save(north: Cast, ada: Client, more: str) -> None:
    entry = given.begun(north, given.agreed(north))
    response = ada.post(url("entry", entry.pk), {"rev": "0", "tried": "x", "more": more})
    assert (response.status_code, response["Location"]) == (303, url("entry", entry.pk))


def test_a_number_that_is_none_is_kept_as_typed_and_pointed_at(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, "w12", size="M"))
    response = ada.post(url("entry", entry.pk), {"rev": "0", "awake_minutes": "a while", "share": "1"})
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'value="a while"' in shown
    entry.refresh_from_db()
    assert entry.answers["awake_minutes"] == "a while"


def test_autosave_answers_what_is_true(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    with time_machine.travel("2026-06-02T09:05:00Z", tick=False):
        ada.force_login(north.ada.user)
        response = ada.post(
            url("entry_save", entry.pk), {"rev": "0", "tried": "x"}, headers={"X-Requested-With": "autosave"}
        )
    assert (response.status_code, response.json()) == (200, {"rev": 1, "saved_at": "10:05", "state": "draft"})


def test_autosave_from_an_old_page_keeps_both_and_the_page_shows_them_side_by_side(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "on the phone"})
    response = ada.post(url("entry_save", entry.pk), {"rev": "0", "tried": "on the laptop"})
    said = response.json()
    assert response.status_code == 409
    assert (said["kept"], said["rev"], said["url"]) == (True, 2, url("entry", entry.pk))
    shown = page(ada, "entry", entry.pk)
    assert "Both versions are kept." in shown
    assert "on the phone" in shown
    assert "on the laptop" in shown
    assert "Two versions are kept." in page(ada, "entry_finish", entry.pk)


@pytest.mark.parametrize(
    ("action", "kept"),
    [("keep", "on the laptop"), ("use", "on the phone"), ("join", "on the laptop\n\non the phone")],
)
def test_the_client_picks_one_version_or_both(north: Cast, ada: Client, action: str, kept: str) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "on the phone"})
    response = ada.post(url("entry", entry.pk), {"rev": "0", "tried": "on the laptop", "share": "1"})
    assert response.status_code == 409
    copy = entry.copies.get()
    assert told(ada, ada.post(url("entry", entry.pk), {"action": action, "copy": str(copy.pk)}))
    entry.refresh_from_db()
    assert entry.answers == {"tried": kept}
    assert not entry.copies.exists()


def test_autosave_of_an_unreadable_number_is_kept_and_says_which(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, "w12", size="M"))
    response = ada.post(url("entry_save", entry.pk), {"rev": "0", "awake_minutes": "a while"})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["awake_minutes"]
    assert response.json()["rev"] == 1


def test_autosave_after_sharing_is_refused_in_words(north: Cast, ada: Client) -> None:
    entry = given.shared(north, given.agreed(north), {"tried": "x"})
    response = ada.post(url("entry_save", entry.pk), {"rev": "1", "tried": "y"})
    assert response.status_code == 409
    assert "kept" not in response.json()
    assert "shared already" in response.json()["message"]


@pytest.mark.finding("F34")
def test_a_part_kept_private_is_asked_for_on_the_page_and_named_before_sharing(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    ada.post(url("entry", entry.pk), {"rev": "0", "hot_thought": "secret", "private": "hot_thought", "share": "1"})
    entry.refresh_from_db()
    assert entry.kept_private == ["hot_thought"]
    shown = page(ada, "entry_finish", entry.pk)
    assert "Kept just for you:" in shown
    assert "Which thought stung the most?" in shown


def test_looking_back_is_refused_when_something_was_written_meanwhile(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "x"})
    data = {"rev": "0", "submission_key": str(uuid4()), "amount": "3", "words": "Could we talk?"}
    response = ada.post(url("entry_finish", entry.pk), data)
    assert response.status_code == 409
    assert "Something was written here meanwhile." in text(response)
    assert "Could we talk?" in response.content.decode(), "what was typed is kept"
    entry.refresh_from_db()
    assert entry.state == Entry.State.DRAFT


def test_sharing_an_empty_page_is_refused_kindly_beside_what_was_typed(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north))
    response = ada.post(url("entry_finish", entry.pk), {"rev": "0", "submission_key": str(uuid4()), "wish": "smaller"})
    assert response.status_code == 422
    assert "One word is enough." in text(response)


@pytest.mark.finding("F20")
def test_what_became_of_an_if_then_is_asked_once(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    first = given.begun(north, work, {"tried": "x"})
    plan = CopingPlan.objects.get()
    assert "Did your plan work?" in page(ada, "entry_finish", first.pk)
    data = {"rev": "1", "submission_key": str(uuid4()), "amount": "2", f"coping_{plan.pk}": "used"}
    ada.post(url("entry_finish", first.pk), data)
    plan.refresh_from_db()
    assert plan.outcome == "used"
    second = given.begun(north, work, {"tried": "y"})
    assert "Did your plan work?" not in page(ada, "entry_finish", second.pk)


@pytest.mark.finding("F67")
def test_feeling_worse_offers_a_rest_and_somebody_to_talk_to(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"tried": "x"})
    data = {"rev": "1", "submission_key": str(uuid4()), "amount": "2", "obstacles": ["worse"]}
    shown = told(ada, ada.post(url("entry_finish", entry.pk), data))
    assert "Then it is good to stop" in shown
    assert "Rest it for now" in shown


@pytest.mark.parametrize("key", ["", "none", "\x00"])
def test_a_page_without_a_key_can_still_share(north: Cast, ada: Client, key: str) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "x"})
    assert ada.post(url("entry_finish", entry.pk), {"rev": "1", "submission_key": key}).status_code == 303


def test_an_answer_that_is_none_of_those_offered_is_pointed_at_and_the_rest_kept(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "x"})
    response = ada.post(url("entry_finish", entry.pk), {"rev": "1", "amount": "77", "words": "Could we talk?"})
    assert response.status_code == 422
    assert "Could we talk?" in response.content.decode()


@pytest.mark.finding("F10")
def test_noticing_has_no_amount(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, "w31", frequency="event"), {"noticed": "x"})
    assert "How much of it happened?" not in page(ada, "entry_finish", entry.pk)


def test_a_measure_is_shared_from_its_own_page_with_thanks_and_no_number(north: Cast, ada: Client) -> None:
    entry = given.begun(north, given.agreed(north, "gad-7", size="M"))
    assert "R.L. Spitzer" in page(ada, "entry", entry.pk)
    answers = {f"q{n}": "3" for n in range(1, 8)}
    data = {"rev": "0", "submission_key": str(uuid4()), "share": "1"}
    missing = ada.post(url("entry", entry.pk), data | {"q1": "3"})
    assert missing.status_code == 422
    assert re.search(r'name="q1" value="3"[^>]*checked', missing.content.decode()), "what was answered is kept"
    entry.refresh_from_db()
    response = ada.post(url("entry", entry.pk), data | answers | {"rev": str(entry.rev)})
    shown = told(ada, response)
    assert "Thank you for answering." in shown
    assert "21" not in re.sub(r"\b\d\d:\d\d\b|\b\d{1,2} [A-Z][a-z]+|2021", "", shown), "a number, beside times and days"
    assert "severe" not in shown


@pytest.mark.finding("F34")
def test_what_was_shared_can_be_read_again_and_taken_back(north: Cast, ada: Client) -> None:
    entry = given.shared(north, given.agreed(north), {"tried": "one small thing"})
    assert "one small thing" in page(ada, "entry", entry.pk)
    shown = told(ada, ada.post(url("entry_take_back", entry.pk)))
    assert "Taken back. Only you can see it." in shown
    assert "one small thing" in shown


def test_notes_are_the_clients_own_newest_first_without_empty_drafts(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    given.shared(north, work, {"tried": "the older one"}, on=date(2026, 1, 2))
    given.begun(north, work, {"tried": "the draft"})
    given.begun(north, given.agreed(north, "w05"))
    shown = page(ada, "notes")
    assert shown.index("the draft") < shown.index("the older one")
    assert "Small things I will do" not in shown
    assert "Friday 2 January" in shown


def test_many_notes_come_in_pages(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    for number in range(22):
        given.shared(north, work, {"tried": f"note {number} "}, on=date(2026, 1, 1) + timedelta(days=number))
    assert "Page 1 of 2" in page(ada, "notes")
    assert "note 0" in text(ada.get(url("notes"), {"page": "2"}))


@pytest.mark.finding("F50")
def test_after_care_has_ended_everything_can_be_read_and_nothing_shared(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    done = given.shared(north, work, {"tried": "mine"})
    draft = given.begun(north, work, {"tried": "a draft"})
    today = north.north.today()
    Episode.objects.filter(pk=work.episode_id).update(state=Episode.State.ENDED, ended_on=today)
    assert "This care has ended." in page(ada, "today")
    assert "mine" in page(ada, "entry", done.pk)
    assert "a draft" in page(ada, "entry", draft.pk)
    saved = ada.post(url("entry_save", draft.pk), {"rev": draft.rev, "tried": "more"})
    assert saved.status_code == 200, "written for oneself"
    data = {"rev": draft.rev + 1, "submission_key": str(uuid4()), "amount": "2"}
    assert ada.post(url("entry_finish", draft.pk), data).status_code in (404, 409)
    draft.refresh_from_db()
    assert draft.state == Entry.State.DRAFT


@pytest.mark.finding("F33")
def test_nobody_else_can_open_or_change_an_entry(north: Cast, sign_in: SignIn) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "x"})
    for person in (north.ben, north.theo, north.sol, north.kit, north.amy):
        browser = sign_in(person)
        for name in ("entry", "entry_save", "entry_resize", "entry_finish", "entry_take_back"):
            assert browser.post(url(name, entry.pk), {"rev": "1", "tried": "y"}).status_code == 404
    entry.refresh_from_db()
    assert entry.answers == {"tried": "x"}


def test_a_plan_that_rests_can_still_be_finished_and_shared(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"tried": "x"})
    resting.pause(by=north.ada.actor, assignment=work)
    data = {"rev": "1", "submission_key": str(uuid4()), "amount": "1"}
    assert ada.post(url("entry_finish", entry.pk), data).status_code == 303
    assert given.fresh(work).next_due_at is None
