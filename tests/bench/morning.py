"""`python -m tests.bench.morning [sessions]`: pages while the digests of a weekday morning are brought up to date.

So many sessions at nine in one clinic, twelve weeks of work behind each (as in `tests.bench.digests`), 25 clients a
therapist. Real processes: gunicorn with two workers, Postgres, Valkey, one Celery worker for the queue "work". Clients open Today
and therapists their first page all the time; in turns nothing is due, then

* a minute's share is due: what the moments of `digest.moments` put into one minute, all at its beginning;
* everything is due at once, as after an outage that lasted until half past eight.

Prints latencies, their ratio in the same run, digests a second, and when the last one is ready.
"""

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.bench.place import broker, gunicorn, place

SESSIONS, TEAM, ROUNDS, SECONDS, PORT = 2_000, 25, 4, 15.0, 8471
WINDOW = 13  # minutes over which the moments of one hour's sessions lie
THINKING = 0.04  # seconds between two requests of one browser: busy, not saturated
BUDGET = 60.0  # seconds a minute's share may take: the next minute brings its own


def main() -> int:
    """Everything in processes of its own; 1 when a minute's share takes longer than a minute or an answer is wrong."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # figures as they are known
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
    with place() as here, broker(here) as valkey, ExitStack() as stack:
        here.env |= {"BETWEEN_BASE_URL": f"http://localhost:{PORT}", "BETWEEN_BROKER_URL": valkey.url}
        clinic = here.python("-m", "tests.bench.digests", "fill", str(number)).split()[-1]
        people = json.loads(here.python("-m", "tests.bench.morning", "people", clinic).splitlines()[-1])
        with here.link() as link:
            link.execute("ANALYZE")
        stack.enter_context(gunicorn(here.env, "clinic.wsgi:application", PORT))
        worker = stack.enter_context(work(here.env))
        control = stack.enter_context(Control.opened(here.env, clinic))
        return measure(number, people, control, worker)


def measure(number: int, people: dict[str, str], control: "Control", worker: int) -> int:
    """The rounds, in turns."""
    first = control.until_built(number, hours=20)
    nice = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[16]
    print(f"{number} sessions at nine; the worker's nice value: {nice}")
    print(f"first build of all, queued at once: {first:.0f} s, {number / first:.0f} digests a second")
    share, bad = round(number / WINDOW), 0
    Load(people).run(5)
    took = {}
    for name, due in (("a minute's share", share), ("everything at once", number)):
        quiet, busy, seconds = [], [], []
        for _round in range(ROUNDS if due == share else 2):
            quiet.append(Load(people).run(SECONDS))
            timer = control.start(due)
            busy.append(Load(people).run(SECONDS if due == share else min(SECONDS, 0.02 * due)))
            seconds.append(control.wait(timer))
        took[name] = max(seconds)
        bad += sum(one.bad for one in (*quiet, *busy))
        print(f"\n{name}: {due} digests, built in {statistics.median(seconds):.1f} s (worst {max(seconds):.1f} s), "
              f"{due / statistics.median(seconds):.0f} a second")  # fmt: skip
        for page in ("today", "home"):
            still, storm = [one.times[page] for one in quiet], [one.times[page] for one in busy]
            print(f"  {page:6} p50 {middle(still, 50):6.1f} -> {middle(storm, 50):6.1f} ms  p95 {middle(still, 95):6.1f} -> "
                  f"{middle(storm, 95):6.1f} ms   ratio p50 {ratio(still, storm, 50):.2f}, p95 {ratio(still, storm, 95):.2f}")  # fmt: skip
    last = 28 * 60 + 60 + took["a minute's share"]
    print(f"\nthe last moment is 8:28, its sweep by 8:29: all are ready by 8:{last / 60:05.2f} (minutes)")
    print(f"everything due at once is ready after {took['everything at once']:.0f} s; answers not as expected: {bad}")
    return 1 if bad or took["a minute's share"] > BUDGET else 0


def middle(rounds: list[list[float]], percent: int) -> float:
    """The median over the rounds of each round's percentile, in milliseconds."""
    return statistics.median(percentile(times, percent) for times in rounds)


def ratio(still: list[list[float]], storm: list[list[float]], percent: int) -> float:
    """Each round against the quiet one just before it; the median."""
    pairs = zip(still, storm, strict=True)
    return statistics.median(percentile(two, percent) / percentile(one, percent) for one, two in pairs)


