"""The schedule: every zone, every change of clocks from 2020 to 2035, and the rules a plan can have."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from homework.assignments.schedule import (
    EVENING,
    DayState,
    Frequency,
    QuietHours,
    Revision,
    Rule,
    Slot,
    instant,
    local_day,
    next_slot,
    reminder_at,
    slot_for,
    slots,
    slots_across,
    week_of,
    within_quiet_hours,
)

FROM, TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
ZONES = sorted(available_timezones())
NIGHT = QuietHours()
DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def daily(zone: str, at: time | None, starts_on: date = MONDAY, ends_on: date | None = None) -> Rule:
    """Every day at one time."""
    return Rule(frequency="daily", starts_on=starts_on, zone=zone, local_time=at, ends_on=ends_on)


@cache
def transitions(name: str) -> tuple[datetime, ...]:
    """Every instant at which the zone's offset changes, found by scanning, to the second."""
    zone = ZoneInfo(name)

    def offset(seconds: int) -> timedelta | None:
        return datetime.fromtimestamp(seconds, zone).utcoffset()

    found = []
    step = 2 * 86400
    for low in range(int(FROM.timestamp()), int(TO.timestamp()), step):
        high = low + step
        if offset(low) != offset(high):
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            found.append(datetime.fromtimestamp(high, UTC))
    return tuple(found)


