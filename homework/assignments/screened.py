"""What the look for heavy words does in a clinic, month by month: how often it offers its box, and how often rightly (6.4).

Counts only. "Confirmed" is a mark that a clinician closed with another outcome than a mistake.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from clinic.access import Actor
from homework.assignments.models import Entry
from homework.safety.models import ScreeningTally
from homework.safety.screening import EXEMPT
from homework.worksheets.models import Worksheet

MONTHS = 12
LOOK_BACK = 3
"""Months that are judged together: one alone is too few."""
FEWEST = 5
"""Marks below which a share says nothing."""
WORTH_IT = 20
"""Per cent confirmed below which the clinic is advised to switch it off."""


@dataclass(frozen=True)
class Month:
    """One month: entries shared that were looked through, boxes shown, marks made, marks confirmed."""

    month: date
    shared: int
    shown: int
    marked: int
    confirmed: int

    @property
    def rate(self) -> float | None:
        """Boxes shown for each hundred entries; None without entries."""
        return round(100 * self.shown / self.shared, 1) if self.shared else None

    @property
    def share(self) -> int | None:
        """Per cent of marks confirmed; None while there are too few."""
        return round(100 * self.confirmed / self.marked) if self.marked >= FEWEST else None


def months_of(actor: Actor) -> list[Month]:
    """The months in which it did something, newest first, at most a year. Two queries."""
    since = (actor.clinic.today().replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
    tallies = ScreeningTally.objects.filter(clinic_id=actor.clinic_id, month__gte=since).order_by("-month")
    shared = _shared(actor, since)
    return [Month(row.month, shared.get(row.month, 0), row.shown, row.marked, row.confirmed) for row in tallies]


def _shared(actor: Actor, since: date) -> dict[date, int]:
    """How many entries were shared in each month of the clinic, without measures and exempt sheets."""
    rows: Any = Entry.objects.written().filter(clinic_id=actor.clinic_id, shared_at__date__gte=since)
    rows = rows.exclude(assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
    rows = rows.exclude(assignment__version__worksheet__slug__in=EXEMPT)
    counted = rows.order_by().annotate(in_month=TruncMonth("shared_at", tzinfo=actor.clinic.zone)).values("in_month")
    return {row["in_month"].date(): row["n"] for row in counted.annotate(n=Count("pk"))}


def is_hardly_right(months: list[Month]) -> bool:
    """Whether fewer than `WORTH_IT` per cent of the latest marks were confirmed, and there were enough to say so."""
    latest = months[:LOOK_BACK]
    marked = sum(month.marked for month in latest)
    return marked >= FEWEST and 100 * sum(month.confirmed for month in latest) < WORTH_IT * marked