def percentile(times: list[float], percent: int) -> float:
    """The time so many percent of the requests did not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


class Load:
    """Four browsers, two of each kind, that open their first page, look at it shortly, and open it again."""

    def __init__(self, people: dict[str, str]) -> None:
        self.people = people
        self.times: dict[str, list[float]] = {"today": [], "home": []}
        self.bad = 0

    def run(self, seconds: float) -> "Load":
        """For so long."""
        end = time.monotonic() + seconds
        pages = [("today", "/today/", self.people["client"]), ("home", "/day/", self.people["therapist"])] * 2
        threads = [threading.Thread(target=self._browse, args=(*page, end)) for page in pages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _browse(self, name: str, path: str, cookie: str, end: float) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
            line.request("GET", path, None, {"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            line.close()
            self.times[name].append(1000 * (time.monotonic() - began))
            self.bad += answer.status != 200
            time.sleep(THINKING)


@contextmanager
def work(env: dict[str, str]) -> Iterator[int]:
    """One worker with two processes that takes the queue "work" and nothing else; yields its pid."""
    command = [sys.executable, "-m", "celery", "-A", "clinic", "worker", "-Q", "work", "-c", "2", "-l", "ERROR"]
    process = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], env=env, stdout=subprocess.DEVNULL)
    try:
        time.sleep(6)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


class Control:
    """A process with the program's settings that says what is due, is the beat, and counts what is left."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    @classmethod
    @contextmanager
    def opened(cls, env: dict[str, str], clinic: str) -> Iterator["Control"]:
        """For as long as it is needed."""
        command = [sys.executable, "-m", "tests.bench.morning", "control", clinic]
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)

    def ask(self, *words: object) -> int:
        """One command, one number."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(*words, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def until_built(self, number: int, hours: int) -> float:
        """Seconds until all have a digest that had none."""
        self.ask("hours", number, hours)
        timer = time.monotonic()
        self.ask("sweep")
        return self.wait(timer)

    def start(self, due: int) -> float:
        """So many are due from now on, and the sweep is sent; returns when."""
        self.ask("due", due)
        timer = time.monotonic()
        self.ask("sweep")
        return timer

    def wait(self, timer: float) -> float:
        """Seconds from then until the last one was built; sweeps go on every minute as beat sends them."""
        swept = time.monotonic()
        while self.ask("left"):
            if time.monotonic() - swept > 60:
                swept = time.monotonic()
                self.ask("sweep")
            time.sleep(0.3)
        return max(self.ask("ago") / 1000 * -1 + (time.monotonic() - timer), 0.1)


# --- inside the program's settings ------------------------------------------------------------------------------------


def people(clinic_id: UUID) -> dict[str, str]:
    """A therapist for every 25 clients; cookies of one of each."""
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import User
    from clinic.access import Role
    from clinic.models import Appointment, CareTeamMember, Clinic, Episode, Site
    from clinic.scope import acting_in
    from tests.bench.clinic import cookies
    from tests.cast import make_person

    clinic = Clinic.objects.get(pk=clinic_id)
    with acting_in(clinic.pk), transaction.atomic():
        site = Site.objects.get(clinic=clinic)
        ids = list(Episode.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), TEAM):
            therapist = make_person(clinic, site, f"Therapist{start}", Role.THERAPIST)
            some = ids[start : start + TEAM]
            CareTeamMember.objects.filter(episode_id__in=some).update(member=therapist.membership)
            coming = Appointment.objects.filter(episode_id__in=some, starts_at__gt=timezone.now())
            coming.update(therapist=therapist.membership)
        client = User.objects.get(memberships__episodes=ids[0])
        first = User.objects.get(email="therapist0@example.org")
        return {"client": cookies(client), "therapist": cookies(first)}


def control(clinic_id: UUID) -> None:
    """Answer commands, one a line, with one number each."""
    import django

    django.setup()
    from django.db import connection, transaction
    from django.db.models import Max
    from django.utils import timezone

    from clinic import celery
    from clinic.models import Appointment
    from clinic.scope import acting_in
    from homework.reviews import tasks
    from homework.reviews.actions import digest
    from homework.reviews.models import Digest

    celery.app.set_current()  # tasks are queued in its broker
    with acting_in(clinic_id), transaction.atomic():
        coming = list(
            Appointment.objects.filter(starts_at__gt=timezone.now()).order_by("pk").values_list("pk", flat=True)
        )
    for line in sys.stdin:
        command, *words = line.split()
        answer, now = 0, timezone.now()
        with acting_in(clinic_id), transaction.atomic():
            rows = Appointment.objects.filter(pk__in=coming)
            if command == "hours":
                rows.update(starts_at=now + timedelta(hours=int(words[1])))
            elif command == "due":
                some = coming[: int(words[0])]
                rows.update(starts_at=now + timedelta(hours=20))
                rows.filter(pk__in=some).update(starts_at=now + timedelta(minutes=31, seconds=50))
                Digest.objects.filter(pk__in=some).update(built_at=now - timedelta(hours=20))
            elif command == "left":
                answer = len(digest.due_appointments(now))
            elif command == "ago":
                latest = Digest.objects.aggregate(at=Max("built_at"))["at"]
                answer = int((now - latest).total_seconds() * 1000)
        if command == "sweep":
            tasks.build_due_digests.delay()
        print(answer, flush=True)
    connection.close()


if __name__ == "__main__":
    what: Any = {"people": people, "control": control}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if what is None:
        sys.exit(main())
    found = what(UUID(sys.argv[2]))
    if found:
        print(json.dumps(found))
