"""Dates and times of day, in the client's own wall time: what the clock on their wall said."""

import dataclasses
import datetime as dt
import re
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Typed, UnreadableError, Values, as_typed, kind
from homework.worksheets.kinds.source import Json


class Moment(Typed):
    """Picked with the browser's own control, which shows AM and PM or 24 hours as the person is used to."""

    fits_a_cell = True
    input_type = "text"

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The control shows a value only when it is one; a text we could not read goes into the message."""
        return {"input_type": self.input_type, "typed": as_typed(value) if self.understood(value) is not None else ""}


@kind("date")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Date(Moment):
    """A day, kept as `2026-05-19`."""

    input_type = "date"

    def understand(self, text: str) -> str:
        """An ISO date between 1900 and 2100."""
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2100:
            raise UnreadableError(_("We could not read “%(typed)s” as a day.") % {"typed": text[:40]})
        return day.isoformat()

    def say(self, value: Any) -> str:
        """The day, in the reader's format."""
        return str(formats.date_format(dt.date.fromisoformat(value), "DATE_FORMAT"))


@kind("time")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Time(Moment):
    """A time of day, kept as 24 hours: `22:30`."""

    input_type = "time"

    def understand(self, text: str) -> str:
        """Reads 22:30, 22.30, 2230, 22h30, 10:30 pm, 7 am."""
        found = re.fullmatch(
            r"(\d{1,2})(?:\s*[:.h]?\s*([0-5]\d))?(?::[0-5]\d(?:\.\d+)?)?\s*h?\s*(?:([ap])\.?\s?m?\.?)?",
            text.strip().lower(),
            re.ASCII,
        )
        if not found:
            raise UnreadableError(_("We could not read “%(typed)s” as a time.") % {"typed": text[:40]})
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if found[3] == "p" else 0)
        if hour > 23:
            raise UnreadableError(_("We could not read “%(typed)s” as a time.") % {"typed": text[:40]})
        return f"{hour:02}:{minute:02}"

    def say(self, value: Any) -> str:
        """The time, in the reader's format."""
        return str(formats.time_format(dt.time.fromisoformat(value), "TIME_FORMAT"))


@kind("datetime")
@dataclasses.dataclass(frozen=True, kw_only=True)
class DateTime(Moment):
    """A day and a time of day, kept as `2026-05-19T12:34`."""

    input_type = "datetime-local"

    def understand(self, text: str) -> str:
        """An ISO date and time between 1900 and 2100; seconds and zone are dropped."""
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or not 1900 <= moment.year <= 2100:
            raise UnreadableError(_("We could not read “%(typed)s” as a day and time.") % {"typed": text[:40]})
        return moment.replace(tzinfo=None).isoformat(timespec="minutes")

    def say(self, value: Any) -> str:
        """The moment, in the reader's format."""
        return str(formats.date_format(dt.datetime.fromisoformat(value), "DATETIME_FORMAT"))


def minutes_of_day(text: str) -> int:
    """Minutes since midnight of a kept time of day."""
    return int(text[:2]) * 60 + int(text[3:])
