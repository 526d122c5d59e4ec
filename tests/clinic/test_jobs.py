"""The register of jobs: complete, on the right queues, and each run is written down."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import job_runs, jobs, rounds, tasks
from clinic.celery import TIME_LIMIT, VISIBILITY
from clinic.celery import app as program
from clinic.models import JobRun
from clinic.scope import acting_in
from tests.cast import Cast

#: clinical.md 1L, word for word.
CLINICAL = {
    "materialise_occurrences",
    "send_reminders",
    "takeaway_cards",
    "mood_and_trend",
    "start_rate_watch",
    "build_digest",
    "listen_first_switch",
    "unanswered_questions",
    "flag_ladder + heartbeat",
    "measure_scheduler",
    "safe_contact_recheck",
    "barrier_and_equity_rollup",
    "library_review_due",
    "crisis_rows_due",
    "draft_purge",
    "discharge_access_end",
}
SWEEP = "clinic.extend_series"


def test_every_task_of_the_program_is_in_the_register_and_the_other_way_round() -> None:
    program.loader.import_default_modules()
    ours = {name for name in program.tasks if not name.startswith("celery.")}
    assert ours - set(jobs.ROUTES) - TESTS == set(), "tasks that are not in clinic/jobs.py"
    assert set(jobs.ROUTES) - ours == set(), "jobs without a task"


TESTS: set[str] = {name for name in program.tasks if name.startswith("test.")}


def test_every_job_the_clinicians_asked_for_is_served() -> None:
    served = {job.clinical for job in jobs.JOBS if job.clinical}
    assert CLINICAL - served == set(), "jobs of clinical.md 1L that nothing serves"
    assert served - CLINICAL == set(), "names that clinical.md 1L does not have"


def test_a_job_stands_once_on_a_known_queue_and_says_what_it_does() -> None:
    assert len(jobs.BY_TASK) == len(jobs.JOBS)
    assert set(jobs.ROUTES.values()) <= set(jobs.QUEUES)
    assert not set(jobs.UNITS) & set(jobs.BY_TASK)
    assert [job.task for job in jobs.JOBS if not str(job.what).endswith(".")] == []


def test_nobody_waits_for_what_is_urgent_behind_a_crowd() -> None:
    urgent = {task for task, queue in jobs.ROUTES.items() if queue == jobs.SAFETY}
    assert {"clinic.send_urgent_messages", "accounts.send_waiting_mail", "safety.climb_ladder"} <= urgent
    assert not urgent & set(jobs.UNITS), "what comes in storms has no place beside it"
    assert {job.every for job in jobs.JOBS if job.task in urgent} <= {10.0, 60.0, 300.0}


def test_celery_runs_what_the_register_says() -> None:
    beat = program.conf.beat_schedule
    assert {entry["task"] for entry in beat.values()} == {job.task for job in jobs.JOBS}
    often = {job.task: job.every for job in jobs.JOBS if job.every < jobs.MINUTES_15}
    assert {task: beat[task]["schedule"] for task in often} == often
    for job in jobs.JOBS:
        if job.task not in often:  # at fixed minutes of the clock: a beat started anew now and then leaves none out
            minutes = sorted(beat[job.task]["schedule"].minute)
            assert len(minutes) == 3600 / job.every, job.task
            assert all(later - first == job.every / 60 for first, later in pairwise(minutes))
    for task, queue in jobs.ROUTES.items():
        assert program.amqp.router.route({}, task)["queue"].name == queue
    assert program.amqp.router.route({}, "somebody.elses")["queue"].name == jobs.WORK
    addresses = {(queue.exchange.name, queue.routing_key): queue.name for queue in program.conf.task_queues}
    assert sorted(addresses.values()) == sorted(jobs.QUEUES), "queues with one address would each get every task"


def test_celery_is_set_as_the_specification_says() -> None:
    """security.md 8.3. A redelivered task is not one that still runs; nothing clinical waits in the broker or comes back."""
    conf = program.conf
    for name in ("task_acks_late", "task_reject_on_worker_lost", "task_acks_on_failure", "task_acks_on_timeout"):
        assert conf[name] is True, name
    assert conf.worker_prefetch_multiplier == 1
    assert (conf.task_time_limit, conf.task_soft_time_limit) == (120, 100)
    assert conf.worker_max_tasks_per_child == 500
    assert conf.broker_transport_options == {
        "visibility_timeout": 180,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "health_check_interval": 15,
    }
    assert VISIBILITY > TIME_LIMIT
    assert conf.worker_cancel_long_running_tasks_on_connection_loss is True
    assert conf.worker_soft_shutdown_timeout == 30
    assert conf.broker_connection_retry_on_startup is True
    assert (conf.task_ignore_result, conf.result_backend) == (True, None)
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert conf.task_publish_retry is True
    assert conf.worker_enable_remote_control is False
    assert (conf.worker_send_task_events, conf.worker_redirect_stdouts) == (False, False)


# --- runs are written down --------------------------------------------------------------------------------------------


def only(name: str = SWEEP) -> JobRun:
    """The row of a job."""
    return JobRun.objects.get(pk=name)


def test_a_run_is_written_down_in_one_statement(north: Cast) -> None:
    assert tasks.extend_series() == 0
    with CaptureQueriesContext(connection) as noting:
        job_runs.note(SWEEP, job_runs.begin(), None, 7)
    assert [query["sql"].split()[0] for query in noting] == ["SAVEPOINT", "INSERT", "RELEASE"]
    row = only()
    assert row.ended_at == row.went_well_at
    assert row.ended_at is not None
    assert row.began_at <= row.ended_at
    assert (row.did, row.trouble) == (7, "")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if no clinic could be asked for at all."""

    def each_clinic(*_args: object) -> int:
        raise LookupError("what a client wrote")

    with monkeypatch.context() as here:
        here.setattr(rounds, "each_clinic", each_clinic)
        yield


