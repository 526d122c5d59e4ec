"""`python -m tests.bench.due [assignments]`: what finding 10,000 due ones costs as the tables grow tenfold, in one run.

One clinic with 100,000 pieces of work (or what is asked for), four smaller ones beside it; then the same clinic with ten times
as many. Ten pieces of work a client of which one is under way, ten sent messages each, 10,000 clients due in both, spread over
the whole table. Measured are the program's own statements, through its own role and row-level security: the sweep that finds
and locks due work, decides and queues, and the claim of the outbox in both lanes beside the same claim in bare SQL. Seconds
are the database's as the program waits for it (measured at the cursor), medians of three (`--times`).

Fails when a number is not as it has to be, when an index is not used or a table read whole, or when a budget is missed. `--stay` keeps the first size only.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from tests.bench.crowd import Crowd
from tests.bench.load import cpu
from tests.bench.place import Place, place

DUE, TIMES, GROWTH, BESIDE = 10_000, 3, 10, 4
SECONDS, FLAT, RAW, WORST_MS = 1.0, 2.0, 2.0, 200.0  # twice for ten times the rows: a slope of 0.3
INDEX = {
    "sweep": "assignments_reminder_due",
    "usual": "clinic_message_usual",
    "urgent": "clinic_message_urgent",
}


def main() -> int:
    """Build, measure, grow, measure again; 1 when something is not as it has to be."""
    start = int(next((word for word in sys.argv[1:2] if word.isdigit()), "100000"))
    sizes = (start,) if "--stay" in sys.argv else (start, start * GROWTH)
    with place() as here:
        link = here.link()
        clinics = [here.python("-m", "tests.bench.place", f"bench-{n}").split()[-1] for n in range(BESIDE + 1)]
        crowds = [Crowd(link, clinic, f"bench-{n}") for n, clinic in enumerate(clinics)]
        found = []
        for size in sizes:
            began = time.monotonic()
            for crowd in crowds[1:]:
                crowd.grow(size // 10 // 20)
            crowds[0].grow(size // 10)
            rows = count(link, "assignments_assignment"), count(link, "clinic_outgoingmessage")
            print(
                f"{rows[0]:,} pieces of work, {rows[1]:,} messages, made in {time.monotonic() - began:.0f} s",
                flush=True,
            )
            found.append(measure(here, crowds[0], min(DUE, size // 10)))
    return report(sizes, found)


def count(link: Any, table: str) -> int:
    """How many rows a table has."""
    found: int = link.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def measure(here: Place, crowd: Crowd, due: int) -> list[dict[str, Any]]:
    """Three times: make them due, sweep, claim. Each in a new process, as after a worker's restart."""
    found = []
    times = int(sys.argv[sys.argv.index("--times") + 1]) if "--times" in sys.argv else TIMES
    for _ in range(times):
        assert crowd.come_up(due) == due
        one = json.loads(here.python("-m", "tests.bench.due", "measure", crowd.clinic, str(due)).splitlines()[-1])
        found.append(one | {"due": due})
    return found


def report(sizes: tuple[int, ...], found: list[list[dict[str, Any]]]) -> int:
    """The table, and whether everything is within its budget."""
    wrong: list[str] = []
    median: dict[tuple[str, int], float] = {}
    print(f"\n{'seconds of database time':44}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>8}")
    names = list(found[0][0]["seconds"])
    for name in names:
        for number, runs in enumerate(found):
            median[name, number] = statistics.median(run["seconds"][name] for run in runs)
        values = [median[name, number] for number in range(len(sizes))]
        ratio = values[-1] / values[0] if len(values) > 1 else 1.0
        print(f"{name:44}" + "".join(f"{value:>12.3f}" for value in values) + f"{ratio:>8.2f}")
        if name in LIMITED:
            wrong += [f"{name}: {ratio:.2f} times as much for {GROWTH} times the rows"] * (ratio > FLAT)
            wrong += [f"{name}: {values[-1]:.2f} s"] * (values[-1] > SECONDS)
    for lane in ("usual", "urgent"):
        at = len(sizes) - 1
        ratio = median[f"claim of the {lane} lane", at] / median[f"  the same {lane} rows in bare SQL", at]
        print(f"claim of the {lane} lane / bare SQL: {ratio:.2f}, budget <= {RAW}")
        wrong += [f"{lane}: {ratio:.2f} times bare SQL"] * (ratio > RAW)
    for runs in found:
        for run in runs:
            wrong += run["wrong"]
    worst = max(run["worst_ms"] for runs in found for run in runs)
    print(f"slowest claim of {run['batch']}: {worst:.0f} ms, budget <= {WORST_MS:.0f}")
    print(
        f"slowest find-and-lock of {run['batch']}: {max(run['worst_find_ms'] for runs in found for run in runs):.0f} ms"
    )
    print("plans: " + "; ".join(f"{name} {how}" for name, how in run["plans"].items()))
    for each in sorted(set(wrong)):
        print("NOT AS IT HAS TO BE:", each)
    return 1 if wrong else 0


