"""Which addresses this computer's browser reaches under the name localhost, and whether a port is free on them."""

import errno
import socket

from clinic.embedded.process import CannotStart


def loopbacks() -> list[str]:
    """127.0.0.1, and [::1] where it exists: ``localhost`` may mean either."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "[::1]"]


def check_port(port: int) -> None:
    """Refuse a port that is taken or not for us, in one sentence that offers another. Raises ``CannotStart``."""
    for host in loopbacks():
        reason = _why_not(host.strip("[]"), port)
        if reason == errno.EACCES:
            raise CannotStart(f"Port {port} is for administrators only. Choose another one: ./dev up --port 8000")
        if reason is not None:
            raise CannotStart(
                f"Port {port} is used by another program. Choose another one: ./dev up --port {_free_after(port)}"
            )


def _why_not(host: str, port: int) -> int | None:
    """The error number that keeps us from listening, None if nothing does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, port)) == 0:  # macOS lets two programs bind
            return errno.EADDRINUSE
    with socket.socket(family) as probe:
        # As the web server does: connections that were closed a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno
    return None


def _free_after(port: int) -> int:
    """A port above ``port`` that is free on all loopback addresses."""
    hosts = [host.strip("[]") for host in loopbacks()]
    for candidate in range(max(port, 1024) + 1, 65_536):
        if all(_why_not(host, candidate) is None for host in hosts):
            return candidate
    return 8000
