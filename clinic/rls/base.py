"""The Postgres backend with one addition: each outermost transaction starts by saying which clinic it acts for.

`set_config(..., true)` is transaction-local on purpose. A session-level setting would survive in a pooled connection and
show one clinic's rows to the next request of another.
"""

from django.db.backends.postgresql import base

from clinic import scope

SET_SCOPE = "SELECT set_config('app.clinic_id', %s, true), set_config('app.user_id', %s, true)"


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's Postgres connection, scoped."""

    def _set_autocommit(self, autocommit: bool) -> None:
        """Called at the start (False) and end (True) of each outermost `atomic` block."""
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and scope.current() != scope.NOWHERE:
            self.apply_scope()

    def apply_scope(self) -> None:
        """Tell the open transaction the scope in force. Not counted or logged as a query of the page."""
        here = scope.current()
        with self.connection.cursor() as cursor:
            cursor.execute(SET_SCOPE, (str(here.clinic_id or ""), str(here.user_id or "")))
