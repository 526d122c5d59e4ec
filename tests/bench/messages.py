"""`python -m tests.bench.messages [n]`: messages a second, by our sweep and by one Celery task a message, in turns in one run.

End to end: claim, every check, words, SMTP to a mail server that is never the limit, note. Both sides through the same broker
(Valkey) and the program's own worker; the other side (`one_each`) gets a fifth of the messages because it needs longer.
Then: senders beside each other on one clinic and on ten, connections of the database for 1,000 tasks, broker messages for
10,000 reminders, and memory of a worker's child before and after. Fails on a message lost or doubled and on a missed budget.

`--quick` leaves out two processes and the ten clinics; `--drain N` sends N more for the measure of memory.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clinic.embedded.valkey import Valkey
from tests.bench import sink as mail
from tests.bench.crowd import Crowd
from tests.bench.load import cpu, tree
from tests.bench.place import ROOT, Place, broker, place

COUNT, SHARE, ROUNDS, TASKS, BUDGET = 5_000, 5, 2, 1_000, 5.0
MEMORY = 90  # megabytes
AGAIN = """
UPDATE clinic_outgoingmessage SET state = 'queued', sent_at = NULL, lease_until = NULL, wording = '', skipped_because = '',
       attempts = 0, due_at = date_trunc('minute', now()) - interval '2 hours', not_after = now() + interval '1 day'
 WHERE id IN (SELECT id FROM bench_queued ORDER BY id LIMIT %s)