def test_a_run_that_fails_is_type_and_place_and_when_it_last_went_well_stays(north: Cast, broken: None) -> None:
    well = timezone.now() - timedelta(hours=1)
    JobRun.objects.create(name=SWEEP, began_at=well, ended_at=well, went_well_at=well, ms=1)
    with pytest.raises(LookupError):
        tasks.extend_series()
    row = only()
    assert row.went_well_at == well
    assert row.ended_at is not None
    assert row.ended_at > well
    assert row.trouble.startswith("LookupError tests/clinic/test_jobs.py:")
    assert "wrote" not in row.trouble


def test_trouble_is_forgotten_with_the_next_good_run(north: Cast) -> None:
    job_runs.note(SWEEP, job_runs.begin(), LookupError(), None)
    assert only().trouble == "LookupError"
    assert tasks.extend_series() == 0
    assert only().trouble == ""


def test_a_clinic_that_was_left_out_is_said_although_the_others_went_well(
    north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_args: object, **_more: object) -> int:
        raise ZeroDivisionError

    from clinic.actions import series

    monkeypatch.setattr(series, "extend_series", work)
    tasks.extend_series()
    row = only()
    assert row.trouble.startswith("ZeroDivisionError ")
    assert row.went_well_at is not None


def test_a_unit_is_not_written_down(north: Cast) -> None:
    job_runs.note(next(iter(jobs.UNITS)), job_runs.begin(), None, 1)
    job_runs.note("test.unit", job_runs.begin(), None, 1)
    assert not JobRun.objects.exists()


def test_trouble_with_the_note_is_not_the_jobs(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(job_runs, "_write", full)
    assert tasks.extend_series() == 0
    assert not JobRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_is_written_down_without_acting_in_any_clinic(transactional_db: None, broken: None) -> None:
    """As in a worker: no transaction around, no clinic."""
    with acting_in(None), pytest.raises(LookupError):
        tasks.extend_series()
    assert only().trouble


# --- how they do ------------------------------------------------------------------------------------------------------


def test_a_job_is_late_when_a_round_was_left_out(north: Cast) -> None:
    now = timezone.now()
    job = jobs.BY_TASK["clinic.send_due_messages"]
    JobRun.objects.create(name=job.task, began_at=now, ended_at=now, went_well_at=now, ms=12)

    def row(at: Any) -> jobs.Row:
        return next(row for row in jobs.overview(at) if row.name == job.task)

    assert (row(now).late, row(now).lag, row(now).ms) == (False, 0.0, 12)
    assert not row(now + job.late_after).late
    late = row(now + job.late_after + timedelta(seconds=1))
    assert late.late
    assert late.lag == job.late_after.total_seconds() + 1
    assert late.what == job.what


def test_a_job_that_never_ran_is_late_once_workers_have_been_up_long_enough(north: Cast) -> None:
    now = timezone.now()
    assert all(row.late and row.last is None and row.lag is None for row in jobs.overview(now))
    job_runs.expect(now)
    job_runs.expect(now + timedelta(days=1))  # another worker, later: what is expected stays expected
    assert [row.name for row in jobs.overview(now) if row.late] == []
    assert all(row.last is None for row in jobs.overview(now))
    assert all(row.late for row in jobs.overview(now + timedelta(days=2)))


def test_the_overview_is_one_statement_in_the_order_of_the_register(north: Cast) -> None:
    with CaptureQueriesContext(connection) as asking:
        rows = jobs.overview(timezone.now())
    assert [row.name for row in rows] == [job.task for job in jobs.JOBS]
    assert len(asking) == 1


def test_a_sweep_that_fails_for_one_clinic_says_nothing_of_it_outside_a_task(north: Cast) -> None:
    def work(_clinic: object) -> int:
        raise ZeroDivisionError

    assert rounds.each_clinic(work, "test") == 0
