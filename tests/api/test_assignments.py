"""Work through the API: proposed in words for this person, agreed by the client alone, changed with their own yes."""

from uuid import uuid4

import pytest

from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.assignments.models import Assignment, Plan
from homework.worksheets.models import Worksheet
from tests.access.world import Belongings, version
from tests.api.conftest import Answer, Api
from tests.cast import Cast


def sheet(slug: str) -> str:
    return str(version(slug).worksheet_id)


def proposal(cast: Cast, **more: object) -> dict[str, object]:
    """The least a proposal needs; Ben has nothing under way."""
    assert cast.ben.episode is not None
    return {
        "episode": cast.ben.episode.pk,
        "worksheet": sheet("w02"),
        "rationale": "Because you said it helps.",
        **more,
    }


def propose(api: Api, cast: Cast, **more: object) -> Answer:
    return api(cast.theo).post("api_assignments", body=proposal(cast, **more))


# --- propose ---------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F18")
def test_a_proposal_waits_for_the_client_and_starts_from_the_library(api: Api, cast: Cast) -> None:
    made = propose(api, cast)
    assert made.status == 201
    assert made.body["state"] == "proposed"
    assert made.body["plan"] is None
    plan = made.body["proposal"]
    assert plan["rationale"] == "Because you said it helps."
    assert plan["first_step"]
    assert plan["counts_as_some"]
    assert plan["reminder"] == "none"
    assert made.body["next_due_at"] is None


def test_a_proposal_says_what_it_says_and_no_more(api: Api, cast: Cast) -> None:
    more = {
        "first_step": "Open the page.",
        "place": "the kitchen table",
        "frequency": "weekdays",
        "weekdays": [4, 0],
        "minutes": 5,
        "local_time": "08:30",
        "if_thens": [{"obstacle": "tired", "if_text": "I am tired", "then_text": "one line"}],
    }
    plan = propose(api, cast, **more).body["proposal"]
    assert plan["first_step"] == "Open the page."
    assert plan["weekdays"] == [0, 4]
    assert plan["local_time"] == "08:30:00"
    pair = plan["if_thens"][0]
    assert (pair["obstacle"], pair["if_text"], pair["then_text"]) == ("tired", "I am tired", "one line")


@pytest.mark.finding("F01")
def test_the_librarys_own_reason_is_refused(api: Api, cast: Cast) -> None:
    found = propose(api, cast, rationale=str(version("w02").parsed.why))
    assert (found.status, found.body["field"]) == (422, "rationale")


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"rationale": ""}, 400, "rationale"),
        ({"rationale": None}, 400, "rationale"),
        ({"rationale": "x" * 4001}, 400, "rationale"),
        ({"worksheet": None}, 400, "worksheet"),
        ({"worksheet": "w02"}, 400, "worksheet"),
        ({"size": "XL"}, 400, "size"),
        ({"size": "L"}, 422, "size"),
        ({"first_step": " "}, 422, "first_step"),
        ({"frequency": "weekdays", "weekdays": []}, 422, "weekdays"),
        ({"frequency": "times_per_week", "times_per_week": None}, 422, "times_per_week"),
        ({"times_per_week": 8}, 400, "times_per_week"),
        ({"weekdays": [7]}, 400, "weekdays.0"),
        ({"minutes": 0}, 400, "minutes"),
        ({"local_time": "25:00"}, 400, "local_time"),
        ({"starts_on": "2026-12-24", "ends_on": "2026-12-23"}, 422, "ends_on"),
        ({"if_thens": [{}] * 4}, 400, "if_thens"),
        ({"if_thens": [{"obstacle": "weather"}]}, 400, "if_thens.0.obstacle"),
        ({"follows": str(uuid4())}, 422, "follows"),
        ({"reminder": "neutral"}, 400, "reminder"),
        ({"beliefs": {}}, 400, "beliefs"),
        ({"kind": "nothing"}, 422, "worksheet"),
    ],
)
def test_a_proposal_that_does_not_fit_names_the_field_and_makes_nothing(
    api: Api, cast: Cast, more: dict[str, object], status: int, field: str
) -> None:
    found = propose(api, cast, **more)
    assert (found.status, found.body["field"]) == (status, field)
    assert found.body["message"]
    with acting_in(cast.north.pk):
        assert not Assignment.objects.exists()


