"""Lists: pages that hold still, the same few statements whatever their length, and one event for who was listed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import vault
from clinic.access import Role, TeamRole
from clinic.models import Appointment, AuditEvent, Site
from clinic.scope import acting_in
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment, Entry
from homework.reviews.models import Digest
from tests.access.world import Belongings, version, words_for
from tests.api.conftest import Api, Caller
from tests.cast import Cast, make_person, put_on_team


def more_episodes(cast: Cast, ada: Belongings, number: int) -> None:
    site = Site.objects.get()
    for _each in range(number):
        person = make_person(cast.north, site, f"c{uuid4().hex[:8]}", Role.CLIENT)
        assert person.episode is not None
        put_on_team(person.episode, cast.theo, TeamRole.LEAD)


def more_assignments(cast: Cast, ada: Belongings, number: int) -> None:
    assert cast.ada.episode is not None
    for _each in range(number):
        planning.propose(by=cast.theo.actor, episode=cast.ada.episode, version=version("w01"), words=words_for("ada"))


def more_entries(cast: Cast, ada: Belongings, number: int) -> None:
    work = Assignment.objects.get(pk=ada.active)
    now = timezone.now()
    for _each in range(number):
        entry = Entry(
            clinic=cast.north,
            episode=cast.ada.episode,
            assignment=work,
            plan=work.plans.get(),
            size="S",
            state="shared",
            shared_at=now,
            answers={"hot_thought": "words"},
            kept_private=[],
        )
        entry.save(force_insert=True)


def more_digests(cast: Cast, ada: Belongings, number: int) -> None:
    for day in range(number):
        row = Appointment.objects.create(
            clinic=cast.north,
            episode=cast.ada.episode,
            therapist=cast.theo.membership,
            starts_at=timezone.now() - timedelta(days=day + 1),
        )
        Digest(
            pk=row.pk, clinic=cast.north, episode=cast.ada.episode, appointment=row, content={}, built_at=timezone.now()
        ).save(force_insert=True)


MORE: dict[str, Callable[[Cast, Belongings, int], None]] = {
    "api_episodes": more_episodes,
    "api_assignments": more_assignments,
    "api_entries": more_entries,
    "api_digests": more_digests,
}


def add(cast: Cast, ada: Belongings, name: str, number: int) -> None:
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        MORE[name](cast, ada, number)


def statements(caller: Caller, name: str) -> tuple[int, int]:
    """How many statements a list takes, and how many rows it gives."""
    with CaptureQueriesContext(connection) as found:
        rows = caller.get(name).body["results"]
    own = [query["sql"] for query in found if "SAVEPOINT" not in query["sql"] and "set_config" not in query["sql"]]
    return len(own), len(rows)


OTHERS = [("amy", "api_episodes"), ("ada", "api_assignments"), ("ada", "api_entries")]


@pytest.mark.parametrize(("person", "name"), [*(("theo", name) for name in MORE), *OTHERS])
def test_a_list_takes_the_same_statements_for_three_rows_and_for_thirty(
    api: Api, cast: Cast, ada: Belongings, name: str, person: str
) -> None:
    caller = api(getattr(cast, person))
    add(cast, ada, name, 3)
    caller.get(name)  # definitions are parsed once a process
    few, three = statements(caller, name)
    add(cast, ada, name, 27)
    many, thirty = statements(caller, name)
    assert thirty >= three + 27 - 1
    assert many == few
    assert many <= 6


@pytest.mark.parametrize("name", MORE)
def test_pages_hold_every_row_once_and_hold_still(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    add(cast, ada, name, 120)
    caller = api(cast.theo)
    first = caller.get(name).body
    assert len(first["results"]) == 50
    assert first["previous"] is None
    add(cast, ada, name, 2)  # what comes new stands before, and moves nothing
    seen = [row["id"] for row in first["results"]]
    page = first
    while page["next"]:
        page = caller.get(name, query="?" + page["next"].partition("?")[2]).body
        seen += [row["id"] for row in page["results"]]
    assert len(seen) == len(set(seen)) >= 120
    back = caller.get(name, query="?" + page["previous"].partition("?")[2]).body
    assert [row["id"] for row in back["results"]] == seen[-50 - len(page["results"]) : -len(page["results"])]


def test_a_list_can_be_narrowed(api: Api, cast: Cast, world: dict[str, Belongings]) -> None:
    caller = api(cast.theo)
    ada, ben = world["ada"], world["ben"]

    def ids(name: str, query: str) -> set[Any]:
        return {row["id"] for row in caller.get(name, query=query).body["results"]}

    assert ids("api_assignments", f"?episode={ada.episode}&state=proposed") == {str(ada.proposed)}
    assert ids("api_entries", f"?episode={ben.episode}") == {str(ben.shared)}
    assert ids("api_entries", f"?assignment={ada.active}") == {str(ada.shared)}
    assert ids("api_episodes", "?state=ended") == set()
    assert ids("api_assignments", f"?episode={world['yan'].episode}") == set()
    assert ids("api_assignments", f"?episode={uuid4()}") == set()


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("api_episodes", "?state=gone", "state"),
        ("api_assignments", "?episode=x", "episode"),
        ("api_assignments", "?state=%00", "state"),
        ("api_entries", "?assignment=1", "assignment"),
        ("api_digests", "?cursor=x", "cursor"),
    ],
)
def test_a_question_that_cannot_be_read_names_itself(api: Api, cast: Cast, name: str, query: str, field: str) -> None:
    found = api(cast.theo).get(name, query=query)
    assert (found.status, found.body["field"]) == (400, field)


def events(cast: Cast) -> list[AuditEvent]:
    with acting_in(cast.north.pk):
        so_far = AuditEvent.objects.filter(at__lte=timezone.now())  # the world marks a session of tomorrow
        return list(so_far.filter(actor_role__in=("therapist", "admin", "client")).order_by("at"))


@pytest.mark.parametrize("name", MORE)
def test_listing_other_peoples_rows_is_one_event_with_whose_they_were(
    api: Api, cast: Cast, ada: Belongings, name: str
) -> None:
    before = len(events(cast))
    if name == "api_digests":
        add(cast, ada, name, 1)
    api(cast.theo).get(name)
    event, *others = events(cast)[before:]
    assert others == []
    assert event.verb == f"{name.removeprefix('api_')}.listed"
    assert str(cast.ada.membership.pk) in event.detail["clients"]
    assert event.actor == cast.theo.membership.pk


@pytest.mark.parametrize("name", ["api_episodes", "api_assignments", "api_entries"])
def test_listing_ones_own_is_nobodys_business(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    before = len(events(cast))
    api(cast.ada).get(name)
    assert len(events(cast)) == before


@pytest.mark.parametrize(
    ("name", "what", "verb"),
    [
        ("api_episode", "episode", "episode.read"),
        ("api_assignment", "active", "assignment.read"),
        ("api_entry", "shared", "entry.read"),
        ("api_digest", "appointment", "digest.read"),
    ],
)
@pytest.mark.finding("F33")
def test_reading_one_thing_is_one_event_the_client_can_see(
    api: Api, cast: Cast, ada: Belongings, name: str, what: str, verb: str
) -> None:
    before = len(events(cast))
    assert api(cast.theo).get(name, getattr(ada, what)).status == 200
    found = [event for event in events(cast)[before:] if event.is_read]
    assert [event.verb for event in found] == [verb]
    assert found[0].client == cast.ada.membership.pk
    assert api(cast.ada).get("api_episode", ada.episode).status == 200
    assert len([event for event in events(cast)[before:] if event.is_read]) == 1


def test_what_was_refused_leaves_no_trace_of_having_been_read(api: Api, cast: Cast, ada: Belongings) -> None:
    before = len(events(cast))
    assert api(cast.cora).get("api_entry", ada.shared).status == 404
    assert api(cast.sol).get("api_entry", ada.shared).status == 403
    assert len(events(cast)) == before
