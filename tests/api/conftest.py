"""Calling the API as somebody, by sign-in or by token, and a world of belongings to call it about."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tokens
from accounts.models import ApiToken
from tests.access.world import Belongings, give, make_world
from tests.cast import Cast, Person


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    raw: Any

    @property
    def words(self) -> str:
        """All of it as text, headers too."""
        return self.raw.content.decode() + repr(list(self.raw.headers.items()))


@dataclass
class Caller:
    """Somebody who calls the API."""

    browser: Client
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        name: str,
        pk: UUID | None = None,
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: str = "",
    ) -> Answer:
        """One request. `raw` is sent as it is."""
        path = reverse(name, args=[pk] if pk else []) + query
        data = raw if raw is not None else b"" if body is None else json.dumps(body, default=str).encode()
        response = self.browser.generic(method, path, data, content_type="application/json", headers=self.headers)
        found = response.content.decode()
        return Answer(response.status_code, json.loads(found) if found.startswith(("{", "[")) else found, response)

    def get(self, name: str, pk: UUID | None = None, query: str = "") -> Answer:
        """Read."""
        return self.call("GET", name, pk, query=query)

    def post(self, name: str, pk: UUID | None = None, body: Any = None) -> Answer:
        """Do."""
        return self.call("POST", name, pk, {} if body is None else body)

    def patch(self, name: str, pk: UUID | None = None, body: Any = None) -> Answer:
        """Change."""
        return self.call("PATCH", name, pk, {} if body is None else body)


Api = Callable[[Person | None], Caller]


@pytest.fixture
def api(sign_in: Callable[[Person | None], Client]) -> Api:
    """Somebody signed in, calling the API; None is a stranger."""
    return lambda person: Caller(sign_in(person))


def make_token(person: Person, **more: Any) -> tuple[ApiToken, str]:
    """A token of this person, as the page makes one."""
    token = tokens.new_token()
    return ApiToken.objects.create(user=person.user, name="tests", token_hash=tokens.hash_of(token), **more), token


def with_token(token: str) -> Caller:
    """A program with nothing but a token."""
    return Caller(Client(), {"Authorization": f"Token {token}"})


@pytest.fixture
def world(cast: Cast) -> dict[str, Belongings]:
    """What Ada, Ben and Yan have."""
    return make_world(cast)


@pytest.fixture
def ada(cast: Cast) -> Belongings:
    """What Ada has; where only she matters, the others' things need not be made."""
    return give(cast, "ada", cast.theo, "w02", "gad-7")
