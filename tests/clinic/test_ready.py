"""/readyz: booleans for a monitor, each dependency by itself, and nothing for a visitor."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from clinic import jobs
from clinic.models import Clinic, JobRun, OutgoingMessage
from clinic.running import ready
from clinic.scope import acting_in
from tests.cast import Cast

PARTS = {"database", "migrations", "keys", "messages", "jobs", "broker", "ready", "degraded"}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What a process remembers is forgotten."""
    ready._migrated.clear()
    yield
    ready._migrated.clear()


def ask(**more: Any) -> tuple[int, dict[str, bool]]:
    answer = Client().get("/readyz", **more)
    return answer.status_code, answer.json() if answer.status_code != 404 else {}


def missing(found: dict[str, bool]) -> set[str]:
    return {name for name, well in found.items() if not well and name not in ("ready", "degraded")}


def late_urgent(cast: Cast) -> None:
    with acting_in(cast.south.pk):
        OutgoingMessage.objects.create(
            clinic=cast.south, key="urgent:1", kind="safety", user=cast.zoe.user,
            due_at=timezone.now() - timedelta(minutes=6),
        )  # fmt: skip


def test_when_everything_is_there_it_is_ready_and_says_nothing_else(cast: Cast) -> None:
    status, found = ask()
    assert status == 200
    assert found == {**dict.fromkeys(PARTS, True), "degraded": False}


def test_without_its_database_it_is_not_ready(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("no")

    with monkeypatch.context() as broken:
        broken.setattr(ready.connection, "cursor", away)
        status, found = ask()
    assert status == 503
    assert {"database", "migrations"} <= missing(found)
    assert found["ready"] is False


def test_with_tables_of_another_version_it_is_not_ready(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("a", False)])
    status, found = ask()
    assert (status, missing(found)) == (503, {"migrations"})


@pytest.mark.parametrize("content", [None, "not json", "[]"])
def test_without_its_key_file_it_is_not_ready(cast: Cast, settings: Any, tmp_path: Path, content: str | None) -> None:
    settings.KEYS_FILE = str(tmp_path / "keys.json")
    if content is not None:
        (tmp_path / "keys.json").write_text(content)
    status, found = ask()
    assert (status, missing(found)) == (503, {"keys"})


def test_with_an_urgent_message_that_waits_too_long_in_any_clinic_it_is_not_ready(cast: Cast) -> None:
    late_urgent(cast)
    status, found = ask()
    assert (status, missing(found)) == (503, {"messages"})


def test_with_a_job_that_is_late_it_is_not_ready(cast: Cast) -> None:
    now = timezone.now()
    Clinic.objects.update(created_at=now - timedelta(days=1))
    assert missing(ask()[1]) == {"jobs"}, "no worker has ever run"
    for job in jobs.JOBS:
        JobRun.objects.create(name=job.task, began_at=now, ended_at=now, went_well_at=now)
    assert ask()[0] == 200
    JobRun.objects.filter(name="clinic.extend_series").update(went_well_at=now - timedelta(days=1))
    status, found = ask()
    assert (status, missing(found)) == (503, {"jobs"})


def test_without_its_broker_it_is_degraded_and_still_ready(cast: Cast, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    status, found = ask()
    assert (status, missing(found)) == (200, {"broker"})
    assert (found["ready"], found["degraded"]) == (True, True)


@pytest.mark.parametrize(
    "visitor",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_HEALTH_TOKEN": "guess", "REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_HEALTH_TOKEN": "", "REMOTE_ADDR": "192.0.2.7"},
    ],
)
def test_a_visitor_is_told_that_nothing_is_here(cast: Cast, settings: Any, visitor: dict[str, str]) -> None:
    for token in ("", "a-long-secret"):
        settings.HEALTH_TOKEN = token
        assert ask(**visitor)[0] == 404


def test_the_token_opens_it_from_another_machine(cast: Cast, settings: Any) -> None:
    settings.HEALTH_TOKEN = "a-long-secret"
    assert ask(REMOTE_ADDR="192.0.2.7", HTTP_X_HEALTH_TOKEN="a-long-secret")[0] == 200


def test_it_is_only_read_and_never_kept(cast: Cast) -> None:
    assert Client().post("/readyz").status_code == 405
    assert Client().get("/readyz")["Cache-Control"] == "no-store"
