"""The access matrix: every route x method x kind of person x whose object.

`matrix.py` has one row a route. What a row does not allow is denied: a stranger is sent to sign in, everybody else is answered
404, the same as for an id that does not exist. A denied answer holds no word of anybody else and changes nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.matrix import API, ROWS, Answer, Row
from tests.access.walk import METHODS, routes
from tests.access.world import Belongings, make_world
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

ACTORS = ("nobody", "ada", "ben", "yan", "theo", "cora", "sol", "kit", "zoe", "amy", "guest", "gone", "bare", "former")


def relation(actor: str, owner: str) -> str:
    """What an actor is to a client's things."""
    if actor in ("nobody", "guest", "gone", "bare"):
        return actor
    if owner == "nobody":
        return "other"
    table = {
        "ada": {
            "ada": "client",
            "theo": "lead",
            "sol": "supervisor",
            "kit": "coach",
            "amy": "admin",
            "former": "former",
        },
        "ben": {"ben": "client", "theo": "lead", "amy": "admin"},
        "yan": {"yan": "client", "zoe": "lead"},
    }
    return table[owner].get(actor, "other")


def role(actor: str) -> str:
    """The role a route without an object looks at."""
    return {
        "ada": "client", "ben": "client", "yan": "client", "theo": "therapist", "cora": "therapist", "sol": "therapist",
        "zoe": "therapist", "former": "therapist", "kit": "coach", "amy": "admin",
    }.get(actor, actor)  # fmt: skip


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    there = {route.name for route in routes()}
    assert there - ROWS.keys() == set(), "routes without a row in tests/access/matrix.py"
    assert ROWS.keys() - there == set(), "rows without a route"


@pytest.fixture
def world(cast: Cast) -> dict[str, Belongings]:
    return make_world(cast)


@pytest.fixture
def browsers(cast: Cast, sign_in: Callable[[Person | None], Client]) -> dict[str, Client]:
    from tests.access.strangers import add_strangers

    people = {name: getattr(cast, name) for name in ACTORS if hasattr(cast, name)}
    people |= add_strangers(cast)
    found = {name: sign_in(person) for name, person in people.items()}
    found["nobody"] = Client()
    session = found["bare"].session  # staff in the middle of signing in: password given, second factor not
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    return found


def path_of(name: str, row: Row, owner: Belongings | None) -> str:
    kwargs: dict[str, object] = {}
    for argument, what in row.takes.items():
        if what.startswith("="):
            kwargs[argument] = uuid4() if what == "=uuid" else what[1:]
        elif owner is None:
            kwargs[argument] = uuid4()
        else:
            kwargs[argument] = getattr(owner, what, None) or owner.ids[what]
    return reverse(name, kwargs=kwargs)


def by_object(row: Row) -> bool:
    """Whether what is granted depends on whose object it is."""
    return any(not what.startswith("=") and what != "worksheet" for what in row.takes.values())


def allowed(row: Row, method: str, actor: str, owner: str) -> frozenset[int] | None:
    """The statuses the row grants, or None for a denial."""
    found = granted(row, method, actor, owner)
    return frozenset({found}) if isinstance(found, int) else found


def granted(row: Row, method: str, actor: str, owner: str) -> Answer | None:
    if method == "HEAD":
        method = "GET"
    who = relation(actor, owner) if by_object(row) else role(actor)
    grants = row.get if method == "GET" else row.post if method == "POST" else row.other.get(method, {})
    if "anyone" in grants:
        return grants["anyone"]
    if owner == "nobody" and by_object(row):
        return None
    return grants.get(who)


def send(browser: Client, method: str, path: str, row: Row, owner: Belongings | None) -> HttpResponse:
    data: Any = row.body(owner) if row.body and owner is not None and method in ("POST", "PATCH", "PUT") else {}
    if path.startswith("/api/") and method in ("POST", "PATCH", "PUT"):
        return browser.generic(method, path, data=row.json(data), content_type="application/json")  # type: ignore[return-value]
    return (
        browser.generic(method, path) if method not in ("GET", "POST") else getattr(browser, method.lower())(path, data)
    )


def check(
    name: str, row: Row, method: str, actor: str, owner: str, response: HttpResponse, world: dict[str, Belongings]
) -> None:
    """One cell."""
    cell = f"{name} {method} {actor} on {owner}'s: {response.status_code}"
    grant = allowed(row, method, actor, owner)
    if grant is not None:
        assert response.status_code in grant, cell
    elif actor == "bare" and name in API:  # a script cannot follow a page: it is told what is missing, and nothing else
        assert response.status_code in (401, 403, 404, 405), cell
    elif actor in ("nobody", "bare", "gone"):
        assert response.status_code in (302, 401, 404, 405), cell
    elif relation(actor, owner) in ("other", "former", "guest") or not by_object(row):
        assert response.status_code in (404, 405), cell
    else:  # visible, but not theirs to do; a supervisor may be asked for a reason first
        assert response.status_code in (
            (302, 403, 404, 405) if relation(actor, owner) == "supervisor" else (403, 404, 405)
        ), cell
    shown = response.content.decode("utf-8", "replace") + repr(response.headers.items())
    mine = {actor} | ({"ada", "ben"} if actor == "theo" else {"yan"} if actor == "zoe" else set())
    if grant is not None and relation(actor, owner) in ("supervisor", "coach", "cotherapist"):
        mine.add(owner)
    for other, things in world.items():
        if other not in mine:
            leaked = [word for word in things.canaries if word in shown]
            assert not leaked, f"{cell} shows {leaked}"


CHUNKS = 10
SOME = ("ada", "theo", "zoe", "amy", "nobody")  # for methods no page knows, these stand for everybody
FLOOR = 900  # cells a chunk: a walk that tested almost nothing has to be red


def cells(row: Row, owner: str) -> Iterator[tuple[str, str]]:
    """Who tries what: everybody the methods a route knows, some people all the others."""
    known = {"GET", "POST", *row.other}
    for actor in ACTORS:
        for method in METHODS:
            if method in known or (owner == "ada" and actor in SOME):
                yield actor, method


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_route_opens_for_those_its_row_names_and_nobody_else(
    chunk: int, world: dict[str, Belongings], browsers: dict[str, Client]
) -> None:
    wrong: list[str] = []
    tried = 0
    for name in sorted(ROWS)[chunk::CHUNKS]:
        row = ROWS[name]
        for owner in ("ada", "ben", "yan", "nobody") if by_object(row) else ("ada",):
            things = world.get(owner)
            path = path_of(name, row, things)
            for actor, method in cells(row, owner):
                kept = browsers[actor].cookies.copy()
                with transaction.atomic():
                    response = send(browsers[actor], method, path, row, things)
                    transaction.set_rollback(True)
                browsers[actor].cookies = kept
                tried += 1
                try:
                    check(name, row, method, actor, owner, response, world)
                except AssertionError as error:
                    wrong.append(str(error).splitlines()[0])
    assert not wrong, "\n".join(wrong)
    assert tried >= FLOOR, f"only {tried} cells"


def test_an_object_that_is_not_yours_looks_like_one_that_does_not_exist(
    world: dict[str, Belongings], browsers: dict[str, Client]
) -> None:
    for name in ("task", "entry", "agreed_sheet"):
        row = ROWS[name]
        theirs = browsers["ada"].get(path_of(name, row, world["ben"]))
        nobodys = browsers["ada"].get(path_of(name, row, None))
        assert theirs.status_code == nobodys.status_code == 404
        assert sorted(theirs.headers) == sorted(nobodys.headers)
