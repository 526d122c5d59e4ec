"""Counting what the look for heavy words does, month by month (6.4). Counts only: no client, no entry, no word.

Called inside the transaction of what is counted. `confirmed` belongs to the month in which the mark was made, so that a
month's share can be read.
"""

from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from clinic.models import Clinic
from homework.safety.models import SafetyFlag, ScreeningTally


def shown(clinic: Clinic) -> None:
    """A client was offered the help page."""
    _count(clinic, timezone.now(), "shown")


def marked(clinic: Clinic) -> None:
    """A clinician was asked to read an entry."""
    _count(clinic, timezone.now(), "marked")


def confirmed(flag: SafetyFlag) -> None:
    """A flag was closed. Counts one that came from the words and was no mistake; any other flag counts for nothing."""
    if flag.kind == SafetyFlag.Kind.FREE_TEXT and flag.outcome not in ("", SafetyFlag.Outcome.MISTAKE):
        _count(flag.episode.clinic, flag.raised_at, "confirmed")


def month_of(clinic: Clinic, at: datetime) -> date:
    """The first day of the clinic's month."""
    return clinic.today(at).replace(day=1)


def _count(clinic: Clinic, at: datetime, what: str) -> None:
    row, _new = ScreeningTally.objects.get_or_create(clinic=clinic, month=month_of(clinic, at))
    ScreeningTally.objects.filter(pk=row.pk).update(**{what: F(what) + 1})
