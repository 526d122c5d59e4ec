"""Celery tasks of the clinic app: sweeps without arguments. Losing one delays; the next finds the work again."""

import functools
import time

from celery import shared_task

from clinic import access, outbox
from clinic.models import Clinic
from clinic.outbox.delivery import BUDGET


@shared_task(name="clinic.send_due_messages")  # type: ignore[untyped-decorator]
def send_due_messages() -> int:
    """Sweep: send what is due and still wanted, clinic by clinic. Returns how many messages were sent."""
    until = time.monotonic() + BUDGET
    work = functools.partial(outbox.send_due, until=until)
    return outbox.each_clinic(work, "clinic.send_due_messages", own_transactions=True)


@shared_task(name="clinic.extend_series")  # type: ignore[untyped-decorator]
def extend_series() -> int:
    """Sweep: make the sessions of weekly series some weeks ahead, and count those that are over as held."""
    from clinic.actions import appointments, series

    def work(clinic: Clinic) -> int:
        by = access.system(clinic, "sessions")
        return series.extend_series(by=by) + appointments.mark_held(by=by)

    return outbox.each_clinic(work, "clinic.extend_series")


@shared_task(name="clinic.put_covers")  # type: ignore[untyped-decorator]
def put_covers() -> int:
    """Sweep: places a cover could not get at once, because an earlier one of theirs was in the way. Returns how many."""
    from clinic.actions import covering

    return outbox.each_clinic(
        lambda clinic: covering.put_missing(by=access.system(clinic, "covers")), "clinic.put_covers"
    )
