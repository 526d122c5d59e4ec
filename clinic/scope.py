"""Which clinic the program is acting for, right now.

A ContextVar holds the scope of this request or task. The database backend (`clinic.rls`) tells Postgres about it at the
start of each outermost transaction, transaction-locally, and row-level security does the rest: no scope, no rows. Nothing
else in the program sets it but the door (for a request), a task (for its clinic), the demo's loader, and an action that follows
a link or a person into another clinic, for that part alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import Error, connection


@dataclass(frozen=True)
class Scope:
    """The clinic whose rows may be seen, and the person for the one question asked before a clinic is known."""

    clinic_id: UUID | None = None
    user_id: UUID | None = None


NOWHERE = Scope()
_current: ContextVar[Scope] = ContextVar("scope", default=NOWHERE)


def current() -> Scope:
    """The scope in force."""
    return _current.get()


@contextmanager
def acting_in(clinic_id: UUID | None, *, user_id: UUID | None = None) -> Iterator[None]:
    """Act for one clinic until the block ends; nested blocks restore what was before, also inside a transaction."""
    token = _current.set(Scope(clinic_id, user_id))
    try:
        _tell_open_transaction()
        yield
    finally:
        _current.reset(token)
        # After an error the transaction is lost and its settings with it: there is nothing left to restore.
        with suppress(Error):
            _tell_open_transaction()


def _tell_open_transaction() -> None:
    """A transaction already under way learns of the change; one still to come learns at its start."""
    if connection.in_atomic_block and not connection.needs_rollback:
        connection.apply_scope()  # type: ignore[attr-defined]
