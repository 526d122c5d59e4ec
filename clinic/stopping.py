"""Whether this worker was asked to stop: long work looks between two steps and ends early, so that a deploy waits for nobody.

One byte of memory that a worker shares with the processes it forks; no lock, because it only ever goes from 0 to 1.
"""

import mmap
from typing import Any

_asked = mmap.mmap(-1, 1)


def ask(**_signal: Any) -> None:
    """Ask this program and its children to end what they do soon. Listens to Celery's `worker_shutting_down`."""
    _asked[0] = 1


def is_asked() -> bool:
    """Whether somebody did."""
    return _asked[0] != 0


def forget() -> None:
    """As if nobody had; for tests."""
    _asked[0] = 0
