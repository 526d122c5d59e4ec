"""The schema: for staff who are signed in, complete, without a warning, in plain words."""

from typing import Any

import pytest
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from clinic.api_schema import openapi
from homework import api_urls
from tests.access.world import Belongings
from tests.api.conftest import Answer, Api
from tests.cast import Cast
from tests.house.test_words import hits


@pytest.fixture
def schema(db: None) -> dict[str, Any]:
    return openapi()


def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{method} {path}": each for path, methods in schema["paths"].items() for method, each in methods.items()}


def test_the_schema_is_made_without_a_warning_or_error(db: None) -> None:
    GENERATOR_STATS.reset()
    validate_schema(openapi.__wrapped__())
    assert dict(GENERATOR_STATS._warn_cache) == {}
    assert dict(GENERATOR_STATS._error_cache) == {}


def test_every_route_of_the_api_is_in_it(schema: dict[str, Any]) -> None:
    routes = [
        pattern for pattern in api_urls.urlpatterns if isinstance(pattern, URLPattern) and pattern.name != "schema"
    ]
    wanted = {
        f"/api/v1/{pattern.pattern}".replace("<uuid:pk>", "{id}").replace("<int:number>", "{number}")
        for pattern in routes
    }
    assert set(schema["paths"]) == wanted
    assert len(operations(schema)) == 53


def test_every_operation_is_described_in_plain_words(schema: dict[str, Any]) -> None:
    for name, each in operations(schema).items():
        assert each["summary"], name
        assert len(each["description"].split()) >= 5, name
        for code, answer in each["responses"].items():
            assert answer["description"], (name, code)
        said = f"{each['summary']} {each['description']}"
        assert list(hits(name, said)) == []
        assert "viewset" not in said.lower()
        assert "queryset" not in said.lower()


def test_no_operation_is_open_to_strangers_and_each_says_how_to_come_in(schema: dict[str, Any]) -> None:
    for name, each in operations(schema).items():
        assert each["security"] == [{"token": []}, {"sign_in": []}], name
        assert "401" in each["responses"], name


@pytest.mark.parametrize(("person", "status"), [(None, 401), ("ada", 404), ("theo", 200), ("kit", 200), ("amy", 200)])
def test_only_staff_who_are_signed_in_get_it(api: Api, cast: Cast, person: str | None, status: int) -> None:
    found = api(getattr(cast, person) if person else None).get("schema")
    assert found.status == status
    assert ("openapi" in found.body) is (status == 200)


# --- what is answered is what is described ---------------------------------------------------------------------------


def check(schema: dict[str, Any], value: Any, shape: dict[str, Any], where: str) -> None:
    """Whether a value has the described shape: no field more, none less."""
    if value is None:
        assert shape.get("nullable"), where
    elif "$ref" in shape:
        check(schema, value, schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]], where)
    elif "allOf" in shape:
        check(schema, value, shape["allOf"][0], where)
    elif "oneOf" in shape:  # a choice that may be empty
        known = [schema["components"]["schemas"][each["$ref"].rpartition("/")[2]]["enum"] for each in shape["oneOf"]]
        assert value in [choice for choices in known for choice in choices], where
    elif shape.get("type") == "array":
        for each in value:
            check(schema, each, shape["items"], f"{where}[]")
    elif "properties" in shape:
        assert set(value) <= set(shape["properties"]), where
        assert set(shape.get("required", ())) <= set(value), where
        for name, each in value.items():
            check(schema, each, shape["properties"][name], f"{where}.{name}")
    elif "enum" in shape:
        assert value in shape["enum"], where
    elif "type" in shape:
        kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict}
        assert isinstance(value, kinds[shape["type"]]), where


@pytest.mark.parametrize("person", ["ada", "theo", "kit", "amy"])
def test_every_answer_has_the_shape_that_is_described(
    api: Api, cast: Cast, ada: Belongings, schema: dict[str, Any], person: str
) -> None:
    caller, checked = api(getattr(cast, person)), 0
    reads = {
        "/me/": caller.get("api_me"),
        "/episodes/": caller.get("api_episodes"),
        "/episodes/{id}/": caller.get("api_episode", ada.episode),
        "/assignments/": caller.get("api_assignments"),
        "/assignments/{id}/": caller.get("api_assignment", ada.active),
        "/entries/": caller.get("api_entries"),
        "/entries/{id}/": caller.get("api_entry", ada.shared),
        "/questions/": caller.get("api_questions"),
        "/questions/{id}/": caller.get("api_question", ada.ids["question"]),
        "/wins/": caller.get("api_wins"),
        "/wins/{id}/": caller.get("api_win", ada.ids["win"]),
        "/digests/": caller.get("api_digests"),
        "/digests/{id}/": caller.get("api_digest", ada.appointment),
    }
    for path, found in reads.items():
        described(schema, f"get /api/v1{path}", found)
        checked += found.status == 200
    assert checked >= 3


def described(schema: dict[str, Any], name: str, found: Answer) -> None:
    answers = operations(schema)[name]["responses"]
    assert str(found.status) in answers, name
    if found.status == 200:
        check(schema, found.body, answers["200"]["content"]["application/json"]["schema"], name)
