"""Service hours: when somebody of the clinic reads, and what "in so many working minutes" comes to. Pure.

Wall times in the clinic's zone, so a day on which the clocks change is as long as it is. A clinic without hours has nobody
who reads: nothing is ever open, and minutes are counted as they pass, so that a flag is never due "never".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.models import Clinic
from homework.safety.models import SafetySetup

FAR = 400
"""Days looked ahead for the next opening."""


@dataclass(frozen=True)
class ServiceHours:
    """The week of a clinic: `days` by weekday (0 = Monday), `closed` single days without service."""

    zone: ZoneInfo
    days: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    closed: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether somebody reads at this moment."""
        return any(begins <= at < ends for begins, ends in self._around(at, 0, 1))

    def next_opening(self, at: datetime) -> datetime | None:
        """The moment itself while open, else the next opening; None when there is none."""
        if self.is_open(at):
            return at
        return next((begins for begins, _ends in self._around(at, 0, FAR) if begins > at), None)

    def later(self, at: datetime, minutes: int) -> datetime:
        """The moment so many working minutes after `at`."""
        left = timedelta(minutes=minutes)
        for begins, ends in self._around(at, 0, FAR):
            start = max(begins, at)
            if start >= ends:
                continue
            if ends - start >= left:
                return (start + left).astimezone(at.tzinfo)
            left -= ends - start
        return at + left

    def opened_at(self, at: datetime) -> datetime | None:
        """When service began that is on at this moment; None out of hours."""
        return next((begins for begins, ends in self._around(at, 0, 1) if begins <= at < ends), None)

    def end_of_day(self, at: datetime) -> datetime:
        """The end of this working day, or of the next one when service is over for today."""
        ends = next((ends for _begins, ends in self._around(at, 0, FAR) if ends > at), None)
        return at + timedelta(days=1) if ends is None else ends

    def _around(self, at: datetime, before: int, after: int) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing of each day of service around a moment, in UTC, in order."""
        today = at.astimezone(self.zone).date()
        for ahead in range(-before, after + 1):
            day = today + timedelta(days=ahead)
            if day in self.closed or day.weekday() not in self.days:
                continue
            first, last = self.days[day.weekday()]
            yield (
                datetime.combine(day, first, tzinfo=self.zone).astimezone(UTC),
                datetime.combine(day, last, tzinfo=self.zone).astimezone(UTC),
            )


def of(setup: SafetySetup | None, clinic: Clinic) -> ServiceHours:
    """The hours a clinic has set."""
    if setup is None:
        return ServiceHours(clinic.zone)
    days = {
        int(day): (time.fromisoformat(first), time.fromisoformat(last)) for day, (first, last) in setup.hours.items()
    }
    return ServiceHours(clinic.zone, days, frozenset(date.fromisoformat(day) for day in setup.closed_on))
