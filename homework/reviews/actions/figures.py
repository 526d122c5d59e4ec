"""Making the figures of a month, once. What is kept is already suppressed, so nothing can be shown that is not to be shown.

A month is never counted again: two counts of one month, a few days apart, would tell what one person changed in between.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic import audit
from clinic.access import Actor
from clinic.models import Clinic, Episode
from homework.reviews.models import Figures
from homework.reviews.outcomes import barriers, change, equity, nudges, plans, versions
from homework.reviews.outcomes.month import Month, last_full

BACK = 3  # months that are made up for, where no worker ran when they ended
COUNTED: dict[str, Callable[[Actor, Month], dict[str, Any]]] = {
    Figures.Kind.BARRIERS: lambda by, month: barriers.cells(by, month) | {"versions": versions.cells(by, month)},
    Figures.Kind.EQUITY: equity.cells,
    Figures.Kind.OUTCOMES: change.cells,
    Figures.Kind.PLANS: plans.cells,
    Figures.Kind.NUDGES: nudges.cells,
}


def due(clinic: Clinic, now: datetime) -> list[Month]:
    """The last full months whose figures are not all made, oldest first. Call it within the clinic. Two queries."""
    opened_on = Episode.objects.filter(clinic=clinic).order_by("opened_on").values_list("opened_on", flat=True).first()
    if opened_on is None:
        return []
    last = last_full(clinic, now)
    made: dict[Any, set[str]] = {}
    for first, kind in Figures.objects.filter(clinic=clinic).values_list("month", "kind"):
        made.setdefault(first, set()).add(kind)
    months = [last.earlier(back) for back in reversed(range(BACK))]
    first_month = opened_on.replace(day=1)
    return [month for month in months if month.first >= first_month and made.get(month.first, set()) < COUNTED.keys()]


@transaction.atomic
def make(*, by: Actor, month: Month) -> int:
    """Count a month of a clinic and keep what may be told. Returns how many tables are new; a second time none is."""
    there = set(Figures.objects.filter(clinic_id=by.clinic_id, month=month.first).values_list("kind", flat=True))
    wanted = [kind for kind in COUNTED if kind not in there]
    rows = [
        Figures(
            clinic_id=by.clinic_id, kind=kind, month=month.first, cells=COUNTED[kind](by, month), made_at=timezone.now()
        )
        for kind in wanted
    ]
    Figures.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record(by=by, verb="figures.made", month=month.first.isoformat(), tables=len(rows))
    return len(rows)
