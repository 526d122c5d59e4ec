"""Reading a file from anyone: JSON or TOML with limits, and an error that says what was expected.

What is refused here could not be kept anyway (NUL, half characters, numbers without an end) or is no worksheet (a
megabyte of brackets). Nothing but DefinitionError is raised, and quickly.
"""

import datetime as dt
import json
import math
import re
import tomllib
from collections.abc import Callable
from typing import Any, NoReturn

from homework.worksheets.kinds import DefinitionError, Json

LARGEST = 1_000_000  # bytes of a JSON document
LARGEST_TOML = 300_000  # bytes: twenty times our longest worksheet
DEEPEST = 60  # tables and lists in each other; a week's grid in FHIR with translations takes 24
DOTS = 200  # in one line of TOML: a key of many dots costs the reader time by the square of their number
WIDEST = 10**12  # a number
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def text_of(raw: bytes | str, source: str) -> str:
    """The document as text. Raises DefinitionError when it is too large or not UTF-8."""
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        size = len(raw) if isinstance(raw, bytes) else len(text.encode())
    except UnicodeError:
        raise DefinitionError(source, "", "expected text in UTF-8") from None
    if size > LARGEST:
        raise DefinitionError(source, "", "expected at most 1 MB")
    return text


def read_json(raw: bytes | str, source: str) -> Any:
    """A value of JSON. Raises DefinitionError; a key that is there twice, NaN and numbers without an end are refused."""
    text = text_of(raw, source)
    try:
        value = json.loads(text, object_pairs_hook=_once(source), parse_constant=_no_number(source))
    except DefinitionError:
        raise
    except RecursionError:
        raise DefinitionError(source, "", "expected less deep nesting") from None
    except json.JSONDecodeError as problem:
        raise DefinitionError(source, "", f"expected JSON: {problem.msg}, line {problem.lineno}") from None
    except ValueError:  # an integer of thousands of digits
        raise DefinitionError(source, "", "expected smaller numbers") from None
    check(value, source)
    return value


def read_toml(raw: bytes | str, source: str) -> Json:
    """A table of TOML. Raises DefinitionError."""
    text = text_of(raw, source).replace("\r\n", "\n")
    if len(text.encode()) > LARGEST_TOML:
        raise DefinitionError(source, "", "expected at most 300 kB of TOML")
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > DOTS:
            raise DefinitionError(source, "", f"expected fewer dots in line {number}")
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise DefinitionError(source, "", "expected less deep nesting") from None
    except tomllib.TOMLDecodeError as problem:
        raise DefinitionError(source, "", f"expected TOML: {problem}"[:300]) from None
    except ValueError:  # an integer of thousands of digits
        raise DefinitionError(source, "", "expected smaller numbers") from None
    check(table, source)
    return table


def check(value: Any, source: str) -> None:
    """Refuse what cannot be kept, wherever it is. Walks without recursion, so that depth costs nothing."""
    waiting: list[tuple[Any, str, int]] = [(value, "", 0)]
    while waiting:
        one, path, depth = waiting.pop()
        if depth > DEEPEST:
            raise DefinitionError(source, path[:200], "expected less deep nesting")
        if isinstance(one, str):
            if _UNSTORABLE.search(one):
                raise DefinitionError(source, path[:200], "expected a text without control characters")
        elif isinstance(one, float | int):
            if not (math.isfinite(one) if isinstance(one, float) else True) or abs(one) > WIDEST:
                raise DefinitionError(source, path[:200], "expected a smaller number")
        elif isinstance(one, dict):
            for key, inner in one.items():
                if _UNSTORABLE.search(key):
                    raise DefinitionError(source, path[:200], "expected keys without control characters")
                waiting.append((inner, f"{path}.{key[:40]}".lstrip("."), depth + 1))
        elif isinstance(one, list):
            waiting += [(inner, f"{path}[{number}]", depth + 1) for number, inner in enumerate(one)]
        elif one is not None and not isinstance(one, dt.date):
            raise DefinitionError(source, path[:200], "expected something JSON can hold (put times in quotes)")


def _once(source: str) -> Callable[[list[tuple[str, Any]]], Json]:
    def pairs(found: list[tuple[str, Any]]) -> Json:
        table: Json = {}
        for key, value in found:
            if key in table:
                shown = _UNSTORABLE.sub("", key)[:40]
                raise DefinitionError(source, shown, "expected once, but it is there twice")
            table[key] = value
        return table

    return pairs


def _no_number(source: str) -> Callable[[str], NoReturn]:
    def refuse(name: str) -> NoReturn:
        raise DefinitionError(source, "", f"expected a number, got {name}")

    return refuse
