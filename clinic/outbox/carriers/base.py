"""What every carrier is, and the two kinds of trouble that are not the message's own."""

from types import TracebackType
from typing import Protocol, Self

from accounts.mail import ServerAwayError as AwayError
from clinic.models import Clinic, OutgoingMessage

__all__ = ["AwayError", "Carrier", "GoneError"]


class GoneError(Exception):
    """The address is no more (a mailbox that does not exist, a browser that unsubscribed). Trying again helps nobody."""


class Carrier(Protocol):
    """One line for many messages, opened when the first one goes out. A context manager; closing never raises."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def carry(self, row: OutgoingMessage, clinic: Clinic) -> None:
        """Hand one message over; returns once the other side has taken it. `row.user` is loaded afresh.

        Called in the transaction that notes the row as sent. Raises AwayError, GoneError, or whatever is wrong with this row.
        """
        ...
