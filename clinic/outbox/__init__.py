"""The outbox: everything that leaves a clinic, once, and only while it is still wanted.

* `queue` writes one row in the transaction that causes it; the key makes it once.
* The workers' sweeps `send_due` claim due rows with SKIP LOCKED (`lanes`: what is urgent has its own), ask the checks of
  their kind again, send and note it (`delivery`, `marking`).
* A killed worker loses nothing: its claim runs out and somebody else sends. Only a kill in the moment between the mail
  server's "taken" and our commit sends a second copy, with the same Message-ID.

`checks` is where an app says when a kind of message is no longer wanted; a kind without checks is never sent.
"""

from clinic.outbox import codes as codes
from clinic.outbox.delivery import Tally, deliver, send_due
from clinic.outbox.lanes import BATCH, claim, waiting
from clinic.outbox.ledger import Check, again_key, check, checks, day_key, queue, queue_all
from clinic.outbox.marking import also_moved
from clinic.outbox.reach import Reach, reach_of, ways_on, wishes_of

__all__ = [
    "BATCH",
    "Check",
    "Reach",
    "Tally",
    "again_key",
    "also_moved",
    "check",
    "checks",
    "claim",
    "day_key",
    "deliver",
    "queue",
    "queue_all",
    "reach_of",
    "send_due",
    "waiting",
    "ways_on",
    "wishes_of",
]