@pytest.mark.finding("F27")
def test_a_week_with_nothing_is_proposed_like_any_other(api: Api, cast: Cast) -> None:
    assert cast.ben.episode is not None
    body = {"episode": cast.ben.episode.pk, "kind": "nothing", "rationale": "You have carried enough this month."}
    made = api(cast.theo).post("api_assignments", body=body)
    assert made.status == 201
    assert made.body["kind"] == "nothing"
    assert made.body["worksheet"] is None
    agreed = api(cast.ben).post("api_assignment_confirm", made.body["id"], {"beliefs": {"free": 9}})
    assert agreed.body["state"] == "active"
    assert agreed.body["plan"]["beliefs"]["free"] == 9


@pytest.mark.finding("F23")
def test_a_third_plan_at_a_time_wants_a_reason(api: Api, cast: Cast, ada: Belongings) -> None:
    body = proposal(cast, episode=ada.episode)
    first = api(cast.theo).post("api_assignments", body=body)
    assert (first.status, first.body["field"]) == (409, "pace_reason")
    second = api(cast.theo).post("api_assignments", body=body | {"pace_reason": "They asked for it."})
    assert second.status == 201
    assert second.body["proposal"]["change_reason"] == "They asked for it."


def test_only_those_who_may_plan_propose(api: Api, cast: Cast, ada: Belongings) -> None:
    body = proposal(cast, episode=ada.episode)
    statuses = {who: api(getattr(cast, who)).post("api_assignments", body=body).status for who in ("ada", "sol", "ben")}
    assert statuses == {"ada": 403, "sol": 403, "ben": 404}
    assert api(cast.cora).post("api_assignments", body=body).status == 404
    assert api(cast.amy).post("api_assignments", body=body).status == 404


@pytest.mark.finding("F64")
def test_a_coach_proposes_no_measure_and_nothing_locked(api: Api, cast: Cast, ada: Belongings) -> None:
    for slug in ("gad-7", Worksheet.objects.filter(clinic__isnull=True, min_role="therapist", kind="practice")[0].slug):
        body = proposal(cast, episode=ada.episode, worksheet=sheet(slug), pace_reason="They asked for it.")
        assert api(cast.kit).post("api_assignments", body=body).status == 403


def test_a_worksheet_that_is_not_there_is_not_found(api: Api, cast: Cast) -> None:
    assert propose(api, cast, worksheet=str(uuid4())).status == 404


# --- the client's answer ---------------------------------------------------------------------------------------------


@pytest.mark.finding("F18")
def test_saying_yes_as_it_is_changes_no_word(api: Api, cast: Cast) -> None:
    made = propose(api, cast).body
    found = api(cast.ben).post("api_assignment_confirm", made["id"], {"beliefs": {"useful": 7, "sure": 0}})
    assert found.status == 200
    assert found.body["state"] == "active"
    assert found.body["proposal"] is None
    plan = found.body["plan"]
    assert (plan["codesigned"], plan["revision"], plan["author"]) == (False, 1, "Theo")
    assert plan["beliefs"]["useful"] == 7
    assert plan["beliefs"]["sure"] == 0
    assert plan["beliefs"]["hard"] is None


@pytest.mark.finding("F18")
def test_shaping_it_makes_a_revision_of_the_clients_own_and_leaves_the_reason(api: Api, cast: Cast) -> None:
    made = propose(api, cast).body
    words = {"place": "on the bus", "size": "S", "reminder": "neutral", "reminder_time": "18:00"}
    plan = api(cast.ben).post("api_assignment_confirm", made["id"], words).body["plan"]
    assert (plan["codesigned"], plan["revision"], plan["author"]) == (True, 2, "Ben")
    assert plan["place"] == "on the bus"
    assert plan["rationale"] == "Because you said it helps."
    assert plan["first_step"] == made["proposal"]["first_step"]
    assert plan["reminder"] == "neutral"


