"""Work under way through the API: one line now, being stuck, what makes things worse, resting, and a version of one's own."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from clinic.models import AuditEvent, ContactPrefs
from clinic.scope import acting_in
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.schedule import local_day
from tests.access.world import Belongings
from tests.api.conftest import Answer, Api
from tests.cast import Cast


def tried(api: Api, cast: Cast, name: str, pk: UUID, body: object = None) -> dict[str, int]:
    """What people get who are not the client: the therapist, the coach, another client, a stranger to the team."""
    people = ("theo", "kit", "ben", "cora")
    return {who: api(getattr(cast, who)).post(name, pk, body).status for who in people}


CLIENTS_ALONE = {"theo": 403, "kit": 403, "ben": 404, "cora": 404}


# --- one line now ----------------------------------------------------------------------------------------------------


@pytest.mark.finding("F07")
def test_one_line_is_kept_once_as_a_draft_of_its_own_and_stays_the_clients(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    body = {"key": "hot_thought", "value": "He will sigh", "submission_key": uuid4()}
    first, second = (api(cast.ada).post("api_assignment_log", ada.active, body) for _time in range(2))
    assert first.status == second.status == 201
    assert first.body["id"] == second.body["id"] != str(ada.draft)
    assert (first.body["state"], first.body["answers"]) == ("draft", {"hot_thought": "He will sigh"})
    assert api(cast.theo).get("api_entry", first.body["id"]).status == 404
    share = {"rev": first.body["rev"], "submission_key": uuid4()}
    assert api(cast.ada).post("api_entry_share", first.body["id"], share).status == 200
    assert api(cast.theo).get("api_entry", first.body["id"]).body["answers"] == {"hot_thought": "He will sigh"}


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"key": "belief"}, 422, "key"),
        ({"key": "its_photo", "value": {"file": str(uuid4())}}, 422, "key"),
        ({"value": ""}, 422, "hot_thought"),
        ({"value": None}, 400, "value"),
        ({"value": {"deep": 1}}, 422, "hot_thought"),
        ({"submission_key": "x"}, 400, "submission_key"),
    ],
)
def test_a_line_that_does_not_fit_is_not_kept(
    api: Api, cast: Cast, ada: Belongings, wrong: dict[str, object], status: int, field: str
) -> None:
    body = {"value": "He will sigh", "submission_key": uuid4(), **wrong}
    with acting_in(cast.north.pk):
        before = Entry.objects.count()
    found = api(cast.ada).post("api_assignment_log", ada.active, body)
    assert (found.status, found.body["field"]) == (status, field)
    with acting_in(cast.north.pk):
        assert Entry.objects.count() == before


def test_a_line_is_for_work_under_way_with_a_key_of_its_own(api: Api, cast: Cast, ada: Belongings) -> None:
    caller, body = api(cast.ada), {"value": "He will sigh", "submission_key": uuid4()}
    assert caller.post("api_assignment_log", ada.proposed, body).status == 409
    assert caller.post("api_assignment_log", ada.measure, body).status == 409
    assert caller.post("api_assignment_log", ada.active, body).status == 201
    assert caller.post("api_assignment_confirm", ada.proposed).status == 200
    assert caller.post("api_assignment_log", ada.proposed, body).status == 409, "the key was for other work"
    with acting_in(cast.north.pk):
        assert Entry.objects.filter(submission_key=body["submission_key"]).count() == 1


def test_nobody_logs_for_a_client(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"value": "Hers", "submission_key": uuid4()}
    assert tried(api, cast, "api_assignment_log", ada.active, body) == CLIENTS_ALONE


# --- stuck -----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F41")
def test_a_way_on_gives_the_draft_to_go_on_with(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"way": "smaller", "obstacles": ["time"]}
    first, second = (api(cast.ada).post("api_assignment_stuck", ada.active, body) for _time in range(2))
    assert (first.status, first.body["state"]) == (200, "active")
    assert first.body["entry"] == second.body["entry"]
    assert api(cast.ada).get("api_entry", first.body["entry"]).body["size"] == "S"
    with acting_in(cast.north.pk):
        event = AuditEvent.objects.filter(verb="work.stuck", object_id=ada.active).first()
    assert event is not None
    assert event.detail == {"way": "smaller", "obstacles": ["time"]}


def test_a_rest_until_they_have_talked_is_work_that_rests(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.ada).post("api_assignment_stuck", ada.active, {"way": "rest"})
    assert (found.body["state"], found.body["rest"], found.body["entry"]) == ("paused", "stuck", None)
    for way in ("rest", "if_then", "smaller"):
        assert api(cast.ada).post("api_assignment_stuck", ada.active, {"way": way}).status == 409
    with acting_in(cast.north.pk):
        assert AuditEvent.objects.filter(verb="work.stuck").count() == 1


def test_only_the_client_says_that_they_are_stuck_and_in_a_way_there_is(api: Api, cast: Cast, ada: Belongings) -> None:
    assert tried(api, cast, "api_assignment_stuck", ada.active, {"way": "rest"}) == CLIENTS_ALONE
    for body, field in (({"way": "x"}, "way"), ({}, "way"), ({"way": "rest", "obstacles": ["x"]}, "obstacles.0")):
        found = api(cast.ada).post("api_assignment_stuck", ada.active, body)
        assert (found.status, found.body["field"]) == (400, field)
    assert api(cast.ada).get("api_assignment", ada.active).body["state"] == "active"


# --- worse -----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F67")
def test_what_makes_things_worse_goes_on_only_when_both_want_it(api: Api, cast: Cast, ada: Belongings) -> None:
    client, therapist = api(cast.ada), api(cast.theo)
    assert therapist.post("api_assignment_go_on", ada.active).status == 409
    for _twice in range(2):
        found = client.post("api_assignment_worse", ada.active)
        assert (found.status, found.body["state"], found.body["rest"]) == (200, "paused", "worse")
        assert found.body["next_due_at"] is None
    with acting_in(cast.north.pk):
        assert AuditEvent.objects.filter(verb="assignment.worse").count() == 1
    assert client.post("api_assignment_resume", ada.active).status == 409
    assert therapist.post("api_assignment_resume", ada.active).status == 409
    offers = [therapist.post("api_assignment_go_on", ada.active) for _twice in range(2)]
    assert offers[0].body["resume_offered_at"] == offers[1].body["resume_offered_at"] is not None
    assert offers[0].body["state"] == "paused", "an offer starts nothing"
    found = client.post("api_assignment_resume", ada.active)
    assert (found.body["state"], found.body["rest"], found.body["resume_offered_at"]) == ("active", "", None)


def test_the_client_alone_says_worse_and_cannot_offer_to_go_on(api: Api, cast: Cast, ada: Belongings) -> None:
    assert tried(api, cast, "api_assignment_worse", ada.active) == CLIENTS_ALONE
    assert api(cast.ada).post("api_assignment_worse", ada.proposed).status == 409
    assert api(cast.ada).post("api_assignment_worse", ada.active).status == 200
    statuses = {who: api(getattr(cast, who)).post("api_assignment_go_on", ada.active).status for who in ("ada", "ben")}
    assert statuses == {"ada": 403, "ben": 404}
    with acting_in(cast.north.pk):
        assert Assignment.objects.get(pk=ada.active).resume_offered_at is None


# --- everything rests ------------------------------------------------------------------------------------------------


@pytest.mark.finding("F33")
def test_everything_rests_for_some_days_and_goes_on(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    until = local_day(timezone.now(), cast.ada.user.time_zone) + timedelta(days=3)
    for _twice in range(2):
        found = caller.post("api_pause_all", body={"days": 3})
        assert (found.status, found.body) == (200, {"until": until.isoformat()})
    due = caller.get("api_assignment", ada.active).body["next_due_at"]
    assert date.fromisoformat(due[:10]) >= until
    for _twice in range(2):
        assert caller.post("api_resume_all").body == {"until": None}
    assert date.fromisoformat(caller.get("api_assignment", ada.active).body["next_due_at"][:10]) < until


def test_a_rest_is_the_clients_own_and_two_weeks_at_most(api: Api, cast: Cast, ada: Belongings) -> None:
    for days in (0, 15, -1, "x", None):
        assert api(cast.ada).post("api_pause_all", body={"days": days}).status == 400
    for who in ("theo", "kit", "amy"):
        assert api(getattr(cast, who)).post("api_pause_all", body={"days": 3}).status == 404
        assert api(getattr(cast, who)).post("api_resume_all").status == 404
    assert api(cast.ben).post("api_pause_all", body={"days": 3}).status == 200
    with acting_in(cast.north.pk):
        assert ContactPrefs.objects.get(client=cast.ada.membership).paused_until is None, "another's rest is theirs"


# --- a version of one's own ------------------------------------------------------------------------------------------


def suggest(api: Api, cast: Cast, ada: Belongings) -> Answer:
    return api(cast.ada).post(
        "api_assignment_different", ada.proposed, {"place": "on the bus", "why": "It is loud at home."}
    )


@pytest.mark.finding("F18")
def test_the_clients_version_goes_back_is_agreed_to_and_starts_with_their_yes(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    before = api(cast.ada).get("api_assignment", ada.proposed).body["proposal"]
    found = suggest(api, cast, ada)
    assert (found.status, found.body["state"], found.body["plan"]) == (200, "proposed", None)
    seen = api(cast.theo).get("api_assignment", ada.proposed).body["proposal"]
    assert (seen["suggested"], seen["place"], seen["answer_words"]) == (True, "on the bus", "It is loud at home.")
    assert (seen["rationale"], before["suggested"]) == (before["rationale"], False)
    agreed = api(cast.theo).post("api_assignment_agree", ada.proposed)
    assert (agreed.status, agreed.body["state"], agreed.body["proposal"]["suggested"]) == (200, "proposed", False)
    assert agreed.body["proposal"]["place"] == "on the bus"
    assert api(cast.theo).post("api_assignment_agree", ada.proposed).status == 409
    assert api(cast.ada).post("api_assignment_confirm", ada.proposed).body["plan"]["place"] == "on the bus"


def test_the_same_version_twice_is_one_and_nothing_different_is_none(api: Api, cast: Cast, ada: Belongings) -> None:
    assert api(cast.ada).post("api_assignment_different", ada.proposed, {"why": "Hm."}).status == 422
    assert [suggest(api, cast, ada).status for _twice in range(2)] == [200, 422]
    with acting_in(cast.north.pk):
        assert Plan.objects.filter(assignment_id=ada.proposed).count() == 2
        assert Plan.objects.proposed().filter(assignment_id=ada.proposed).count() == 1


def test_only_the_client_suggests_and_only_those_who_plan_agree(api: Api, cast: Cast, ada: Belongings) -> None:
    body = {"place": "on the bus"}
    assert tried(api, cast, "api_assignment_different", ada.proposed, body) == CLIENTS_ALONE
    assert api(cast.ada).post("api_assignment_different", ada.active, body).status == 409
    assert api(cast.theo).post("api_assignment_agree", ada.proposed).status == 409, "there is nothing of theirs yet"
    assert suggest(api, cast, ada).status == 200
    statuses = {
        who: api(getattr(cast, who)).post("api_assignment_agree", ada.proposed).status for who in ("ada", "ben", "sol")
    }
    assert statuses == {"ada": 403, "ben": 404, "sol": 403}
    assert api(cast.ada).get("api_assignment", ada.proposed).body["proposal"]["suggested"] is True


def test_a_reason_is_not_the_clients_to_write_and_a_week_with_nothing_has_no_other_version(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    found = api(cast.ada).post("api_assignment_different", ada.proposed, {"rationale": "Because."})
    assert (found.status, found.body["field"]) == (400, "rationale")
    body = {"episode": ada.episode, "kind": "nothing", "rationale": "A week to rest."}
    nothing = api(cast.theo).post("api_assignments", body=body).body["id"]
    for said in ({}, {"why": "Hm."}, {"place": "on the bus"}):
        assert api(cast.ada).post("api_assignment_different", nothing, said).status == 422
