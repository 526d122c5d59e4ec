"""Sending requests and counting what they cost: wall time, and CPU of the web and database processes from /proc."""

import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
Request = tuple[str, str, bytes | None]  # method, path, body


@dataclass(frozen=True)
class Side:
    """One server: its port, its processes, the cookies of somebody signed in, and the requests to send."""

    name: str
    port: int
    pids: tuple[int, ...]
    headers: dict[str, str]
    request: Callable[[], Request]
    expected: tuple[int, ...] = (200,)


@dataclass(frozen=True)
class Cost:
    """What one run cost: requests a second, CPU milliseconds a request, answers that were not as expected."""

    rate: float
    cpu_ms: float
    bad: int


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def cpu(pids: tuple[int, ...]) -> float:
    """CPU seconds used so far by these processes, their descendants and those they have reaped."""
    total = 0
    for root in pids:
        for pid in tree(root):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(int(fields[index]) for index in (11, 12))
            if pid == root:
                total += sum(int(fields[index]) for index in (13, 14))
    return total / TICKS


def run(side: Side, count: int, threads: int = 2) -> Cost:
    """Send `count` requests over a few threads, one connection each request, as sync workers serve them."""
    bad = 0
    lock = threading.Lock()
    jobs = [side.request() for _ in range(count)]

    def work(mine: list[Request]) -> None:
        nonlocal bad
        for method, path, body in mine:
            connection = http.client.HTTPConnection("127.0.0.1", side.port, timeout=30)
            connection.request(method, path, body, side.headers)
            response = connection.getresponse()
            response.read()
            connection.close()
            if response.status not in side.expected:
                with lock:
                    bad += 1

    before, began = cpu(side.pids), time.monotonic()
    workers = [threading.Thread(target=work, args=(jobs[index::threads],)) for index in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - began
    return Cost(count / seconds, (cpu(side.pids) - before) * 1000 / count, bad)
