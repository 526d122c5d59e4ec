"""How an action says no."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.functional import Promise


class ActionRefused(BadRequest):
    """A transition that is not allowed now. Its message is for the person: what is so, and what to do instead.

    status: the HTTP status a view or the API answers with (409 by default, 422 for something missing).
    see: where to go first, as (route, id): pages show links of their own, the API tells the addresses.
    """

    def __init__(
        self, message: "str | Promise", *, status: int = 409, field: str = "", see: Sequence[tuple[str, Any]] = ()
    ) -> None:
        super().__init__(str(message))
        self.message_for_user = str(message)
        self.status = status
        self.field = field
        self.see = tuple(see)
