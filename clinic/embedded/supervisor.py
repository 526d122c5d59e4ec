"""Keeps a handful of children running, says only what a person needs to know, and stops them in order.

One thread, no callbacks: signals set a flag, everything that waits looks at it. Children write to their own log files,
so nothing breaks when the screen goes away.
"""

import contextlib
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from clinic.embedded import leftovers
from clinic.embedded.process import Cancelled, CannotStart, Server, wait_for

#: Log lines worth a look, by server; the other servers' own chatter stays in their files.
WORTH_SHOWING = {
    "postgres": re.compile(r"\bPANIC\b"),
    "valkey": re.compile(r"Can't|error writing", re.IGNORECASE),
}
WARNINGS = re.compile(
    r"\b(WARNING|ERROR|CRITICAL)\b|\"level\": ?\"(warning|error|critical)\"|^Traceback |^\w+(\.\w+)*Error\b"
)
LINES_AT_ONCE = 5
BIGGEST_LOG = 5_000_000  # bytes; a bigger one is put aside at the next start
LONGEST_PAUSE = 30.0
#: A child that has run this many seconds is healthy again and its next pause is short.
HEALTHY_AFTER = 60.0


@dataclass
class Life:
    """What we know of one child between its restarts. Times are monotonic seconds."""

    server: Server
    started: float
    failures: int = 0
    retry_at: float | None = None
    log_read: int = 0


def say(line: str = "") -> None:
    """Print and flush. A closed terminal or pipe must not keep us from stopping the children."""
    try:
        print(line, flush=True)
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - lives as long as the process


class Supervisor:
    """Starts servers in the order given, watches them, stops them in the opposite order."""

    def __init__(self, run: Path, *, verbose: bool = False) -> None:
        """``run`` gets the logs and the roster; ``verbose`` shows every log line."""
        self.run = run
        self.verbose = verbose
        self.lives: list[Life] = []
        self.asked_to_stop = 0
        (run / "logs").mkdir(mode=0o700, exist_ok=True)

    def listen_for_signals(self) -> None:
        """Ctrl-C, a polite kill and a closed terminal all mean: stop. Set by hand, as a shell may have them ignored."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, lambda *_: self.stop_soon())

    def stop_soon(self) -> None:
        """Ask the watching loop, or whatever waits just now, to end."""
        self.asked_to_stop += 1

    def is_stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self.asked_to_stop > 0

    def log(self, name: str) -> Path:
        """The log file of a child; a huge one is put aside first."""
        path = self.run / "logs" / f"{name}.log"
        if path.exists() and path.stat().st_size > BIGGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path

    def start(self, server: Server) -> None:
        """Start ``server`` and keep it running from now on. Raises ``CannotStart`` or ``Cancelled``."""
        if self.is_stopping():
            raise Cancelled
        server.cancelled = self.is_stopping
        server.launched = self.remember
        read = server.log.stat().st_size if server.log.exists() else 0
        self.lives.append(Life(server, time.monotonic(), log_read=read))
        server.start()

    def forget(self, server: Server) -> None:
        """Stop watching a child that has done its work."""
        self.lives = [life for life in self.lives if life.server is not server]
        self.remember()

    def remember(self) -> None:
        """Write the roster, for the start after a crash of ours."""
        leftovers.write_roster(self.run / "roster.json", [life.server for life in self.lives])

    def watch(self) -> None:
        """Until asked to stop: restart what ended, show what matters."""
        while not self.is_stopping():
            for life in self.lives:
                self._revive(life)
                self._show_news(life)
            time.sleep(0.25)

    def stop(self) -> None:
        """The program first, then what it stands on: within ten seconds in all. Asked twice, nobody is waited for."""
        programs = [life.server for life in self.lives if life.server.name not in ("postgres", "valkey", "mail")]
        below = [life.server for life in self.lives if life.server.name in ("valkey", "mail")]
        for servers, seconds in ((programs, 5.0), (below, 1.5)):
            for server in reversed(servers):
                server.ask_to_stop()
            self._wait_for_all(servers, seconds)
            for server in reversed(servers):
                server.stop(0)
        for life in self.lives:
            if life.server.name == "postgres":
                life.server.stop(2.0)
        (self.run / "roster.json").unlink(missing_ok=True)

    def _wait_for_all(self, servers: list[Server], seconds: float) -> None:
        """Until all have ended, the time is over, or somebody asked a second time."""
        with contextlib.suppress(Cancelled):
            wait_for(lambda: all(s.exit_code() is not None for s in servers), seconds, lambda: self.asked_to_stop > 1)

    def _revive(self, life: Life) -> None:
        """Start an ended child again, after a pause that doubles with every quick failure."""
        code, now = life.server.exit_code(), time.monotonic()
        if code is None:
            if life.failures and now - life.started > HEALTHY_AFTER:
                life.failures = 0
            return
        if life.retry_at is None:
            pause = min(LONGEST_PAUSE, 0.5 * 2**life.failures)
            life.failures += 1
            life.retry_at = now + pause
            say(f"  {life.server.name} {how_it_ended(code)}; starting it again in {pause:g} s ({life.server.log})")
        elif now >= life.retry_at:
            life.retry_at = None
            life.started = now
            try:
                life.server.start()
                say(f"  {life.server.name} is running again")
            except CannotStart as error:
                say(f"  {life.server.name}: {error}")
            except Cancelled:
                return

    def _show_news(self, life: Life) -> None:
        """Print the new log lines that matter; at most a few, as a broken child may write thousands."""
        try:
            with life.server.log.open("rb") as log:
                log.seek(life.log_read)
                new = log.read(1_000_000)
        except OSError:
            return
        new = new[: new.rfind(b"\n") + 1]
        life.log_read += len(new)
        wanted = WORTH_SHOWING.get(life.server.name, WARNINGS)
        lines = [line for line in new.decode("utf-8", "replace").splitlines() if self.verbose or wanted.search(line)]
        for line in lines if self.verbose else lines[:LINES_AT_ONCE]:
            say(f"  {life.server.name}: {line[:300]}")
        if not self.verbose and len(lines) > LINES_AT_ONCE:
            say(f"  {life.server.name}: and {len(lines) - LINES_AT_ONCE} more lines in {life.server.log}")


def how_it_ended(code: int) -> str:
    """An exit code in words."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
