"""The Message-ID of a row of the outbox, found again in whatever comes back."""

import re
from uuid import UUID

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SHAPE = re.compile(rf"(?<![\w.-])({_ID})\.({_ID})(?![\w-])", re.ASCII | re.IGNORECASE)


def reference(text: str) -> tuple[UUID, UUID] | None:
    """The row and its clinic that a text names, as in `<row.clinic@host>`; None without one.

    The host is not looked at: it changes when a clinic moves, and the ids are what nobody can guess.
    """
    for found in _SHAPE.finditer(text):
        row, clinic = UUID(found[1]), UUID(found[2])
        if row.version == 7:  # what accounts.ids makes
            return row, clinic
    return None
