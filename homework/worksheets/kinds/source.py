"""From a table of TOML or JSON to a frozen dataclass, and back.

One converter serves the whole schema, so a new part of a worksheet is one dataclass and nothing else. It is strict on
purpose: a definition is written once and read by clients for years, so a spelling mistake in a key is an error that
names the file, the key and what was expected there.
"""

import dataclasses
import datetime as dt
import types
from collections.abc import Mapping
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

Text = NewType("Text", str)
"""Words a person reads. Every `Text` wants a translation; a plain `str` is a code and never does."""

NO_WORDS = Text("")

Json = dict[str, Any]
T = TypeVar("T")


class DefinitionError(ValueError):
    """A worksheet cannot be used; the message says which file, which key, and what was expected there."""

    def __init__(self, source: str, path: str, expected: str) -> None:
        self.source, self.path, self.expected = source, path, expected
        super().__init__(f"{source}: {path or 'the whole file'}: {expected}")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where in a definition we are, so that every error can say so."""

    source: str
    path: str = ""

    def at(self, step: str | int) -> "Place":
        """The place one key, or one position of a list, further in."""
        if isinstance(step, int):
            return Place(self.source, f"{self.path}[{step}]")
        return Place(self.source, f"{self.path}.{step}" if self.path else step)

    def error(self, expected: str) -> DefinitionError:
        """The error to raise here."""
        return DefinitionError(self.source, self.path, expected)


def hints_of(cls: Any) -> dict[str, Any]:
    """The types of a dataclass's attributes, resolved once."""
    if cls not in _HINTS:
        _HINTS[cls] = get_type_hints(cls)
    return _HINTS[cls]


_HINTS: dict[Any, dict[str, Any]] = {}


def written(cls: Any) -> dict[str, dataclasses.Field[Any]]:
    """The attributes of a dataclass that come from the file (the others are set by the program)."""
    return {f.name: f for f in dataclasses.fields(cls) if f.init and f.metadata.get("written", True)}


def build(cls: type[T], data: object, place: Place) -> T:
    """A dataclass from a table. Raises DefinitionError for an unknown key, a missing one, or a wrong value."""
    if not isinstance(data, Mapping):
        raise place.error(f"expected a table, got {type(data).__name__}")
    attributes = written(cls)
    for name in data:
        if name not in attributes:
            raise place.at(str(name)).error("unknown key; known here: " + ", ".join(sorted(attributes)))
    given: Json = {}
    for name, attribute in attributes.items():
        if name in data:
            given[name] = convert(hints_of(cls)[name], data[name], place.at(name))
        elif attribute.default is dataclasses.MISSING and attribute.default_factory is dataclasses.MISSING:
            raise place.at(name).error("expected here, but it is not there")
    try:
        return cls(**given)
    except DefinitionError:
        raise
    except ValueError as problem:  # the dataclass looked at itself and disagreed
        raise place.error(str(problem)) from None


def convert(hint: Any, value: Any, place: Place) -> Any:
    """One value of the type `hint`, or a DefinitionError saying what was expected."""
    origin = get_origin(hint)
    if hint is Any:
        return _json(value, place)
    if origin is Literal:
        return _one_of(get_args(hint), value, place)
    if origin in (Union, types.UnionType):
        inner = next(a for a in get_args(hint) if a is not types.NoneType)
        return None if value is None else convert(inner, value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise place.error(f"expected a list, got {type(value).__name__}")
        inner = get_args(hint)[0]
        return tuple(convert(inner, item, place.at(number)) for number, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise place.error(f"expected a table, got {type(value).__name__}")
        inner = get_args(hint)[1]
        return {str(key): convert(inner, item, place.at(str(key))) for key, item in value.items()}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        choose = getattr(hint, "from_table", None)
        return choose(value, place) if choose else build(hint, value, place)
    return _plain(hint, value, place)


def _one_of(allowed: tuple[Any, ...], value: Any, place: Place) -> Any:
    if value not in allowed:
        raise place.error(f"expected one of {', '.join(map(str, allowed))}, got {value!r}")
    return value


def _plain(hint: Any, value: Any, place: Place) -> Any:
    """A text, number, yes/no or date."""
    wanted = str if hint is Text else hint
    if wanted is dt.date:
        if isinstance(value, str):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                raise place.error(f"expected a date like 2027-03-01, got {value!r}") from None
        if type(value) is not dt.date:
            raise place.error(f"expected a date like 2027-03-01, got {value!r}")
        return value
    if wanted is float and type(value) is int:
        return float(value)
    if type(value) is not wanted:  # exactly: True is no number here
        raise place.error(f"expected {_NAMES.get(wanted, wanted)}, got {value!r}")
    if wanted is str and ("\x00" in value or (not value.isascii() and _broken(value))):
        raise place.error("expected a text without control characters")
    return value


_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def _broken(value: str) -> bool:
    """Whether a text cannot be written as UTF-8 (half of a surrogate pair)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _json(value: Any, place: Place) -> Any:
    """Anything JSON can hold; TOML's own dates and times are written as texts in examples."""
    if isinstance(value, Mapping):
        return {str(key): _json(item, place.at(str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item, place.at(number)) for number, item in enumerate(value)]
    if value is not None and not isinstance(value, str | int | float | bool):
        raise place.error(f"expected something JSON can hold (put dates and times in quotes), got {value!r}")
    return value


def dump(thing: Any) -> Any:
    """The table a dataclass was built from, defaults left out: `build(cls, dump(x), ...) == x`."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        table: Json = {}
        for name, attribute in written(thing).items():
            value = getattr(thing, name)
            if value != attribute.default:
                table[name] = dump(value)
        kind = getattr(thing, "kind", None)
        return {"kind": kind, **table} if isinstance(kind, str) and "kind" not in table else table
    if isinstance(thing, tuple | list):
        return [dump(item) for item in thing]
    if isinstance(thing, Mapping):
        return {key: dump(item) for key, item in thing.items()}
    return thing.isoformat() if isinstance(thing, dt.date) else thing
