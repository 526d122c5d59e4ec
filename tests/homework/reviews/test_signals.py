"""The signals D1 to D14, each just under, at and just over its threshold."""

import inspect
from datetime import UTC, date, datetime, time, timedelta
from types import FunctionType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.reviews.digest import signals
from homework.reviews.digest.signals import (
    Amount,
    Belief,
    MoodAfter,
    OwnDay,
    back_filled,
    belief_amber,
    belief_gap,
    couple_private,
    crossed_cut_off,
    depth,
    difficulty_surprise,
    end_of_day,
    gone_quiet,
    late_in_own_day,
    late_rows,
    listen_first,
    mood_after,
    mood_sentence,
    mood_trend,
    much_done_little_learned,
    not_started,
    not_started_twice,
    reliably_better,
    reliably_worse,
    safety_flag,
    starts_falling,
    task_may_hurt,
    theil_sen,
    wants_change,
)

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
TODAY = date(2026, 3, 10)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# --- D1 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], False),
        (["closed"], False),
        (["open"], True),
        (["seen"], True),
        (["acting"], True),
        (["closed", "seen"], True),
    ],
)
def test_d1_a_flag_counts_until_it_is_closed(states: list[str], expected: bool) -> None:
    assert safety_flag(states) is expected


# --- D2, D3 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "rci", "expected"),
    [
        ((12, 17), 6, False),
        ((12, 18), 6, True),
        ((12, 19), 6, True),
        ((12, 9, 14), 6, False),
        ((12, 9, 15), 6, True),
        ((9, 12), 4, False),
        ((9, 13), 4, True),
        ((30, 44), 15, False),
        ((30, 45), 15, True),
        ((12,), 6, False),
        ((), 6, False),
    ],
)
def test_d2_worse_than_the_first_or_the_best_by_the_reliable_change(
    scores: tuple[float, ...], rci: float, expected: bool
) -> None:
    assert reliably_worse(scores, rci) is expected


@pytest.mark.parametrize(("last", "worse", "better"), [(41, False, False), (40, True, False), (60, False, True)])
def test_d2_and_d3_turn_round_where_more_is_better(last: float, worse: bool, better: bool) -> None:
    assert reliably_worse((50, last), 10, higher_is_better=True) is worse
    assert reliably_better((50, last), 10, higher_is_better=True) is better


def test_d2_on_a_scale_where_more_is_better_counts_from_the_best_too() -> None:
    assert reliably_worse((50, 70, 61), 10, higher_is_better=True) is False
    assert reliably_worse((50, 70, 60), 10, higher_is_better=True) is True


@pytest.mark.parametrize(("last", "expected"), [(11, False), (10, True), (9, True)])
def test_d3_better_than_the_first_by_the_reliable_change(last: float, expected: bool) -> None:
    assert reliably_better((16, 17, last), 6) is expected


def test_d3_better_than_the_worst_week_is_not_better_than_at_the_start() -> None:
    assert reliably_better((12, 20, 14), 6) is False
    assert reliably_better((12,), 6) is False


@pytest.mark.parametrize(
    ("scores", "expected"), [((18, 10), False), ((18, 9), True), ((10, 9), True), ((9, 8), False), ((9,), False)]
)
def test_d3_the_cut_off_is_crossed_once_the_score_is_below_it(scores: tuple[float, ...], expected: bool) -> None:
    assert crossed_cut_off(scores, 10) is expected


@pytest.mark.parametrize(("scores", "expected"), [((50, 51), True), ((50, 50), False), ((51, 60), False)])
def test_d3_the_cut_off_turns_round_where_more_is_better(scores: tuple[float, ...], expected: bool) -> None:
    assert crossed_cut_off(scores, 50, higher_is_better=True) is expected


STORIES = {
    "amara": (18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6),
    "tomas": (16, 16, 17, 15, 14, 13, 12, 11, 10, 10, 9, 9),
    "jonah": (12, 13, 12, 15, 17, 19, 20, 19, 17, 16, 15, 14),
}


def weeks(name: str, holds: object) -> list[int]:
    """The weeks (from 1) in which something holds for one of the demo clients."""
    scores = STORIES[name]
    return [week for week in range(1, 13) if holds(scores[:week])]  # type: ignore[operator]


