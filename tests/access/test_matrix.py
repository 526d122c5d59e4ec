"""The access matrix: every route x method x kind of person x whose object.

`matrix.py` has one row a route. What a row does not allow is denied: a stranger is sent to sign in, everybody else is answered
404, the same as for an id that does not exist. A denied answer holds no word of anybody else and changes nothing.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.matrix import ROWS, Row
from tests.access.walk import METHODS, routes
from tests.access.world import Belongings, make_world
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

ACTORS = ("nobody", "ada", "ben", "yan", "theo", "cora", "sol", "kit", "zoe", "amy", "guest", "gone", "bare", "former")
DENIED = {"nobody": {302, 401}}
COUNT = {"cells": 0}


def relation(actor: str, owner: str) -> str:
    """What an actor is to a client's things."""
    if actor in ("nobody", "guest", "gone", "bare"):
        return actor
    if owner == "nobody":
        return "other"
    table = {
        "ada": {"ada": "client", "theo": "lead", "sol": "supervisor", "kit": "coach", "amy": "admin", "former": "former"},
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


def path_of(name: str, row: Row, owner: Belongings | None) -> str | None:
    if owner is None:
        return reverse(name, kwargs={argument: uuid4() for argument in row.takes})
    kwargs: dict[str, UUID] = {}
    for argument, what in row.takes.items():
        kwargs[argument] = getattr(owner, what, None) or owner.ids[what]
    return reverse(name, kwargs=kwargs)


def allowed(row: Row, method: str, actor: str, owner: str) -> int | None:
    """The status the row grants, or None for a denial."""
    if method == "HEAD":
        method = "GET"
    who = relation(actor, owner) if row.takes else role(actor)
    grants = row.get if method == "GET" else row.post if method == "POST" else row.other.get(method, {})
    if "anyone" in grants:
        return grants["anyone"]
    if owner == "nobody" and row.takes:
        return None
    return grants.get(who)


def send(browser: Client, method: str, path: str, row: Row, owner: Belongings | None) -> HttpResponse:
    data: Any = row.body(owner) if row.body and owner is not None and method in ("POST", "PATCH", "PUT") else {}
    if path.startswith("/api/") and method in ("POST", "PATCH", "PUT"):
        return browser.generic(method, path, data=row.json(data), content_type="application/json")  # type: ignore[return-value]
    return browser.generic(method, path) if method not in ("GET", "POST") else getattr(browser, method.lower())(path, data)


def check(name: str, row: Row, method: str, actor: str, owner: str, response: HttpResponse, world: dict[str, Belongings]) -> None:
    """One cell."""
    COUNT["cells"] += 1
    cell = f"{name} {method} {actor} on {owner}'s: {response.status_code}"
    grant = allowed(row, method, actor, owner)
    if grant is not None:
        assert response.status_code == grant, cell
    elif actor == "bare" and not row.open_to_all:
        assert response.status_code in (302, 401, 403, 404, 405), cell
    elif actor == "nobody":
        assert response.status_code in (302, 401, 403, 404, 405), cell
    else:
        assert response.status_code in (404, 405, 403, *row.denied), cell
        assert not (response.status_code == 403 and relation(actor, owner) == "other" and not row.may_403), cell
    shown = response.content.decode("utf-8", "replace") + repr(response.headers.items())
    mine = {actor} | ({"ada", "ben"} if actor == "theo" else {"yan"} if actor == "zoe" else set())
    if grant is not None and relation(actor, owner) in ("supervisor", "coach", "cotherapist"):
        mine.add(owner)
    for other, things in world.items():
        if other not in mine:
            leaked = [word for word in things.canaries if word in shown]
            assert not leaked, f"{cell} shows {leaked}"


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_route_opens_for_those_its_row_names_and_nobody_else(
    name: str, world: dict[str, Belongings], browsers: dict[str, Client]
) -> None:
    row = ROWS[name]
    if row.skip:
        return
    owners = ["ada", "ben", "yan", "nobody"] if row.takes else ["nobody"]
    for owner in owners:
        things = world.get(owner)
        path = path_of(name, row, things)
        for actor in ACTORS:
            for method in METHODS:
                with transaction.atomic():
                    session_state = dict(browsers[actor].cookies)
                    response = send(browsers[actor], method, path, row, things)
                    check(name, row, method, actor, owner, response, world)
                    transaction.set_rollback(True)
                browsers[actor].cookies.clear()
                browsers[actor].cookies.update(session_state)
    assert COUNT["cells"] > 0


def test_an_object_that_is_not_yours_looks_like_one_that_does_not_exist(
    world: dict[str, Belongings], browsers: dict[str, Client]
) -> None:
    for name in ("task", "entry", "agreed_sheet"):
        row = ROWS[name]
        theirs = browsers["ada"].get(path_of(name, row, world["ben"]))
        nobodys = browsers["ada"].get(path_of(name, row, None))
        assert theirs.status_code == nobodys.status_code == 404
        assert sorted(theirs.headers) == sorted(nobodys.headers)
