"""Real processes for tests of faults: their environment, a mail server that counts, and ends without warning.

Everything here kills only what it started, by process id.
"""

import asyncio
import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """What a program needs to work on the database of this test run, as the role it always runs as."""
    here = settings.DATABASES["default"]
    url = f"postgresql://{here['USER']}@/{here['NAME']}?host={here['HOST']}"
    mine = {"BETWEEN_DATABASE_URL": url, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore", **more}
    return {**{name: value for name, value in os.environ.items() if name != "BETWEEN_OWNER_DATABASE_URL"}, **mine}


def start(*command: str, log: Path, **more: str) -> subprocess.Popen[bytes]:
    """Start a Python program in the root of the checkout, in a group of its own, with its output in a file."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment(**more),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program that `start` made, and all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def children(pid: int) -> list[int]:
    """The children of a process, oldest first."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@contextlib.contextmanager
def ended_if_it_hangs(*programs: str, seconds: float) -> Iterator[None]:
    """Processes of ours whose command holds the first word are killed if the block takes longer, those with the next after as long again.

    For closing a browser: one that cannot close itself is no finding about us, and tests would wait for it for ever. What the
    block says about it is left unsaid.
    """
    over = threading.Event()

    def end_them(program: str) -> None:
        over.set()
        say(f"{program} did not end in time and was killed")
        for pid in _descendants(os.getpid()):
            with contextlib.suppress(OSError):
                if program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                    kill(pid)

    timers = [threading.Timer(seconds * nth, end_them, (program,)) for nth, program in enumerate(programs, start=1)]
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield
    except Exception:
        if not over.is_set():
            raise
    finally:
        for timer in timers:
            timer.cancel()


def _descendants(pid: int) -> list[int]:
    """Children, their children and so on."""
    found = children(pid)
    return found + [each for child in found for each in _descendants(child)]


def kill(pid: int) -> bool:
    """End a process without warning. False when it had ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def say(text: str) -> None:
    """Write what was counted to the screen, past the tests' capture: figures that nobody sees prove nothing."""
    os.write(2, f"\n  {text}\n".encode())


def until(ready: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something to become true. Raises AssertionError when it does not."""
    end_at = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end_at, f"waited {seconds} s for {what}"
        threading.Event().wait(0.02)


@dataclass(frozen=True)
class Arrival:
    """One message as the mail server took it: on which connection, and the how-manieth there."""

    message_id: str
    to: str
    connection: tuple[Any, ...]
    number: int


@dataclass
class Sink:
    """A mail server that takes everything and remembers the order."""

    arrivals: list[Arrival] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one message. The sender learns so after it has been counted."""
        text = envelope.content.decode("utf-8", "replace")
        found = re.search(r"^Message-ID:\s*(<[^>]+>)", text, re.M | re.I)
        with self._lock:
            number = sum(each.connection == session.peer for each in self.arrivals[-600:])
            self.arrivals.append(Arrival(found[1] if found else "", envelope.rcpt_tos[0], session.peer, number))
            self.texts.append(text)
        return "250 taken"

    @property
    def where(self) -> dict[str, str]:
        """The environment of whoever sends mail here."""
        return {"BETWEEN_SMTP_HOST": "127.0.0.1", "BETWEEN_SMTP_PORT": str(self.port)}

    def doubled(self) -> dict[str, list[Arrival]]:
        """Messages that arrived more than once."""
        found: dict[str, list[Arrival]] = {}
        for arrival in list(self.arrivals):
            found.setdefault(arrival.message_id, []).append(arrival)
        return {key: copies for key, copies in found.items() if len(copies) > 1}

    def last_on(self, arrival: Arrival) -> bool:
        """Whether nothing came after this message on its connection: the sender ended before it could note it."""
        return not any(each.connection == arrival.connection and each.number > arrival.number for each in self.arrivals)


@contextlib.contextmanager
def sink() -> Iterator[Sink]:
    """A running mail server, in a thread."""
    here, listening = Sink(), socket.create_server(("127.0.0.1", 0))
    here.port = listening.getsockname()[1]
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        await loop.create_server(lambda: SMTP(here, hostname="localhost", loop=loop), sock=listening)

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield here
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        hang_up(loop)
        listening.close()


def hang_up(loop: asyncio.AbstractEventLoop) -> None:
    """End what is still open on a loop that has stopped."""

    async def end_all() -> None:
        left = asyncio.all_tasks(loop) - {asyncio.current_task(loop)}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    loop.run_until_complete(end_all())
    loop.close()


def healthy(port: int) -> bool:
    """Whether the program answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
