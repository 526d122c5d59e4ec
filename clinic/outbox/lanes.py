"""Which messages go before others, and how a worker takes them: two lanes, two claims, two partial indexes.

The kinds stand in the statements as words, not as parameters, because Postgres uses a partial index only for a condition it
can read while planning.
"""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clinic.models import Clinic, OutgoingMessage

BATCH = 500  # messages a claim takes at most
#: How long a claim holds; a killed worker's messages are free again after it. Longer than a sweep works (45 s) and a slow server
#: takes; short, because a worker that loses its broker is ended in the middle, and what it held waits for so long.
LEASE = timedelta(seconds=90)
URGENT: tuple[str, ...] = tuple(kind.value for kind in OutgoingMessage.URGENT)
USUAL: tuple[str, ...] = tuple(kind for kind in OutgoingMessage.Kind.values if kind not in URGENT)


def _due(kinds: tuple[str, ...]) -> str:
    words = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""clinic_id = %(clinic)s AND state = 'queued' AND kind IN ({words}) AND due_at <= %(now)s
       AND (lease_until IS NULL OR lease_until < %(now)s)"""


def _claim_of(kinds: tuple[str, ...]) -> str:
    return f"""
WITH due AS MATERIALIZED (
    SELECT id FROM clinic_outgoingmessage
     WHERE {_due(kinds)}
     ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE clinic_outgoingmessage AS message SET lease_until = %(until)s
  FROM due WHERE message.id = due.id RETURNING message.*
"""  # noqa: S608 - our own words


WAITING = f"""
SELECT count(*) FROM (
    SELECT 1 FROM clinic_outgoingmessage WHERE {_due(USUAL)} LIMIT %(most)s) AS due
"""  # noqa: S608 - our own words
CLAIMS = {True: _claim_of(URGENT), False: _claim_of(USUAL)}


def claim(clinic: Clinic, limit: int = BATCH, *, urgent: bool | None = None) -> list[OutgoingMessage]:
    """Take due messages of the clinic acted in, oldest first, for the length of a lease. One statement, no waiting.

    urgent: of which lane; by default of the urgent one, and where it is empty of the usual one.
    """
    if urgent is None:
        return claim(clinic, limit, urgent=True) or claim(clinic, limit, urgent=False)
    now = timezone.now()
    values = {"clinic": clinic.pk, "now": now, "until": now + LEASE, "limit": limit}
    with transaction.atomic():
        rows = list(OutgoingMessage.objects.raw(CLAIMS[urgent], values))
    return sorted(rows, key=lambda row: (row.due_at, row.pk))


def waiting(clinic: Clinic, most: int) -> int:
    """How many usual messages of the clinic acted in are due and held by nobody, counted up to `most`."""
    values: dict[str, Any] = {"clinic": clinic.pk, "now": timezone.now(), "most": most}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WAITING, values)
        return int(cursor.fetchone()[0])
