"""Our own formats: the table of a definition as TOML, as in `library/`, or as JSON. What is written reads back equal.

TOML has no null; only an example can hold one ("no strength given"), and there it is written as nothing.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w

from homework.worksheets.definition import Definition, parse
from homework.worksheets.exchange import strict
from homework.worksheets.kinds import DefinitionError

HEADER = "# A worksheet of Between. Keys are for ever (answers refer to them); words may be improved.\n"


def to_json(definition: Definition) -> str:
    """The table with its translations, as JSON of two spaces."""
    return json.dumps(definition.to_json(), ensure_ascii=False, indent=2) + "\n"


def to_toml(definition: Definition) -> str:
    """The table with its translations, as TOML."""
    table = _without_null(definition.to_json())
    table["review_due"] = dt.date.fromisoformat(table["review_due"])
    has_returns = any("\r" in text for text in _texts(table))  # TOML may change line ends within several lines
    return HEADER + tomli_w.dumps(table, multiline_strings=not has_returns)


def from_toml(raw: bytes | str, source: str = "worksheet.toml") -> Definition:
    """A definition from TOML. Raises DefinitionError with file, key and expectation."""
    return understood(strict.read_toml(raw, source), source)


def from_json(raw: bytes | str, source: str = "worksheet.json") -> Definition:
    """A definition from JSON. Raises DefinitionError with file, key and expectation."""
    return understood(strict.read_json(raw, source), source)


def understood(table: object, source: str) -> Definition:
    """A definition from a table, strictly. Raises DefinitionError."""
    if not isinstance(table, Mapping):
        raise DefinitionError(source, "", "expected a table")
    try:
        return parse(table, source=source)
    except DefinitionError:
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise DefinitionError(source, "", f"expected a worksheet ({type(problem).__name__})") from None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def _without_null(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_null(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return ["" if inner is None else _without_null(inner) for inner in value]
    return value
