"""What happened to the plans, on the days it happened: agreed, changed, ended. No word about what it did (F50)."""

from collections.abc import Iterable
from datetime import date
from string import ascii_uppercase

from django.utils.translation import gettext as _

from homework.assignments import schedule
from homework.reviews.charts.drawing import Event
from homework.reviews.digest.interval import Work

MOST = 12


def events(works: Iterable[Work], zone: str) -> list[Event]:
    """The last dozen days on which something happened, oldest first, each with a letter."""
    told = []
    for work in works:
        if work.row.is_measure or work.row.version_id is None:
            continue
        for number, plan in enumerate(work.confirmed):
            words = _("agreed: %(title)s") if number == 0 else _("changed: %(title)s")
            assert plan.confirmed_at is not None
            told.append((plan.confirmed_at, words % {"title": work.title}))
        if work.row.ended_at is not None:
            told.append((work.row.ended_at, _("ended: %(title)s") % {"title": work.title}))
    by_day: dict[date, list[str]] = {}
    for at, words in sorted(told):
        by_day.setdefault(schedule.local_day(at, zone), []).append(words)
    newest = sorted(by_day.items())[-MOST:]
    return [Event(letter, on, "; ".join(words)) for letter, (on, words) in zip(ascii_uppercase, newest, strict=False)]
