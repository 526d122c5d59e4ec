"""Entries through the API: begun, kept, shared once, and read by others only as far as the client wants."""

import threading
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from clinic import vault
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, CopingPlan, DraftCopy, Entry
from tests.access.world import Belongings, version, words_for
from tests.api.conftest import Api, Caller
from tests.cast import Cast, Person


def row(cast: Cast, pk: object) -> Entry:
    with acting_in(cast.north.pk):
        found: Entry = Entry.objects.get(pk=pk)
        return found


def share_for(cast: Cast, person: Person, work: UUID, values: dict[str, object], private: list[str]) -> Entry:
    """One more entry, shared by its client."""
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([person.membership.pk])
        found = Assignment.objects.select_related("episode__client", "version__worksheet").get(pk=work)
        draft = doing.begin(by=person.actor, assignment=found)
        return sharing.share(
            by=person.actor, entry=draft, values=values, kept_private=private, after=sharing.After(), key=uuid4()
        )


# --- begin -----------------------------------------------------------------------------------------------------------


def test_beginning_twice_opens_the_same_draft(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    first = caller.post("api_entries", body={"assignment": ada.active})
    second = caller.post("api_entries", body={"assignment": ada.active})
    assert first.status == second.status == 200
    assert first.body["id"] == second.body["id"] == str(ada.draft)
    assert first.body["state"] == "draft"


@pytest.mark.finding("F41")
def test_a_smaller_size_can_be_begun_without_asking(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    written = caller.get("api_entry", ada.draft).body["answers"]
    found = caller.post("api_entries", body={"assignment": ada.active, "size": "M"})
    assert found.body["size"] == "M"
    assert found.body["answers"] == written != {}


def test_what_is_not_agreed_yet_cannot_be_begun(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.ada).post("api_entries", body={"assignment": ada.proposed})
    assert found.status == 409
    assert found.body["message"]


def test_a_week_with_nothing_has_nothing_to_fill_in(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"episode": ada.episode, "kind": "nothing", "rationale": "A week to rest."}
    made = api(cast.theo).post("api_assignments", body=body).body["id"]
    assert api(cast.ada).post("api_assignment_confirm", made).status == 200
    assert api(cast.ada).post("api_entries", body={"assignment": made}).status == 409


def test_the_care_team_cannot_write_for_a_client(api: Api, cast: Cast, ada: Belongings) -> None:
    assert api(cast.theo).post("api_entries", body={"assignment": ada.active}).status == 403
    assert api(cast.cora).post("api_entries", body={"assignment": ada.active}).status == 404


# --- keep ------------------------------------------------------------------------------------------------------------


def test_saving_changes_what_is_named_and_leaves_the_rest(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    before = caller.get("api_entry", ada.draft).body["answers"]
    kept = caller.patch("api_entry", ada.draft, {"rev": 1, "answers": {"situation": "On the bus.", "belief": 80}})
    assert kept.status == 200
    assert kept.body["rev"] == 2
    assert kept.body["answers"] == before | {"situation": "On the bus.", "belief": 80}
    gone = caller.patch("api_entry", ada.draft, {"rev": 2, "answers": {"belief": None}, "kept_private": ["situation"]})
    assert gone.body["answers"] == before | {"situation": "On the bus."}
    assert gone.body["kept_private"] == ["situation"]
    assert caller.patch("api_entry", ada.draft, {"rev": 3, "size": "M"}).body["kept_private"] == ["situation"]


def test_saving_over_another_devices_words_keeps_both_and_says_so(api: Api, cast: Cast, ada: Belongings) -> None:
    phone, laptop = api(cast.ada), api(cast.ada)
    assert phone.patch("api_entry", ada.draft, {"rev": 1, "answers": {"hot_thought": "On the bus"}}).status == 200
    found = laptop.patch("api_entry", ada.draft, {"rev": 1, "answers": {"hot_thought": "At the table"}})
    assert found.status == 409
    assert found.body["field"] == "rev"
    assert found.body["message"]
    assert found.body["answers"]["hot_thought"] == "At the table"
    assert [copy["answers"]["hot_thought"] for copy in found.body["copies"]] == ["On the bus"]
    now = laptop.get("api_entry", ada.draft).body
    assert now["rev"] == found.body["rev"] == 3
    assert now["copies"] == found.body["copies"]
    with acting_in(cast.north.pk):
        assert DraftCopy.objects.count() == 1


def test_the_same_words_sent_again_are_no_conflict(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    body = {"rev": 1, "answers": {"hot_thought": "On the bus"}}
    assert caller.patch("api_entry", ada.draft, body).body["rev"] == 2
    assert caller.patch("api_entry", ada.draft, body).body["rev"] == 2


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"no_such": "x"}, "no_such"),
        ({"belief": "very"}, "belief"),
        ({"belief": 101}, "belief"),
        ({"belief_change": 3}, "belief_change"),
        ({"hot_thought": {"deep": 1}}, "hot_thought"),
        ({"hot_thought": "x" * 20_001}, "hot_thought"),
        ({"emotions": [{"feeling": "no such feeling"}]}, "emotions"),
        ({"other_ways": [{"view": "a"}] * 5}, "other_ways"),
        ({"other_ways": [{"no_column": "a"}]}, "other_ways"),
    ],
)
def test_an_answer_its_question_could_not_have_changes_nothing(
    api: Api, cast: Cast, ada: Belongings, answers: dict[str, object], field: str
) -> None:
    found = api(cast.ada).patch("api_entry", ada.draft, {"rev": 1, "answers": answers})
    assert found.status == 422
    assert found.body["field"] == field
    assert row(cast, ada.draft).rev == 1


