"""What most programs do, for comparison: one Celery task a message. The program's own Celery app with one task more.

Honest: settings as ours (`CELERY_DB_REUSE_MAX`, late acknowledgement), the very same checks, the same words, the same note; only
one message at a time, each with a claim and a connection to the mail server of its own. The task keeps no record of its runs,
which ours does.
"""

from uuid import UUID

from celery.contrib.django.task import DjangoTask

from clinic.celery import app

CLAIM_ONE = """
UPDATE clinic_outgoingmessage SET lease_until = %(until)s
 WHERE id = (SELECT id FROM clinic_outgoingmessage WHERE id = %(id)s AND state = 'queued' AND due_at <= %(now)s
                AND (lease_until IS NULL OR lease_until < %(now)s) FOR UPDATE SKIP LOCKED)
RETURNING *
"""


@app.task(name="bench.send_one", base=DjangoTask)  # type: ignore[untyped-decorator]
def send_one(clinic_id: str, message_id: str) -> int:
    """Claim, check, send and note one message."""
    from django.db import transaction
    from django.utils import timezone

    from clinic import outbox, vault
    from clinic.models import Clinic, OutgoingMessage
    from clinic.outbox.lanes import LEASE
    from clinic.scope import acting_in

    clinic = Clinic.objects.get(pk=UUID(clinic_id))
    with acting_in(clinic.pk), vault.session():
        now = timezone.now()
        with transaction.atomic():
            values = {"id": message_id, "now": now, "until": now + LEASE}
            rows = list(OutgoingMessage.objects.raw(CLAIM_ONE, values))
        return outbox.deliver(clinic, rows).sent
