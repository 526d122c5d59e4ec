"""``./dev up``: the whole program on this computer, with demo data, in one process tree.

Everything it keeps is in ``.run``. Ctrl-C stops it; killed outright, it leaves nothing that blocks the next start.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from clinic.embedded import database, folders, leftovers, ports, programs
from clinic.embedded.mailsink import MailSink
from clinic.embedded.postgres import Postgres
from clinic.embedded.process import Cancelled, CannotStart
from clinic.embedded.supervisor import Supervisor, say
from clinic.embedded.valkey import Valkey

#: Megabytes that must be free to start at all; a new cluster asks for more by itself.
SPACE = 60
OWNER_URL = "BETWEEN_OWNER_DATABASE_URL"


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped. 0: stopped as asked; 2: it could not start, said in one sentence after all is stopped."""
    options = read_options(arguments)
    run = folders.run_folder()
    try:
        folders.make_private(run)
        lock = folders.hold(run / "lock", f"{os.getpid()} {options.port}")
        if lock is None:
            raise CannotStart(already_running(run))
        with lock:
            supervise(Supervisor(run, verbose=options.verbose), options.port)
    except CannotStart as error:
        print(error, file=sys.stderr, flush=True)
        return 2
    except OSError as error:
        if error.errno is None:
            raise
        print(f"Between cannot go on: {error.strerror} ({error.filename or run}).", file=sys.stderr, flush=True)
        return 2
    return 0


def supervise(supervisor: Supervisor, port: int) -> None:
    """Check, start, watch, and stop everything however it ends. Raises ``CannotStart``."""
    supervisor.listen_for_signals()
    try:
        leftovers.end_roster(supervisor.run / "roster.json", supervisor.is_stopping)
        ports.check_port(port)
        folders.need_space(supervisor.run, SPACE)
        start_all(supervisor, port)
        supervisor.watch()
    except Cancelled:
        pass
    finally:
        shut_down(supervisor)


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line, with ``PORT`` from the environment as the default."""
    parser = argparse.ArgumentParser(prog="./dev up", description="Start Between on this computer with demo data.")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"), help="default: $PORT or 8000")
    parser.add_argument("--verbose", action="store_true", help="show every log line, not only warnings")
    options = parser.parse_args(arguments)
    if not 1 <= options.port <= 65_535:
        parser.error(f"a port is a number from 1 to 65535, not {options.port}")
    return options


def start_all(supervisor: Supervisor, port: int) -> None:
    """Servers, preparation, program; each when the one before is ready. Raises ``CannotStart``, ``Cancelled``."""
    begun = time.monotonic()
    run = supervisor.run
    say("Between is starting. The first time takes a little longer.")
    environment = start_servers(supervisor, port)
    # Twelve weeks of demo data are thousands of commits; none of them has to be on the disk before the next one starts.
    hurried = {**environment, "PGOPTIONS": "-c synchronous_commit=off"}
    preparation = programs.Preparation("prepare", ["manage.py", "prepare"], hurried, supervisor.log("prepare"))
    supervisor.start(preparation)
    supervisor.forget(preparation)
    running = {name: value for name, value in environment.items() if name != OWNER_URL}
    web = programs.Web(port, running, supervisor.log("web"))
    supervisor.start(web)
    web.wait_until_ready()
    say(greeting(port, run, time.monotonic() - begun))
    for name in programs.WORKERS:
        supervisor.start(programs.worker(name, running, supervisor.log(name)))
    supervisor.start(programs.beat(running, supervisor.log("beat"), run / "beat-schedule"))


def start_servers(supervisor: Supervisor, port: int) -> dict[str, str]:
    """Postgres, broker and mail sink; returns the environment of the program. An address set by you is used instead."""
    run = supervisor.run
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "BETWEEN_MODE": "demo",
        "BETWEEN_BASE_URL": f"http://localhost:{port}",
        "BETWEEN_RUN_DIR": str(run),
        **folders.create_keys(run),
    }
    if not ("BETWEEN_DATABASE_URL" in environment and OWNER_URL in environment):
        postgres = Postgres(run / "postgres", log=supervisor.log("postgres"))
        supervisor.start(postgres)
        database.create(postgres)
        environment |= database.addresses(postgres)
    if "BETWEEN_BROKER_URL" not in environment:
        valkey = Valkey(run / "valkey", log=supervisor.log("valkey"))
        supervisor.start(valkey)
        environment["BETWEEN_BROKER_URL"] = valkey.url
    mail = MailSink(run / "mail", log=supervisor.log("mail"))
    supervisor.start(mail)
    environment |= mail.environment()
    save_environment(run, environment)
    return environment


def save_environment(run: Path, environment: dict[str, str]) -> None:
    """For ``./dev manage`` in another window: the same addresses. Holds names of files, no secrets; ours only."""
    path = run / "environment.json"
    ours = {name: value for name, value in environment.items() if name.startswith("BETWEEN_")}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(ours, file)


def shut_down(supervisor: Supervisor) -> None:
    """Stop all children; say so only if something had been started."""
    begun, some = time.monotonic(), bool(supervisor.lives)
    if some:
        say("\nStopping ...")
    supervisor.stop()
    if some:
        say(f"Stopped in {time.monotonic() - begun:.1f} s.")


def already_running(run: Path) -> str:
    """The sentence for the second ``./dev up``."""
    pid, _, port = (run / "lock").read_text().partition(" ")
    where = f" at http://localhost:{port}/ (process {pid})" if port else ""
    return f"Between is already running{where}. Press Ctrl-C in its window to stop it."


def greeting(port: int, run: Path, seconds: float) -> str:
    """What the person needs now."""
    return f"""
Between is ready ({seconds:.0f} s).

    Open    http://localhost:{port}/
    Mail    {run}/mail   (nothing is sent to anybody)
    Data    {run}   (made-up people; ./dev reset starts over)
    Logs    {run}/logs

    Press Ctrl-C to stop.
"""


if __name__ == "__main__":
    sys.exit(main())
