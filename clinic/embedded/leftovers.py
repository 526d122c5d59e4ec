"""What a killed ``./dev up`` may leave behind, and how the next start ends it.

On Linux the kernel stops our children when we are killed; it may take them a second. macOS has no such thing. So the
supervisor keeps a roster (pid and birth mark of every child), and the next start ends whoever of it is still there.
A pid alone is never trusted: containers give the same small numbers again and again.
"""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from clinic.embedded.process import LINUX, Server, end_group, wait_for


def birth_mark(pid: int) -> str | None:
    """A text no later process with the same pid can have; None when it is gone, or a zombie nobody has buried."""
    if not LINUX:
        shown = _ps(pid, "state=,lstart=")
        return None if not shown or shown.startswith("Z") else shown.split(None, 1)[1]
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if after_name[0] in "ZX" else f"{boot}:{after_name[19]}"


def write_roster(path: Path, servers: list[Server]) -> None:
    """Remember everybody who runs now."""
    rows = [
        {"name": server.name, "pid": server.pid, "born": birth_mark(server.pid), "signal": int(server.stop_signal)}
        for server in servers
        if server.exit_code() is None
    ]
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(rows))
    part.replace(path)


def end_roster(path: Path, cancelled: Callable[[], bool]) -> None:
    """End what an earlier run left: politely, five seconds later by force. The caller holds the run folder's lock."""
    try:
        rows = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    old = [row for row in rows if row["born"] and birth_mark(row["pid"]) == row["born"]]
    for row in old:
        _send(row["pid"], signal.Signals(row["signal"]))
    if old and not wait_for(lambda: all(birth_mark(row["pid"]) != row["born"] for row in old), 5, cancelled):
        for row in old:
            if birth_mark(row["pid"]) == row["born"]:
                end_group(row["pid"])
    path.unlink(missing_ok=True)


def end_old_postmaster(data: Path, cancelled: Callable[[], bool]) -> None:
    """Wait for (or end) the server that still has ``data``; forget a ``postmaster.pid`` that names somebody else.

    Postgres itself takes a zombie, or any process that got the old number, for a running server and then refuses to
    start. The caller holds the lock, and Postgres still checks that no old session has its shared memory.
    """
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if _serves(pid, data):
        for sign, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            _send(pid, sign)
            if wait_for(lambda: not _serves(pid, data), seconds, cancelled):
                break
    if birth_mark(pid) is None:
        # Gone, or a zombie: Postgres handles the first by itself, and only believes in the second.
        if _exists(pid):
            path.unlink(missing_ok=True)
    elif not _serves(pid, data):
        path.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Whether ``pid`` is a live Postgres with exactly this data folder."""
    if birth_mark(pid) is None:
        return False
    if LINUX:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(data) in command
    return str(data) in _ps(pid, "command=")


def _ps(pid: int, columns: str) -> str:
    """What ``ps`` knows of a process, where there is no ``/proc``; empty when it is gone."""
    command = ["ps", "-ww", "-o", columns, "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _exists(pid: int) -> bool:
    """Whether the number is taken at all, be it by a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _send(pid: int, sign: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sign)
