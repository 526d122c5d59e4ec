"""E-mail over one SMTP connection."""

from types import TracebackType
from typing import Self

from accounts import mail
from clinic import messages
from clinic.models import Clinic, OutgoingMessage


class EmailCarrier:
    """Hands rows to the mail server."""

    def __init__(self) -> None:
        self._line = mail.Line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._line.hang_up()

    def carry(self, row: OutgoingMessage, clinic: Clinic) -> None:
        """Compose it with the address and language of now, and send it."""
        self._line.send(messages.compose(row, clinic))
