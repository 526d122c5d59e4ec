"""`python -m tests.bench`: the program and the floor, side by side, in turns. Prints ratios beside their budgets."""

import json
import statistics
import sys
from contextlib import ExitStack
from uuid import uuid4

from tests.bench.load import Request, Side, run
from tests.bench.place import gunicorn, place

ROUNDS, COUNT = 4, 240
OURS, FLOOR = 8461, 8462
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": "c" * 32}
LONG = "I+noticed+the+thought+and+wrote+it+down+" * 10


def main() -> int:
    """Measure and print; 1 when an answer was not as expected."""
    with place() as here, ExitStack() as stack:
        ours = json.loads(here.python("-m", "tests.bench.clinic").splitlines()[-1])
        with here.link() as link:
            link.execute("CREATE DATABASE floor OWNER between_owner")
        bare = {"DJANGO_SETTINGS_MODULE": "tests.bench.floor.settings", "FLOOR_HOST": str(here.server.sockets)}
        floor = json.loads(here.python("-m", "tests.bench.floor.fill", **bare).splitlines()[-1])
        web = stack.enter_context(gunicorn(here.env, "clinic.wsgi:application", OURS))
        least = stack.enter_context(gunicorn(here.env | bare, "tests.bench.floor.wsgi:application", FLOOR))
        return compare(ours, floor, (web, here.postmaster), (least, here.postmaster))


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
