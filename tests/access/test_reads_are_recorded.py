"""Whoever opens another person's work leaves exactly one row in the record, in the transaction of the reading."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from clinic.models import AuditEvent, ReadingReason
from clinic.scope import acting_in
from tests.access.matrix import ROWS, Row
from tests.access.test_matrix import by_object, path_of
from tests.access.world import make_world
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db

READERS = {"lead": "theo", "coach": "kit", "supervisor": "sol"}
WITHOUT_ANSWERS = {
    *("supervision_reason", "care_team"),  # say who somebody is
    *("draft", "draft_example", "draft_preview"),  # the reader's own worksheet, made for one client
    *("planning_of", "api_planning", "private_note"),  # about the reader's own work, or their own note
    *("rehearsal", "together_state"),  # no client is part of it; whether a yes has come
}


def pages(relation: str) -> list[str]:
    """Routes about one client's thing that this relation may open."""
    return sorted(name for name, row in ROWS.items() if by_object(row) and opens(row, relation))


def opens(row: Row, relation: str) -> bool:
    grant = row.get.get(relation)
    return grant == 200 or (relation == "supervisor" and grant is not None)


@pytest.mark.parametrize("relation", READERS)
def test_every_page_about_a_client_is_one_read_in_the_record(
    cast: Cast, sign_in: Callable[[Person | None], Client], relation: str
) -> None:
    things = make_world(cast)["ada"]
    reader: Person = getattr(cast, READERS[relation])
    assert cast.ada.episode is not None
    if relation == "supervisor":
        with acting_in(cast.north.pk):
            ReadingReason.objects.create(
                clinic=cast.north,
                episode=cast.ada.episode,
                member=reader.membership,
                until=timezone.now() + timedelta(minutes=50),
            )
    browser = sign_in(reader)
    wrong = []
    opened = 0
    for name in pages(relation):
        if name in WITHOUT_ANSWERS:
            continue
        with transaction.atomic():
            with acting_in(cast.north.pk):
                before = set(AuditEvent.objects.values_list("pk", flat=True))
            response = browser.get(path_of(name, ROWS[name], things))
            with acting_in(cast.north.pk):
                new = list(AuditEvent.objects.exclude(pk__in=before).filter(is_read=True))
            ada = cast.ada.membership.pk
            reads = [row.verb for row in new if row.client == ada or str(ada) in str(row.detail)]
            transaction.set_rollback(True)
        if response.status_code == 200:
            opened += 1
            if len(reads) != 1:
                wrong.append(f"{name}: {reads}")
    assert not wrong, "\n".join(wrong)
    assert opened >= {"lead": 20, "coach": 8, "supervisor": 4}[relation], opened


def test_the_record_is_written_in_the_transaction_of_the_reading() -> None:
    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is True
    for name, row in ROWS.items():
        if by_object(row):
            view = resolve(path_of(name, row, None)).func
            assert not getattr(view, "_non_atomic_requests", None), name
