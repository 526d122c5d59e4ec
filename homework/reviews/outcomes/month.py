"""A month on a clinic's wall, as two instants."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.db.models import Q

from clinic.models import Clinic

NIGHT = timedelta(hours=2)  # into a new month, before the one that is over is counted


@dataclass(frozen=True)
class Month:
    """One month. `first` is its first day."""

    first: date
    zone: ZoneInfo

    @classmethod
    def of(cls, clinic: Clinic, day: date) -> Self:
        """The month in which a day lies."""
        return cls(day.replace(day=1), clinic.zone)

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return self.earlier(-1).start

    def earlier(self, months: int) -> Self:
        """So many months before it."""
        number = self.first.year * 12 + self.first.month - 1 - months
        return type(self)(date(number // 12, number % 12 + 1, 1), self.zone)

    def holds(self, moment: str, months: int = 1) -> Q:
        """Whether a field of a row lies in it, or in so many months that end with it."""
        return Q(**{f"{moment}__gte": self.earlier(months - 1).start, f"{moment}__lt": self.end})


def last_full(clinic: Clinic, now: datetime) -> Month:
    """The last month that is over, the small hours of the day after it included."""
    return Month.of(clinic, (now - NIGHT).astimezone(clinic.zone).date()).earlier(1)
