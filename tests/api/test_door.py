"""The API has the pages' door: who is asking, whose things these are, and what may be done with them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent, Membership
from clinic.scope import acting_in
from tests.access.world import Belongings
from tests.api.conftest import Api, Caller, make_token, with_token
from tests.cast import Cast

READS = {
    "api_episode": "episode",
    "api_assignment": "active",
    "api_entry": "shared",
    "api_digest": "appointment",
}
LISTS = ("api_episodes", "api_assignments", "api_entries", "api_digests")
DOES = {
    "api_assignment_confirm": "proposed",
    "api_assignment_decline": "proposed",
    "api_assignment_talk": "proposed",
    "api_assignment_pause": "active",
    "api_assignment_resume": "active",
    "api_entry_share": "draft",
}


def events(cast: Cast, verb: str) -> int:
    with acting_in(cast.north.pk):
        return AuditEvent.objects.filter(verb=verb).count()


@pytest.mark.parametrize("name", ["api_me", "schema", *LISTS, *READS, *DOES])
def test_a_stranger_is_answered_401_on_every_route(api: Api, db: None, name: str) -> None:
    pk = uuid4() if name in READS or name in DOES else None
    found = api(None).call("POST" if name in DOES else "GET", name, pk)
    assert found.status == 401
    assert found.body["message"]


@pytest.mark.parametrize("other", ["ben", "cora", "zoe", "yan"])
@pytest.mark.parametrize("name", READS)
def test_what_is_not_yours_looks_like_what_is_not_there(
    api: Api, cast: Cast, ada: Belongings, other: str, name: str
) -> None:
    caller = api(getattr(cast, other))
    theirs, nobodys = caller.get(name, getattr(ada, READS[name])), caller.get(name, uuid4())
    assert theirs.status == nobodys.status == 404
    assert theirs.body == nobodys.body


@pytest.mark.parametrize("other", ["ben", "cora", "zoe", "amy"])
@pytest.mark.parametrize("name", DOES)
def test_nothing_can_be_done_with_what_is_not_yours(
    api: Api, cast: Cast, ada: Belongings, other: str, name: str
) -> None:
    assert api(getattr(cast, other)).post(name, getattr(ada, DOES[name])).status == 404


@pytest.mark.parametrize("name", ["api_assignment_confirm", "api_assignment_decline", "api_assignment_talk"])
def test_only_the_client_answers_a_proposal_and_the_try_is_recorded(
    api: Api, cast: Cast, ada: Belongings, name: str
) -> None:
    found = api(cast.theo).post(name, ada.proposed)
    assert found.status == 403
    assert found.body["message"]
    assert events(cast, "refused") == 1


def test_a_therapist_may_read_a_shared_entry_but_not_write_it(api: Api, cast: Cast, ada: Belongings) -> None:
    assert api(cast.theo).get("api_entry", ada.shared).status == 200
    assert api(cast.theo).patch("api_entry", ada.shared, {"rev": 1, "answers": {}}).status == 403
    assert events(cast, "refused") == 1


@pytest.mark.finding("F33")
@pytest.mark.parametrize("person", ["theo", "sol", "kit"])
def test_a_draft_does_not_exist_for_the_care_team(api: Api, cast: Cast, ada: Belongings, person: str) -> None:
    caller = api(getattr(cast, person))
    assert caller.get("api_entry", ada.draft).status == 404
    assert caller.post("api_entry_share", ada.draft, {"rev": 1, "submission_key": uuid4()}).status == 404
    assert str(ada.draft) not in caller.get("api_entries").words


@pytest.mark.parametrize("name", ["api_assignments", "api_entries", "api_digests"])
def test_admins_have_no_door_to_what_is_written(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    assert api(cast.amy).get(name).status == 404


@pytest.mark.parametrize("name", ["api_assignment", "api_entry", "api_digest"])
def test_a_supervisor_says_why_before_reading(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    found = api(cast.sol).get(name, getattr(ada, READS[name]))
    assert found.status == 403
    assert "why" in found.body["message"]
    assert found.body["field"] == ""


@pytest.mark.finding("F64")
def test_a_coach_finds_no_measure(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.kit)
    assert caller.get("api_assignment", ada.measure).status == 404
    assert str(ada.measure) not in caller.get("api_assignments").words
    assert caller.get("api_digest", ada.appointment).status == 404
    assert caller.get("api_digests").status == 404


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_acts_as_its_person_and_needs_no_csrf_token(cast: Cast, ada: Belongings) -> None:
    _row, token = make_token(cast.theo)
    caller = with_token(token)
    caller.browser.handler.enforce_csrf_checks = True
    assert caller.get("api_me").body["id"] == str(cast.theo.membership.pk)
    assert caller.post("api_assignment_pause", ada.active).status == 200


@pytest.mark.parametrize(
    "how",
    [
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"ended_at": timezone.now() - timedelta(seconds=1)},
    ],
    ids=["run out", "ended"],
)
def test_a_token_that_is_over_is_nobodys(cast: Cast, how: dict[str, object]) -> None:
    _row, token = make_token(cast.theo, **how)
    assert with_token(token).get("api_me").status == 401


@pytest.mark.parametrize("token", ["", "between_wrong", "ä" * 40, "x" * 5000, "between_ and more"])
def test_a_wrong_token_is_nobodys(db: None, token: str) -> None:
    assert with_token(token).get("api_me").status == 401


def test_a_token_is_not_taken_under_another_scheme(cast: Cast) -> None:
    _row, token = make_token(cast.theo)
    assert Caller(Client(), {"Authorization": f"Bearer {token}"}).get("api_me").status == 401


def test_the_token_of_a_deactivated_person_is_nobodys(cast: Cast) -> None:
    _row, token = make_token(cast.theo)
    cast.theo.user.is_active = False
    cast.theo.user.save()
    assert with_token(token).get("api_me").status == 401


def test_a_token_of_somebody_without_a_place_finds_nothing(cast: Cast) -> None:
    _row, token = make_token(cast.theo)
    with acting_in(cast.north.pk):
        Membership.objects.filter(pk=cast.theo.membership.pk).update(ended_at=timezone.now())
    assert with_token(token).get("api_episodes").status == 404


def test_a_token_is_never_more_than_its_person(api: Api, cast: Cast, world: dict[str, Belongings]) -> None:
    for person in (cast.ada, cast.theo, cast.sol, cast.kit, cast.cora, cast.amy):
        _row, token = make_token(person)
        for things in world.values():
            for name, what in READS.items():
                pk: UUID = getattr(things, what)
                assert with_token(token).get(name, pk).status == api(person).get(name, pk).status
        for name in LISTS:
            assert with_token(token).get(name).body == api(person).get(name).body


def test_a_token_opens_the_api_and_no_page(cast: Cast) -> None:
    _row, token = make_token(cast.theo)
    assert Client().get(reverse("caseload"), headers={"Authorization": f"Token {token}"}).status_code == 302


# --- sign-ins --------------------------------------------------------------------------------------------------------


def test_a_sign_in_needs_a_csrf_token_to_change_anything(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.ada)
    caller.browser.handler.enforce_csrf_checks = True
    found = caller.post("api_assignment_pause", ada.active)
    assert found.status == 403
    assert "CSRF" in found.body["message"]
    caller.browser.get(reverse("account_login"))
    caller.browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    caller.headers = {"X-CSRFToken": "a" * 32}
    assert caller.post("api_assignment_pause", ada.active).status == 200


def test_reading_needs_no_csrf_token(api: Api, cast: Cast) -> None:
    caller = api(cast.ada)
    caller.browser.handler.enforce_csrf_checks = True
    assert caller.get("api_me").status == 200


def test_staff_without_their_second_step_read_nothing(api: Api, cast: Cast, ada: Belongings) -> None:
    caller = api(cast.theo)
    session = caller.browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    found = caller.get("api_episodes")
    assert found.status == 403
    assert "Ada" not in found.words and "second step" in found.words


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "TRACE"])
@pytest.mark.parametrize("name", ["api_me", *LISTS])
def test_a_method_a_route_does_not_have_tells_nothing(api: Api, cast: Cast, method: str, name: str) -> None:
    found = api(cast.theo).call(method, name)
    assert found.status == 405
    assert set(found.body) == {"message", "field"}
