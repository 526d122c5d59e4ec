"""The program's workers with a hasty clock: beat says "look" twice a second, not once a minute. For tests only."""

from clinic.celery import BEAT, app

QUICK = ("clinic.send_due_messages", "assignments.queue_due_reminders")
app.conf.beat_schedule = {
    name: {"task": task, "schedule": 0.5, "options": {"expires": 60.0}}
    for name, (task, _) in BEAT.items()
    if task in QUICK
}
app.conf.beat_max_loop_interval = 0.5

__all__ = ["app"]
