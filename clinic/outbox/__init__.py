"""The outbox: everything that leaves a clinic, once, and only while it is still wanted.

* `queue` writes one row in the transaction that causes it; the key makes it once.
* The worker's sweep `send_due` claims due rows with SKIP LOCKED, asks the checks of their kind again, sends and notes
  it.
* A killed worker loses nothing: its claim runs out and somebody else sends. Only a kill in the moment between the mail
  server's "taken" and our commit sends a second copy, with the same Message-ID.

`checks` is where an app says when a kind of message is no longer wanted; a kind without checks is never sent.
"""

from clinic.outbox.delivery import BATCH, Tally, claim, deliver, each_clinic, send_due
from clinic.outbox.ledger import Check, check, checks, day_key, queue, queue_all
from clinic.outbox.reach import Reach, reach_of, wishes_of

__all__ = [
    "BATCH",
    "Check",
    "Reach",
    "Tally",
    "check",
    "checks",
    "claim",
    "day_key",
    "deliver",
    "each_clinic",
    "queue",
    "queue_all",
    "reach_of",
    "send_due",
    "wishes_of",
]
