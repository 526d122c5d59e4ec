"""The commands of the program itself: preparation, web, worker and beat, and whether the web answers."""

import http.client
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from clinic.embedded import ports
from clinic.embedded.folders import ROOT
from clinic.embedded.postgres import shared_memory_works
from clinic.embedded.process import CannotStart, Server, wait_for

#: Threads, because there is no proxy in front: a browser opens connections it may not use, and each would block a
#: process without threads until its time-out. Production has the proxy and uses plain processes.
WEB_PROCESSES, WEB_THREADS = 2, 8
#: On one computer two are enough: what nobody may wait for, and the rest. Queues and processes.
WORKERS = {"worker-safety": (("safety",), 1), "worker": (("messages", "work"), 2)}
SECONDS_TO_FIRST_PAGE = 60


class Program(Server):
    """One of Between's own commands, run in the root of the checkout."""

    def __init__(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> None:
        """``command`` follows the Python interpreter."""
        super().__init__(name, log)
        self.command = [sys.executable, *command]
        self.environment = environment

    def start(self) -> None:
        """Launch it; whoever needs to know when it is ready asks."""
        self.launch(self.command, cwd=ROOT, environment=self.environment)


class Preparation(Program):
    """``manage.py prepare``: schema, grants, translations, static files and demo data, in one process. Runs once."""

    def start(self) -> None:
        """Run to the end with its output on our screen. Raises ``CannotStart`` when it fails, ``Cancelled``."""
        self.launch(self.command, cwd=ROOT, environment=self.environment, inherit_output=True)
        wait_for(lambda: self.exit_code() is not None, 24 * 3600, self.cancelled)
        if self.exit_code():
            raise CannotStart("The data could not be prepared; the reason is above.")


class Web(Program):
    """The web server on both loopback addresses, so that ``localhost`` works however it is resolved."""

    def __init__(self, port: int, environment: Mapping[str, str], log: Path) -> None:
        """``port`` has been found free by the caller."""
        self.port = port
        binds = [word for host in ports.loopbacks() for word in ("--bind", f"{host}:{port}")]
        size = ["--workers", str(WEB_PROCESSES), "--threads", str(WEB_THREADS)]
        others = ["--preload", "--graceful-timeout", "4", "--no-control-socket"]
        super().__init__("web", ["-m", "gunicorn", "clinic.wsgi", *binds, *size, *others], environment, log)

    def wait_until_ready(self) -> None:
        """Return when ``/healthz`` says 200. Raises ``CannotStart``, ``Cancelled``."""
        wait_for(lambda: self.healthy() or self.exit_code() is not None, SECONDS_TO_FIRST_PAGE, self.cancelled)
        if self.exit_code() is not None or not self.healthy():
            raise CannotStart(f"The web server does not answer. The end of {self.log}:\n{self.last_words(25)}")

    def healthy(self) -> bool:
        """Whether the program answers that it is well."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz", headers={"Host": f"localhost:{self.port}"})
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()


def worker(name: str, environment: Mapping[str, str], log: Path) -> Program:
    """Processes that do what is due on their queues; threads where processes cannot share a lock."""
    queues, processes = WORKERS[name]
    pool = "--pool=prefork" if shared_memory_works() else "--pool=threads"
    return Program(name, ["-m", *worker_words(name, queues, processes), pool], environment, log)


def worker_words(name: str, queues: Sequence[str], processes: int) -> list[str]:
    """What starts a worker for these queues, here and in docker-compose.yml."""
    quiet = ("--without-gossip", "--without-mingle")  # what workers have to say to each other is in the database
    who = (f"--queues={','.join(queues)}", f"--hostname={name}@%h", f"--concurrency={processes}")
    return ["celery", "-A", "clinic", "worker", *who, "--loglevel=INFO", *quiet]


def beat(environment: Mapping[str, str], log: Path, schedule: Path) -> Program:
    """The clock: says every minute that it is time to look."""
    command = ["-m", "celery", "-A", "clinic", "beat", "-l", "INFO", "--schedule", str(schedule)]
    return Program("beat", command, environment, log)
