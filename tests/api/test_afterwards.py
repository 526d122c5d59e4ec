"""What is said after the doing, through the API: looking back, additions, and the parts a partner shows."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.models import Entry, EntryAddition
from tests.access.world import Belongings, canary
from tests.api.conftest import Answer, Api
from tests.api.test_entries import share_for
from tests.cast import Cast
from tests.homework.assignments import couple_given

# --- looking back ----------------------------------------------------------------------------------------------------


@pytest.mark.finding("F11")
def test_a_reaction_moods_and_where_else_are_kept_and_told(api: Api, cast: Cast, ada: Belongings) -> None:
    after = {"mood_before": 3, "mood_after": 6, "reaction": "I was proud.", "elsewhere": "At work."}
    body = {"rev": 1, "submission_key": uuid4(), "after": after}
    first, second = (api(cast.ada).post("api_entry_share", ada.draft, body) for _time in range(2))
    assert first.status == 200
    assert first.body == second.body
    for person in (cast.ada, cast.theo):
        told = api(person).get("api_entry", ada.draft).body["after"]
        assert (told["reaction"], told["elsewhere"], told["words"]) == ("I was proud.", "At work.", "")
        assert told["ratings"] == {"mood_before": 3, "mood_after": 6}


@pytest.mark.parametrize(
    ("answers", "after", "status", "field"),
    [
        ({}, {"mood_before": 11}, 400, "after.mood_before"),
        ({}, {"reaction": "x" * 4001}, 400, "after.reaction"),
        ({}, {"elsewhere": ["at work"]}, 400, "after.elsewhere"),
        ({"mood_before": 4}, {"mood_before": 3}, 422, "after.mood_before"),
        ({"reaction": "Proud."}, {"reaction": "Glad."}, 422, "after.reaction"),
    ],
)
def test_looking_back_asks_nothing_the_sheet_has_an_answer_to(
    api: Api, cast: Cast, ada: Belongings, answers: dict[str, Any], after: dict[str, Any], status: int, field: str
) -> None:
    body = {"rev": 1, "submission_key": uuid4(), "answers": answers, "after": after}
    found = api(cast.ada).post("api_entry_share", ada.draft, body)
    assert (found.status, found.body["field"]) == (status, field)
    assert api(cast.ada).get("api_entry", ada.draft).body["state"] == "draft"


# --- additions -------------------------------------------------------------------------------------------------------


def addition(**more: Any) -> dict[str, Any]:
    return {"kind": "correction", "words": "It was Tuesday.", "submission_key": uuid4(), **more}


def test_an_addition_sent_twice_stands_once_beside_what_was_shared(api: Api, cast: Cast, ada: Belongings) -> None:
    caller, body = api(cast.ada), addition(key="found_out")
    before = caller.get("api_entry", ada.shared).body
    first, second = (caller.post("api_entry_additions", ada.shared, body) for _time in range(2))
    assert first.status == second.status == 201
    assert first.body == second.body
    assert first.body | {"additions": before["additions"]} == before, "what was shared stays as it was"
    for person in (cast.ada, cast.theo, cast.kit):
        told = api(person).get("api_entry", ada.shared).body["additions"]
        assert [(each["kind"], each["key"], each["author"]) for each in told] == [
            ("together", "other_ways", "Theo"),
            ("correction", "found_out", "Ada"),
        ]
        assert told[1]["content"] == {"text": "It was Tuesday."}
        assert told[0]["at"] < told[1]["at"]


@pytest.mark.finding("F34")
def test_of_an_addition_to_a_private_part_others_learn_only_that_it_is_there(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    row = share_for(cast, cast.ada, ada.active, {"hot_thought": "mine", "found_out": "ours"}, ["hot_thought"])
    assert api(cast.ada).post("api_entry_additions", row.pk, addition(key="hot_thought")).status == 201
    seen = api(cast.theo).get("api_entry", row.pk)
    assert [(each["key"], each["content"]) for each in seen.body["additions"]] == [("hot_thought", None)]
    assert "Tuesday" not in seen.words
    assert "Tuesday" in api(cast.ada).get("api_entry", row.pk).words


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"kind": "together"}, 400, "kind"),
        ({"words": " "}, 400, "words"),
        ({"words": "x" * 4001}, 400, "words"),
        ({"key": "no_such"}, 422, "key"),
        ({"key": "belief_change"}, 422, "key"),
        ({"submission_key": None}, 400, "submission_key"),
    ],
)
def test_an_addition_that_does_not_fit_names_the_field(
    api: Api, cast: Cast, ada: Belongings, wrong: dict[str, Any], status: int, field: str
) -> None:
    found = api(cast.ada).post("api_entry_additions", ada.shared, addition(**wrong))
    assert (found.status, found.body["field"]) == (status, field)
    with acting_in(cast.north.pk):
        assert EntryAddition.objects.filter(entry_id=ada.shared).count() == 1


def test_only_the_client_adds_and_only_to_what_is_shared(api: Api, cast: Cast, ada: Belongings) -> None:
    people = {who: getattr(cast, who) for who in ("theo", "kit", "sol", "ben", "cora")}
    statuses = {who: api(one).post("api_entry_additions", ada.shared, addition()).status for who, one in people.items()}
    assert statuses == {"theo": 403, "kit": 403, "sol": 403, "ben": 404, "cora": 404}
    assert api(cast.ada).post("api_entry_additions", ada.draft, addition()).status == 409
    body = addition()
    assert api(cast.ada).post("api_entry_additions", ada.shared, body).status == 201
    row = share_for(cast, cast.ada, ada.active, {"found_out": "more"}, [])
    assert api(cast.ada).post("api_entry_additions", row.pk, body).status == 409, "the key came with another entry"
    assert api(cast.ada).get("api_entry", row.pk).body["additions"] == []


def test_the_items_of_a_questionnaire_stay_as_they_were_answered(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    begun = caller.post("api_entries", body={"assignment": ada.measure}).body
    items = {f"q{number}": 2 for number in range(1, 8)}
    share = {"rev": begun["rev"], "submission_key": uuid4(), "answers": items}
    assert caller.post("api_entry_share", begun["id"], share | {"after": {"mood_before": 3}}).status == 422
    assert caller.post("api_entry_share", begun["id"], share).status == 200
    found = caller.post("api_entry_additions", begun["id"], addition(key="q1"))
    assert (found.status, found.body["field"]) == (422, "key")
    assert caller.post("api_entry_additions", begun["id"], addition()).status == 201


# --- what a partner shows --------------------------------------------------------------------------------------------

ADAS = {"thanks": [{"did": "zqadadidxv", "meant": "zqadameantxv"}], "found_out": "zqadafoundxv"}
BENS = {"thanks": [{"did": "zqbendidxv", "meant": "zqbenmeantxv"}], "found_out": "zqbenfoundxv"}


def both_shared(cast: Cast, *, show: bool = True) -> tuple[Entry, Entry]:
    """Ada's and Ben's of one round; `show`: Ben shows his parts."""
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        hers, his = couple_given.agreed(cast)
        return couple_given.shared(cast.ada, hers, ADAS), couple_given.shared(cast.ben, his, BENS, show=show)


def entry(api: Api, person: Any, pk: UUID) -> Answer:
    return api(person).get("api_entry", pk)


@pytest.mark.finding("F61")
def test_beside_their_own_entry_a_client_finds_the_parts_their_partner_shows(api: Api, cast: Cast) -> None:
    hers, his = both_shared(cast)
    for person, own, partner, theirs, hidden in (
        (cast.ada, hers, "Ben", BENS, "zqbenfoundxv"),
        (cast.ben, his, "Ada", ADAS, "zqadafoundxv"),
    ):
        found = entry(api, person, own.pk)
        shown = found.body["partner"]
        assert (shown["name"], shown["kept_back"]) == (partner, False)
        assert [part["answers"] for part in shown["parts"]] == [{"thanks": theirs["thanks"]}]
        assert hidden not in found.words


@pytest.mark.finding("F61")
def test_what_a_partner_shows_is_told_to_nobody_but_the_client_it_is_shown_to(api: Api, cast: Cast) -> None:
    hers, his = both_shared(cast)
    assert entry(api, cast.ada, his.pk).status == 404
    assert entry(api, cast.ben, hers.pk).status == 404
    for person in (cast.theo, cast.kit):
        seen = entry(api, person, hers.pk)
        assert seen.status == 200
        assert "partner" not in seen.body
        assert "zqbendidxv" not in seen.words


def test_nothing_is_told_of_a_partner_who_keeps_it_back_nor_of_work_for_one(api: Api, cast: Cast) -> None:
    hers, his = both_shared(cast, show=False)
    found = entry(api, cast.ada, hers.pk)
    assert found.body["partner"]["parts"] == []
    assert "zqben" not in found.words
    assert entry(api, cast.ben, his.pk).body["partner"]["kept_back"] is True


def test_of_work_for_one_there_is_no_partner(api: Api, cast: Cast, ada: Belongings) -> None:
    found = entry(api, cast.ada, ada.shared)
    assert found.body["partner"] is None
    assert canary("ada", "found") in found.words
