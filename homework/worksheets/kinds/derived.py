"""Values worked out from other answers. They are never asked and never stored, only shown."""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Part, Values, kind
from homework.worksheets.kinds.feelings import Feelings
from homework.worksheets.kinds.moments import minutes_of_day
from homework.worksheets.kinds.numbers import Whole, say_minutes
from homework.worksheets.kinds.post import Post

DAY = 24 * 60


class Shift(NamedTuple):
    """One rating before and after; `label` is empty for a scale, the feeling's word for feelings."""

    label: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        """After minus before: below 0 means it went down."""
        return None if self.before is None or self.after is None else self.after - self.before


class Computed(Field):
    """A field with no input."""

    computed = True

    def read(self, post: Post, name: str) -> Answer:
        """There is nothing to read."""
        return Answer(None)


@kind("change")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Change(Computed):
    """How one rating (or each feeling) moved between two questions, said as "80, now 45". Never called better."""

    before: str
    after: str

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """The two ratings."""
        return (self.before, self.after)

    def compute(self, values: Values, fields: Mapping[str, Field]) -> list[Shift] | None:
        """A Shift for each rating made twice or once; None unless something was rated afterwards."""
        first, second = fields.get(self.before), fields.get(self.after)
        if isinstance(first, Feelings) and isinstance(second, Feelings):
            old, new = first.strengths(values.get(self.before)), second.strengths(values.get(self.after))
            if not old or not new:
                return None
            words = {key: word for key, (word, _strength) in (old | new).items()}
            return [Shift(words[key], old.get(key, ("", None))[1], new.get(key, ("", None))[1]) for key in words]
        if isinstance(first, Whole) and isinstance(second, Whole):
            before, after = first.understood(values.get(self.before)), second.understood(values.get(self.after))
            return None if before is None or after is None else [Shift("", before, after)]
        return None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """`80, now 45`, for each feeling if there are several."""
        return [tuple(Part(shift.label, _in_words(shift)) for shift in value)] if value else []


def _in_words(shift: Shift) -> str:
    """A shift as words, without judging it."""
    if shift.after is None:
        return "" if shift.before is None else str(shift.before)
    if shift.before is None:
        return _("now %(after)s") % {"after": shift.after}
    return _("%(before)s, now %(after)s") % {"before": shift.before, "after": shift.after}


class Night(NamedTuple):
    """A night in minutes; `efficiency` is sleep as a share of the time in bed, in percent."""

    in_bed: int | None
    asleep: int | None

    @property
    def efficiency(self) -> int | None:
        """Percent, rounded; None when it cannot be worked out or makes no sense."""
        if not self.in_bed or self.asleep is None or not 0 <= self.asleep <= self.in_bed:
            return None
        return round(100 * self.asleep / self.in_bed)


@kind("sleep")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Sleep(Computed):
    """Time in bed, sleep time and sleep efficiency of one night; every attribute names the question it comes from."""

    into_bed: str
    tried: str
    fell_asleep_after: str
    awake_in_night: str
    woke: str
    got_up: str

    @property
    def speaks_of(self) -> tuple[str, ...]:
        """The six questions of a night."""
        return (self.into_bed, self.tried, self.fell_asleep_after, self.awake_in_night, self.woke, self.got_up)

    def compute(self, values: Values, fields: Mapping[str, Field]) -> Night | None:
        """The night, as far as the answers go. A minute count that is missing is not taken for 0."""

        def answer(key: str) -> Any:
            return fields[key].understood(values.get(key)) if key in fields else None

        bed, up = answer(self.into_bed), answer(self.got_up)
        tried, woke = answer(self.tried), answer(self.woke)
        falling, awake = answer(self.fell_asleep_after), answer(self.awake_in_night)
        in_bed = None if bed is None or up is None else (minutes_of_day(up) - minutes_of_day(bed)) % DAY
        asleep = None
        if not any(part is None for part in (tried, woke, falling, awake)):
            asleep = (minutes_of_day(woke) - minutes_of_day(tried)) % DAY - falling - awake
        return None if in_bed is None and asleep is None else Night(in_bed, asleep)

    def notices(self, values: Values, fields: Mapping[str, Field]) -> dict[str, str]:
        """A friendly question when the night is impossible or very long: AM and PM swapped is the usual reason."""
        night = self.compute(values, fields)
        if night is None:
            return {}
        asleep = 0 if night.asleep is None else night.asleep
        longest = 16 * 60 if night.in_bed is None else min(16 * 60, night.in_bed)
        if 0 <= asleep <= longest and (night.in_bed or 0) <= 16 * 60:
            return {}
        line = _(
            "Please check the times. This night looks very long or very short. Could morning and evening be swapped?"
        )
        return {self.got_up: line}

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """What could be worked out."""
        if value is None:
            return []
        shown = []
        if value.in_bed is not None:
            shown.append(Part(_("In bed"), say_minutes(value.in_bed)))
        if value.asleep is not None and value.asleep >= 0:
            shown.append(Part(_("Asleep"), say_minutes(value.asleep)))
        if value.efficiency is not None:
            shown.append(Part(_("Asleep while in bed"), f"{value.efficiency} %"))
        return [tuple(shown)] if shown else []