def test_what_is_shared_cannot_be_changed(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.ada).patch("api_entry", ada.shared, {"rev": 1, "answers": {"found_out": "else"}})
    assert found.status == 409
    assert row(cast, ada.shared).rev == 1


@pytest.mark.parametrize("body", [{}, {"answers": {}}, {"rev": -1}, {"rev": "x"}, {"rev": None}, {"rev": 10**30}])
def test_a_save_says_what_it_grew_from(api: Api, cast: Cast, ada: Belongings, body: dict[str, object]) -> None:
    found = api(cast.ada).patch("api_entry", ada.draft, body)
    assert found.status == 400
    assert found.body["field"] == "rev"


# --- share -----------------------------------------------------------------------------------------------------------


def test_sharing_the_same_twice_shares_once_and_answers_the_same(api: Api, cast: Cast, ada: Belongings) -> None:
    caller, key = api(cast.ada), uuid4()
    body = {
        "rev": 1,
        "submission_key": key,
        "answers": {"found_out": "It passes."},
        "after": {"amount": 4, "engaged": 7},
    }
    first, second = (caller.post("api_entry_share", ada.draft, body) for _time in range(2))
    assert first.status == second.status == 200
    assert first.body == second.body
    assert first.body["state"] == "shared"
    assert first.body["amount"] == 4
    assert first.body["after"]["ratings"] == {"engaged": 7}
    with acting_in(cast.north.pk):
        assert AuditEvent.objects.filter(verb="entry.shared", object_id=ada.draft).count() == 1


def test_the_same_key_with_other_words_is_refused(api: Api, cast: Cast, ada: Belongings) -> None:
    caller, key = api(cast.ada), uuid4()
    caller.post("api_entry_share", ada.draft, {"rev": 1, "submission_key": key})
    found = caller.post("api_entry_share", ada.draft, {"rev": 1, "submission_key": key, "answers": {"belief": 3}})
    assert found.status == 422
    assert "belief" not in caller.get("api_entry", ada.draft).body["answers"]


def test_a_key_of_another_entry_shares_nothing(api: Api, cast: Cast, ada: Belongings) -> None:
    key = uuid4()
    caller = api(cast.ada)
    caller.post("api_entry_share", ada.draft, {"rev": 1, "submission_key": key})
    begun = caller.post("api_entries", body={"assignment": ada.active}).body
    body = {"rev": begun["rev"], "submission_key": key, "answers": {"found_out": "More."}}
    assert caller.post("api_entry_share", begun["id"], body).status == 409
    assert row(cast, begun["id"]).state == "draft"