def changes(name: str) -> Iterator[tuple[datetime, datetime, datetime]]:
    """For each change of clocks: the instant, and the wall clock just before and just after it."""
    zone = ZoneInfo(name)
    for at in transitions(name):
        before = (at - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(seconds=1)
        yield at, before, at.astimezone(zone).replace(tzinfo=None, fold=0)


def assert_orderly(rule: Rule, around: date) -> list[Slot]:
    """What holds for any rule anywhere: one slot a date, instants rising, none before its own day."""
    found = list(slots(rule, around - 3 * DAY, around + 3 * DAY))
    keys = [slot.local_date for slot in found]
    begins = [slot.begins for slot in found]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    assert all(earlier < later for earlier, later in pairwise(begins)), (rule, begins)
    for slot in found:
        assert slot.begins >= instant(slot.local_date, time.min, rule.zone)
        assert slot.begins.tzinfo is UTC
        assert slot_for(rule, slot.local_date) == slot
    return found


def test_every_change_of_clocks_in_every_zone_until_2035_keeps_one_slot_a_date_and_never_skips_or_doubles() -> None:
    seen = 0
    for name in ZONES:
        for at, before, after in changes(name):
            seen += 1
            shift = after - before
            # a time in the middle of what is skipped, or of what is repeated
            wall = (min(before, after) + abs(shift) / 2).replace(second=0, microsecond=0)
            rule = daily(name, wall.time(), starts_on=wall.date() - 2 * DAY)
            found = {slot.local_date: slot for slot in assert_orderly(rule, wall.date())}
            if shift > timedelta(0) and wall.date() in found:
                assert found[wall.date()].at == at, f"{name}: a skipped time is the first valid minute after"
                assert at.astimezone(ZoneInfo(name)).replace(tzinfo=None) == after
            elif shift < timedelta(0):
                first = found[wall.date()].at
                assert first is not None
                assert first < at, f"{name}: a repeated time is its first occurrence"
                assert first.astimezone(ZoneInfo(name)).replace(tzinfo=None, fold=0) == wall
                again = first - shift
                assert again.astimezone(ZoneInfo(name)).replace(tzinfo=None, fold=0) == wall, "it was a repeated time"
    assert seen > 5000


def test_every_date_around_every_change_of_clocks_has_its_slot() -> None:
    for name in ZONES:
        for at, before, after in changes(name):
            if abs(after - before) < timedelta(hours=23):
                around = local_day(at, name)
                found = slots(daily(name, time(12), starts_on=around - 2 * DAY), around - 2 * DAY, around + 2 * DAY)
                assert len(list(found)) == 5, (name, at)


def test_a_time_that_does_not_exist_becomes_the_first_valid_minute_after() -> None:
    assert instant(date(2026, 3, 29), time(2, 30), "Europe/Berlin") == utc(2026, 3, 29, 1, 0)
    assert instant(date(2026, 3, 29), time(2, 30, 45), "Europe/Berlin") == utc(2026, 3, 29, 1, 0)
    assert instant(date(2026, 3, 29), time(1, 59), "Europe/Berlin") == utc(2026, 3, 29, 0, 59)
    assert instant(date(2026, 3, 29), time(3, 0), "Europe/Berlin") == utc(2026, 3, 29, 1, 0)


def test_a_time_that_exists_twice_is_its_first_occurrence_only() -> None:
    assert instant(date(2026, 10, 25), time(2, 30), "Europe/Berlin") == utc(2026, 10, 25, 0, 30)
    assert instant(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Berlin") == utc(2026, 10, 25, 0, 30)
    assert len(list(slots(daily("Europe/Berlin", time(2, 30)), date(2026, 10, 25), date(2026, 10, 25)))) == 1


def test_half_hour_changes_of_clocks_are_understood() -> None:
    assert instant(date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe") == utc(2026, 10, 3, 15, 30)


def test_a_missing_midnight_leaves_the_day_its_slot() -> None:
    slot = slot_for(daily("Africa/Cairo", time(0, 15)), date(2026, 4, 24))
    assert slot is not None
    assert slot.at == utc(2026, 4, 23, 22, 0)
    assert local_day(slot.begins, "Africa/Cairo") == date(2026, 4, 24)


def test_a_missing_last_hour_of_the_day_keeps_the_slot_under_its_own_date() -> None:
    rule = daily("America/Nuuk", time(23, 30), starts_on=date(2024, 3, 28))
    found = assert_orderly(rule, date(2024, 3, 30))
    assert date(2024, 3, 30) in {slot.local_date for slot in found}


def test_a_date_that_does_not_exist_has_no_slot() -> None:
    rule = daily("Pacific/Apia", time(0, 0), starts_on=date(2011, 12, 1))
    assert slot_for(rule, date(2011, 12, 30)) is None
    assert [slot.local_date.day for slot in slots(rule, date(2011, 12, 29), date(2011, 12, 31))] == [29, 31]


def test_daylight_saving_moves_the_instant_and_never_the_time_on_the_wall() -> None:
    found = list(slots(daily("Europe/London", time(18)), date(2026, 3, 28), date(2026, 3, 29)))
    assert [slot.at for slot in found] == [utc(2026, 3, 28, 18), utc(2026, 3, 29, 17)]


def test_a_slot_without_a_time_has_no_instant_and_begins_with_its_day() -> None:
    slot = slot_for(daily("America/New_York", None), MONDAY)
    assert slot is not None
    assert slot.at is None
    assert slot.begins == utc(2026, 3, 2, 5)


# --- which days ------------------------------------------------------------------------------------------------------


def days_of(rule: Rule, until: int = 20) -> list[int]:
    """The days after `starts_on` that have a slot."""
    return [
        (slot.local_date - rule.starts_on).days for slot in slots(rule, rule.starts_on, rule.starts_on + until * DAY)
    ]


def test_once_is_one_slot_on_the_first_day() -> None:
    assert days_of(Rule(frequency="once", starts_on=MONDAY, zone="UTC")) == [0]


def test_once_on_a_picked_day_is_the_first_such_day() -> None:
    assert days_of(Rule(frequency="once", starts_on=MONDAY, zone="UTC", weekdays=frozenset({3, 5}))) == [3]


def test_chosen_weekdays_are_the_days() -> None:
    rule = Rule(frequency="weekdays", starts_on=MONDAY, zone="UTC", weekdays=frozenset({0, 3}))
    assert days_of(rule, 10) == [0, 3, 7, 10]


def test_a_rule_that_names_no_days_has_no_slots() -> None:
    assert days_of(Rule(frequency="weekdays", starts_on=MONDAY, zone="UTC")) == []
    assert days_of(Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC")) == []


def test_an_event_has_no_slots() -> None:
    rule = Rule(frequency="event", starts_on=MONDAY, zone="UTC", weekdays=frozenset({0}), times_per_week=3)
    assert days_of(rule) == []
    assert next_slot(rule, utc(2026, 3, 2)) is None


@pytest.mark.parametrize(
    ("times", "days"),
    [
        (1, [3]),
        (2, [1, 5]),
        (3, [1, 3, 5]),
        (4, [0, 2, 4, 6]),
        (5, [0, 2, 3, 4, 6]),
        (6, [0, 1, 2, 4, 5, 6]),
        (7, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_times_per_week_spreads_evenly_over_the_week(times: int, days: list[int]) -> None:
    rule = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=times)
    assert days_of(rule, 6) == days
    assert days_of(rule, 13)[times:] == [day + 7 for day in days]


def test_times_per_week_keeps_all_its_days_when_the_next_session_comes_sooner() -> None:
    rule = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=4, ends_on=MONDAY + 4 * DAY)
    assert len(days_of(rule)) == 4
    tight = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=4, ends_on=MONDAY + DAY)
    assert days_of(tight) == [0, 1]


def test_times_per_week_gives_a_last_part_of_a_week_its_share() -> None:
    rule = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=3, ends_on=MONDAY + 10 * DAY)
    assert days_of(rule) == [1, 3, 5, 8, 10]
    short = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=3, ends_on=MONDAY + 7 * DAY)
    assert days_of(short) == [1, 3, 5]


def test_times_per_week_uses_the_days_the_client_picked() -> None:
    rule = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=2, weekdays=frozenset({1, 2}))
    assert days_of(rule, 6) == [1, 2]


def test_moving_the_next_session_never_changes_a_full_week_gone_by() -> None:
    def first_week(end: int) -> list[int]:
        ends_on = MONDAY + end * DAY
        rule = Rule(frequency="times_per_week", starts_on=MONDAY, zone="UTC", times_per_week=3, ends_on=ends_on)
        return [day for day in days_of(rule) if day < 7]

    assert {tuple(first_week(end)) for end in range(6, 21)} == {(1, 3, 5)}


def test_nothing_is_planned_before_the_start_or_after_the_end() -> None:
    rule = daily("Asia/Tokyo", time(9), ends_on=MONDAY + 2 * DAY)
    found = list(slots(rule, MONDAY - 30 * DAY, MONDAY + 30 * DAY))
    assert [slot.local_date for slot in found] == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]


