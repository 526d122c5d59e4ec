"""Opening the sealed part of what is counted: some clients at a time, one event in the record for each batch.

Only the program does this, once a month. What was opened is closed before the next batch, and what leaves is a number.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from clinic import audit, vault
from clinic.access import Actor

BATCH = 200  # clients


def batches(by: Actor, clients: Iterable[UUID], verb: str) -> Iterator[list[UUID]]:
    """Each batch of clients, open while it is handed out. Two statements a batch: the keys, and the record."""
    ids = sorted(set(clients), key=str)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with vault.session():
            audit.opened_list(by=by, client_ids=batch, verb=verb)
            yield batch
