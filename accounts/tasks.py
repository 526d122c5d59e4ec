"""Celery tasks of the accounts app."""

from celery import shared_task

from accounts import mail


@shared_task(name="accounts.send_waiting_mail")
def send_waiting_mail() -> int:
    """Sweep: send every waiting message about an account. Returns how many were sent."""
    sent = 0
    for pk in mail.waiting():
        try:
            sent += mail.send(pk)
        except OSError:
            continue  # the mail server is away: the lease runs out and the next sweep tries again
    return sent
