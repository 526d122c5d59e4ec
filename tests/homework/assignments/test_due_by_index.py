"""What the workers look for every minute is found by its index, not by reading or sorting whole tables.

The statements are those the program runs, with the planner as it is, on a database that knows its sizes. How the cost grows
is measured by `python -m tests.bench.due`; this holds the plan.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic import outbox, vault
from clinic.models import OutgoingMessage
from clinic.scope import acting_in
from homework.assignments import reminders
from homework.assignments.models import Assignment
from tests.cast import Cast, make_cast
from tests.homework.assignments.nudging import agree

ROWS, DUE = 4000, 40
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowded(transactional_db: None, opened: vault.Session) -> Iterator[Cast]:
    """Thousands of pieces of work and of messages, forty of each due; with real commits, so that they can be analyzed."""
    with transaction.atomic():
        cast = make_cast()
    with acting_in(cast.north.pk):
        now = timezone.now()
        with transaction.atomic():
            vault.open_contents([cast.ada.membership.pk])
            work = agree(cast.ada, cast.theo)
            Assignment.objects.bulk_create(
                Assignment(
                    clinic=cast.north, episode=work.episode, version=work.version, proposed_by=work.proposed_by,
                    state="active", next_reminder_at=now + timedelta(minutes=number - DUE + 0.5),
                )
                for number in range(ROWS)
            )  # fmt: skip
            kinds = ("reminder", "digest", "safety", "invitation")
            OutgoingMessage.objects.bulk_create(
                OutgoingMessage(
                    clinic=cast.north, kind=kinds[number % 4], key=f"bulk:{number}", user=cast.theo.user, due_at=now,
                    state="queued" if number < DUE else "sent",
                )
                for number in range(ROWS)
            )  # fmt: skip
        owner = connections["owner"].settings_dict
        where = {"host": owner["HOST"], "user": owner["USER"], "dbname": owner["NAME"]}
        with psycopg.connect(**where, autocommit=True) as link:
            link.execute("ANALYZE assignments_assignment, clinic_outgoingmessage")
        yield cast


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All steps of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def plan_of(work: Callable[[], object]) -> list[dict[str, Any]]:
    """How the database does the one statement of this work that takes rows without waiting. Nothing is left of it."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        work()
        transaction.set_rollback(True)
    (sql,) = [each["sql"] for each in queries if "SKIP LOCKED" in each["sql"]]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    return list(steps((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def assert_by_index(plan: list[dict[str, Any]], index: str) -> None:
    """In the index's order, and nothing read whole or sorted."""
    assert index in [step.get("Index Name") for step in plan]
    kinds = {step["Node Type"] for step in plan}
    assert not kinds & {"Seq Scan", "Sort", "Incremental Sort", "Hash Join"}


def test_due_work_and_due_messages_are_found_by_their_indexes(crowded: Cast) -> None:
    north, now = crowded.north, timezone.now()
    sweep = plan_of(lambda: reminders.queue_due(north, now, 10))
    assert_by_index(sweep, "assignments_reminder_due")
    assert {step["Relation Name"] for step in sweep if "Relation Name" in step} == {"assignments_assignment"}
    assert_by_index(plan_of(lambda: outbox.claim(north, 10, urgent=False)), "clinic_message_usual")
    assert_by_index(plan_of(lambda: outbox.claim(north, 10, urgent=True)), "clinic_message_urgent")
