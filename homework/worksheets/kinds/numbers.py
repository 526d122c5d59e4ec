"""Questions answered with a number. An untouched scale or slider is no answer, never 0 and never the middle."""

import dataclasses
import re
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Typed, UnreadableError, Values, as_typed, kind
from homework.worksheets.kinds.source import NO_WORDS, Json, Text

_ON, _OFF = SafeString(" checked"), SafeString("")
_STEPS = [(SafeString(number), _OFF) for number in range(11)]


class Whole(Typed):
    """A whole number between two ends."""

    lowest = 0
    highest = 10
    fits_a_cell = True

    def understand(self, text: str) -> int:
        """The number; a decimal point followed by zeros is forgiven."""
        found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)?", text.strip(), re.ASCII)
        if not found or not self.lowest <= int(found[1]) <= self.highest:
            raise UnreadableError(
                _("A number from %(low)s to %(high)s fits here.") % {"low": self.lowest, "high": self.highest}
            )
        return int(found[1])

    def say(self, value: Any) -> str:
        """`7 of 10`."""
        return _("%(number)s of %(highest)s") % {"number": value, "highest": self.highest}


@kind("s10")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Scale10(Whole):
    """0 to 10, nothing chosen at first; `low` and `high` name the ends."""

    low: Text = NO_WORDS
    high: Text = NO_WORDS

    several_inputs = True

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The eleven numbers, the chosen one marked. Safe texts, so that templates need not format or escape them."""
        chosen = self.understood(value)
        return {
            "steps": _STEPS
            if chosen is None
            else [(step, _ON if step == str(chosen) else _OFF) for step, _on in _STEPS]
        }


@kind("s100")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Scale100(Whole):
    """0 to 100: a number box, and a slider when there is a script to join the two."""

    low: Text = NO_WORDS
    high: Text = NO_WORDS

    highest = 100

    def control(self, name: str, value: Any, values: Values) -> Json:
        """Where the slider stands; `touched` is false while there is no answer."""
        known = self.understood(value)
        return {"slider": 50 if known is None else known, "touched": known is not None, "typed": as_typed(value)}


@kind("number")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Number(Typed):
    """A number with a unit, between `min` and `max`; `whole = false` allows a decimal point or comma."""

    min: int = 0
    max: int = 1000
    whole: bool = True
    unit: Text = NO_WORDS

    fits_a_cell = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.min >= self.max:
            raise ValueError("min: expected a number smaller than max")

    def understand(self, text: str) -> int | float:
        """The number; a unit typed behind it is forgiven."""
        found = re.match(r"\s*(-?\d{1,9})(?:[.,](\d{1,6}))?\s*([^\W\d]{0,12}\.?)\s*\Z", text, re.ASCII)
        value = float(f"{found[1]}.{found[2] or 0}") if found else None
        if value is None or not self.min <= value <= self.max or (self.whole and not value.is_integer()):
            raise UnreadableError(
                _("A number from %(low)s to %(high)s fits here.") % {"low": self.min, "high": self.max}
            )
        return int(value) if value.is_integer() else value

    def say(self, value: Any) -> str:
        """The number and its unit."""
        return f"{as_typed(value)} {self.unit}".strip()

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The text to fill the box with."""
        return {"typed": as_typed(value), "inputmode": "numeric" if self.whole and self.min >= 0 else "decimal"}


@kind("duration")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Duration(Typed):
    """A length of time in whole minutes, up to `max`; people may write 90, 1:30, 1 h 30 or "about 20"."""

    max: int = 24 * 60

    fits_a_cell = True

    def understand(self, text: str) -> int:
        """Minutes."""
        minutes = _minutes(text.strip().lower())
        if minutes is None or minutes > self.max:
            raise UnreadableError(_("A number of minutes fits here, such as 20."))
        return minutes

    def say(self, value: Any) -> str:
        """`1 h 30 min`."""
        return say_minutes(value)

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The text to fill the box with."""
        return {"typed": as_typed(value)}


def _minutes(text: str) -> int | None:
    """Minutes meant by a text, or None."""
    if found := re.fullmatch(r"(\d{1,2}):([0-5]\d)", text, re.ASCII):
        return int(found[1]) * 60 + int(found[2])
    if found := re.fullmatch(r"(\d{1,2}(?:[.,]\d)?)\s*h[a-z]*\.?\s*(?:(\d{1,2})\s*(?:m[a-z]*\.?)?)?", text, re.ASCII):
        return round(float(found[1].replace(",", ".")) * 60) + int(found[2] or 0)
    numbers = re.findall(r"\d+", text, re.ASCII)
    if len(numbers) == 1 and len(numbers[0]) <= 4 and not re.search(r"-\s*\d|\d[.,]|h", text):
        return int(numbers[0])
    return None


def say_minutes(minutes: int) -> str:
    """A number of minutes in words: `45 min`, `7 h`, `7 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