@pytest.mark.parametrize(
    "wrong",
    [
        {"frequency": "hourly"},
        {"zone": "Mars/Base"},
        {"zone": ""},
        {"zone": "../etc/passwd"},
        {"weekdays": frozenset({7})},
        {"times_per_week": 0},
        {"times_per_week": 8},
    ],
)
def test_a_rule_refuses_what_no_plan_can_mean(wrong: dict[str, object]) -> None:
    fine: dict[str, object] = {"frequency": "daily", "starts_on": MONDAY, "zone": "UTC"}
    with pytest.raises(ValueError):
        Rule(**{**fine, **wrong})  # type: ignore[arg-type]


# --- the next slot ---------------------------------------------------------------------------------------------------


def test_the_next_slot_is_strictly_after() -> None:
    rule = daily("Europe/Berlin", time(9))
    first = next_slot(rule, utc(2026, 1, 1))
    assert first == Slot(MONDAY, utc(2026, 3, 2, 8), "Europe/Berlin")
    second = next_slot(rule, utc(2026, 3, 2, 8))
    assert second is not None
    assert second.local_date == MONDAY + DAY


def test_there_is_no_next_slot_after_the_end() -> None:
    assert next_slot(daily("UTC", time(9), ends_on=MONDAY), utc(2026, 3, 2, 9)) is None


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        next_slot(daily("UTC", time(9)), datetime(2026, 3, 2))
    with pytest.raises(ValueError):
        local_day(datetime(2026, 3, 2), "UTC")