def test_the_demo_clients_change_in_the_weeks_their_stories_say() -> None:
    assert weeks("amara", lambda s: reliably_better(s, 6)) == list(range(5, 13))
    assert weeks("amara", lambda s: crossed_cut_off(s, 10)) == list(range(7, 13))
    assert weeks("tomas", lambda s: reliably_better(s, 6)) == [9, 10, 11, 12]
    assert weeks("jonah", lambda s: reliably_worse(s, 6)) == [6, 7, 8]


# --- D4, D5, listen first --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "passed", "expected"),
    [
        (7, 3.5 * DAY - MINUTE, False),
        (7, 3.5 * DAY, True),
        (14, 7 * DAY - MINUTE, False),
        (14, 7 * DAY, True),
        (4, 48 * HOUR, False),
        (4, 72 * HOUR - MINUTE, False),
        (4, 72 * HOUR, True),
    ],
)
def test_d4_half_of_the_time_and_three_days_at_least(days: int, passed: timedelta, expected: bool) -> None:
    since = datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert not_started(since, since + days * DAY, since + passed, 0) is expected


def test_d4_one_shared_entry_is_a_start() -> None:
    assert not_started(NOW - 14 * DAY, NOW, NOW, 1) is False


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        ([], False),
        ([False], False),
        ([False, False], True),
        ([True, False, False], True),
        ([False, True], False),
        ([False, False, True], False),
    ],
)
def test_d5_two_sessions_running(started: list[bool], expected: bool) -> None:
    assert not_started_twice(started) is expected


@pytest.mark.finding("F24")
@pytest.mark.parametrize(
    ("against", "expected"), [([], False), ([1, 1], False), ([0, 2], True), ([2, 0], True), ([3, 0, 0], False)]
)
def test_listen_first_takes_two_against_the_task_in_the_last_two_sessions(against: list[int], expected: bool) -> None:
    assert listen_first(against, []) is expected


@pytest.mark.finding("F25")
def test_listen_first_after_two_sessions_without_a_start() -> None:
    assert listen_first([], [False, False]) is True


@pytest.mark.finding("F24")
def test_being_unsure_about_change_cannot_turn_listen_first_on() -> None:
    assert list(inspect.signature(listen_first).parameters) == ["against", "started"]


# --- D6 --------------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F12")
@pytest.mark.parametrize(
    ("name", "fine", "amber", "belief"),
    [
        ("useful", 5, 4, Belief.USEFUL),
        ("fits", 5, 4, Belief.FITS),
        ("hard", 7, 8, Belief.HARD),
        ("sure", 7, 6, Belief.SURE),
        ("free_to_say_no", 6, 5, Belief.PRESSED),
    ],
)
def test_d6_each_rating_at_its_own_threshold(name: str, fine: int, amber: int, belief: Belief) -> None:
    assert belief_amber(**{name: fine}) == ()  # type: ignore[arg-type]
    assert belief_amber(**{name: amber}) == (belief,)  # type: ignore[arg-type]


@pytest.mark.finding("F15")
@pytest.mark.parametrize(("answer", "expected"), [("yes", ()), ("partly", ()), ("", ()), ("no", (Belief.FIRST_STEP,))])
def test_d6_a_first_step_not_known_is_worth_a_word(answer: str, expected: tuple[Belief, ...]) -> None:
    assert belief_amber(first_step=answer) == expected


@pytest.mark.finding("F12")
def test_d6_names_every_reason_and_no_answer_is_no_reason() -> None:
    assert belief_amber(useful=3, fits=9, hard=9, sure=9) == (Belief.USEFUL, Belief.HARD)
    assert belief_amber() == ()
    assert belief_amber(useful=0, fits=0, sure=0) == (Belief.USEFUL, Belief.FITS, Belief.SURE)


@pytest.mark.finding("F27")
def test_d6_four_of_ten_free_to_say_no_may_feel_pressed() -> None:
    assert belief_amber(free_to_say_no=4) == (Belief.PRESSED,)


# --- D7 --------------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F67")
@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        ([(6, 3)], False),
        ([(6, 3), (6, 3)], True),
        ([(6, 3), (6, 4), (6, 3)], True),
        ([(6, 3), (6, 4), (6, 4)], False),
        ([(6, 3), (6, 3), (6, 6), (6, 6)], False),
        ([(6, 3), (6, 3), (6, None), (None, 3), (6, 6)], True),
        ([], False),
    ],
)
def test_d7_mood_fell_by_three_in_two_of_the_last_three(moods: list[signals.Pair], expected: bool) -> None:
    assert task_may_hurt(moods) is expected


