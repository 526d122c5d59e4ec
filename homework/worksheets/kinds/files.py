"""A recording or a picture instead of words, always optional. The file itself is kept beside the entry, sealed.

The answer is only a reference, `{"file": "<id>"}`: who keeps the file (homework.assignments) checks that it belongs to
this entry. Without a script the page sends the file with the form; with one it is sent as soon as it is chosen.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Part, Values, kind
from homework.worksheets.kinds.post import Post
from homework.worksheets.kinds.source import Json


class File(Field):
    """A question answered with a file."""

    several_inputs = True
    is_file = True
    accept = ""

    @property
    def inputs(self) -> int:
        """Never asked for, so it does not count."""
        return 0

    def read(self, post: Post, name: str) -> Answer:
        """The id of a file that was sent before."""
        found = _uuid(post.one(name))
        return Answer({"file": found} if found else None)

    def understood(self, value: Any) -> Any:
        """The value when it names a file."""
        return value if isinstance(value, Mapping) and _uuid(str(value.get("file", ""))) else None

    def said(self) -> str:
        """What there is, in words."""
        raise NotImplementedError

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """That there is one; the page that shows it plays or draws it."""
        known = self.understood(value)
        return [(Part("", self.said(), file=known["file"]),)] if known else []

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The id of the file there is, and what may be chosen."""
        known = self.understood(value)
        return {"file": known["file"] if known else "", "accept": self.accept}


@kind("audio")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Audio(File):
    """A recording of up to three minutes."""

    accept = "audio/*"

    def said(self) -> str:
        """In words."""
        return _("A recording")


@kind("photo")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Photo(File):
    """A picture; it is drawn anew when it arrives, so that nothing about place or device stays in it."""

    accept = "image/*"

    def said(self) -> str:
        """In words."""
        return _("A photo")


def _uuid(text: str) -> str:
    """An id in its usual form, or an empty text."""
    try:
        return str(UUID(text)) if len(text) == 36 else ""
    except ValueError:
        return ""
