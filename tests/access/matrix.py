"""The table: one row a route. Printed, it is the program's permission page.

A row says what its path takes (argument -> which belonging of the owner) and, by method, what each relation gets. Relations
to an object: client, lead, supervisor, coach, admin, other. Without an object: client, therapist, coach, admin. `anyone` is
everybody. What is not written is denied.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.world import Belongings

Grants = dict[str, int]


@dataclass(frozen=True)
class Row:
    """One route."""

    get: Grants = field(default_factory=dict)
    post: Grants = field(default_factory=dict)
    other: dict[str, Grants] = field(default_factory=dict)
    takes: dict[str, str] = field(default_factory=dict)
    body: Callable[[Belongings], Any] | None = None
    denied: tuple[int, ...] = ()
    open_to_all: bool = False
    may_403: bool = False
    skip: str = ""

    @staticmethod
    def json(data: Any) -> str:
        """A body for the API."""
        return json.dumps(data, default=str)


ROWS: dict[str, Row] = {}