@pytest.mark.finding("F67")
@pytest.mark.parametrize(
    ("distress", "expected"),
    [([(70, 71)], False), ([(70, 71), (60, 61)], True), ([(70, 70), (60, 61)], False), ([(90, 40), (95, 30)], False)],
)
def test_d7_distress_that_ends_above_its_peak_twice_but_not_a_high_peak(
    distress: list[signals.Pair], expected: bool
) -> None:
    assert task_may_hurt([], distress) is expected


# --- D8 --------------------------------------------------------------------------------------------------------------


def ratings(*pairs: tuple[int, float]) -> list[tuple[date, float]]:
    """Ratings by how many days ago they were made."""
    return [(TODAY - ago * DAY, value) for ago, value in pairs]


RISING = ((10, 4.0), (8, 4.4), (6, 4.8), (4, 5.2), (2, 5.6), (0, 6.0))


def test_d8_a_change_of_two_points_stands_out() -> None:
    trend = mood_trend(ratings(*RISING), TODAY)
    assert (trend.change, trend.ratings, trend.days) == (2.0, 6, 6)
    assert trend.stands_out


def test_d8_a_change_just_under_two_points_does_not() -> None:
    trend = mood_trend(ratings(*((ago, 4 + (value - 4) * 0.99) for ago, value in RISING)), TODAY)
    assert trend.change == pytest.approx(1.98)
    assert not trend.stands_out


def test_d8_a_fall_stands_out_as_much_as_a_rise() -> None:
    trend = mood_trend(ratings(*((ago, 10 - value) for ago, value in RISING)), TODAY)
    assert trend.change == -2.0
    assert trend.stands_out


def test_d8_one_odd_day_does_not_bend_the_trend() -> None:
    odd = [(ago, 10.0 if ago == 4 else 5.0) for ago in range(9)]
    assert mood_trend(ratings(*odd), TODAY).change == 0


def test_d8_six_ratings_on_five_days_are_enough_and_fewer_are_not() -> None:
    five_days = ((8, 3), (6, 3), (4, 5), (2, 5), (0, 6), (0, 6))
    assert mood_trend(ratings(*five_days), TODAY).change is not None
    assert mood_trend(ratings(*five_days[:-1]), TODAY).change is None
    four_days = ((6, 3), (6, 3), (4, 5), (2, 5), (0, 6), (0, 6))
    assert mood_trend(ratings(*four_days), TODAY).change is None


def test_d8_looks_at_fourteen_days_and_not_at_the_future() -> None:
    assert mood_trend(ratings((13, 5), (14, 5), (0, 5), (-1, 5)), TODAY).ratings == 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (((3, 2), (2, 2), (1, 2)), True),
        (((3, 2), (2, 2), (1, 2.1)), False),
        (((4, 2), (2, 2), (1, 2)), False),
        (((3, 1), (2, 4), (2, 0), (1, 0)), True),
        (((3, 1), (2, 5), (2, 0), (1, 0)), False),
        (((2, 0), (1, 0)), False),
    ],
)
def test_d8_three_days_in_a_row_at_two_or_below(values: tuple[tuple[int, float], ...], expected: bool) -> None:
    trend = mood_trend(ratings(*values), TODAY)
    assert trend.low_run is expected
    assert trend.stands_out is expected


def test_d8_no_ratings_are_no_trend() -> None:
    trend = mood_trend([], TODAY)
    assert (trend.change, trend.ratings, trend.low_run, trend.stands_out) == (None, 0, False, False)


def test_theil_sen_is_the_median_of_the_slopes() -> None:
    assert theil_sen([(0, 0), (1, 1), (2, 10)]) == 5
    assert theil_sen([(0, 0), (1, 1), (2, 2), (3, 30)]) == 5.5
    assert theil_sen([(0, 0), (0, 5)]) is None
    assert theil_sen([]) is None


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(st.integers(0, 10), min_size=14, max_size=14), st.integers(-5, 5))
def test_the_trend_of_mood_does_not_depend_on_where_the_scale_starts(values: list[int], shift: int) -> None:
    here = mood_trend(ratings(*enumerate(values)), TODAY).change
    there = mood_trend(ratings(*((ago, value + shift) for ago, value in enumerate(values))), TODAY).change
    assert here == pytest.approx(there)


