"""Celery tasks of the worksheets app."""

from celery import shared_task
from django.utils import timezone

from clinic import rounds
from clinic.models import Clinic
from homework.worksheets import look_again


@shared_task(name="worksheets.library_review_due")  # type: ignore[untyped-decorator]
def library_review_due() -> int:
    """Sweep: ask who wrote a worksheet to look at it again once its day has gone by, at most once a week (F57)."""

    def work(clinic: Clinic) -> int:
        return look_again.ask_writers(clinic, timezone.now())

    return rounds.each_clinic(work, "worksheets.library_review_due")
