"""The program as a browser meets it in the wild: gunicorn, hashed and compressed files, on the database of this test run."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.faults import processes

FLAGS = (
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-default-browser-check",
)  # fmt: skip


@dataclass
class Site:
    """Where it listens. `localhost`, because a service worker and WebCrypto want a place they can trust."""

    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://localhost:{self.port}"


@contextmanager
def real_site() -> Iterator[Site]:
    """Serve as `./dev up` does, with collected static files."""
    with tempfile.TemporaryDirectory(prefix="between-site-") as folder:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        more = {
            "BETWEEN_MODE": "demo",
            "BETWEEN_SECRET_KEY": str(settings.SECRET_KEY),
            "BETWEEN_BASE_URL": f"http://localhost:{port}",
            "BETWEEN_STATIC_ROOT": str(Path(folder, "static")),
            "BETWEEN_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=processes.ROOT, env=processes.environment(**more), check=True)
        web = ["-m", "gunicorn", "tests.faults.warm", "--preload", "--workers", "2", "--threads", "4"]
        web += ["--no-control-socket", "--bind", f"127.0.0.1:{port}"]
        server = processes.start(*web, log=Path(folder, "web.log"), **more)
        try:
            processes.until(lambda: processes.healthy(port), 60, "the web server")
            yield Site(port)
        finally:
            processes.end(server)


@dataclass
class Chromium:
    """A Chromium with a profile on disk, started by us alone, so that it can be ended without warning."""

    process: subprocess.Popen[bytes]
    port: int
    profile: Path

    @property
    def endpoint(self) -> str:
        """Where Playwright talks with it."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Close it as a person does, so that it writes down what it wants to remember."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the browser and all its processes, as when a phone takes the memory away."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start_chromium(profile: Path, path: str) -> Chromium:
    """Start with this profile; a lock of one that was killed is taken away first, as a person's second tap does."""
    profile.mkdir(exist_ok=True)
    for name in ("SingletonLock", "SingletonSocket", "SingletonCookie", "DevToolsActivePort"):
        (profile / name).unlink(missing_ok=True)
    flags = [*FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
    if os.geteuid() == 0:
        flags.insert(0, "--no-sandbox")
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen([path, *flags], stdout=nowhere, stderr=nowhere, start_new_session=True)
    where = profile / "DevToolsActivePort"
    processes.until(lambda: where.exists() and where.read_text().strip(), 30, "Chromium")
    return Chromium(process, int(where.read_text().splitlines()[0]), profile)


def words_on_disk(profile: Path, words: list[str]) -> list[str]:
    """Where on disk a word stands, as UTF-8 or as UTF-16: `file: word`."""
    found = []
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            there = [word for word in words if word.encode() in content or word.encode("utf-16-le") in content]
            found += [f"{path.relative_to(profile)}: {word}" for word in there]
    return found
