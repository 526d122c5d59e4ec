"""The demo's clock: everything happens when it happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import time_machine


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock stands at this moment (given in UTC, so that the process keeps its own time zone)."""
    with time_machine.travel(moment.astimezone(UTC), tick=False):
        yield
