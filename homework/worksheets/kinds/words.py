"""Questions answered in the client's own words."""

import dataclasses
from typing import Any

from homework.worksheets.kinds.base import Answer, Field, Part, kind, too_long
from homework.worksheets.kinds.post import TEXT_LIMIT, Post


class Prose(Field):
    """A text, kept as it was written."""

    own_words = True
    fits_a_cell = True

    def read(self, post: Post, name: str) -> Answer:
        """The text, cut at TEXT_LIMIT with a message that says so."""
        text = post.one(name)
        if len(text) > TEXT_LIMIT:
            return Answer(text[:TEXT_LIMIT], too_long())
        return Answer(text or None)

    def understood(self, value: Any) -> Any:
        """Any non-empty text is an answer."""
        return value if isinstance(value, str) and value else None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """The text itself."""
        return [(Part("", value, own_words=True),)] if self.understood(value) else []


@kind("text")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Line(Prose):
    """One line."""


@kind("long")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Long(Prose):
    """As many lines as it takes; `rows` is the height to start with, it grows with the text."""

    rows: int = 3