# --- D9, F49 ---------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F49")
@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([(Amount.ALL, 3)], False),
        ([(Amount.ALL, 3), (Amount.ALL, 3)], True),
        ([(Amount.MOST, 3), (Amount.MORE, 0)], True),
        ([(Amount.HALF, 3), (Amount.ALL, 3)], False),
        ([(Amount.ALL, 3.1), (Amount.ALL, 3)], False),
        ([(Amount.ALL, None), (None, 2), (Amount.ALL, 2)], False),
        ([(Amount.ALL, 2), (Amount.A_LITTLE, 8), (Amount.ALL, 2)], True),
    ],
)
def test_d9_much_done_and_little_learned_twice(checks: list[tuple[int | None, float | None]], expected: bool) -> None:
    assert much_done_little_learned(checks) is expected


@pytest.mark.finding("F49")
def test_no_function_makes_one_number_of_amount_and_depth() -> None:
    functions = [
        member
        for member in vars(signals).values()
        if isinstance(member, FunctionType) and member.__module__ == signals.__name__
    ]
    of_both = [each for each in functions if "amount" in inspect.getsource(each) and "depth" in inspect.getsource(each)]
    assert [each.__name__ for each in of_both] == ["much_done_little_learned"]
    assert all(inspect.signature(each).return_annotation is bool for each in of_both)
    assert "amount" not in inspect.signature(depth).parameters


@pytest.mark.finding("F49")
@pytest.mark.parametrize(
    ("ratings_given", "expected"),
    [
        ({}, None),
        ({"in_it": 6}, None),
        ({"in_it": 6, "learned": 7}, 6.5),
        ({"skill": 2, "learning": 4}, 7.5),
        ({"learned": 0, "skill": 0}, 0),
        ({"in_it": 4, "learned": 5, "skill": 2, "learning": 2}, 4.8),
    ],
)
def test_depth_is_the_mean_of_at_least_two_of_four(ratings_given: dict[str, int], expected: float | None) -> None:
    assert depth(**ratings_given) == expected  # type: ignore[arg-type]


# --- D10 -------------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F37")
@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (time(21, 29), False),
        (time(21, 30), True),
        (time(23, 59), True),
        (time(0, 30), True),
        (time(3, 59), True),
        (time(4, 0), False),
        (time(12, 0), False),
    ],
)
def test_d10_late_is_the_last_90_minutes_of_the_day_or_later(clock: time, expected: bool) -> None:
    assert late_in_own_day(clock, OwnDay()) is expected


@pytest.mark.finding("F37")
@pytest.mark.parametrize(
    ("late", "early", "expected"), [(2, 3, False), (3, 2, True), (5, 0, True), (3, 0, True), (2, 0, False)]
)
def test_d10_three_of_the_last_five_entries(late: int, early: int, expected: bool) -> None:
    assert end_of_day([time(22)] * late + [time(12)] * early) is expected


@pytest.mark.finding("F37")
def test_d10_looks_at_the_last_five_only() -> None:
    assert end_of_day([time(22)] * 5 + [time(12)] * 3) is False


@pytest.mark.finding("F37")
def test_d10_a_night_nurse_writing_at_four_in_the_morning_is_not_late() -> None:
    asleep_from_nine = OwnDay(starts=time(16), ends=time(9))
    assert end_of_day([time(3), time(4), time(5), time(4, 30), time(3, 30)], asleep_from_nine) is False
    assert end_of_day([time(7, 30), time(8), time(8, 59)], asleep_from_nine) is True
    assert late_in_own_day(time(7, 29), asleep_from_nine) is False


# --- D11, D12, D13, D14 ----------------------------------------------------------------------------------------------


def test_d11_a_row_is_late_after_more_than_24_hours() -> None:
    assert late_rows([24 * HOUR, 24 * HOUR + MINUTE, timedelta(0)]) == 1


