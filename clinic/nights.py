"""Which night it is for a clinic, and whether a job of the night has had its turn: the record says so (`clinic.audit`).

The database is the schedule: a sweep looks often and finds nothing to do until the clinic's own night has begun (3:00 on its
wall). Workers that were away that night do it when they are back. What the jobs do is the same however often they do it.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from clinic import access, rounds
from clinic.models import AuditEvent, Clinic

NIGHT = time(3)  # on the clinic's wall
FAR_BACK = timedelta(days=14)  # further back nobody looks for the last turn


def night_of(clinic: Clinic, now: datetime) -> datetime:
    """When the newest night of this clinic began."""
    wall = now.astimezone(clinic.zone)
    begun = datetime.combine(wall.date(), NIGHT, tzinfo=clinic.zone)
    return begun if wall >= begun else datetime.combine(wall.date() - timedelta(days=1), NIGHT, tzinfo=clinic.zone)


def week_of(clinic: Clinic, now: datetime) -> datetime:
    """When the night to the newest Monday of this clinic began."""
    on = night_of(clinic, now).date()
    return datetime.combine(on - timedelta(days=on.weekday()), NIGHT, tzinfo=clinic.zone)


def last_turn(clinic: Clinic, verb: str, *, since: datetime, before: datetime | None = None) -> datetime | None:
    """When the program last recorded this in the clinic, at `since` or later. One query."""
    rows = AuditEvent.objects.filter(clinic=clinic, verb=verb, at__gte=since, actor__isnull=True)
    if before is not None:
        rows = rows.filter(at__lt=before)
    return rows.order_by("-at").values_list("at", flat=True).first()


def is_due(clinic: Clinic, verb: str, since: datetime) -> bool:
    """Whether the job that records `verb` has not had its turn since this night or week began. One query."""
    return last_turn(clinic, verb, since=since) is None


def each_night(name: str, verb: str, action: Callable[..., int], purpose: str = "") -> int:
    """A sweep's work: do `action(by=...)` in each clinic whose night has begun and that has not recorded `verb` since.

    The action opens its own transactions and records `verb` when it is through. Returns the sum of what it returns.
    """

    def work(clinic: Clinic) -> int:
        with transaction.atomic():
            due = is_due(clinic, verb, night_of(clinic, timezone.now()))
        return action(by=access.system(clinic, purpose or verb)) if due else 0

    return rounds.each_clinic(work, name, own_transactions=True)
