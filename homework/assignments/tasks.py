"""Celery tasks of the assignments app: sweeps without arguments. Losing one delays; the next finds the work again."""

from celery import shared_task
from django.utils import timezone

from clinic import nights, rounds
from clinic.models import Clinic
from homework.assignments import reminders
from homework.assignments.actions import drafts, measures


@shared_task(name="assignments.queue_due_reminders")  # type: ignore[untyped-decorator]
def queue_due_reminders() -> int:
    """Sweep: put the reminders whose moment has come into the outbox. Returns how many were queued."""
    return rounds.each_clinic(_queue_all, "assignments.queue_due_reminders", own_transactions=True)


def _queue_all(clinic: Clinic) -> int:
    """In batches, so that each transaction is short; ends, because every piece of work looked at moves on."""
    total, looked_at = 0, reminders.BATCH
    while looked_at == reminders.BATCH:
        looked_at, queued = reminders.queue_due(clinic, timezone.now())
        total += queued
    return total


@shared_task(name="assignments.look_ahead")  # type: ignore[untyped-decorator]
def look_ahead() -> int:
    """Sweep: set the moments of work that begins later or whose client changed their hours. Returns how many."""

    def work(clinic: Clinic) -> int:
        return reminders.look_ahead(clinic, timezone.now())

    return rounds.each_clinic(work, "assignments.look_ahead", own_transactions=True)


@shared_task(name="assignments.measure_scheduler")  # type: ignore[untyped-decorator]
def measure_scheduler() -> int:
    """Sweep: each night, set when every measure under way may come up next. Returns how many changed."""
    return nights.each_night("assignments.measure_scheduler", measures.ARRANGED, measures.arrange)


@shared_task(name="assignments.draft_purge")  # type: ignore[untyped-decorator]
def draft_purge() -> int:
    """Sweep: each night, remove drafts nobody has touched for thirty days (6.7). Returns how many went."""
    return nights.each_night("assignments.draft_purge", drafts.PURGED, drafts.purge)
