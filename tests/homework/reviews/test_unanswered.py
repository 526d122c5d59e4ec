"""Questions nobody answered: after more than two sessions a neutral note to the therapist, then to the supervisor."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from clinic.jobs import BY_TASK
from clinic.models import OutgoingMessage
from homework.reviews import tasks, unanswered
from homework.reviews.actions import question as speaking
from homework.reviews.models import ClientQuestion
from tests.cast import Cast
from tests.homework.assignments import given

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(cast: Cast, sessions: int, text: str = "Is it enough?") -> ClientQuestion:
    """A question of Ada's with so many sessions held since."""
    assert cast.ada.episode is not None
    said = speaking.Said(kind="how", text=text)
    row = speaking.ask(by=cast.ada.actor, episode=cast.ada.episode, said=said)
    ClientQuestion.objects.filter(pk=row.pk).update(asked_at=NOW - 60 * DAY)
    have = unanswered.Appointment.objects.filter(episode=cast.ada.episode).count()
    for number in range(have, sessions):
        given.session(cast, NOW - (50 - number) * DAY)
    return row


@pytest.mark.finding("F44")
@pytest.mark.parametrize(("sessions", "people"), [(0, 0), (2, 0), (3, 1), (4, 2)])
def test_therapist_after_more_than_two_sessions_supervisor_after_one_more(
    north: Cast, sessions: int, people: int
) -> None:
    asked(north, sessions)
    assert tasks.unanswered_questions() == people
    users = set(OutgoingMessage.objects.values_list("user_id", flat=True))
    assert users == {north.theo.user.pk, north.sol.user.pk} if people == 2 else len(users) == people


@pytest.mark.finding("F44")
def test_it_is_told_once_and_once_a_day_however_many_wait(north: Cast) -> None:
    asked(north, 3)
    asked(north, 3, "And this?")
    assert [tasks.unanswered_questions() for _run in range(2)] == [1, 0]
    with time_machine.travel(NOW + DAY, tick=False):
        assert [tasks.unanswered_questions() for _run in range(2)] == [1, 0]
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert tasks.unanswered_questions() == 0
    assert OutgoingMessage.objects.values("about").distinct().count() == 2


@pytest.mark.parametrize("outcome", ["talked", "explained"])
def test_an_answered_question_is_told_to_nobody_even_when_the_note_waits_already(north: Cast, outcome: str) -> None:
    row = asked(north, 3)
    tasks.unanswered_questions()
    waiting = list(OutgoingMessage.objects.all())
    assert set(unanswered.still_open(north.north, waiting, NOW).values()) == {""}
    speaking.answer(by=north.theo.actor, question=row, outcome=outcome, text="Yes.")
    assert set(unanswered.still_open(north.north, waiting, NOW).values()) == {"answered"}
    with time_machine.travel(NOW + DAY, tick=False):
        assert tasks.unanswered_questions() == 0


def test_not_yet_keeps_it_waiting(north: Cast) -> None:
    speaking.answer(by=north.theo.actor, question=asked(north, 3), outcome="not_yet")
    assert tasks.unanswered_questions() == 1


def test_the_note_is_the_neutral_one_and_is_sent_at_a_decent_hour(north: Cast) -> None:
    asked(north, 3, "zqnobody")
    with time_machine.travel(NOW + timedelta(hours=13), tick=False):
        tasks.unanswered_questions()
    note = OutgoingMessage.objects.get()
    assert note.kind == OutgoingMessage.Kind.DIGEST
    assert note.key.startswith(f"question:{north.theo.membership.pk}:")
    assert note.due_at > NOW + timedelta(hours=13)
    assert "zqnobody" not in repr(OutgoingMessage.objects.values())


def test_a_cancelled_session_is_none_and_the_beat_knows_the_sweep(north: Cast) -> None:
    asked(north, 3)
    unanswered.Appointment.objects.update(state="cancelled")
    assert tasks.unanswered_questions() == 0
    assert tasks.unanswered_questions.name in BY_TASK