LIMITED = ("finding and locking due work", "claim of the usual lane", "claim of the urgent lane")


# --- in a process with the program's settings -------------------------------------------------------------------------


class Recorder:
    """Every statement with its parameters and its seconds."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any, float]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Time one statement."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seen.append((sql, params, time.perf_counter() - began))

    def seconds(self, *words: str) -> list[float]:
        """Of the statements with all of these words."""
        return [seconds for sql, _params, seconds in self.seen if all(word in sql for word in words)]

    def first(self, *words: str) -> tuple[str, Any]:
        """The first statement with all of these words."""
        return next((sql, params) for sql, params, _seconds in self.seen if all(word in sql for word in words))


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Record what this process asks the database."""
    from django.db import connection

    here = Recorder()
    with connection.execute_wrapper(here):
        yield here


class Undo(Exception):
    """Ends a transaction without a trace."""


def explain(sql: str, params: Any) -> dict[str, Any]:
    """How the database does this statement, done for real and undone. Call inside `acting_in`."""
    from django.db import connection, transaction

    found: Any = None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            found = cursor.fetchone()[0]
            raise Undo
    except Undo:
        plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]
        return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's steps."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def judged(plan: dict[str, Any], table: str, index: str) -> tuple[str, list[str]]:
    """What a plan does with `table`, and what is wrong about it: another way in than the index, or a sort of its rows."""
    steps = list(nodes(plan["Plan"]))
    ways = [step for step in steps if step.get("Relation Name") == table and "Scan" in step["Node Type"]]
    used = {step.get("Index Name", step["Node Type"]) for step in steps if "Scan" in step["Node Type"]}
    wrong = (
        [] if any(step.get("Index Name") == index for step in steps) else [f"{index} is not used, but {sorted(used)}"]
    )
    wrong += [f"{table} is read whole" for step in ways if step["Node Type"] == "Seq Scan"]
    sorts = any(step["Node Type"] in ("Sort", "Incremental Sort") for step in steps)
    blocks = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return f"{index}, {plan['Execution Time']:.1f} ms a batch, {blocks} blocks{', sorted' * sorts}", wrong