def test_nothing_is_shared_that_the_client_did_not_look_at(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    caller.patch("api_entry", ada.draft, {"rev": 1, "answers": {"hot_thought": "written elsewhere"}})
    found = caller.post("api_entry_share", ada.draft, {"rev": 1, "submission_key": uuid4()})
    assert found.status == 409
    assert row(cast, ada.draft).state == "draft"


@pytest.mark.finding("F43")
def test_an_amount_alone_is_enough_to_share_and_nothing_at_all_is_not(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        draft = Entry.objects.select_related("episode__client").get(pk=ada.draft)
        doing.save_draft(by=cast.ada.actor, entry=draft, values={}, kept_private=[], rev=1)
    assert caller.post("api_entry_share", ada.draft, {"rev": 2, "submission_key": uuid4()}).status == 422
    body = {"rev": 2, "submission_key": uuid4(), "after": {"amount": 1}}
    assert caller.post("api_entry_share", ada.draft, body).status == 200


@pytest.mark.finding("F20")
def test_what_became_of_an_if_then_plan_is_told_once(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    pair = caller.get("api_assignment", ada.active).body["plan"]["if_thens"][0]["id"]
    body = {"rev": 1, "submission_key": uuid4(), "after": {"if_thens": [{"id": pair, "outcome": "used"}]}}
    assert caller.post("api_entry_share", ada.draft, body).status == 200
    with acting_in(cast.north.pk):
        assert CopingPlan.objects.get(pk=pair).outcome == "used"
    assert caller.post("api_entry_share", ada.draft, body).status == 200  # sent again, nothing new


@pytest.mark.parametrize(
    ("after", "status", "field"),
    [
        ({"amount": 6}, 400, "after.amount"),
        ({"engaged": 11}, 400, "after.engaged"),
        ({"obstacles": ["weather"]}, 400, "after.obstacles.0"),
        ({"wish": "holiday"}, 400, "after.wish"),
        ({"words": "x" * 4001}, 400, "after.words"),
        ({"if_thens": [{"id": str(uuid4()), "outcome": "used"}]}, 422, "after.if_thens"),
        ({"misspelled": 1}, 400, "after.misspelled"),
    ],
)
def test_looking_back_names_the_field_that_does_not_fit(
    api: Api, cast: Cast, ada: Belongings, after: dict[str, object], status: int, field: str
) -> None:
    found = api(cast.ada).post("api_entry_share", ada.draft, {"rev": 1, "submission_key": uuid4(), "after": after})
    assert (found.status, found.body["field"]) == (status, field)
    assert row(cast, ada.draft).state == "draft"


def test_a_measure_is_scored_when_it_is_shared_and_asks_for_every_item(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    begun = caller.post("api_entries", body={"assignment": ada.measure}).body
    items = {f"q{number}": 2 for number in range(1, 8)}
    key = uuid4()
    part = {"rev": 0, "submission_key": key, "answers": {"q1": 2}}
    assert caller.post("api_entry_share", begun["id"], part).body["field"] == "q2"
    amount = {"rev": 0, "submission_key": key, "answers": items, "after": {"amount": 3}}
    assert caller.post("api_entry_share", begun["id"], amount).body["field"] == "after.amount"
    own = caller.post("api_entry_share", begun["id"], {"rev": 0, "submission_key": key, "answers": items}).body
    assert own["score"] == {"measure": "gad-7", "total": 14, "prorated": False, "missing": []}
    team = api(cast.theo).get("api_entry", begun["id"]).body
    assert team["score"]["total"] == 14
    assert team["score"]["band"]


# --- read ------------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F34")
def test_what_is_kept_private_never_leaves_and_is_marked(api: Api, cast: Cast, ada: Belongings) -> None:
    values: dict[str, object] = {"situation": "open words", "hot_thought": "zqhiddenxv", "found_out": "seen"}
    entry = share_for(cast, cast.ada, ada.active, values, ["hot_thought", "other_ways"])
    team = api(cast.theo).get("api_entry", entry.pk)
    assert team.status == 200
    assert team.body["answers"] == {"situation": "open words", "found_out": "seen"}
    assert team.body["kept_private"] == ["hot_thought"]  # written, and not shown; an empty part is not worth a word
    assert "zqhiddenxv" not in team.words
    own = api(cast.ada).get("api_entry", entry.pk).body
    assert own["answers"] == values
    assert own["kept_private"] == ["hot_thought", "other_ways"]


@pytest.mark.finding("F33")
def test_the_care_team_is_not_told_when_something_was_written(api: Api, cast: Cast, ada: Belongings) -> None:
    own, team = (api(person).get("api_entry", ada.shared).body for person in (cast.ada, cast.theo))
    assert own.keys() - team.keys() == {"partner", "rev", "captured_at", "saved_at", "copies", "help_page"}
    assert team["shared_at"]
    assert team["after"]["words"] == "zqadaaskxv"


def test_what_was_taken_back_is_gone_for_others(api: Api, cast: Cast, ada: Belongings) -> None:
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        sharing.take_back(by=cast.ada.actor, entry=Entry.objects.select_related("episode__client").get(pk=ada.shared))
    assert api(cast.theo).get("api_entry", ada.shared).status == 404
    assert api(cast.ada).get("api_entry", ada.shared).body["state"] == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_with_one_key_share_once() -> None:
    from django.test import Client

    from tests.access.world import give
    from tests.cast import make_cast

    with transaction.atomic():
        cast = make_cast()
        ada = give(cast, "ada", cast.theo, "w02", "gad-7")
    key, found = uuid4(), []

    def send() -> None:
        browser = Client()
        browser.force_login(cast.ada.user)
        found.append(Caller(browser).post("api_entry_share", ada.draft, {"rev": 1, "submission_key": key}).status)
        connection.close()

    both = [threading.Thread(target=send) for _device in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert found == [200, 200]
    with acting_in(cast.north.pk), transaction.atomic():
        assert AuditEvent.objects.filter(verb="entry.shared", object_id=ada.draft).count() == 1


def test_work_that_comes_in_later_words_is_read_with_its_own_version(api: Api, cast: Cast, ada: Belongings) -> None:
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ben.membership.pk])
        assert cast.ben.episode is not None
        planning.propose(by=cast.theo.actor, episode=cast.ben.episode, version=version("w01"), words=words_for("ben"))
    titles = {each["title"] for each in api(cast.theo).get("api_assignments").body["results"]}
    assert len(titles) == 3
