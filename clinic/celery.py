"""Workers: the Celery app. What runs when, and on which queue, is `clinic.jobs`.

Beat runs sweeps without arguments. The database is the schedule: Redis may vanish at any time, the next sweep finds the work
again, so a lost broker delays and never loses. No task uses eta or countdown, and arguments are ids only.
"""

import gc
import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from kombu.entity import Exchange, Queue

from clinic import broker, jobs, stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

TIME_LIMIT = 120
VISIBILITY = 180  # seconds until another worker gets an unacknowledged task; has to exceed the time limit
assert VISIBILITY > TIME_LIMIT, "a task that still runs would be given to another worker too"


def _queue(name: str) -> Queue:
    """A queue with an address of its own: with the common one, each queue would get every task."""
    return Queue(name, Exchange(name), routing_key=name)  # type: ignore[no-untyped-call]


def _when(number: int, job: jobs.Job) -> float | crontab:
    """How often. What is rare comes at fixed minutes of the clock, each job at another: so a beat that is started anew
    every now and then leaves nothing out, and an hour does not begin with everything at once.
    """
    if job.every >= jobs.HOUR:
        return crontab(minute=number * 7 % 60)
    if job.every >= jobs.MINUTES_15:
        return crontab(minute=f"{number % 15}-59/15")
    return job.every


broker.use()
app = Celery("between", task_cls="clinic.task_base:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure=True,
    task_acks_on_timeout=True,
    worker_prefetch_multiplier=1,
    task_time_limit=TIME_LIMIT,
    task_soft_time_limit=TIME_LIMIT - 20,
    worker_max_tasks_per_child=500,
    broker_transport_options={
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "health_check_interval": 15,
    },
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=30,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a broker that is gone for a day is back some time
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry=True,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    task_create_missing_queues=False,
    task_queues=[_queue(name) for name in jobs.QUEUES],
    task_default_queue=jobs.WORK,
    task_routes={task: {"queue": queue} for task, queue in jobs.ROUTES.items()},
    beat_schedule={
        job.task: {"task": job.task, "schedule": _when(number, job), "options": {"expires": max(job.every, 60.0)}}
        for number, job in enumerate(jobs.JOBS)
    },
)
app.autodiscover_tasks()

NICE = 10  # digests and figures give way to pages and messages on the same machine


def give_way(sender: Any, **_more: Any) -> None:
    """A worker that takes nothing but the queue "work" runs at low priority, and so do its processes."""
    if set(sender.app.amqp.queues.consume_from) == {jobs.WORK}:
        os.nice(NICE)


signals.worker_init.connect(give_way, weak=False)
signals.worker_shutting_down.connect(stopping.ask, weak=False)


@signals.worker_before_create_process.connect(weak=False)  # type: ignore[untyped-decorator]
def share_memory(**_signal: Any) -> None:
    """What is loaded by now stays loaded: the collector of a new process leaves it alone, so its pages stay shared."""
    gc.collect()
    gc.freeze()


@signals.worker_ready.connect(weak=False)  # type: ignore[untyped-decorator]
def expect_jobs(**_signal: Any) -> None:
    """A job that never runs is noticed too."""
    from django.db import connection
    from django.utils import timezone

    from clinic import job_runs

    job_runs.expect(timezone.now())
    connection.close()  # processes that are forked later must not share it
