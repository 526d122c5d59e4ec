"""The base of every Celery task: arguments are ids only, each run is one log line, and each sweep's run is written down.

`Celery(..., task_cls="clinic.task_base:Task")` makes it the base of all tasks of all apps. What lies in the broker lies
there in clear, so nothing but ids ever gets there; what a task needs to know it reads from the database.
"""

from typing import Any
from uuid import UUID

from celery.contrib.django.task import DjangoTask

from clinic import job_runs, logs


class Task(DjangoTask):  # type: ignore[misc]
    """A task that takes ids and says how it went."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
        """Refuse anything but ids before it reaches the broker, where it would lie in clear. Raises TypeError."""
        only_ids(args, kwargs)
        return super().apply_async(args, kwargs, *more, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and note name, ids, how it ended and how long it took; of a sweep also for the page of jobs."""
        only_ids(args, kwargs)
        run, outcome, error, did = job_runs.begin(), "done", None, None
        try:
            did = self.run(*args, **kwargs)
            return did
        except BaseException as raised:
            outcome, error = "failed", raised
            raise
        finally:
            facts = logs.about(error) if error else {}
            ids = [len(value) if isinstance(value, list | tuple) else str(value) for value in (*args, *kwargs.values())]
            logs.log.info(
                "task", task=self.name, task_id=self.request.id, ids=ids or None, outcome=outcome, ms=run.ms, **facts
            )
            job_runs.note(self.name, run, error, did)


def only_ids(args: Any, kwargs: Any) -> None:
    """Raises TypeError for an argument that is not an id (a UUID or its text), a whole number, or a list of such."""
    for value in (*(args or ()), *(kwargs or {}).values()):
        for each in value if isinstance(value, list | tuple) else (value,):
            if not _is_id(each):
                raise TypeError(f"tasks take ids only, not {type(each).__name__}")


def _is_id(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, UUID | int | str):
        return False
    try:
        return not isinstance(value, str) or bool(UUID(value))
    except ValueError:
        return False
