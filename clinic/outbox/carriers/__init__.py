"""The ways a message leaves: e-mail, web push, text message. Each is a carrier: it takes one row at a time over one line.

`delivery` claims, asks and notes; a carrier only hands over. What goes wrong has three names, so that one message's trouble
stays its own and one channel's trouble never stops the others:

* `AwayError`: the mail server, push service or provider cannot be reached. Nobody is to blame; all are given back.
* `GoneError`: this address is no more. The message is skipped; the carrier has ended the consent that named it.
* anything else: trouble with this one message; it is tried again later and parked after five tries.
"""

from clinic.models import OutgoingMessage
from clinic.outbox.carriers import email
from clinic.outbox.carriers.base import AwayError, Carrier, GoneError

CARRIERS: dict[str, type[Carrier]] = {OutgoingMessage.Channel.EMAIL: email.EmailCarrier}

__all__ = ["CARRIERS", "AwayError", "Carrier", "GoneError"]
