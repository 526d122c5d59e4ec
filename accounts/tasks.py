"""Celery tasks of the accounts app."""

from celery import shared_task

from accounts import mail


@shared_task(name="accounts.send_waiting_mail")  # type: ignore[untyped-decorator]
def send_waiting_mail() -> int:
    """Sweep: send every waiting message about an account. Returns how many were sent."""
    sent = 0
    while rows := mail.claim():
        tally = mail.deliver(rows)
        sent += tally.sent
        if tally.away:
            break  # the next sweep tries again
    return sent
