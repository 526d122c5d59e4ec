"""Celery tasks of the clinic app: sweeps without arguments. Losing one delays; the next finds the work again."""

import functools
import time

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from clinic import access, logs, nights, outbox, rounds
from clinic.models import Clinic
from clinic.outbox.delivery import BUDGET
from clinic.running import alarm

HELPERS = 7  # units a sweep calls at most for one clinic


@shared_task(name="clinic.send_urgent_messages")  # type: ignore[untyped-decorator]
def send_urgent_messages() -> int:
    """Sweep: send safety notices, codes and invitations. Returns how many were sent."""
    return _send("clinic.send_urgent_messages", urgent=True)


@shared_task(name="clinic.send_due_messages")  # type: ignore[untyped-decorator]
def send_due_messages() -> int:
    """Sweep: send the other messages that are due and still wanted, with helpers where many wait. Returns how many were sent."""
    return _send("clinic.send_due_messages", urgent=False)


def _send(name: str, *, urgent: bool) -> int:
    """One lane, clinic by clinic. A channel that is away is tried once a sweep, not once a clinic."""
    away: set[str] = set()
    send = functools.partial(outbox.send_due, until=time.monotonic() + BUDGET, urgent=urgent, away=away)

    def work(clinic: Clinic) -> int:
        if not urgent:
            _call_helpers(clinic)
        return send(clinic)

    return rounds.each_clinic(work, name, own_transactions=True)


def _call_helpers(clinic: Clinic) -> None:
    """One unit for each batch that waits behind the first: whichever workers are idle send them side by side."""
    behind = outbox.waiting(clinic, (HELPERS + 1) * outbox.BATCH) // outbox.BATCH - 1
    try:
        for _helper in range(behind):
            help_to_send.delay(str(clinic.pk))
    except OperationalError as error:  # the broker has just gone: this worker sends alone
        logs.trouble("clinic.help_to_send", error, clinic=clinic.pk)


@shared_task(name="clinic.help_to_send", expires=60)  # type: ignore[untyped-decorator]
def help_to_send(clinic_id: str) -> int:
    """Unit: send what waits in one clinic beside whoever else does. Running it again sends what is still due, nothing twice."""
    send = functools.partial(outbox.send_due, until=time.monotonic() + BUDGET, urgent=False)
    return rounds.in_clinic(clinic_id, send, own_transactions=True)


@shared_task(name="clinic.extend_series")  # type: ignore[untyped-decorator]
def extend_series() -> int:
    """Sweep: make the sessions of weekly series some weeks ahead, and count those that are over as held."""
    from clinic.actions import appointments, series

    def work(clinic: Clinic) -> int:
        by = access.system(clinic, "sessions")
        return series.extend_series(by=by) + appointments.mark_held(by=by)

    return rounds.each_clinic(work, "clinic.extend_series")


@shared_task(name="clinic.put_covers")  # type: ignore[untyped-decorator]
def put_covers() -> int:
    """Sweep: places a cover could not get at once, because an earlier one of theirs was in the way. Returns how many."""
    from clinic.actions import covering

    return rounds.each_clinic(
        lambda clinic: covering.put_missing(by=access.system(clinic, "covers")), "clinic.put_covers"
    )


@shared_task(name="clinic.safe_contact_recheck")  # type: ignore[untyped-decorator]
def safe_contact_recheck() -> int:
    """Sweep: ask clients whose answer is eight weeks old to look at the questions again. Returns how many are asked."""
    from clinic.outbox import recheck

    return rounds.each_clinic(lambda clinic: recheck.queue_notes(clinic, timezone.now()), "clinic.safe_contact_recheck")


@shared_task(name="clinic.read_returns")  # type: ignore[untyped-decorator]
def read_returns() -> int:
    """Sweep: reports of mail that came back, from the mailbox if one is set. Returns how many had an effect."""
    from clinic.returns import mailbox

    return mailbox.read().noted


@shared_task(name="clinic.message_alarm")  # type: ignore[untyped-decorator]
def message_alarm() -> int:
    """Sweep: where messages are parked or wait too long, or a job is late, tell the admins once a day. Returns how many."""
    return rounds.each_clinic(lambda clinic: alarm.raise_it(clinic, timezone.now()), "clinic.message_alarm")


@shared_task(name="clinic.discharge_access_end")  # type: ignore[untyped-decorator]
def discharge_access_end() -> int:
    """Sweep: each night, end what is live of clients whose months after care are over (F50). Returns for how many."""
    from clinic.actions import access_over

    return nights.each_night("clinic.discharge_access_end", access_over.OVER, access_over.end_access)


@shared_task(name="clinic.tidy_ledger")  # type: ignore[untyped-decorator]
def tidy_ledger() -> int:
    """Sweep: each night, remove messages that went thirteen months ago. Returns how many."""
    from clinic.actions import ledger

    return nights.each_night("clinic.tidy_ledger", ledger.TIDIED, ledger.tidy)
