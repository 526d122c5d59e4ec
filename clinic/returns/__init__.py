"""What comes back after a message was sent: mail that bounced, complaints, and people who answer STOP.

* `reference` finds the row a text is about; only somebody who has seen a message knows its 74 random bits.
* `parse` reads what mail servers and providers report. Whatever arrives there is hostile until understood: it is cut to
  size, never raises, and nothing of it is kept.
* `mailbox` fetches reports over IMAP; `clinic.views.hooks` takes them over HTTP, and text messages too (`texts`).
* `effects` notes them on the row and, for a client's own address, turns that channel off. Nothing here turns one on.
* `marks` says what came back, for the pages of the clinic's admin.
"""

from clinic.returns.effects import Tally, take
from clinic.returns.reference import reference

__all__ = ["Tally", "reference", "take"]
