"""`python -m tests.bench`: the program and the floor, side by side, in turns. Prints ratios beside their budgets."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from clinic.embedded import database, folders
from clinic.embedded.postgres import Postgres
from tests.bench.load import Request, Side, run

ROUNDS, COUNT = 4, 240
OURS, FLOOR = 8461, 8462
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": "c" * 32}
LONG = "I+noticed+the+thought+and+wrote+it+down+" * 10


def main() -> int:
    """Measure and print; 1 when an answer was not as expected."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="between-bench-")))
        server = Postgres(folder / "pg")
        server.start()
        stack.callback(server.stop)
        database.create(server, for_tests=True)
        env = dict(
            os.environ,
            **database.addresses(server),
            **folders.create_keys(folder),
            BETWEEN_MODE="demo",
            BETWEEN_RUN_DIR=str(folder),
            BETWEEN_BASE_URL=f"http://localhost:{OURS}",
            FLOOR_HOST=str(server.sockets),
            BETWEEN_LOG_LEVEL="ERROR",
        )
        python(env, "manage.py", "prepare", "--no-demo")
        ours = json.loads(python(env | {"DJANGO_SETTINGS_MODULE": "clinic.settings"}, "-m", "tests.bench.clinic"))
        with psycopg.connect(
            host=str(server.sockets), user="between_owner", dbname="postgres", autocommit=True
        ) as link:
            link.execute("CREATE DATABASE floor")
        bare = env | {"DJANGO_SETTINGS_MODULE": "tests.bench.floor.settings"}
        floor = json.loads(python(bare, "-m", "tests.bench.floor.fill"))
        web = stack.enter_context(gunicorn(env, "clinic.wsgi:application", OURS))
        least = stack.enter_context(gunicorn(bare, "tests.bench.floor.wsgi:application", FLOOR))
        postgres = server.process
        assert postgres is not None
        return compare(ours, floor, (web, postgres.pid), (least, postgres.pid))


def python(env: dict[str, str], *args: str) -> str:
    """Run Python in the repository; returns its last line."""
    done = subprocess.run([sys.executable, *args], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@contextmanager
def gunicorn(env: dict[str, str], app: str, port: int) -> Iterator[int]:
    """Two sync workers; yields the master's pid."""
    command = [sys.executable, "-m", "gunicorn", app, "-w", "2", "-k", "sync", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level", "error"], env=env)
    try:
        for _attempt in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def compare(
    ours: dict[str, str | list[str]], floor: dict[str, str], web: tuple[int, ...], least: tuple[int, ...]
) -> int:
    """Three pairs, in turns."""
    drafts = iter(ours["drafts"])
    client, therapist = str(ours["client"]), str(ours["therapist"])

    def share() -> Request:
        key = uuid4()
        body = f"amount=3&engaged=6&learned=5&rev=0&submission_key={key}&words={LONG}"
        return "POST", f"/notes/{next(drafts)}/finish/", body.encode()

    def submit() -> Request:
        return "POST", "/submit/", "&".join(f"q{n}={LONG if n < 6 else 5}" for n in range(10)).encode()

    def get(path: str) -> Request:
        return "GET", path, None

    pairs = (
        (
            "share a worksheet / submit",
            0.55,
            Side("ours", OURS, web, {"Cookie": client, **FORM}, share, (303,)),
            Side("floor", FLOOR, least, {"Cookie": floor["cookie"], **FORM}, submit, (302,)),
        ),
        (
            "Today / ten-question page",
            0.50,
            Side("ours", OURS, web, {"Cookie": client}, lambda: get("/today/")),
            Side("floor", FLOOR, least, {"Cookie": floor["cookie"]}, lambda: get("/form/")),
        ),
        (
            "caseload of 60 / table of 60",
            0.50,
            Side("ours", OURS, web, {"Cookie": therapist}, lambda: get("/clients/")),
            Side("floor", FLOOR, least, {"Cookie": floor["cookie"]}, lambda: get("/table/")),
        ),
    )
    bad = 0
    print(
        f"{'pair':32} {'ours/s':>8} {'floor/s':>8} {'ratio':>6} {'budget':>7} {'cpu ms':>7} {'floor':>6} {'cpu x':>6}"
    )
    for name, budget, mine, theirs in pairs:
        run(mine, 20), run(theirs, 20)
        turns = [(run(mine, COUNT), run(theirs, COUNT)) for _ in range(ROUNDS)]
        bad += sum(one.bad + two.bad for one, two in turns)
        median = statistics.median
        print(
            f"{name:32} {median(a.rate for a, _ in turns):8.0f} {median(b.rate for _, b in turns):8.0f} "
            f"{median(a.rate / b.rate for a, b in turns):6.2f} {f'>={budget}':>7} "
            f"{median(a.cpu_ms for a, _ in turns):7.2f} {median(b.cpu_ms for _, b in turns):6.2f} "
            f"{median(a.cpu_ms / b.cpu_ms for a, b in turns):6.2f}",
            flush=True,
        )
    print(f"answers not as expected: {bad}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
