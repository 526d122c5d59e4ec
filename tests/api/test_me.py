"""Who is asking, and the episodes they may know of."""

import pytest

from clinic import vault
from clinic.access import TeamRole
from clinic.actions import supervision
from clinic.models import AuditEvent
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.api.conftest import Api
from tests.cast import Cast, put_on_team


@pytest.mark.parametrize("name", ["ada", "theo", "kit", "amy"])
def test_everybody_learns_who_they_are_and_nothing_of_others(api: Api, cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    found = api(person).get("api_me").body
    assert found == {
        "id": str(person.membership.pk),
        "role": person.membership.role,
        "name": name.capitalize(),
        "email": person.user.email,
        "clinic": {"id": str(cast.north.pk), "name": "North clinic"},
        "language": "en",
        "time_zone": "Europe/London",
        "theme": "",
    }


def test_what_is_left_out_stays_as_it_is(api: Api, cast: Cast) -> None:
    caller = api(cast.ada)
    assert caller.patch("api_me", body={"theme": "dark"}).body["theme"] == "dark"
    found = caller.patch("api_me", body={"language": "es", "time_zone": "America/New_York"})
    assert found.status == 200
    cast.ada.user.refresh_from_db()
    user = cast.ada.user
    assert (user.language, user.time_zone, user.theme) == ("es", "America/New_York", "dark")
    assert caller.get("api_me").raw.headers["Content-Language"] == "es"


def test_messages_come_in_the_language_of_whoever_asks(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    english = caller.post("api_assignment_resume", ada.active).body["message"]
    caller.patch("api_me", body={"language": "es"})
    assert caller.get("api_assignment", ada.active).body["title"] != "Look again at a thought"
    assert english


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"language": None}, "language"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"theme": "blink"}, "theme"),
        ({"email": "else@example.org"}, "email"),
        ({"is_active": True, "needs_second_factor": False}, "is_active"),
        ({"role": "admin"}, "role"),
    ],
)
def test_what_does_not_fit_or_is_not_ones_own_to_set_changes_nothing(
    api: Api, cast: Cast, body: dict[str, object], field: str
) -> None:
    found = api(cast.ada).patch("api_me", body=body)
    assert (found.status, found.body["field"]) == (400, field)
    assert api(cast.ada).get("api_me").body["language"] == "en"


# --- episodes --------------------------------------------------------------------------------------------------------


def names(found: dict[str, list[dict[str, str]]]) -> set[str]:
    return {row["name"] for row in found["results"]}


def test_each_sees_the_episodes_they_may_know_of(api: Api, cast: Cast) -> None:
    seen = {
        who: names(api(getattr(cast, who)).get("api_episodes").body) for who in ("ada", "theo", "sol", "kit", "cora")
    }
    assert seen == {"ada": {"Ada"}, "theo": {"Ada", "Ben"}, "sol": {"Ada"}, "kit": {"Ada"}, "cora": set()}
    assert names(api(cast.amy).get("api_episodes").body) == {"Ada", "Ben"}
    assert names(api(cast.zoe).get("api_episodes").body) == {"Yan"}


def test_an_admin_sees_people_and_dates_and_nothing_that_was_written(api: Api, cast: Cast, ada: Belongings) -> None:
    found = api(cast.amy).get("api_episode", ada.episode)
    assert found.status == 200
    assert set(found.body) == {"id", "name", "state", "opened_on", "ended_on", "site", "lead", "team"}
    assert (found.body["name"], found.body["lead"]) == ("Ada", "Theo")
    assert not [word for word in ada.canaries if word in found.words]


def test_an_episode_tells_who_is_on_the_team(api: Api, cast: Cast, ada: Belongings) -> None:
    team = api(cast.ada).get("api_episode", ada.episode).body["team"]
    assert (team[0]["name"], team[0]["role"]) == ("Theo", "lead")
    assert {(place["name"], place["role"]) for place in team} == {
        ("Theo", "lead"),
        ("Sol", "supervisor"),
        ("Kit", "coach"),
    }


def test_who_leads_stands_in_the_list_once_however_many_help(api: Api, cast: Cast) -> None:
    assert cast.ada.episode is not None
    with acting_in(cast.north.pk):
        put_on_team(cast.ada.episode, cast.cora, TeamRole.COTHERAPIST)
    rows = api(cast.amy).get("api_episodes").body["results"]
    assert sorted((row["name"], row["lead"]) for row in rows) == [("Ada", "Theo"), ("Ben", "Theo")]


def test_an_admin_who_looks_at_an_episode_reads_nothing_of_it(api: Api, cast: Cast, ada: Belongings) -> None:
    api(cast.amy).get("api_episode", ada.episode)
    with acting_in(cast.north.pk):
        assert not AuditEvent.objects.filter(actor=cast.amy.membership.pk, is_read=True).exists()


def test_a_supervisor_who_said_why_reads_for_a_while(api: Api, cast: Cast, ada: Belongings) -> None:
    assert cast.ada.episode is not None
    caller = api(cast.sol)
    assert caller.get("api_entries").body["results"] == []
    reason = "We look at the plan together."
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        supervision.give_reason(by=cast.sol.actor, episode=cast.ada.episode, reason=reason)
    assert caller.get("api_entry", ada.shared).status == 200
    assert [row["id"] for row in caller.get("api_entries").body["results"]] == [str(ada.shared)]
    assert caller.get("api_digest", ada.appointment).status == 200
    assert caller.post("api_assignment_pause", ada.active).status == 403
