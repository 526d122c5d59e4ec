"""What a client does between the moment their reminder is asked about and the moment it would leave."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from clinic.outbox import delivery
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Entry
from tests.cast import Cast
from tests.homework.assignments.nudging import MONDAY, NINE, agree, at, fresh, reasons, send, sweep, wants_email, write


def saves(cast: Cast, work: Assignment) -> None:
    """What was begun yesterday is saved while they type: that alone leaves no record."""
    Entry.objects.filter(assignment=work).update(started=True, saved_at=timezone.now())


def pauses(cast: Cast, work: Assignment) -> None:
    """They let it rest."""
    resting.pause(by=cast.ada.actor, assignment=fresh(work))


def does_nothing(cast: Cast, work: Assignment) -> None:
    """Nothing."""


@pytest.mark.parametrize(("then", "why"), [(saves, ["written"]), (pauses, ["changed"]), (does_nothing, [])])
def test_what_they_do_after_the_group_was_asked_about_is_seen_in_the_sending_transaction(
    north: Cast,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    then: Callable[[Cast, Assignment], None],
    why: list[str],
) -> None:
    with at(MONDAY):
        wants_email(north.ada)
        work = agree(north.ada, north.theo)
        write(north.ada, work, share=False)
        Entry.objects.update(started=False)
    assert sweep(north.north, NINE) == 1
    still_wanted = delivery._still_wanted

    def and_then(*args: Any) -> Any:
        found = still_wanted(*args)
        assert len(found) == 1, "asked about while it is still wanted"
        monkeypatch.setattr(delivery, "_still_wanted", still_wanted)
        then(north, work)
        return found

    monkeypatch.setattr(delivery, "_still_wanted", and_then)
    send(north.north, NINE + timedelta(seconds=30))
    assert reasons() == why
    assert len(mailoutbox) == (0 if why else 1)