times = st.times().map(lambda t: t.replace(second=0, microsecond=0))
a_day = st.dates(date(2020, 1, 1), date(2035, 12, 1))
rules = st.builds(
    Rule,
    frequency=st.sampled_from([*Frequency]),
    starts_on=a_day,
    zone=st.sampled_from(ZONES),
    weekdays=st.frozensets(st.integers(0, 6), max_size=4),
    times_per_week=st.none() | st.integers(1, 7),
    local_time=st.none() | times,
    ends_on=st.none() | a_day,
)


@settings(max_examples=300, deadline=None, database=None)
@given(rules, st.integers(-3, 40))
def test_any_rule_anywhere_gives_each_date_at_most_one_slot_and_rising_instants(rule: Rule, offset: int) -> None:
    assert_orderly(rule, rule.starts_on + offset * DAY)


@settings(max_examples=200, deadline=None, database=None)
@given(rules, st.integers(-20, 40), st.integers(0, 1439))
def test_the_next_slot_is_the_first_of_all_slots_after_that_moment(rule: Rule, days: int, minutes: int) -> None:
    after = datetime.combine(rule.starts_on, time.min, UTC) + timedelta(days=days, minutes=minutes)
    everything = slots(rule, rule.starts_on, after.date() + 60 * DAY)
    assert next_slot(rule, after) == next((slot for slot in everything if slot.begins > after), None)


@settings(max_examples=200, deadline=None, database=None)
@given(rules, st.integers(0, 20), st.integers(0, 20))
def test_a_slot_is_the_same_whatever_window_it_is_looked_at_through(rule: Rule, begin: int, length: int) -> None:
    wide = list(slots(rule, rule.starts_on - 5 * DAY, rule.starts_on + 60 * DAY))
    first, last = rule.starts_on + begin * DAY, rule.starts_on + (begin + length) * DAY
    assert list(slots(rule, first, last)) == [slot for slot in wide if first <= slot.local_date <= last]


