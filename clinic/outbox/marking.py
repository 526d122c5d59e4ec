"""Noting a message as sent, in the transaction that sends it, and only if nothing that decides about it has moved.

The checks are asked for many messages at once, up to half a second before one of them leaves. In between somebody may write,
pause, stop or book a session. So the statement that notes a message as sent looks again, by itself: has anything been done by
or about these people since, is the address still theirs, is its window still open? Every action leaves a record in its own
transaction (`clinic.audit`), which is what is looked at; an app adds what is written without one (`also_moved`). If anything
has moved, nothing is noted, and all checks are asked again in the same transaction (`delivery`).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from clinic.models import OutgoingMessage
from clinic.outbox.which_words import wording_of

#: A record says when its transaction made it, not when it was committed: those that took this long are seen too.
MARGIN = timedelta(seconds=20)

# By hand because they run once a message: building the same from querysets costs as much as sending.
SENT = """
UPDATE clinic_outgoingmessage SET state = 'sent', sent_at = %(now)s, wording = %(wording)s, secret = '', lease_until = NULL
 WHERE id = %(id)s AND state = 'queued' AND lease_until = %(lease)s
"""
UNMOVED = f"""{SENT}
   AND (not_after IS NULL OR not_after >= %(now)s)
   AND EXISTS (SELECT 1 FROM accounts_user WHERE id = %(user)s AND is_active AND email = %(email)s)
   AND NOT EXISTS (
       SELECT 1 FROM clinic_auditevent
        WHERE clinic_id = %(clinic)s AND at > %(since)s AND NOT is_read
          AND (client = ANY(%(ids)s) OR actor = ANY(%(ids)s) OR object_id = ANY(%(ids)s)))
"""  # noqa: S608 - our own words
moved: dict[str, list[str]] = {}


def also_moved(kind: str, statement: str) -> None:
    """Register a query that finds a row when something about a message of this kind was written without a record.

    It may name %(ids)s (the person's places here and what the message is about), %(clinic)s and %(since)s, and has to be
    quick: it runs once a message.
    """
    if statement not in moved.setdefault(kind, []):
        moved[kind].append(statement)


def mark_unmoved(row: OutgoingMessage, asked: datetime, now: datetime) -> bool:
    """Note it as sent if it is still ours and nothing has moved since the checks were `asked`. In the sending transaction.

    What is urgent is never taken on trust: there are few of them, and each is asked about again.
    """
    if row.kind in OutgoingMessage.URGENT or row.user is None:
        return False
    more = "".join(f" AND NOT EXISTS ({statement})" for statement in moved.get(row.kind, ()))
    values = {
        "user": row.user.pk,
        "email": row.user.email,
        "clinic": row.clinic_id,
        "since": asked - MARGIN,
        "ids": [row.about or row.pk, *getattr(row, "places", ())],
    }
    return _run(UNMOVED + more, row, now, values)


def mark(row: OutgoingMessage, now: datetime) -> bool:
    """Note it as sent if it is still ours. Locks the row until the end of the transaction."""
    return _run(SENT, row, now, {})


def _run(statement: str, row: OutgoingMessage, now: datetime, more: dict[str, Any]) -> bool:
    values = {"id": row.pk, "lease": row.lease_until, "now": now, "wording": wording_of(row), **more}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.rowcount)
