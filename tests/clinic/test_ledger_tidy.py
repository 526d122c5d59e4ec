"""Messages that went thirteen months ago leave the ledger, in batches; what was parked or still waits stays."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from clinic import access
from clinic.actions import ledger
from clinic.models import AuditEvent, OutgoingMessage
from clinic.scope import acting_in
from clinic.tasks import tidy_ledger
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 15, 12, tzinfo=UTC)
OLD, YOUNG = datetime(2026, 2, 14, tzinfo=UTC), datetime(2026, 2, 16, tzinfo=UTC)
State = OutgoingMessage.State


def message(cast: Cast, at: datetime, state: str, number: int = 0) -> OutgoingMessage:
    with time_machine.travel(at - timedelta(hours=1), tick=False):
        return OutgoingMessage.objects.create(
            clinic=cast.north, key=f"{state}:{at}:{number}", kind="reminder", state=state, due_at=at,
            sent_at=at if state == State.SENT else None,
        )  # fmt: skip


def test_what_went_or_was_skipped_over_thirteen_months_ago_goes_and_nothing_else(north: Cast) -> None:
    for state in State.values:
        message(north, OLD, state)
        message(north, YOUNG, state)
    with time_machine.travel(NOW, tick=False):
        assert [tidy_ledger() for _run in range(2)] == [2, 0]
    assert not OutgoingMessage.objects.filter(due_at=OLD, state__in=[State.SENT, State.SKIPPED]).exists()
    assert OutgoingMessage.objects.count() == 2 * len(State.values) - 2
    assert AuditEvent.objects.get(verb=ledger.TIDIED).detail == {"messages": 2}


def test_it_goes_in_batches_and_clinics_are_apart(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        message(north, OLD, State.SENT, number)
    monkeypatch.setattr(ledger, "BATCH", 2)
    with time_machine.travel(NOW, tick=False):
        with acting_in(north.south.pk):
            assert ledger.tidy(by=access.system(north.south, "test")) == 0
        assert OutgoingMessage.objects.count() == 5
        assert ledger.tidy(by=access.system(north.north, "test")) == 5
