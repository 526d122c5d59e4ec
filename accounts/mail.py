"""Mail about an account: queued in the request's transaction, sent by the worker seconds later.

The waiting text is sealed (it may hold a code) and removed once sent. A crash between sending and noting it can send the
same code twice, never none; the Message-ID is the row's id, so that mail programs show one.
"""

import json
from datetime import timedelta
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts import keys
from accounts.models import AccountMail, User

LEASE = timedelta(minutes=2)
TRIES = 5


def queue(*, to: str, subject: str, body: str, user: User | None) -> AccountMail:
    """Put one message in the ledger, sealed."""
    text = json.dumps({"subject": " ".join(subject.split()), "body": body})
    row = AccountMail(to=to, user=user if isinstance(user, User) else None)
    row.sealed_message = keys.seal_text(text, purpose=f"account mail {row.pk}")
    row.save()
    return row


def waiting(limit: int = 100) -> list[UUID]:
    """Ids of messages to send now: queued and not leased by another worker."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())
    rows = AccountMail.objects.filter(free, state=AccountMail.State.QUEUED).order_by("created_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def send(pk: UUID) -> bool:
    """Claim one message, send it, note it. Returns whether this call sent it."""
    with transaction.atomic():
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now())
        row = (
            AccountMail.objects.select_for_update(skip_locked=True)
            .filter(free, pk=pk, state=AccountMail.State.QUEUED)
            .first()
        )
        if row is None:
            return False
        AccountMail.objects.filter(pk=pk).update(lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1)
    text = json.loads(keys.open_text(row.sealed_message, purpose=f"account mail {row.pk}"))
    message = EmailMessage(text["subject"], text["body"], to=[row.to], headers=_headers(row.pk))
    try:
        message.send()
    except OSError:
        if row.attempts + 1 >= TRIES:
            AccountMail.objects.filter(pk=pk).update(state=AccountMail.State.PARKED, sealed_message="")
        raise
    AccountMail.objects.filter(pk=pk).update(
        state=AccountMail.State.SENT, sent_at=timezone.now(), sealed_message="", lease_until=None
    )
    return True


def _headers(pk: UUID) -> dict[str, str]:
    return {"Message-ID": f"<{pk}@account.between>", "Auto-Submitted": "auto-generated"}
