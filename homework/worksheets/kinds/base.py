"""What every kind of question shares. The recipe for a new kind is in the package's docstring."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self, TypeVar

from django.utils.translation import gettext as _

from homework.worksheets.kinds.post import TEXT_LIMIT, TYPED_LIMIT, Post
from homework.worksheets.kinds.source import NO_WORDS, Json, Place, Text, build

Values = Mapping[str, Any]
"""Answers by field key, as JSON. A text where a number belongs is what somebody typed and we could not read."""

RESERVED = frozenset(
    {"csrfmiddlewaretoken", "more", "private", "size", "rev", "submission_key", "share", "save", "action"}
)
"""Names the page itself uses; no question may be called so."""

Partner = Literal["", "shared", "private", "when_both"]
"""On a couple's sheet: the partner sees this part once it is shared, never, or once both have shared."""

FieldClass = TypeVar("FieldClass", bound="Field")

KINDS: dict[str, type["Field"]] = {}
"""Every kind of question, by the word used in `kind = "..."`."""


class Answer(NamedTuple):
    """One question, read: the value to keep (None: no answer), and what to tell the person if we could not read it."""

    value: Any
    problem: str = ""


class Part(NamedTuple):
    """A piece of an answer to show: `label` may be empty; `own_words` marks what the client wrote themselves.

    `file` is the id of a recording or picture, for a page that plays or draws it.
    """

    label: str
    text: str
    own_words: bool = False
    file: str = ""


class UnreadableError(ValueError):
    """What was typed is not a number, time, ... The message is for the person who typed it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Option:
    """One of several things to pick."""

    key: str
    label: Text


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShowIf:
    """When a question has a point: another answer is one of these. Without a script it is simply shown."""

    field: str
    any_of: tuple[str, ...]

    def holds(self, values: Values) -> bool:
        """Whether the other answer makes this question worth asking."""
        other = values.get(self.field)
        picked = other if isinstance(other, list) else [other]
        return any(as_typed(item) in self.any_of for item in picked)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Field:
    """A question on a worksheet."""

    key: str
    label: Text
    hint: Text = NO_WORDS
    section: Text = NO_WORDS  # a heading that starts here ("After you tried it")
    sensitive_hint: Text = NO_WORDS  # shown beside "keep this part just for me", right under the question (F34)
    required_for_share: bool = False  # never needed to save (F43): only asked for once, when sharing
    show_if: ShowIf | None = None
    partner: Partner = ""  # only on a couple's sheet, where an empty one means: never

    kind: ClassVar[str] = ""
    several_inputs: ClassVar[bool] = False  # a fieldset with a legend, instead of one label
    fits_a_cell: ClassVar[bool] = False  # may be a column of `rows` or `grid`
    computed: ClassVar[bool] = False  # worked out from other answers, never asked
    only_read: ClassVar[bool] = False  # on the page, but with nothing to answer
    own_words: ClassVar[bool] = False  # the answer is prose

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.key) or self.key in RESERVED:
            raise ValueError(
                f"key {self.key!r}: expected small letters, digits and _, and no name the page itself uses"
            )

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """The keys of the other questions this one needs."""
        return (self.show_if.field,) if self.show_if else ()

    @property
    def inputs(self) -> int:
        """How much there is to fill in, to compare sizes with."""
        return 1

    @classmethod
    def from_table(cls, data: object, place: Place) -> "Field":
        """The question a table describes; its `kind` says which class reads the rest."""
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if not isinstance(kind, str) or kind not in KINDS:
            raise place.at("kind").error(f"expected one of {', '.join(sorted(KINDS))}, got {kind!r}")
        assert isinstance(data, Mapping)
        return build(KINDS[kind], {key: value for key, value in data.items() if key != "kind"}, place)

    def in_language(self, language: str) -> Self:
        """This question, with the words the program itself brings along in another language."""
        return self

    def read(self, post: Post, name: str) -> Answer:
        """The answer in a post. Never raises, keeps what was typed."""
        raise NotImplementedError

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """The answer to show: one tuple of parts for each row (most kinds have one row of one part)."""
        raise NotImplementedError

    def control(self, name: str, value: Any, values: Values) -> Json:
        """What templates/worksheets/fields/<kind>.html needs beyond name, id and `value`."""
        return {}

    def compute(self, values: Values, fields: Mapping[str, "Field"]) -> Any:
        """For computed kinds: the value, or None when the answers it needs are not there."""
        return None

    def notices(self, values: Values, fields: Mapping[str, "Field"]) -> dict[str, str]:
        """Friendly "please check" lines by question key; they refuse nothing."""
        return {}

    def understood(self, value: Any) -> Any:
        """The stored value if it is a real answer of this kind, None if it is missing or unreadable text."""
        return value

    def summary(self, value: Any) -> str:
        """The answer in one line, for lists and digests."""
        rows = (", ".join(f"{p.label} {p.text}".strip() for p in row) for row in self.parts(value))
        return "; ".join(" ".join(row.split()) for row in rows)


class Typed(Field):
    """A question answered by typing or picking one thing: subclasses say how to understand the text."""

    def understand(self, text: str) -> Any:
        """The value a text means. Raises UnreadableError with a message for the person."""
        raise NotImplementedError

    def read(self, post: Post, name: str) -> Answer:
        """The understood value, or the text as typed with a message beside it."""
        text = post.one(name)
        if not text:
            return Answer(None)
        try:
            return Answer(self.understand(text))
        except UnreadableError as problem:
            return Answer(text[:TYPED_LIMIT], str(problem))

    def understood(self, value: Any) -> Any:
        """The value when it is one this question could have produced."""
        try:
            return self.understand(value if isinstance(value, str) else as_typed(value)) if value is not None else None
        except UnreadableError:
            return None

    def say(self, value: Any) -> str:
        """An understood value in words."""
        return str(value)

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """One part; a text we could not read is shown as it was typed."""
        known = self.understood(value)
        if known is None:
            return [(Part("", value, own_words=True),)] if isinstance(value, str) and value else []
        return [(Part("", self.say(known), self.own_words),)]


def as_typed(value: Any) -> str:
    """A stored value as the person would type it, to fill an input with."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 10**18) else ""


def too_long() -> str:
    """What to say when a text was cut."""
    return _("This is more than fits here. The first %(count)s letters are kept.") % {"count": f"{TEXT_LIMIT:,}"}


def kind(word: str) -> Callable[[type[FieldClass]], type[FieldClass]]:
    """Enter a dataclass in the closed set of kinds, under the word definitions use."""

    def enter(cls: type[FieldClass]) -> type[FieldClass]:
        cls.kind = word
        KINDS[word] = cls
        return cls

    return enter
