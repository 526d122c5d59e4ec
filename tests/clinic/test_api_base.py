"""What the API is built on: strict JSON, errors in one shape, refused names, pages of a list."""

import json
from base64 import b64encode
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from clinic.api import DEEPEST, LARGEST, StrictJSONParser, first_problem, strict_json
from clinic.api_views import Body, Pages, PagesByStart

HOSTILE = {
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "minus infinity": b"-Infinity",
    "a number too large": b'{"a": 1e400}',
    "a number too small": b'{"a": -1e400}',
    "five thousand digits": b'{"a": ' + b"9" * 5000 + b"}",
    "NUL": b'{"a": "\\u0000"}',
    "a raw NUL": b'{"a": "\x00"}',
    "half a character": b'{"a": "\\ud800"}',
    "the other half": b'{"\\udfff": 1}',
    "very deep lists": b"[" * 100_000,
    "very deep lists that close": b"[" * 100_000 + b"]" * 100_000,
    "very deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a little too deep": b"[" * DEEPEST + b"1" + b"]" * DEEPEST,
    "more than a megabyte": b'"' + b"x" * LARGEST + b'"',
    "no JSON": b"{'a': 1}",
    "two documents": b"{} {}",
    "another encoding": '{"a": "é"}'.encode("utf-16"),
    "broken UTF-8": b'{"a": "\xff\xfe"}',
    "nothing": b"",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_json_that_postgres_or_python_would_choke_on_is_refused(raw: bytes) -> None:
    with pytest.raises(exceptions.ParseError):
        StrictJSONParser().parse(BytesIO(raw))


def test_json_up_to_the_limits_is_read() -> None:
    deep: Any = 1
    for _level in range(DEEPEST - 1):
        deep = [deep]
    assert strict_json(json.dumps(deep).encode()) == deep
    long = "x" * (LARGEST - 2)
    assert StrictJSONParser().parse(BytesIO(json.dumps(long).encode())) == long


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=9))
def test_json_is_read_as_it_was_meant_or_refused(value: Any) -> None:
    try:
        assert strict_json(json.dumps(value).encode()) == value
    except exceptions.ParseError:
        assert "\\u0000" in json.dumps(value) or "\\ud" in json.dumps(value)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    try:
        json.dumps(strict_json(raw), allow_nan=False).encode()
    except exceptions.ParseError as refusal:
        assert refusal.status_code == 400


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("No.", ("No.", "")),
        (["No.", "No, again."], ("No.", "")),
        ({"detail": "No."}, ("No.", "")),
        ({"non_field_errors": ["No."]}, ("No.", "")),
        ({"size": ["No."]}, ("No.", "size")),
        ({"beliefs": {"sure": ["No."]}}, ("No.", "beliefs.sure")),
        ({"weekdays": {2: ["No."]}}, ("No.", "weekdays.2")),
        ({"if_thens": [{}, {"then_text": ["No."]}]}, ("No.", "if_thens.1.then_text")),
        ({"if_thens": {"non_field_errors": ["No."]}}, ("No.", "if_thens")),
    ],
)
def test_an_error_names_one_field_and_what_is_so(detail: Any, said: tuple[str, str]) -> None:
    assert first_problem(detail) == said


class Letter(Body):
    """A body with one field to set and one that is only read."""

    words = serializers.CharField(required=False)
    id = serializers.UUIDField(read_only=True)


@pytest.mark.parametrize("name", ["wrods", "id", "", "__class__", "x" * 100_000])
def test_a_name_that_cannot_be_set_is_refused_by_name(name: str) -> None:
    letter = Letter(data={"words": "hello", name: "x"})
    assert not letter.is_valid()
    assert list(letter.errors) == [name[:60]]


@pytest.mark.parametrize("data", [[], "words", 3, None, [{"words": "x"}]])
def test_a_body_is_an_object(data: Any) -> None:
    assert not Letter(data=data).is_valid()


def cursor(**parts: str) -> str:
    return b64encode(urlencode(parts).encode()).decode()


@pytest.mark.parametrize(
    "given_cursor",
    [
        "x",
        "é",
        "////",
        cursor(p="not an id"),
        cursor(p="\x00"),
        cursor(p="' OR 1=1 --"),
        cursor(o="-1"),
        cursor(o="9" * 5000),
        cursor(r="x"),
    ],
)
@pytest.mark.parametrize("pages", [Pages, PagesByStart])
def test_a_page_that_this_program_did_not_begin_is_refused(pages: type[Pages], given_cursor: str) -> None:
    with pytest.raises(serializers.ValidationError) as refusal:
        pages().decode_cursor(Request(APIRequestFactory().get("/", {"cursor": given_cursor})))
    assert "cursor" in refusal.value.detail


@pytest.mark.parametrize("position", ["2026-05-19", "2026-05-19T12:00:00", "2026-13-01T00:00:00Z", "now"])
def test_a_page_by_start_begins_at_an_instant(position: str) -> None:
    with pytest.raises(serializers.ValidationError):
        PagesByStart().decode_cursor(Request(APIRequestFactory().get("/", {"cursor": cursor(p=position)})))
