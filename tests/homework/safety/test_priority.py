"""6.3.2: how soon somebody has to look at a flag. Response times a clinic has set, never levels of risk."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from homework.safety import hours, priority
from homework.safety.models import SafetySetup
from homework.safety.priority import Targets, look_by, priority_of
from tests.homework.safety.given import AT_NIGHT, HOURS, IN_HOURS

WEEK = {int(day): (hours.time(9), hours.time(17)) for day in HOURS}
OPEN = hours.ServiceHours(ZoneInfo("Europe/London"), WEEK)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "points", "was", "first"),
    [
        ("not_safe", None, None, True),
        ("contact", None, None, True),
        ("core6", 1, None, True),
        ("core6", 1, 4, True),
        ("item9", 1, None, False),  # never asked, or left open last time: nothing is known to have risen
        ("item9", 2, None, False),
        ("item9", 3, None, True),
        ("item9", 3, 3, True),
        ("item9", 1, 0, True),  # "not at all" last time
        ("item9", 1, 1, False),
        ("item9", 2, 1, True),
        ("item9", 1, 2, False),
        ("item9", 2, 2, False),
        ("free_text", None, None, False),
        ("clinician", None, None, False),
        ("child", None, None, False),
    ],
)
def test_6_3_what_is_looked_at_first(kind: str, points: int | None, was: int | None, first: bool) -> None:
    assert priority_of(kind, points, was, False) == ("P1" if first else "P2")
    assert priority_of(kind, points, was, True) == "P1", "a clinic may set everything to P1"


@pytest.mark.parametrize(
    ("points", "was", "rose"), [(1, 0, True), (1, 1, False), (0, 1, False), (1, None, False), (None, 0, False)]
)
def test_6_3_a_rise_needs_an_answer_both_times(points: int | None, was: int | None, rose: bool) -> None:
    assert priority.rises(points, was) is rose


class TestByWhen:
    """In working minutes of the clinic; out of hours they begin with the next opening."""

    def test_p1_within_the_hour_while_somebody_reads(self) -> None:
        assert look_by("P1", IN_HOURS, OPEN, Targets(60, None)) == IN_HOURS + 60 * MINUTES

    def test_p1_at_night_within_the_first_hour_of_the_next_day(self) -> None:
        assert look_by("P1", AT_NIGHT, OPEN, Targets(60, None)) == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)

    def test_p1_late_in_the_day_goes_on_in_the_morning(self) -> None:
        at = datetime(2026, 3, 4, 16, 30, tzinfo=UTC)
        assert look_by("P1", at, OPEN, Targets(60, None)) == datetime(2026, 3, 5, 9, 30, tzinfo=UTC)

    def test_p1_on_a_friday_evening_waits_for_monday_and_past_a_day_without_service(self) -> None:
        friday = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
        assert look_by("P1", friday, OPEN, Targets(60, None)) == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
        closed = hours.ServiceHours(OPEN.zone, WEEK, frozenset({date(2026, 3, 9)}))
        assert look_by("P1", friday, closed, Targets(60, None)) == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)

    def test_p2_by_the_end_of_the_working_day_unless_minutes_are_set(self) -> None:
        assert look_by("P2", IN_HOURS, OPEN, Targets(60, None)) == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
        assert look_by("P2", IN_HOURS, OPEN, Targets(60, 90)) == IN_HOURS + 90 * MINUTES
        assert look_by("P2", AT_NIGHT, OPEN, Targets(60, None)) == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)

    def test_p2_at_the_very_moment_of_closing_is_tomorrow(self) -> None:
        closing = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
        assert look_by("P2", closing - MINUTES, OPEN, Targets(60, None)) == closing
        assert look_by("P2", closing, OPEN, Targets(60, None)) == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)

    def test_without_hours_the_minutes_simply_pass_and_nothing_is_due_never(self) -> None:
        nobody = hours.ServiceHours(OPEN.zone)
        assert look_by("P1", AT_NIGHT, nobody, Targets(60, None)) == AT_NIGHT + 60 * MINUTES
        assert look_by("P2", AT_NIGHT, nobody, Targets(60, None)) == AT_NIGHT + timedelta(days=1)

    def test_what_a_clinic_has_set_counts_and_before_that_the_programs_own(self) -> None:
        assert priority.targets_of(None) == Targets(60, None)
        assert priority.targets_of(SafetySetup(p1_minutes=20, p2_minutes=240)) == Targets(20, 240)
