"""A worksheet the clinic wrote, whose day for another look has gone by: shown, and one neutral note a week (F57)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from clinic import outbox
from clinic.models import Membership, OutgoingMessage
from homework.worksheets import look_again, tasks
from homework.worksheets.actions import drafts
from homework.worksheets.models import WorksheetVersion
from tests.access.world import version
from tests.cast import Cast
from tests.homework.assignments.pages import SignIn, text

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
YEAR = timedelta(days=370)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def own(north: Cast) -> WorksheetVersion:
    return drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w08")))


def sweep(days: timedelta) -> int:
    with time_machine.travel(NOW + days, tick=False):
        return tasks.library_review_due()


@pytest.mark.finding("F57")
def test_one_neutral_note_a_week_to_who_wrote_it_once_its_day_has_gone_by(north: Cast, own: WorksheetVersion) -> None:
    assert sweep(timedelta(days=300)) == 0
    assert [sweep(YEAR), sweep(YEAR), sweep(YEAR + timedelta(days=7))] == [1, 0, 1]
    rows = list(OutgoingMessage.objects.all())
    assert {row.user_id for row in rows} == {north.theo.user.pk}
    assert {row.kind for row in rows} == {OutgoingMessage.Kind.DIGEST}


@pytest.mark.finding("F57")
def test_when_who_wrote_it_has_gone_everybody_who_may_write_is_asked(north: Cast, own: WorksheetVersion) -> None:
    Membership.objects.filter(pk=north.theo.membership.pk).update(ended_at=NOW)
    assert sweep(YEAR) == 2
    asked = set(OutgoingMessage.objects.values_list("user_id", flat=True))
    assert asked == {north.sol.user.pk, north.cora.user.pk}


@pytest.mark.finding("F57")
def test_what_ships_what_is_off_the_shelf_and_what_is_for_one_client_is_not_asked_about(
    north: Cast, own: WorksheetVersion
) -> None:
    drafts.retire(by=north.theo.actor, worksheet=own.worksheet, retired=True)
    copy = drafts.copy(by=north.theo.actor, version=version("w08"), for_client=north.ada.membership)
    drafts.publish(by=north.theo.actor, draft=copy)
    assert sweep(YEAR) == 0


@pytest.mark.finding("F57")
def test_writing_the_next_version_is_the_look_and_the_note_is_not_sent_then(north: Cast, own: WorksheetVersion) -> None:
    sweep(YEAR)
    rows = list(OutgoingMessage.objects.all())
    with time_machine.travel(NOW + YEAR, tick=False):
        now = NOW + YEAR
        assert look_again.still_due(north.north, rows, now) == {rows[0].pk: ""}
        drafts.publish(by=north.theo.actor, draft=drafts.edit(by=north.theo.actor, worksheet=own.worksheet))
        assert look_again.still_due(north.north, rows, now) == {rows[0].pk: "looked at"}
        assert look_again.still_due in outbox.checks[OutgoingMessage.Kind.DIGEST]
    assert sweep(YEAR + timedelta(days=8)) == 0


@pytest.mark.finding("F57")
def test_the_clinics_list_and_the_library_say_so(north: Cast, own: WorksheetVersion, sign_in: SignIn) -> None:
    says = "Worth another look since 1 March 2027"
    for later, told in ((timedelta(), False), (YEAR, True)):
        with time_machine.travel(NOW + later, tick=False):
            theo = sign_in(north.theo)
            for page in ("own_sheets", "library"):
                assert (says in text(theo.get(reverse(page)))) is told, page
