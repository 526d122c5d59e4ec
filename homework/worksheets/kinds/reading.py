"""Parts of a sheet that are only read: a calm box of advice, or the page a therapist chose."""

import dataclasses
from typing import Any, Literal

from homework.worksheets.kinds.base import Answer, Field, Part, Values, kind
from homework.worksheets.kinds.post import Post
from homework.worksheets.kinds.source import NO_WORDS, Json, Text

HELP = "help"
"""The `link` that leads to the page Help now."""


@kind("note")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Note(Field):
    """Words to read, and a link if there is one: "help" for the page Help now, or an https address.

    `licence` says why a text from elsewhere may stand here; it is shown under it.
    """

    text: Text = NO_WORDS
    tone: Literal["", "care"] = ""
    link: str = ""
    link_label: Text = NO_WORDS
    licence: Text = NO_WORDS

    several_inputs = True
    only_read = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.link and self.link != HELP and not self.link.startswith("https://"):
            raise ValueError(f'link: expected "help" or an address that starts with https://, got {self.link!r}')

    @property
    def inputs(self) -> int:
        """Nothing to fill in."""
        return 0

    def read(self, post: Post, name: str) -> Answer:
        """There is nothing to read."""
        return Answer(None)

    def understood(self, value: Any) -> Any:
        """There is never an answer."""
        return None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """Nothing: it says the same for everybody."""
        return []

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The paragraphs, and where the link leads."""
        return {
            "paragraphs": [part.strip() for part in str(self.text).split("\n\n") if part.strip()],
            "to_help": self.link == HELP,
            "href": "" if self.link == HELP else self.link,
        }
