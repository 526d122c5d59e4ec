"""Where in the body something is felt, and how: a figure for the eye, and the same as a list for everybody else.

The words are data: `library/_common.toml`. The figure only ticks the boxes of the list, so nothing needs it.
"""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

from homework.worksheets.kinds.base import Answer, Field, Part, Values, kind
from homework.worksheets.kinds.feelings import common_source
from homework.worksheets.kinds.post import Post
from homework.worksheets.kinds.source import Json


@cache
def places(language: str) -> dict[str, str]:
    """The places from head to feet, by key."""
    return _words("places", language)


@cache
def sensations(language: str) -> dict[str, str]:
    """How it may feel there, by key."""
    return _words("sensations", language)


def _words(table: str, language: str) -> dict[str, str]:
    source = common_source()
    spoken = source.get(language, {}).get(table, {})
    return {item["key"]: spoken.get(item["key"], item["label"]) for item in source[table]}


@kind("body")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Body(Field):
    """Places, each with a sensation if one was picked: `[{"place": "chest", "feels": "tight"}]`."""

    language: str = dataclasses.field(default="en", metadata={"written": False})

    several_inputs = True

    def in_language(self, language: str) -> Self:
        """The same question with the places in another language."""
        return dataclasses.replace(self, language=language)

    def read(self, post: Post, name: str) -> Answer:
        """Ticked places; a sensation without a tick counts as ticked, so that nothing picked is lost."""
        ticked, found = post.many(name), []
        for key in places(self.language):
            feels = post.one(f"{name}-{key}")
            feels = feels if feels in sensations(self.language) else ""
            if feels or key in ticked:
                found.append({"place": key, "feels": feels} if feels else {"place": key})
        return Answer(found or None)

    def understood(self, value: Any) -> Any:
        """The places we know."""
        listed = value if isinstance(value, list) else []
        known = [one for one in listed if isinstance(one, Mapping) and one.get("place") in places(self.language)]
        return known or None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """A part for each place: the place, and how it feels."""
        here, how = places(self.language), sensations(self.language)
        row = tuple(
            Part(here[one["place"]], how.get(str(one.get("feels")), "")) for one in self.understood(value) or []
        )
        return [row] if row else []

    def control(self, name: str, value: Any, values: Values) -> Json:
        """Every place with its tick and its sensation."""
        ticked = {one["place"]: str(one.get("feels", "")) for one in self.understood(value) or []}
        return {
            "places": [
                (key, label, key in ticked, ticked.get(key, "")) for key, label in places(self.language).items()
            ],
            "sensations": list(sensations(self.language).items()),
        }
