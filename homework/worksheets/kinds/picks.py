"""Questions answered by picking."""

import dataclasses
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Option, Part, Typed, UnreadableError, Values, as_typed, kind
from homework.worksheets.kinds.post import Post
from homework.worksheets.kinds.source import NO_WORDS, Json, Text

SKIPPED = "skip"
"""The answer "I'd rather not answer" on a measure. It is not 0, and not the same as an empty question."""


def _unlike(options: tuple[Option, ...]) -> None:
    """At least two options, no key twice."""
    keys = [option.key for option in options]
    if len(keys) < 2 or len(set(keys)) != len(keys) or "" in keys:
        raise ValueError("options: expected two or more, each with a key of its own")


@kind("choice")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Typed):
    """One of up to seven options."""

    options: tuple[Option, ...]

    several_inputs = True
    fits_a_cell = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _unlike(self.options)

    def understand(self, text: str) -> str:
        """The key of an option."""
        if all(option.key != text for option in self.options):
            raise UnreadableError(_("Please choose from the list."))
        return text

    def say(self, value: Any) -> str:
        """The option's words."""
        return next(str(option.label) for option in self.options if option.key == value)

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The options with their state."""
        return {"options": [(option.key, option.label, option.key == value) for option in self.options]}


@kind("yesno")
@dataclasses.dataclass(frozen=True, kw_only=True)
class YesNo(Typed):
    """Yes or no, kept as true or false."""

    several_inputs = True
    fits_a_cell = True

    def understand(self, text: str) -> bool:
        """yes, no, and what scripts send for them."""
        known = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "0": False}
        if text.lower() not in known:
            raise UnreadableError(_("Please choose yes or no."))
        return known[text.lower()]

    def say(self, value: Any) -> str:
        """Yes or No."""
        return _("Yes") if value else _("No")

    def control(self, name: str, value: Any, values: Values) -> Json:
        """Both options with their state."""
        known = self.understood(value)
        return {"options": [("yes", _("Yes"), known is True), ("no", _("No"), known is False)]}


@kind("checklist")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Checklist(Field):
    """Any number of options, kept as a list of keys in the order of the worksheet."""

    options: tuple[Option, ...]

    several_inputs = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _unlike(self.options)

    def read(self, post: Post, name: str) -> Answer:
        """The ticked options; anything that is not an option is left out."""
        return Answer(self.understood(post.many(name)))

    def understood(self, value: Any) -> Any:
        """The known keys in a list."""
        ticked = value if isinstance(value, list) else []
        return [option.key for option in self.options if option.key in ticked] or None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """One part for each ticked option."""
        ticked = self.understood(value) or []
        return [tuple(Part("", option.label) for option in self.options if option.key in ticked)] if ticked else []

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The options with their state."""
        ticked = self.understood(value) or []
        return {"options": [(option.key, option.label, option.key in ticked) for option in self.options]}


@kind("item")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Item(Typed):
    """One question of a measure, kept as its number of points; made by `Measure`, never written in a file.

    "I'd rather not answer" is kept as `SKIPPED`, so that a skipped question is never taken for 0. On a `scale` (s10 or
    s100) the points are the numbers themselves, and only its ends have names.
    """

    options: tuple[tuple[int, Text], ...] = dataclasses.field(default=(), metadata={"written": False})
    scale: str = dataclasses.field(default="", metadata={"written": False})
    low: Text = dataclasses.field(default=NO_WORDS, metadata={"written": False})
    high: Text = dataclasses.field(default=NO_WORDS, metadata={"written": False})

    several_inputs = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.options:
            raise ValueError("kind: an item is made by a measure, it is not written in a file")

    @property
    def top(self) -> int:
        """The highest number of points."""
        return max(points for points, _label in self.options)

    def understand(self, text: str) -> int | str:
        """The points of an option, or SKIPPED."""
        if text == SKIPPED:
            return SKIPPED
        found = self._points.get(text.strip())
        if found is not None:
            return found
        if self.scale:
            raise UnreadableError(_("A number from %(low)s to %(high)s fits here.") % {"low": 0, "high": self.top})
        raise UnreadableError(_("Please choose from the list."))

    @cached_property
    def _points(self) -> dict[str, int]:
        return {str(points): points for points, _label in self.options}

    def say(self, value: Any) -> str:
        """The option's words and its points; on a scale, `7 of 10`."""
        if value == SKIPPED:
            return _("Chose not to answer")
        if self.scale:
            return _("%(number)s of %(highest)s") % {"number": value, "highest": self.top}
        return next(f"{label} ({points})" for points, label in self.options if points == value)

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The options with their state, "not answer" last; for 0 to 100 also where the slider stands."""
        known = self.understood(value)
        skipped = known == SKIPPED
        told: Json = {"skipped": skipped, "skip": SKIPPED, "scale": self.scale}
        if self.scale == "s100":
            slider = 50 if known is None or skipped else known
            return {**told, "slider": slider, "touched": known is not None, "typed": "" if skipped else as_typed(value)}
        options = [(str(points), label, points == known and not skipped) for points, label in self.options]
        return {**told, "options": options}