@pytest.mark.parametrize(("late", "prompt", "expected"), [(4, 5, False), (5, 5, True), (6, 5, True), (0, 0, False)])
def test_d11_half_of_the_rows(late: int, prompt: int, expected: bool) -> None:
    assert back_filled([25 * HOUR] * late + [HOUR] * prompt) is expected


@pytest.mark.parametrize(("passed", "expected"), [(10 * DAY - MINUTE, False), (10 * DAY, True), (11 * DAY, True)])
def test_d12_ten_days_without_entry_or_message(passed: timedelta, expected: bool) -> None:
    long_ago = NOW - 50 * DAY
    assert gone_quiet(long_ago, NOW - passed, None, NOW) is expected
    assert gone_quiet(long_ago, None, NOW - passed, NOW) is expected
    assert gone_quiet(long_ago, NOW - 40 * DAY, NOW - passed, NOW) is expected
    assert gone_quiet(NOW - passed, None, None, NOW) is expected


def test_d12_needs_an_active_plan() -> None:
    assert gone_quiet(None, NOW - 30 * DAY, None, NOW) is False


@pytest.mark.parametrize(
    ("wishes", "step_downs", "chips", "expected"),
    [
        (["same"], 0, (), False),
        (["bigger"], 1, ("unclear",), False),
        ([""], 0, (), False),
        (["same", "smaller"], 0, (), True),
        (["different"], 0, (), True),
        (["stop"], 0, (), True),
        (["same"], 2, (), True),
        (["same"], 0, ("fit",), True),
    ],
)
def test_d13_any_wish_for_change(wishes: list[str], step_downs: int, chips: tuple[str, ...], expected: bool) -> None:
    assert wants_change(wishes, step_downs, chips) is expected


@pytest.mark.finding("F63")
@pytest.mark.parametrize(
    ("safe", "chip", "expected"),
    [(4, False, False), (3, False, True), (0, False, True), (None, False, False), (9, True, True), (None, True, True)],
)
def test_d14_three_or_below_or_the_private_chip(safe: float | None, chip: bool, expected: bool) -> None:
    assert couple_private(safe, chip) is expected


# --- F16, F66, the rest ----------------------------------------------------------------------------------------------


@pytest.mark.finding("F16")
def test_two_pairs_give_no_sentence_and_three_do() -> None:
    assert mood_after([(4, 6), (4, 6)]) is None
    assert mood_after([(4, 6), (4, 6), (4, None), (None, 6)]) is None
    assert mood_sentence([(4, 6), (4, 6)]) is None
    assert mood_after([(4, 6), (4, 5), (5, 6)]) == MoodAfter(1.3, 3)


@pytest.mark.finding("F16")
@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        ([(4, 6), (4, 5), (5, 6.2)], "On days you did this, mood after was on average 1.4 higher."),
        ([(6, 5), (6, 6), (6, 5)], "On days you did this, mood after was on average 0.7 lower."),
        ([(6, 5), (6, 7), (6, 6)], "On days you did this, mood was on average the same before and after."),
    ],
)
def test_the_sentence_says_higher_lower_and_same_as_plainly_and_never_why(
    moods: list[signals.Pair], expected: str
) -> None:
    assert mood_sentence(moods) == expected
    assert "because" not in expected


@pytest.mark.finding("F66")
@pytest.mark.parametrize(
    ("starts", "expected"),
    [([4, 3, 2], True), ([4, 3, 4], False), ([4, 3, 3], False), ([3, 2], False), ([1, 5, 3, 2], True), ([], False)],
)
def test_starts_are_falling_when_three_weeks_fell(starts: list[int], expected: bool) -> None:
    assert starts_falling(starts) is expected


def test_belief_gap_and_difficulty_surprise_need_both_halves() -> None:
    assert belief_gap(8, 3) == 5
    assert belief_gap(None, 3) is None
    assert belief_gap(8, None) is None
    assert difficulty_surprise(4, 7) == 3
    assert difficulty_surprise(4, None) is None


@pytest.mark.finding("F55")
def test_no_signal_takes_anything_about_who_somebody_is() -> None:
    about_the_person = {"age", "sex", "gender", "diagnosis", "severity", "ethnicity", "language", "income", "feedback"}
    functions = [each for each in vars(signals).values() if isinstance(each, FunctionType)]
    assert len(functions) > 20
    for function in functions:
        assert not about_the_person & set(inspect.signature(function).parameters)