"""


@dataclass
class Bench:
    """Everything that runs."""

    here: Place
    sink: mail.Sink
    valkey: Valkey
    link: Any
    clinics: list[str]
    wrong: list[str] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """The environment of workers and senders."""
        smtp = {"BETWEEN_SMTP_HOST": "127.0.0.1", "BETWEEN_SMTP_PORT": str(self.sink.port)}
        return {**self.here.env, **smtp, "BETWEEN_BROKER_URL": self.valkey.url, "PYTHONWARNINGS": "ignore"}

    def queued(self, number: int) -> None:
        """So many messages wait, and nobody remembers earlier rounds."""
        self.link.execute(
            "UPDATE clinic_outgoingmessage SET state = 'skipped' WHERE id IN (SELECT id FROM bench_queued)"
        )
        assert self.link.execute(AGAIN, [number]).rowcount == number
        self.link.execute("VACUUM ANALYZE clinic_outgoingmessage")
        self.sink.ask("XRST")

    def check(self, number: int, what: str) -> None:
        """Each of them came once."""
        waiting = self.link.execute("SELECT count(*) FROM clinic_outgoingmessage WHERE state = 'queued'").fetchone()[0]
        taken, doubled = self.sink.taken, self.sink.doubled
        if (taken, doubled, waiting) != (number, 0, 0):
            self.wrong.append(f"{what}: {number} due, {taken} came, {doubled} of them again, {waiting} wait")


def main() -> int:
    """Build, measure, print; 1 when something is not as it has to be."""
    count = int(next((word for word in sys.argv[1:2] if word.isdigit()), str(COUNT)))
    drain = int(sys.argv[sys.argv.index("--drain") + 1]) if "--drain" in sys.argv else 0
    quick = "--quick" in sys.argv
    with place() as here, mail.running() as sink, broker(here) as valkey, here.link() as link:
        slugs = [f"bench-{number}" for number in range(1 if quick else 11)]
        clinics = here.python("-m", "tests.bench.place", *slugs).split()[-len(slugs) :]
        bench = Bench(here, sink, valkey, link, clinics)
        link.execute("CREATE TABLE bench_queued (id uuid PRIMARY KEY)")
        queue(bench, 0, max(count, drain))
        throughput(bench, count, 1)
        if not quick:
            throughput(bench, count, 2)
        around(bench, max(count, drain))
        beside(bench, 0, count, "one clinic")
        if not quick:
            link.execute("UPDATE clinic_outgoingmessage SET state = 'skipped' WHERE state = 'queued'")
            link.execute("DELETE FROM bench_queued")
            for number in range(1, 11):
                queue(bench, number, count // 10)
            beside(bench, 1, count // 10 * 10, "ten clinics")
        for each in bench.wrong:
            print("NOT AS IT HAS TO BE:", each)
        return 1 if bench.wrong else 0


def queue(bench: Bench, number: int, due: int) -> None:
    """The sweep queues one reminder for each of so many clients of a clinic."""
    crowd = Crowd(bench.link, bench.clinics[number], f"bench-{number}", works=2, sent=8)
    crowd.grow(due)
    assert crowd.come_up(due, keep=True) == due
    began = time.monotonic()
    said = bench.here.python("-m", "tests.bench.messages", "queue", crowd.clinic).split()[-1]
    assert int(said) == due, f"{due} due, {said} queued"
    if due > 500:
        print(f"{due} reminders decided and queued, {1000 * (time.monotonic() - began) / due:.2f} ms each", flush=True)
    bench.link.execute(
        "INSERT INTO bench_queued SELECT id FROM clinic_outgoingmessage WHERE clinic_id = %s AND state = 'queued'",
        [crowd.clinic],
    )


@contextmanager
def worker(bench: Bench, processes: int) -> Iterator[int]:
    """The program's worker, warm; yields its pid."""
    command = [sys.executable, "-m", "celery", "-A", "tests.bench.one_each", "worker", "-Q", "messages", "-l", "ERROR"]
    command += ["-c", str(processes), "--without-gossip", "--without-mingle"]
    bench.link.execute(
        "UPDATE clinic_outgoingmessage SET state = 'skipped' WHERE state = 'queued'"
    )  # nothing to warm up on
    process = subprocess.Popen(command, cwd=ROOT, env=bench.env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        publish(bench, "clinic.send_due_messages", [[]] * 4 * processes)
        wait(lambda: idle(bench), 120)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def publish(bench: Bench, task: str, arguments: Sequence[list[str]]) -> float:
    """Put tasks into the broker from this process. Returns the CPU seconds that took."""
    os.environ.update(bench.env)
    from clinic.celery import app

    began = time.process_time()
    with app.producer_or_acquire() as producer:
        for each in arguments:
            app.send_task(task, each, queue="messages", producer=producer)
    return time.process_time() - began


def idle(bench: Bench) -> bool:
    """Whether nothing waits in the broker and nobody holds anything."""
    import redis

    link = redis.Redis(unix_socket_path=str(bench.valkey.socket))
    waiting = int(link.llen("messages")) + int(link.hlen("unacked"))
    link.close()
    return waiting == 0


def wait(ready: Callable[[], bool], seconds: float) -> None:
    """Until something is true."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


@dataclass
class Cost:
    """What sending cost: messages a second, CPU milliseconds each (worker and database), broker messages."""

    rate: float
    cpu_ms: float
    published: int


def timed(bench: Bench, pid: int, number: int, task: str, arguments: Sequence[list[str]], what: str) -> Cost:
    """Send `number` messages by publishing these tasks; a sweep's whose time is up follows, as beat would have it."""
    bench.queued(number)
    roots = (pid, bench.here.postmaster)
    before, began, published = cpu(roots), time.monotonic(), len(arguments)
    mine = publish(bench, task, arguments)
    until = began + 600
    while bench.sink.taken < number and time.monotonic() < until:
        time.sleep(0.05)
        if len(arguments) < number and idle(bench) and bench.sink.taken < number:
            mine += publish(bench, task, arguments)
            published += len(arguments)
    seconds = time.monotonic() - began
    wait(lambda: idle(bench), 60)
    used = cpu(roots) - before + mine
    bench.check(number, what)
    return Cost(number / seconds, 1000 * used / number, published)


def throughput(bench: Bench, count: int, processes: int) -> None:
    """Ours and the other side in turns."""
    few = max(count // SHARE, 100)
    rows = bench.link.execute(
        "SELECT m.clinic_id::text, m.id::text FROM clinic_outgoingmessage m JOIN bench_queued USING (id) ORDER BY id LIMIT %s",
        [few],
    )
    one_each = [list(row) for row in rows.fetchall()]
    turns = []
    with worker(bench, processes) as pid:
        for _ in range(ROUNDS):
            ours = timed(bench, pid, count, "clinic.send_due_messages", [[]] * processes, "sweep")
            other = timed(bench, pid, few, "bench.send_one", one_each, "one task a message")
            turns.append((ours, other))
    median = statistics.median
    ratio = median(a.rate / b.rate for a, b in turns)
    head = f"{processes} process{'es' * (processes > 1)}"
    print(f"\n{head:14}{'messages/s':>12}{'CPU ms each':>13}{'broker messages for 10,000':>28}")
    for name, side, sent in (("our sweep", 0, count), ("one task each", 1, few)):
        costs = [turn[side] for turn in turns]
        for_many = median(cost.published for cost in costs) * 10_000 / sent
        print(
            f"{name:14}{median(c.rate for c in costs):>12.0f}{median(c.cpu_ms for c in costs):>13.2f}{for_many:>28.0f}"
        )
    cheaper = median(b.cpu_ms / a.cpu_ms for a, b in turns)
    print(f"ratio of messages/s {ratio:.1f}, budget >= {BUDGET}; of CPU {cheaper:.1f}", flush=True)
    if ratio < BUDGET:
        bench.wrong.append(f"{ratio:.1f} times one task a message, not {BUDGET}")


def around(bench: Bench, count: int) -> None:
    """Connections for 1,000 tasks, and the memory of a worker's child over a long drain."""
    with worker(bench, 1) as pid:
        before = sessions(bench)
        publish(bench, "clinic.send_due_messages", [[]] * TASKS)
        wait(lambda: idle(bench), 300)
        opened = sessions(bench) - before
    print(f"\nconnections opened for {TASKS} tasks: {opened}, budget <= 5 (a child is replaced after 500)")
    if opened > 5:
        bench.wrong.append(f"{opened} connections for {TASKS} tasks")
    with worker(bench, 2) as pid:
        timed(bench, pid, min(1000, count), "clinic.send_due_messages", [[]] * 2, "first drain")
        first = pss(pid)
        cost = timed(bench, pid, count, "clinic.send_due_messages", [[]] * 2, "drain")
        last = pss(pid)
    print(
        f"memory of the larger of a worker's two children (PSS): {first:.0f} MB after the first 1,000, {last:.0f} MB after {count} more at {cost.rate:.0f}/s",
        flush=True,
    )
    if last - first > 30 or first > MEMORY:
        bench.wrong.append(f"a worker's child has {first:.0f} MB and grew to {last:.0f}, budget {MEMORY} and 30 more")


def sessions(bench: Bench) -> int:
    """How many connections the database has had."""
    time.sleep(1.5)  # statistics are written with a delay
    found: int = bench.link.execute("SELECT sessions FROM pg_stat_database WHERE datname = 'between'").fetchone()[0]
    return found


def pss(pid: int) -> float:
    """Proportional memory of the largest child, in MB."""
    found = []
    for child in tree(pid)[1:]:
        for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found.append(int(line.split()[1]) / 1024)
    return max(found)


def beside(bench: Bench, start: int, count: int, where: str) -> None:
    """One, two and four senders at once."""
    rates: dict[int, float] = {}
    for senders in (1, 2, 4):
        bench.queued(count)
        command = [sys.executable, "-m", "tests.bench.messages", "send"]
        running = [
            subprocess.Popen(command, cwd=ROOT, env=bench.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(senders)
        ]
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline().strip() == "ready"
        began = time.monotonic()
        for each in running:
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        while bench.sink.taken < count and any(each.poll() is None for each in running):
            time.sleep(0.05)
        rates[senders] = count / (time.monotonic() - began)
        sent = [int(each.communicate()[0].split()[-1]) for each in running]
        bench.check(count, f"{senders} senders, {where}")
        if sum(sent) != count:
            bench.wrong.append(f"{senders} senders, {where}: they say {sum(sent)} of {count}")
    said = ", ".join(f"{n}: {rate:.0f}/s ({rate / rates[1]:.2f})" for n, rate in rates.items())
    print(
        f"senders on {where}: {said}; no message twice" if not bench.wrong else f"senders on {where}: {said}",
        flush=True,
    )


# --- in processes with the program's settings -------------------------------------------------------------------------


def queue_all(clinic_id: str) -> int:
    """The sweep of one clinic, to its end. Returns how many were queued."""
    import django

    django.setup()
    from django.utils import timezone

    from clinic import vault
    from clinic.models import Clinic
    from clinic.scope import acting_in
    from homework.assignments import reminders

    clinic, total, last = Clinic.objects.get(pk=clinic_id), 0, reminders.BATCH
    with acting_in(clinic.pk), vault.session():
        while last == reminders.BATCH:
            last, queued = reminders.queue_due(clinic, timezone.now())
            total += queued
    return total


def send_all() -> int:
    """What a worker does, without Celery: send until there is nothing left. Returns how many were sent."""
    import django

    django.setup()
    import homework.assignments.reminders  # noqa: F401 - its checks: a kind without one is never sent
    from clinic import outbox, rounds
    from clinic.models import Clinic

    list(Clinic.objects.all())
    print("ready", flush=True)
    sys.stdin.readline()
    total, quiet = 0, 0
    while quiet < 2:
        sent = rounds.each_clinic(outbox.send_due, "send", own_transactions=True)
        total, quiet = total + sent, 0 if sent else quiet + 1
    return total


if __name__ == "__main__":
    if sys.argv[1:2] == ["queue"]:
        print(queue_all(sys.argv[2]))
    elif sys.argv[1:2] == ["send"]:
        print(send_all())
    else:
        sys.exit(main())