def run(clinic_id: UUID, due: int) -> dict[str, Any]:
    """The sweep and the claims of one clinic, once."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.utils import timezone

    from clinic import vault
    from clinic.models import Clinic
    from clinic.outbox.lanes import BATCH
    from clinic.scope import acting_in
    from homework.assignments import reminders

    clinic = Clinic.objects.get(pk=clinic_id)
    found: dict[str, Any] = {"batch": BATCH, "plans": {}, "wrong": [], "seconds": {}}
    backend = (connection.connection.info.backend_pid,)

    def judge(name: str, table: str, sql: str, params: Any) -> None:
        plan = explain(sql, params)
        said, wrong = judged(plan, table, INDEX[name])
        if wrong:
            print(json.dumps(plan["Plan"], indent=1), file=sys.stderr)
        found["plans"][name] = said
        found["wrong"] += wrong

    with acting_in(clinic.pk), vault.session():
        with recorded() as trial:
            try:
                with transaction.atomic():
                    reminders.queue_due(clinic, timezone.now())
                    raise Undo
            except Undo:
                judge("sweep", "assignments_assignment", *trial.first("FOR UPDATE", "assignments_assignment"))
        with recorded() as recorder:
            began, used = time.perf_counter(), cpu(backend)
            looked_at, queued, last = 0, 0, BATCH
            while last == BATCH:
                last, more = reminders.queue_due(clinic, timezone.now())
                looked_at, queued = looked_at + last, queued + more
            wall = time.perf_counter() - began
        if (looked_at, queued) != (due, due):
            found["wrong"].append(f"{due} due, {looked_at} looked at, {queued} queued")
        locking = recorder.seconds("FOR UPDATE", "assignments_assignment")
        found["worst_find_ms"] = 1000 * max(locking)
        found["seconds"] = {
            "finding and locking due work": sum(locking),
            "  all statements of the sweep": sum(recorder.seconds()),
            "  CPU of the database meanwhile": cpu(backend) - used,
            "  the whole sweep, decided and queued": wall,
            "  per 1,000": wall * 1000 / due,
        }
        found["worst_ms"] = 0.0
        for lane in ("usual", "urgent"):
            claims(clinic, lane, due, found, judge)
    return found


BARE = """
WITH due AS MATERIALIZED (
    SELECT id FROM clinic_outgoingmessage
     WHERE clinic_id = %(clinic)s AND state = 'queued' AND kind IN ('{kinds}') AND due_at <= %(now)s
       AND (lease_until IS NULL OR lease_until < %(now)s)
     ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
UPDATE clinic_outgoingmessage AS message SET lease_until = %(until)s
  FROM due WHERE message.id = due.id RETURNING message.id
"""


def claims(clinic: Any, lane: str, due: int, found: dict[str, Any], judge: Callable[..., None]) -> None:
    """Claim everything due in one lane, as the program does and in bare SQL, each in batches."""
    from django.db import connection, transaction
    from django.utils import timezone

    from clinic.outbox.lanes import BATCH, URGENT, USUAL, claim

    assert forget("safety" if lane == "urgent" else "") == due
    with recorded() as recorder:
        taken: set[UUID] = set()
        while rows := claim(clinic, BATCH, urgent=lane == "urgent"):
            taken |= {row.pk for row in rows}
    seconds = recorder.seconds("SKIP LOCKED")
    if len(taken) != due:
        found["wrong"].append(f"{lane}: {due} due, {len(taken)} claimed")
    forget()
    judge(lane, "clinic_outgoingmessage", *recorder.first("SKIP LOCKED"))
    bare: list[float] = []
    kinds = URGENT if lane == "urgent" else USUAL
    now, taken_bare = timezone.now(), BATCH
    values = {"clinic": clinic.pk, "now": now, "until": now + timedelta(minutes=3), "limit": BATCH}
    while taken_bare == BATCH:
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(BARE.format(kinds="', '".join(kinds)), values)
            taken_bare = len(cursor.fetchall())
        bare.append(time.perf_counter() - began)
    found["seconds"] |= {f"claim of the {lane} lane": sum(seconds), f"  the same {lane} rows in bare SQL": sum(bare)}
    found["worst_ms"] = max(found["worst_ms"], 1000 * max(seconds))


def forget(kind: str = "") -> int:
    """Nobody holds anything, and no dead rows are in the way. Returns how many messages wait."""
    from django.db import connection

    here = connection.settings_dict
    with psycopg.connect(host=here["HOST"], user="postgres", dbname=here["NAME"], autocommit=True) as link:
        link.execute(
            "UPDATE clinic_outgoingmessage SET lease_until = NULL, kind = coalesce(nullif(%s, ''), kind) "
            "WHERE state = 'queued'", [kind],
        )  # fmt: skip
        link.execute("VACUUM ANALYZE clinic_outgoingmessage")
        return count(link, "clinic_outgoingmessage WHERE state = 'queued'")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        print(json.dumps(run(UUID(sys.argv[2]), int(sys.argv[3]))))
    else:
        sys.exit(main())
