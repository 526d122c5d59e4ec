"""``./dev manage ...``: a management command with the demo's addresses.

While ``./dev up`` runs in another window its servers are used; otherwise Postgres is started for this one command.
Only the two commands that change the schema get the owner's address; all others see what the running program sees.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from clinic.embedded import database, folders
from clinic.embedded.folders import ROOT
from clinic.embedded.postgres import Postgres
from clinic.embedded.process import CannotStart

OWNER_URL = "BETWEEN_OWNER_DATABASE_URL"
NEED_THE_OWNER = {"prepare", "migrate"}


def main(arguments: list[str]) -> int:
    """Run ``manage.py`` with ``arguments``; returns its exit code, or 2 with a sentence."""
    run = folders.run_folder()
    try:
        folders.make_private(run)
        lock = folders.hold(run / "lock", f"{os.getpid()} ")
        if lock is None:
            return call(arguments, json.loads((run / "environment.json").read_text()))
        with lock:
            return with_postgres(arguments, run)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 2


def with_postgres(arguments: list[str], run: Path) -> int:
    """Start the database, run the command, stop the database."""
    ours = {"BETWEEN_MODE": "demo", "BETWEEN_BASE_URL": "http://localhost:8000", "BETWEEN_RUN_DIR": str(run)}
    ours |= folders.create_keys(run)
    if "BETWEEN_DATABASE_URL" in os.environ:
        return call(arguments, ours)
    (run / "logs").mkdir(mode=0o700, exist_ok=True)
    postgres = Postgres(run / "postgres", log=run / "logs" / "postgres.log")
    try:
        postgres.start()
        database.create(postgres)
        return call(arguments, ours | database.addresses(postgres))
    finally:
        postgres.stop()


def call(arguments: list[str], ours: dict[str, str]) -> int:
    """The command itself, on the terminal we have."""
    environment = {**os.environ, **ours}
    if not NEED_THE_OWNER.intersection(arguments[:1]):
        environment.pop(OWNER_URL, None)
    try:
        return subprocess.call([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
