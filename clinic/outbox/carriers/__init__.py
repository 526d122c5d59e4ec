"""The ways a message leaves: e-mail, web push, text message. Each is a carrier: it takes one row at a time over one line.

`delivery` claims, asks and notes; a carrier only hands over. What goes wrong has three names, so that one message's trouble
stays its own and one channel's trouble never stops the others:

* `AwayError`: the mail server, push service or provider cannot be reached. Nobody is to blame; all are given back.
* `GoneError`: this address is no more. The message is skipped; the carrier has ended the consent that named it.
* anything else: trouble with this one message; it is tried again later and parked after five tries.
"""

from clinic.models import OutgoingMessage
from clinic.outbox.carriers.base import AwayError, Carrier, GoneError
from clinic.outbox.carriers.email import EmailCarrier
from clinic.outbox.carriers.push import PushCarrier
from clinic.outbox.carriers.sms import SmsCarrier

CARRIERS: dict[str, type[Carrier]] = {
    OutgoingMessage.Channel.EMAIL: EmailCarrier,
    OutgoingMessage.Channel.PUSH: PushCarrier,
    OutgoingMessage.Channel.SMS: SmsCarrier,
}

__all__ = ["CARRIERS", "AwayError", "Carrier", "GoneError"]
