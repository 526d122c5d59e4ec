"""Start a server so that it cannot outlive us, and so that it is not root if it refuses to be root.

The file works twice. Imported, it offers ``Server``, the parent's view of one child. Run as a script, it is the first
thing the new process does: give up root (Postgres refuses uid 0), ask the kernel to be stopped when the parent dies,
then become the server. A script of its own is used because code between ``fork`` and ``exec`` is unsafe with threads.
"""

import contextlib
import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
#: What the script prints before a sentence that is meant for a person.
FOR_PEOPLE = "between: "


class CannotStart(RuntimeError):
    """Something on this computer keeps Between from starting. The message is a sentence for whoever started it."""


class Cancelled(Exception):
    """The person asked to stop while we were waiting for something."""


def wait_for(ready: Callable[[], bool], seconds: float, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Ask ``ready`` every 20 ms for at most ``seconds``; true if it said yes. Raises ``Cancelled``."""
    end = time.monotonic() + seconds
    while not ready():
        if cancelled():
            raise Cancelled
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Server:
    """One child process with a log file, stopped by ``stop_signal``, never left behind.

    Subclasses say in ``start`` how their program is launched and when it is ready.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, log: Path) -> None:
        """``name`` is the word for it on the screen and in the roster; ``log`` receives all its output."""
        self.name = name
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.cancelled: Callable[[], bool] = lambda: False
        #: Called after each launch; the supervisor writes its roster here.
        self.launched: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Launch the program and return when it is ready. Raises ``CannotStart`` or ``Cancelled``."""
        raise NotImplementedError

    def launch(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        give_to_nobody: Sequence[Path] = (),
        pass_fds: Sequence[int] = (),
        inherit_output: bool = False,
    ) -> None:
        """Start ``command`` with its output at the end of the log; see ``spawn`` for the rest."""
        with self.log.open("ab") as log:
            self.process = spawn(
                command,
                cwd=cwd,
                environment=environment,
                give_to_nobody=give_to_nobody,
                pass_fds=pass_fds,
                output=None if inherit_output else log,
                stop_signal=self.stop_signal,
            )
        self.launched()

    @property
    def pid(self) -> int:
        """The process id of the running child; 0 before the first start."""
        return self.process.pid if self.process else 0

    def exit_code(self) -> int | None:
        """None while it runs, else how it ended (negative: the signal). A child never started counts as ended."""
        return self.process.poll() if self.process else -1

    def ask_to_stop(self) -> None:
        """Send the polite signal and return at once."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self, seconds: float = 5.0) -> None:
        """Ask, wait at most ``seconds``, then end the child's whole group by force."""
        self.ask_to_stop()
        if self.process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
            end_group(self.process.pid)
            self.process.wait(5)

    def last_words(self, lines: int = 12) -> str:
        """The end of the log; a sentence meant for people wins over everything around it."""
        try:
            text = self.log.read_bytes()[-20_000:].decode("utf-8", "replace")
        except OSError:
            return ""
        tail = text.splitlines()[-lines:]
        said = [line.removeprefix(FOR_PEOPLE) for line in tail if line.startswith(FOR_PEOPLE)]
        return said[-1] if said else "\n".join(tail)


def spawn(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    give_to_nobody: Sequence[Path] = (),
    pass_fds: Sequence[int] = (),
    output: IO[bytes] | int | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own, to be sent ``stop_signal`` when we die (Linux).

    ``give_to_nobody`` names the folders of a server that refuses root: when we are root, it runs as "nobody" and finds
    these folders its own. A session of its own keeps Ctrl-C away from it: we decide in which order things stop.
    """
    order = {"signal": int(stop_signal), "parent": os.getpid(), "folders": [str(folder) for folder in give_to_nobody]}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, json.dumps(order), *map(str, command)],
        cwd=cwd,
        env=dict(environment if environment is not None else os.environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def end_group(pid: int) -> None:
    """SIGKILL for whatever is left in the process group that ``pid`` led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


# --- from here on: what runs in the new process -----------------------------------------------------------------------


def become(order: Mapping[str, object], command: Sequence[str]) -> None:
    """Give up root if asked to, tie our life to the parent's, and become ``command``. Does not return."""
    folders = [Path(folder) for folder in order["folders"]] if isinstance(order["folders"], list) else []
    if folders and os.geteuid() == 0:
        try:
            map_root_to_nobody(folders)
        except OSError:  # a container that forbids user namespaces
            setuid_nobody(folders, command[0])
    if LINUX:  # after giving up root: a change of user would clear it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, order["signal"])
        if os.getppid() != order["parent"]:  # it died before we asked
            os._exit(1)
    os.execv(command[0], list(command))


def map_root_to_nobody(folders: Sequence[Path]) -> None:
    """Enter a user namespace where root is called nobody: files stay root's, private folders stay private."""
    if not LINUX:
        raise OSError("user namespaces are a Linux thing")
    nobody = pwd.getpwnam("nobody")
    libc = ctypes.CDLL(None, use_errno=True)
    for folder in folders:  # an earlier start may have had to go the other way
        own(folder, os.getuid(), os.getgid())
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{nobody.pw_uid} 0 1"), ("gid_map", f"{nobody.pw_gid} 0 1")):
        Path("/proc/self", name).write_text(text)


def setuid_nobody(folders: Sequence[Path], program: str) -> None:
    """Become the user nobody for good; leaves with a sentence if nobody cannot walk to the program and the data."""
    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        own(folder, nobody.pw_uid, nobody.pw_gid)
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)
    for path in (Path(program), *folders):
        if not os.access(path, os.X_OK):
            sys.exit(
                f"{FOR_PEOPLE}Postgres does not run as root, and the user nobody cannot reach {path}. "
                "Please start Between as a normal user, or from a folder that other users may enter."
            )


def own(folder: Path, uid: int, gid: int) -> None:
    """Make ``folder`` and all in it belong to ``uid``; nothing happens when it already does."""
    if folder.stat().st_uid == uid:
        return
    for where, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.chown(Path(where, name), uid, gid, follow_symlinks=False)


if __name__ == "__main__":
    become(json.loads(sys.argv[1]), sys.argv[2:])
