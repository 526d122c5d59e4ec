"""Writing down how each run of a job went, for the admin's page and the alarm: one statement a run, one row a job.

Trouble while writing is logged and never the job's. What went wrong in a job is kept as type and place, never as text.
"""

import time
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic import jobs, logs
from clinic.models import JobRun

FACTS = ["began_at", "ended_at", "ms", "did", "trouble"]


class Run:
    """One run of a task. `trouble`: of some clinic that was left out; the others were seen to."""

    def __init__(self) -> None:
        self.began = timezone.now()
        self.trouble = ""
        self._clock = time.perf_counter()

    @property
    def ms(self) -> float:
        """How long it has taken so far, in milliseconds."""
        return round((time.perf_counter() - self._clock) * 1000, 1)


_run: ContextVar[Run | None] = ContextVar("run of a job", default=None)


def begin() -> Run:
    """A run begins here; `left_out` reports to it."""
    run = Run()
    _run.set(run)
    return run


def left_out(error: BaseException) -> None:
    """Part of the run under way went wrong, the rest goes on."""
    run = _run.get()
    if run is not None:
        run.trouble = told(error)


def note(task: str, run: Run, error: BaseException | None, did: Any) -> None:
    """Write down how a run of this task ended. A unit, or a task that is not in the register, is not written down."""
    _run.set(None)
    if task not in jobs.BY_TASK:
        return
    row = JobRun(name=task, began_at=run.began, ended_at=run.began + timedelta(milliseconds=run.ms), ms=int(run.ms))
    row.trouble = told(error) if error else run.trouble
    row.did = did if isinstance(did, int) and did >= 0 else None
    row.went_well_at = None if error else row.ended_at
    try:
        with transaction.atomic():
            _write([row], FACTS if error else [*FACTS, "went_well_at"])
    except Exception as trouble:
        logs.trouble("job_run", trouble, task=task)


def expect(now: datetime) -> None:
    """A worker is up: from now on every job is expected to run, also one that never has."""
    try:
        with transaction.atomic():
            JobRun.objects.bulk_create(
                [JobRun(name=name, began_at=now) for name in jobs.BY_TASK], ignore_conflicts=True
            )
    except Exception as trouble:
        logs.trouble("job_run", trouble)


def told(error: BaseException) -> str:
    """Type and last place of an error, as much as fits; never its text."""
    facts = logs.about(error)
    return f"{facts['error'][:60]} {facts['at'].split(' < ')[0]}".strip()[:120]


def _write(rows: list[JobRun], facts: list[str]) -> None:
    JobRun.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=facts)
