"""Shared with only what got in the way: "not this time", for the client's thread and the therapist's marks alike."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine

from homework.assignments.actions import sharing
from homework.assignments.days import marks, thread
from homework.assignments.models import Entry
from homework.assignments.schedule import DayState
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)


@pytest.mark.finding("F40")
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("amount", [None, 0, 1, 2, 3, 5])
@pytest.mark.parametrize("smaller", [False, True])
def test_both_threads_draw_the_same_mark(started: bool, amount: int | None, smaller: bool) -> None:
    entry = Entry(
        state=Entry.State.SHARED, captured_at=AT, slot_on=AT.date(), amount=amount, stepped_down=smaller, started=started
    )  # fmt: skip
    theirs = marks.state_of(marks.Did(AT.date(), amount, smaller, started))
    own = thread.best_of([entry], "UTC")[AT.date()]
    assert own == theirs
    assert thread.MARK_OF[own] == marks.MARK_OF[theirs]


@pytest.mark.finding("F40")
def test_only_an_obstacle_is_not_this_time() -> None:
    entry = Entry(state=Entry.State.SHARED, captured_at=AT, slot_on=AT.date(), amount=None, started=False)
    assert thread.state_of(entry) is DayState.SKIPPED
    assert thread.MARK_OF[thread.state_of(entry)] == "notthistime"


@pytest.mark.finding("F40")
@pytest.mark.django_db
def test_today_says_so_too_and_not_done(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(AT, tick=False):
        work = given.agreed(north)
        sharing.not_today(by=north.ada.actor, assignment=work, obstacles=["time"], key=uuid4())
        browser = sign_in(north.ada)
        shown = page(browser, "today")
        assert "Not this time" in shown
        assert "Done" not in shown.split("What the marks mean")[0]
