"""Would another time be kinder? Offered once when most of it came late in the day, and not again for two weeks (F37)."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from clinic.models import ContactPrefs
from homework.assignments.days import kinder
from homework.assignments.days.kinder import OwnDay
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, url

LATE, EARLY, TODAY = time(21, 30), time(21, 29), date(2031, 1, 20)
ASKS = "Would another time be kinder?"


@pytest.mark.finding("F37")
@pytest.mark.parametrize(
    ("clocks", "offered"),
    [
        ([LATE, LATE, LATE], True),
        ([LATE, LATE, EARLY, EARLY, LATE], True),
        ([LATE, LATE], False),
        ([LATE, LATE, EARLY], False),
        ([LATE, EARLY, EARLY, EARLY, LATE, LATE], False),  # of the last five only two
        ([time(0, 30), time(3, 59), time(23, 59)], True),  # after midnight it is still the same tired day
        ([time(4, 0), time(23, 59), time(22, 0)], False),
        ([], False),
    ],
)
def test_three_of_the_last_five_in_the_last_ninety_minutes(clocks: list[time], offered: bool) -> None:
    assert kinder.is_time(clocks, OwnDay(), None, TODAY) is offered


@pytest.mark.finding("F37")
@pytest.mark.parametrize(("days", "offered"), [(0, False), (13, False), (14, True), (15, True)])
def test_not_repeated_within_fourteen_days(days: int, offered: bool) -> None:
    assert kinder.is_time([LATE] * 3, OwnDay(), TODAY - timedelta(days=days), TODAY) is offered


@pytest.mark.finding("F37")
def test_a_shift_workers_day_ends_when_they_say() -> None:
    nights = OwnDay(starts=time(16, 0), ends=time(9, 0))
    assert kinder.is_time([time(7, 30)] * 3, nights, None, TODAY)
    assert not kinder.is_time([time(22, 0)] * 3, nights, None, TODAY)


@pytest.mark.django_db
@pytest.mark.finding("F37")
def test_late_entries_give_one_offer_which_goes_when_the_time_is_changed(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2031-01-10T09:00:00Z"):
        work = given.agreed(north)
        ContactPrefs.objects.update(asked_at=timezone.now())  # or Today would ask about that first
    for day, offered in ((11, False), (12, False), (13, True), (14, True)):
        with time_machine.travel(f"2031-01-{day}T21:45:00Z"):
            given.shared(north, work, {"hot_thought": "x"})
            ada = sign_in(north.ada)
            shown = page(ada, "today")
            assert shown.count(ASKS) == int(offered), day
            assert (ASKS in page(ada, "task", work.pk)) is offered
    work.refresh_from_db()
    assert work.kinder_time_on == date(2031, 1, 13)
    for day in (16, 20, 26):  # three days on the page, then silence, whatever comes late meanwhile
        with time_machine.travel(f"2031-01-{day}T21:45:00Z"):
            given.shared(north, work, {"hot_thought": "x"})
            assert ASKS not in page(sign_in(north.ada), "today")
    with time_machine.travel("2031-01-27T21:45:00Z"):
        given.shared(north, work, {"hot_thought": "x"})
        ada = sign_in(north.ada)
        assert f"{url('work_change', work.pk)}?when=1" in ada.get(url("today")).content.decode()
        opened = ada.get(url("work_change", work.pk), {"when": "1"}).content.decode()
        assert '<details class="fold" open><summary id="when">' in opened
    with time_machine.travel("2031-01-28T09:00:00Z"):
        from tests.homework.assignments.pages import as_it_stands

        ada = sign_in(north.ada)
        ada.post(url("work_change", work.pk), {"action": "change"} | as_it_stands(work, anchor="after lunch"))
        assert ASKS not in page(ada, "today")


@pytest.mark.django_db
@pytest.mark.finding("F37")
def test_what_is_written_by_day_never_asks(north: Cast) -> None:
    work = given.agreed(north)
    for day in range(11, 16):
        with time_machine.travel(datetime.fromisoformat(f"2031-01-{day}T21:29:00+00:00")):
            given.shared(north, work, {"hot_thought": "x"})
    work.refresh_from_db()
    assert work.kinder_time_on is None
