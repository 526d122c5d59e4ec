"""Goals through the API: written down by whoever plans, and why they matter by the client alone."""

import pytest

from clinic.scope import acting_in
from homework.assignments.models import Goal
from tests.access.world import Belongings, canary
from tests.api.conftest import Api
from tests.cast import Cast


@pytest.mark.finding("F28")
def test_a_therapists_why_is_refused_with_a_message_and_the_clients_is_kept(
    api: Api, cast: Cast, world: dict[str, Belongings]
) -> None:
    ada = world["ada"]
    goal = ada.ids["goal"]
    for person in (cast.theo, cast.kit):
        no = api(person).patch("api_goal", goal, {"rev": 0, "why": "Because I say so."})
        assert (no.status, no.body["field"]) == (403, "why")
        assert no.body["message"]
    assert api(cast.theo).get("api_goal", goal).body["why"] == canary("ada", "matters")
    yes = api(cast.ada).patch("api_goal", goal, {"rev": 0, "why": "For my daughter."})
    assert (yes.status, yes.body["why"], yes.body["rev"]) == (200, "For my daughter.", 1)


def test_a_therapist_names_one_and_the_client_finds_it(api: Api, cast: Cast, world: dict[str, Belongings]) -> None:
    made = api(cast.theo).post("api_goals", body={"episode": world["ada"].episode, "text": "See friends"})
    assert (made.status, made.body["why"], made.body["state"]) == (201, None, "current")
    no = api(cast.theo).post("api_goals", body={"episode": world["ada"].episode, "text": "More", "why": "So that"})
    assert (no.status, no.body["field"]) == (403, "why")
    assert made.body["id"] in {each["id"] for each in api(cast.ada).get("api_goals").body["results"]}
    assert api(cast.ada).get("api_goal", made.body["id"]).body["text"] == "See friends"


def test_a_list_holds_no_words_and_a_stale_change_is_refused(
    api: Api, cast: Cast, world: dict[str, Belongings]
) -> None:
    goal = world["ada"].ids["goal"]
    assert canary("ada", "goal") not in api(cast.theo).get("api_goals").words
    assert api(cast.ada).patch("api_goal", goal, {"rev": 0, "state": "reached"}).body["state"] == "reached"
    assert api(cast.ada).patch("api_goal", goal, {"rev": 0, "state": "aside"}).status == 409
    with acting_in(cast.north.pk):
        assert Goal.objects.get(pk=goal).state == "reached"
