"""Life after care (F50): how long a client keeps their own pages once an episode has ended. Pure.

Computed from dates, so that no worker has to end anything: the day care ended, and how many months the clinic has set. In that
time the client reads everything and writes for themself; nobody else reads what is written then, and nothing is sent.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clinic.models import Clinic, Episode


def last_day(ended_on: date, months: int) -> date:
    """The last day of one's own pages: the same day of the month so many months later, or that month's last."""
    years, month = divmod(ended_on.month - 1 + months, 12)
    year, month = ended_on.year + years, month + 1
    return date(year, month, min(ended_on.day, monthrange(year, month)[1]))


def ended_since(clinic: "Clinic", today: date) -> date:
    """Care that ended on this day or later still has its pages today."""
    found = last_day(today, -clinic.after_months)
    while last_day(found, clinic.after_months) < today:
        found += timedelta(days=1)
    return found


def until(episode: "Episode", clinic: "Clinic") -> date | None:
    """The last day of one's own pages, None while care goes on."""
    if episode.is_open or episode.ended_on is None:
        return None
    return last_day(episode.ended_on, clinic.after_months)


def writes_for_self(episode: "Episode", clinic: "Clinic") -> bool:
    """Whether care has ended and the client may still write for themself."""
    last = until(episode, clinic)
    return last is not None and clinic.today() <= last