@pytest.mark.parametrize("name", ["rationale", "starts_on", "ends_on", "state", "episode"])
def test_what_is_not_the_clients_to_shape_is_refused(api: Api, cast: Cast, name: str) -> None:
    made = propose(api, cast).body
    found = api(cast.ben).post("api_assignment_confirm", made["id"], {name: "2026-12-24"})
    assert (found.status, found.body["field"]) == (400, name)
    assert api(cast.ben).get("api_assignment", made["id"]).body["state"] == "proposed"


@pytest.mark.finding("F33")
def test_saying_no_needs_no_reason_and_can_have_one(api: Api, cast: Cast) -> None:
    first, second = (propose(api, cast).body["id"] for _time in range(2))
    assert api(cast.ben).post("api_assignment_decline", first).body["ended_as"] == "declined"
    assert api(cast.ben).post("api_assignment_decline", second, {"words": "Not this month."}).status == 200
    with acting_in(cast.north.pk):
        assert Plan.objects.filter(answer="no", answer_words__isnull=False).count() == 1


def test_talking_first_keeps_the_proposal_open(api: Api, cast: Cast) -> None:
    made = propose(api, cast).body["id"]
    found = api(cast.ben).post("api_assignment_talk", made, {"words": "What is it for?"})
    assert found.body["state"] == "proposed"
    assert found.body["proposal"]["answer"] == "talk"
    assert api(cast.theo).get("api_assignment", made).body["proposal"]["answer_words"] == "What is it for?"


@pytest.mark.parametrize("name", ["api_assignment_confirm", "api_assignment_decline", "api_assignment_talk"])
def test_what_was_answered_already_cannot_be_answered_again(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    found = api(cast.ada).post(name, ada.active)
    assert found.status == 409
    assert found.body["message"]


# --- rest ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["ada", "theo", "kit"])
def test_either_side_may_rest_it_and_go_on(api: Api, cast: Cast, ada: Belongings, person: str) -> None:
    caller = api(getattr(cast, person))
    paused = caller.post("api_assignment_pause", ada.active)
    assert (paused.status, paused.body["state"], paused.body["next_due_at"]) == (200, "paused", None)
    assert caller.post("api_assignment_pause", ada.active).status == 409
    resumed = caller.post("api_assignment_resume", ada.active)
    assert (resumed.status, resumed.body["state"]) == (200, "active")
    assert resumed.body["next_due_at"]
    assert caller.post("api_assignment_resume", ada.active).status == 409


def test_a_supervisor_rests_nothing(api: Api, cast: Cast, ada: Belongings) -> None:
    assert api(cast.sol).post("api_assignment_pause", ada.active).status == 403


def test_a_change_is_recorded_once_with_who_made_it(api: Api, cast: Cast, ada: Belongings) -> None:
    api(cast.theo).post("api_assignment_pause", ada.active)
    with acting_in(cast.north.pk):
        event = AuditEvent.objects.get(verb="assignment.paused")
    assert (event.actor, event.object_id) == (cast.theo.membership.pk, ada.active)


def test_after_care_has_ended_nothing_new_is_planned_and_what_is_begun_stays_their_own(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    with acting_in(cast.north.pk):
        assert cast.ada.episode is not None
        cast.ada.episode.state, cast.ada.episode.ended_on = "ended", cast.ada.episode.opened_on
        cast.ada.episode.save()
    caller = api(cast.ada)
    assert caller.post("api_assignment_confirm", ada.proposed).status == 409
    begun = caller.post("api_entries", body={"assignment": ada.active})
    assert begun.status == 200
    key = {"rev": 0, "answers": {"hot_thought": "mine"}, "submission_key": str(uuid4()), "reading_noted": True}
    assert caller.post("api_entry_share", begun.body["id"], body=key).status == 409
    assert caller.get("api_assignment", ada.active).status == 200