@settings(max_examples=150, deadline=None, database=None)
@given(st.integers(1, 7), st.integers(0, 30))
def test_times_per_week_is_never_more_than_agreed_in_any_of_its_weeks(times_per_week: int, end: int) -> None:
    rule = Rule(
        frequency="times_per_week",
        starts_on=MONDAY,
        zone="UTC",
        times_per_week=times_per_week,
        ends_on=MONDAY + end * DAY,
    )
    days = days_of(rule, 40)
    for block in range(6):
        assert sum(day // 7 == block for day in days) <= times_per_week
    assert len([day for day in days if day < 7]) == min(times_per_week, end + 1)


# --- revisions -------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F21")
@settings(max_examples=200, deadline=None, database=None)
@given(rules, st.sampled_from(ZONES), st.integers(1, 30), st.integers(0, 1439))
@example(daily("Pacific/Kiritimati", time(10)), "Pacific/Pago_Pago", 5, 30)
@example(daily("Pacific/Pago_Pago", None), "Pacific/Kiritimati", 5, 700)
def test_a_changed_zone_replans_only_the_future(rule: Rule, zone: str, days: int, minutes: int) -> None:
    change = datetime.combine(rule.starts_on, time.min, UTC) + timedelta(days=days, minutes=minutes)
    new = Rule(**{**vars(rule), "zone": zone})
    first, last = rule.starts_on - DAY, rule.starts_on + 45 * DAY
    old_slots = list(slots(rule, first, last))
    both = list(slots_across([Revision(FROM - 40 * DAY, rule), Revision(change, new)], first, last))
    assert [slot for slot in both if slot.begins < change] == [slot for slot in old_slots if slot.begins < change]
    assert all(slot.zone == zone for slot in both if slot.begins >= change)
    keys = [slot.local_date for slot in both]
    assert keys == sorted(set(keys)), "one slot a date, whatever zone the date was in"
    instants = [slot.begins for slot in both]
    assert instants == sorted(set(instants))


@pytest.mark.finding("F21")
def test_a_changed_time_holds_from_the_change_on() -> None:
    old, new = daily("UTC", time(9)), daily("UTC", time(18))
    found = slots_across([Revision(utc(2026, 3, 1), old), Revision(utc(2026, 3, 3, 12), new)], MONDAY, MONDAY + 2 * DAY)
    assert [slot.at for slot in found] == [utc(2026, 3, 2, 9), utc(2026, 3, 3, 9), utc(2026, 3, 4, 18)]


def test_nothing_is_planned_before_the_first_revision_was_agreed() -> None:
    rule = daily("UTC", time(9))
    found = slots_across([Revision(utc(2026, 3, 3, 10), rule)], MONDAY, MONDAY + 2 * DAY)
    assert [slot.local_date for slot in found] == [MONDAY + 2 * DAY]
    assert list(slots_across([], MONDAY, MONDAY + DAY)) == []


# --- reminders -------------------------------------------------------------------------------------------------------


def evening_slot(at: time, zone: str = "Europe/London") -> Slot:
    """A slot of one winter Monday."""
    slot = slot_for(daily(zone, at), MONDAY)
    assert slot is not None
    return slot


def test_a_reminder_comes_at_the_time_the_client_chose() -> None:
    assert reminder_at(evening_slot(time(18)), time(12, 30), 30, NIGHT) == utc(2026, 3, 2, 12, 30)


def test_without_a_chosen_time_it_comes_so_many_minutes_before() -> None:
    assert reminder_at(evening_slot(time(18)), None, 30, NIGHT) == utc(2026, 3, 2, 17, 30)
    assert reminder_at(evening_slot(time(18)), None, -30, NIGHT) == utc(2026, 3, 2, 18, 30)


@pytest.mark.parametrize(
    ("wall", "sent"), [(time(7, 59), False), (time(8, 0), True), (time(20, 59), True), (time(21, 0), False)]
)
def test_what_falls_into_quiet_hours_is_dropped_not_moved(wall: time, sent: bool) -> None:
    found = reminder_at(evening_slot(time(12)), wall, 0, NIGHT)
    assert found == (datetime.combine(MONDAY, wall, UTC) if sent else None)


@pytest.mark.finding("F37")
def test_after_eight_in_the_evening_only_a_time_the_client_chose_is_used() -> None:
    assert reminder_at(evening_slot(time(20, 30)), None, 30, NIGHT) == utc(2026, 3, 2, 20, 0)
    assert reminder_at(evening_slot(time(20, 31)), None, 30, NIGHT) is None
    assert reminder_at(evening_slot(time(20, 31)), time(20, 1), 30, NIGHT) == utc(2026, 3, 2, 20, 1)


def test_a_slot_without_a_time_is_reminded_of_only_at_a_chosen_time() -> None:
    slot = slot_for(daily("Europe/London", None), MONDAY)
    assert slot is not None
    assert reminder_at(slot, None, 30, NIGHT) is None
    assert reminder_at(slot, time(9), 30, NIGHT) == utc(2026, 3, 2, 9)


def test_quiet_hours_follow_the_wall_clock_over_a_change_of_clocks() -> None:
    for zone, at in (("Europe/Berlin", utc(2026, 3, 29, 6, 0)), ("Europe/Berlin", utc(2026, 10, 25, 7, 0))):
        assert not within_quiet_hours(at, zone, NIGHT)
        assert within_quiet_hours(at - timedelta(minutes=1), zone, NIGHT)


def test_quiet_hours_by_day_suit_a_night_worker() -> None:
    asleep = QuietHours(time(9), time(16))
    assert not within_quiet_hours(utc(2026, 3, 2, 4), "Europe/London", asleep)
    assert within_quiet_hours(utc(2026, 3, 2, 9), "Europe/London", asleep)
    assert not within_quiet_hours(utc(2026, 3, 2, 16), "Europe/London", asleep)


def test_equal_ends_mean_no_quiet_hours() -> None:
    never = QuietHours(time(9), time(9))
    assert not any(within_quiet_hours(utc(2026, 3, 2, hour), "UTC", never) for hour in range(24))


@settings(max_examples=300, deadline=None, database=None)
@given(rules, st.none() | times, st.integers(-60, 120), times, times)
def test_no_reminder_is_ever_inside_quiet_hours(
    rule: Rule, chosen: time | None, lead: int, start: time, end: time
) -> None:
    quiet = QuietHours(start, end)
    for slot in slots(rule, rule.starts_on, rule.starts_on + 4 * DAY):
        at = reminder_at(slot, chosen, lead, quiet)
        if at is not None:
            assert not within_quiet_hours(at, rule.zone, quiet)
            assert chosen is not None or at.astimezone(ZoneInfo(rule.zone)).time() <= EVENING


def test_no_reminder_is_inside_quiet_hours_on_any_day_the_clocks_change() -> None:
    for name in ZONES[::7]:
        for at, before, after in changes(name):
            rule = daily(name, min(before, after).time(), starts_on=local_day(at, name) - DAY)
            for slot in slots(rule, rule.starts_on, rule.starts_on + 2 * DAY):
                for chosen in (time(7, 59), time(8, 0), time(20, 59), time(21, 0)):
                    found = reminder_at(slot, chosen, 0, NIGHT)
                    assert found is None or not within_quiet_hours(found, name, NIGHT)


# --- the thread ------------------------------------------------------------------------------------------------------


def test_the_thread_shows_the_days_between_two_sessions() -> None:
    rule = Rule(frequency="weekdays", starts_on=MONDAY, zone="UTC", weekdays=frozenset({1, 2, 3, 4, 5}))
    done = {date(2026, 3, 3): "done", date(2026, 3, 4): "smaller"}
    days = week_of([rule], MONDAY, MONDAY + 7 * DAY, date(2026, 3, 6), done)
    assert [day.state for day in days] == [
        DayState.REST,
        DayState.DONE,
        DayState.SMALLER,
        DayState.LAPSED,
        DayState.OPEN,
        DayState.PLANNED,
        DayState.REST,
        DayState.REST,
    ]
    assert [day.session for day in days] == [True, *[False] * 6, True]
    assert [day.today for day in days].index(True) == 4


@pytest.mark.finding("F43")
def test_what_was_done_on_an_unplanned_day_counts_too() -> None:
    days = week_of([], MONDAY, MONDAY + 7 * DAY, MONDAY + 3 * DAY, {MONDAY + DAY: "some"})
    assert days[1].state == DayState.SOME


def test_the_thread_joins_several_plans() -> None:
    plans = [daily("UTC", time(9)), daily("UTC", time(18))]
    assert len(week_of(plans, MONDAY, MONDAY + DAY, MONDAY, {})[0].slots) == 2


@pytest.mark.parametrize("today", [MONDAY - DAY, MONDAY, MONDAY + 9 * DAY, MONDAY + 21 * DAY, MONDAY + 40 * DAY])
def test_a_long_stretch_shows_ten_days_with_both_sessions_and_the_days_nearest_to_today(today: date) -> None:
    days = week_of([daily("UTC", None)], MONDAY, MONDAY + 21 * DAY, today, {})
    dates = [day.local_date for day in days]
    assert len(dates) == 10
    assert (dates[0], dates[-1]) == (MONDAY, MONDAY + 21 * DAY)
    assert dates == sorted(set(dates))
    assert today in dates or not MONDAY <= today <= MONDAY + 21 * DAY
