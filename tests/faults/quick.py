"""The program's workers with a hasty clock: beat says "look" twice a second, not once a minute. For tests only."""

import time

from clinic.celery import app

QUICK = ("clinic.send_urgent_messages", "clinic.send_due_messages", "assignments.queue_due_reminders")
SLOW = 0.5  # seconds a unit of a storm takes
app.conf.beat_schedule = {task: {"task": task, "schedule": 0.5, "options": {"expires": 60.0}} for task in QUICK}
app.conf.beat_max_loop_interval = 0.5


@app.task(name="test.slow_unit", shared=False)  # type: ignore[untyped-decorator]
def slow_unit(number: int) -> None:
    """One of very many digests; what is not in the register goes to the queue of work."""
    time.sleep(SLOW)


@app.task(name="test.busy", shared=False)  # type: ignore[untyped-decorator]
def busy(tenths: int) -> None:
    """Keeps one process of a worker busy for so many tenths of a second."""
    time.sleep(tenths / 10)


__all__ = ["app", "busy", "slow_unit"]
