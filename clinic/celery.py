"""Workers: the Celery app and its beat table.

Beat runs sweeps without arguments. The database is the schedule: Redis may vanish at any time, the next sweep finds the work
again, so a lost broker delays and never loses. No task uses eta or countdown, and arguments are ids only.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

TIME_LIMIT = 120
VISIBILITY = 180  # seconds until another worker gets an unacknowledged task; has to exceed the time limit
assert VISIBILITY > TIME_LIMIT

EVERY_10_SECONDS, EVERY_MINUTE, EVERY_5_MINUTES, HOURLY = 10.0, 60.0, 300.0, 3600.0
BEAT: dict[str, tuple[str, float]] = {
    "account-mail-every-10-seconds": ("accounts.send_waiting_mail", EVERY_10_SECONDS),
    "messages-every-minute": ("clinic.send_due_messages", EVERY_MINUTE),
    "series-hourly": ("clinic.extend_series", HOURLY),
    "covers-hourly": ("clinic.put_covers", HOURLY),
    "safety-ladder-every-5-minutes": ("safety.climb_ladder", EVERY_5_MINUTES),
    "crisis-rows-hourly": ("safety.crisis_rows_due", HOURLY),  # at most one note an admin and week
    "reminders-every-minute": ("assignments.queue_due_reminders", EVERY_MINUTE),
    "look-ahead-hourly": ("assignments.look_ahead", HOURLY),
    "digests-every-5-minutes": ("reviews.build_due_digests", EVERY_5_MINUTES),
    "takeaways-every-5-minutes": ("reviews.takeaway_cards", EVERY_5_MINUTES),
    "version-tallies-hourly": ("reviews.tally_versions", HOURLY),
    "figures-hourly": ("reviews.make_figures", HOURLY),
    "unreviewed-plans-hourly": ("reviews.unreviewed_plans", HOURLY),  # one note a therapist and day, by its key
    "unanswered-questions-hourly": ("reviews.unanswered_questions", HOURLY),  # at most one note a person and day
}

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
        "socket_timeout": 30,
        "health_check_interval": 15,
    },
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=30,
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_publish_retry=True,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    task_routes={},
    beat_schedule={
        name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 60.0)}}
        for name, (task, seconds) in BEAT.items()
    },
)
app.autodiscover_tasks()
