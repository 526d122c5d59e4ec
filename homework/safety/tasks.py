"""Celery tasks of the safety app."""

from celery import shared_task
from django.utils import timezone

from clinic import access, rounds
from clinic.models import Clinic
from homework.safety import lines
from homework.safety.actions import ladder


@shared_task(name="safety.climb_ladder")  # type: ignore[untyped-decorator]
def climb_ladder() -> int:
    """Sweep: tell the next person about every flag nobody looks at, and note the heartbeat. Running it twice climbs once."""

    def work(clinic: Clinic) -> int:
        return ladder.climb(by=access.system(clinic, "safety ladder"))

    return rounds.each_clinic(work, "safety.climb_ladder", own_transactions=True)


@shared_task(name="safety.crisis_rows_due")  # type: ignore[untyped-decorator]
def crisis_rows_due() -> int:
    """Sweep: ask admins to call lines of help that were checked long ago, at most once a week. Returns how many are asked."""

    def work(clinic: Clinic) -> int:
        return lines.ask_admins(clinic, timezone.now())

    return rounds.each_clinic(work, "safety.crisis_rows_due")
