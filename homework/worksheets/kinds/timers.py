"""A guided timer: stay with something for a while, with words on the way and a rating now and then.

Without a script it is a number of minutes and the rating boxes; with one it counts down, asks at the check-ins, and can
be stopped at any moment. Stopping early is an answer like any other (F43).
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Part, UnreadableError, Values, as_typed, kind
from homework.worksheets.kinds.numbers import Duration, Scale100, say_minutes
from homework.worksheets.kinds.post import TYPED_LIMIT, Post
from homework.worksheets.kinds.source import NO_WORDS, Json, Text

_RATING = Scale100(key="rating", label=NO_WORDS)
_MINUTES = Duration(key="minutes", label=NO_WORDS)
LONGEST = 3600


def say_seconds(seconds: int) -> str:
    """A length in words: `10 s`, `5 min`, `1 min 30 s`."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return _("%(seconds)s s") % {"seconds": rest}
    whole = say_minutes(minutes)
    return whole if not rest else f"{whole} " + _("%(seconds)s s") % {"seconds": rest}


@kind("timer")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Timer(Field):
    """Kept as `{"lasted": 600, "checks": [70, 55, 30]}`: seconds, and the ratings in order (null where there is none)."""

    lengths: tuple[int, ...]  # seconds to choose from
    lines: Text = NO_WORDS  # one a line, shown in turn while it runs
    check_ins: int = 0
    check_label: Text = NO_WORDS
    low: Text = NO_WORDS
    high: Text = NO_WORDS

    several_inputs = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lengths or not all(5 <= length <= LONGEST for length in self.lengths):
            raise ValueError(f"lengths: expected one or more, each from 5 to {LONGEST} seconds")
        if not 0 <= self.check_ins <= 6 or bool(self.check_ins) != bool(self.check_label):
            raise ValueError("check_ins: expected 0 to 6, with a check_label where there are any")

    @property
    def inputs(self) -> int:
        """The time and the ratings."""
        return 1 + self.check_ins

    def read(self, post: Post, name: str) -> Answer:
        """The seconds a script counted, or the minutes somebody typed; the ratings. What cannot be read is kept."""
        problem = ""
        lasted: Any = _seconds(post.one(f"{name}-seconds"))
        typed = post.one(f"{name}-minutes")
        if typed and (lasted is None or typed != _as_minutes(lasted)):
            try:
                lasted = _MINUTES.understand(typed) * 60
            except UnreadableError as trouble:
                lasted, problem = typed[:TYPED_LIMIT], str(trouble)
        checks: list[Any] = []
        for number in range(self.check_ins):
            text = post.one(f"{name}-check-{number}")
            try:
                checks.append(_RATING.understand(text) if text else None)
            except UnreadableError as trouble:
                checks.append(text[:TYPED_LIMIT])
                problem = problem or str(trouble)
        kept: Json = {"lasted": lasted} if lasted is not None else {}
        if any(check is not None for check in checks):
            kept["checks"] = checks
        return Answer(kept or None, problem)

    def understood(self, value: Any) -> Any:
        """The value when it says how long, or has a rating."""
        if not isinstance(value, Mapping):
            return None
        return value if self._lasted(value) is not None or any(c is not None for c in self.ratings(value)) else None

    def _lasted(self, value: Mapping[str, Any]) -> int | None:
        lasted = value.get("lasted")
        if not isinstance(lasted, int) or isinstance(lasted, bool):
            return None
        return lasted if 0 <= lasted <= 24 * 3600 else None

    def ratings(self, value: Any) -> list[int | None]:
        """The check-ins in order, None where there is none."""
        checks = value.get("checks") if isinstance(value, Mapping) else None
        listed = checks if isinstance(checks, list) else []
        return [_RATING.understood(check) for check in listed[: self.check_ins]]

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """How long, and the ratings one after the other: `70, 55, 30`."""
        if not isinstance(value, Mapping):
            return []
        shown, lasted = [], self._lasted(value)
        if lasted is not None:
            shown.append(Part("", say_seconds(lasted)))
        elif isinstance(value.get("lasted"), str):
            shown.append(Part("", value["lasted"], own_words=True))
        ratings = [str(rating) for rating in self.ratings(value) if rating is not None]
        if ratings:
            shown.append(Part(str(self.check_label), ", ".join(ratings)))
        return [tuple(shown)] if shown else []

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The lengths in words, the lines, and a box for each check-in."""
        known = value if isinstance(value, Mapping) else {}
        lasted = self._lasted(known)
        listed = known.get("checks")
        checks: list[Any] = listed if isinstance(listed, list) else []
        typed = [as_typed(checks[number]) if number < len(checks) else "" for number in range(self.check_ins)]
        return {
            "lengths": [(length, say_seconds(length)) for length in self.lengths],
            "lines": [line.strip() for line in str(self.lines).splitlines() if line.strip()],
            "seconds": "" if lasted is None else lasted,
            "minutes": as_typed(known.get("lasted")) if lasted is None else _as_minutes(lasted),
            "checks": [(f"{name}-check-{number}", number + 1, text) for number, text in enumerate(typed)],
        }


def _seconds(text: str) -> int | None:
    """What the script counted."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 24 * 3600 else None


def _as_minutes(seconds: int) -> str:
    """Whole minutes for the box, at least 1 for anything above 0."""
    return str(max(1, round(seconds / 60))) if seconds else "0"
