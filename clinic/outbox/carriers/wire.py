"""One pool of HTTPS connections for the carriers that speak to somebody else's service. It follows nothing and waits little."""

from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError

from clinic.outbox.carriers.base import AwayError

CONNECT, READ = 3.0, 7.0  # seconds; well inside the lease of a claimed message
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
COME_BACK = frozenset({408, 425, 429})  # not now: the other side asks for patience


class Wire:
    """Connections, opened as they are needed. No retries (the outbox tries again), no redirects, the system's own trust."""

    def __init__(self) -> None:
        timeout = urllib3.Timeout(connect=CONNECT, read=READ)
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=1, retries=False, timeout=timeout)

    def close(self) -> None:
        """Give the connections back."""
        self._pool.clear()

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send it and return the status; what the answer says is not read further. Raises AwayError when nobody answers.

        Only the production program speaks to anybody outside this machine.
        """
        if not settings.PRODUCTION and urlsplit(url).hostname not in LOOPBACK:
            raise AwayError("outside of production nothing leaves this machine")
        try:
            answer = self._pool.request("POST", url, body=body, headers=headers, redirect=False, preload_content=False)
            answer.drain_conn()  # to the end, so that the connection serves the next message
            return int(answer.status)
        except (HTTPError, OSError) as error:
            raise AwayError(type(error).__name__) from error


def not_now(status: int) -> bool:
    """Whether a status means that the service is busy or broken, and nothing is wrong with the message."""
    return status >= 500 or status in COME_BACK
