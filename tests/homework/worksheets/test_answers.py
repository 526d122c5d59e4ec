"""From a form to answers: every kind, anything hostile, and never a lost word."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.worksheets import answers
from homework.worksheets.definition import Definition, load_library, parse
from homework.worksheets.kinds import TEXT_LIMIT, VALUE_LIMIT
from tests.homework.worksheets.samples import EVERY_KIND, all_answers, everything, question, sheet

LIBRARY = {definition.slug: definition for definition in load_library()}
EVERYTHING = everything()


def one(kind: str, **changes: Any) -> Definition:
    return parse(sheet(question(kind, **changes)))


def read_it(kind: str, typed: str, **changes: Any) -> tuple[Any, str]:
    reading = answers.read(one(kind, **changes), "M", QueryDict(mutable=True) | {"it": typed})
    return reading.values.get("it"), reading.problems.get("it", "")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", "  a word ", "a word"),
        ("long", "one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("s10", "0", 0),
        ("s10", "10", 10),
        ("s10", "7.0", 7),
        ("s100", "100", 100),
        ("number", "2,5", 2.5),
        ("number", "3 cups", 3),
        ("number", "-5", -5),
        ("duration", "20", 20),
        ("duration", "about 20 min", 20),
        ("duration", "1:30", 90),
        ("duration", "1 h 30", 90),
        ("duration", "1,5 h", 90),
        ("duration", "0", 0),
        ("date", "2026-03-29", "2026-03-29"),
        ("time", "7:05", "07:05"),
        ("time", "22:30:00", "22:30"),
        ("time", "10.30 pm", "22:30"),
        ("time", "12 am", "00:00"),
        ("time", "12:15 p.m.", "12:15"),
        ("time", "23h15", "23:15"),
        ("time", "0730", "07:30"),
        ("datetime", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("datetime", "2026-03-29T02:30:15+02:00", "2026-03-29T02:30"),
        ("choice", "two", "two"),
        ("yesno", "yes", True),
        ("yesno", "no", False),
    ],
)
def test_an_answer_is_understood(kind: str, typed: str, kept: Any) -> None:
    value, problem = read_it(kind, typed)
    assert value == kept
    assert type(value) is type(kept)
    assert problem == ""


@pytest.mark.finding("F38")
@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("s10", "11"),
        ("s10", "-1"),
        ("s10", "5.5"),
        ("s10", "five"),
        ("s100", "101"),
        ("s100", "9" * 50),
        ("number", "41"),
        ("number", "1e5"),
        ("number", "²"),
        ("number", "٣"),
        ("number", "nan"),
        ("duration", "a while"),
        ("duration", "10 to 20"),
        ("duration", "-5"),
        ("duration", "1441"),
        ("duration", "1e99"),
        ("date", "yesterday"),
        ("date", "2026-02-30"),
        ("date", "0001-01-01"),
        ("time", "25:00"),
        ("time", "7:61"),
        ("time", "noonish"),
        ("datetime", "2026-03-29"[:7]),
        ("choice", "three"),
        ("yesno", "maybe"),
    ],
)
def test_what_cannot_be_understood_stays_as_it_was_typed_with_a_message(kind: str, typed: str) -> None:
    value, problem = read_it(kind, typed)
    assert value == typed
    assert problem.endswith(".")
    assert one(kind).by_key["it"].understood(value) is None


def test_an_empty_answer_is_no_answer() -> None:
    reading = answers.read(
        EVERYTHING, "M", QueryDict("a_text=&a_s10=&a_long=++%0A&a_emo-afraid=&a_rows-0-what=&a_s100=")
    )
    assert reading.values == {}
    assert reading.problems == {}


def test_a_slider_nobody_touched_is_no_answer() -> None:
    assert answers.read(one("s100"), "M", QueryDict("it=")).values == {}
    assert answers.read(one("s100"), "M", QueryDict("it=0")).values == {"it": 0}


@pytest.mark.finding("F45")
def test_scared_and_good_are_both_kept_with_their_strength() -> None:
    post = QueryDict("it=afraid&it=happy&it-afraid=60&it-happy=45&it-own=wobbly&it-own-strength=20")
    assert answers.read(one("emo"), "M", post).values["it"] == [
        {"feeling": "afraid", "strength": 60},
        {"feeling": "happy", "strength": 45},
        {"own": "wobbly", "strength": 20},
    ]


def test_a_strength_without_a_tick_is_not_thrown_away() -> None:
    reading = answers.read(one("emo"), "M", QueryDict("it-afraid=60"))
    assert reading.values["it"] == [{"feeling": "afraid", "strength": 60}]


def test_a_strength_that_is_no_number_stays_and_is_asked_about() -> None:
    reading = answers.read(one("emo"), "M", QueryDict("it=afraid&it-afraid=a+lot"))
    assert reading.values["it"] == [{"feeling": "afraid", "strength": "a lot"}]
    assert reading.problems["it"] == "A strength is a number from 0 to 100."


def test_a_feeling_we_do_not_know_is_left_out() -> None:
    assert answers.read(one("emo"), "M", QueryDict("it=<script>&it-nothing=5")).values == {}


def test_rows_close_up_over_empty_ones_and_keep_their_order() -> None:
    post = QueryDict("it-0-what=&it-1-what=First&it-3-what=Second&it-3-mood=4&it-9-what=beyond")
    assert answers.read(one("rows"), "M", post).values["it"] == [{"what": "First"}, {"what": "Second", "mood": 4}]


def test_a_problem_in_a_row_names_its_column() -> None:
    reading = answers.read(one("rows"), "M", QueryDict("it-0-mood=12"))
    assert reading.values["it"] == [{"mood": "12"}]
    assert reading.problems["it"] == "Mood: A number from 0 to 10 fits here."


def test_a_week_keeps_only_the_parts_with_something_in_them() -> None:
    post = QueryDict(
        "it-mon-morning-what=Up&it-mon-morning-mood=3&it-sun-night-ok=no&it-today-night-what=x&it-mon-noon-what=y"
    )
    assert answers.read(one("grid"), "M", post).values["it"] == {
        "mon": {"morning": {"what": "Up", "mood": 3}},
        "sun": {"night": {"ok": False}},
    }


def test_a_day_is_kept_under_today() -> None:
    post = QueryDict("it-today-morning-what=Up&it-mon-morning-what=not+asked")
    assert answers.read(one("grid", days=1), "M", post).values["it"] == {"today": {"morning": {"what": "Up"}}}


def test_a_text_beyond_the_limit_keeps_its_beginning_and_says_so() -> None:
    reading = answers.read(one("long"), "M", {"it": "a" * 1_000_000})
    assert reading.values["it"] == "a" * TEXT_LIMIT
    assert reading.problems["it"] == "This is more than fits here. The first 20,000 letters are kept."
    assert answers.read(one("long"), "M", {"it": "a" * TEXT_LIMIT}).problems == {}


def test_more_answers_than_a_page_holds_stop_with_a_message() -> None:
    many = {f"it-{key}": [str(number) for number in range(30)] for key in ("afraid", "worried", "sad", "numb", "tired")}
    post = {**many, "it": ["afraid"] * 120, "after": "late"}
    definition = parse(sheet(question("emo"), question("text", "after")))
    reading = answers.read(definition, "M", post)
    assert reading.problems["it"] == f"Only {VALUE_LIMIT} answers fit here. We stopped at this one."
    assert "after" not in reading.values


def test_control_characters_and_half_characters_are_dropped_and_the_rest_stays() -> None:
    reading = answers.read(one("text"), "M", {"it": "a\x00b\ud83dc\x1bd\u202ee\tf"})
    assert reading.values["it"] == "abcd\u202ee\tf"
    json.dumps(reading.values, ensure_ascii=False).encode()


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    [f"a_{kind}" for kind in EVERY_KIND]
    + [
        "a_emo-afraid",
        "a_emo-own",
        "a_emo-own-strength",
        "a_rows-0-what",
        "a_rows-0-mood",
        "a_rows-1-ok",
        "private",
        "more",
    ]
    + ["a_timer-seconds", "a_timer-minutes", "a_timer-check-0", "a_body-chest", "a_ladder-0-suds", "a_audio"]
    + ["a_grid-mon-morning-mood", "a_grid-mon-night-how", "mood_before", "tried", "__proto__", ""]
)


@given(
    st.dictionaries(
        NAMES, HOSTILE | st.sampled_from(["9" * 5000, "\x00", "\ud800", "1e400", "-0", "²", "NaN", 10**6000])
    )
)
@settings(max_examples=300, deadline=None)
def test_reading_never_raises_and_gives_something_that_can_be_stored(post: dict[str, Any]) -> None:
    reading = answers.read(EVERYTHING, "M", post)
    stored = json.loads(json.dumps(reading.values, ensure_ascii=False).encode().decode())
    assert stored == reading.values
    assert answers.started(reading.values) == bool(reading.values)
    assert set(reading.values) | set(reading.problems) <= set(EVERYTHING.by_key)
    answers.read_private(EVERYTHING, post)
    answers.missing_for_share(EVERYTHING, "M", reading.values)
    answers.amount_hint(EVERYTHING, "M", reading.values)


@pytest.mark.parametrize("post", [None, [], "a=b", 7, {"it": [[["x"]]]}, {"it": {"a": "b"}}, {7: "x"}])
def test_something_that_is_no_form_is_an_empty_one(post: Any) -> None:
    assert answers.read(one("text"), "M", post).values == {}


@given(st.dictionaries(st.sampled_from([f"a_{kind}" for kind in EVERY_KIND]), HOSTILE))
@settings(max_examples=200, deadline=None)
def test_stored_answers_of_any_shape_can_be_looked_at(values: dict[str, Any]) -> None:
    for key, field in EVERYTHING.by_key.items():
        field.summary(values.get(key))
        field.control(key, values.get(key), values)
    EVERYTHING.notices(values)
    answers.visible(EVERYTHING, values, [])


@pytest.mark.finding("F41")
def test_switching_to_the_smaller_version_and_back_keeps_every_word() -> None:
    definition = LIBRARY["w02"]
    whole = {**definition.example.values} if definition.example else {}
    small = answers.read(definition, "S", QueryDict("hot_thought=He+is+busy.&other_ways-0-view=He+works"))
    merged = answers.merge(whole, small)
    assert merged["hot_thought"] == "He is busy."
    assert merged["other_ways"] == [{"view": "He works"}]
    assert merged["situation"] == whole["situation"]
    assert merged["belief"] == 80
    assert "found_out" not in merged  # it was on the posted page, folded, and came back empty


def test_an_emptied_answer_is_taken_out_and_an_unasked_one_stays() -> None:
    definition = parse(sheet(question("text", "first"), question("text", "second")))
    reading = answers.read(definition, "M", QueryDict("first=&second=new"))
    assert answers.merge({"first": "old", "second": "old", "elsewhere": 1}, reading) == {
        "second": "new",
        "elsewhere": 1,
    }
    assert answers.merge({"first": "old"}, reading, ["second"]) == {"first": "old", "second": "new"}


@pytest.mark.finding("F43")
@pytest.mark.parametrize(
    ("values", "anything"),
    [
        ({}, False),
        ({"a": None, "b": "", "c": [], "d": {"x": {"y": None}}, "e": [{"f": ""}]}, False),
        ({"a": 0}, True),
        ({"a": False}, True),
        ({"a": [{"what": "x"}]}, True),
        ({"a": {"mon": {"night": {"mood": 0}}}}, True),
    ],
)
def test_one_word_or_a_zero_is_a_start(values: dict[str, Any], anything: bool) -> None:
    assert answers.started(values) is anything


def test_the_first_guess_at_how_much_follows_what_is_filled_in() -> None:
    definition = parse(sheet(*(question("text", key) for key in ("a", "b", "c", "d"))))
    guesses = [answers.amount_hint(definition, "M", dict.fromkeys("abcd"[:count], "x")) for count in range(5)]
    assert guesses == [0, 1, 2, 3, 4]
    assert answers.amount_hint(definition, "M", {"found_out": "something"}) == 1


@pytest.mark.finding("F10")
def test_noticing_has_no_amount() -> None:
    assert answers.amount_hint(LIBRARY["w31"], "M", {"noticed": "x"}) is None
    assert answers.amount_hint(LIBRARY["phq-8"], "M", {"q1": 0}) is None


def test_nothing_is_missing_for_sharing_unless_it_was_declared() -> None:
    wanted = question("s10", "wanted", required_for_share=True)
    later = question("text", "later", required_for_share=True, show_if={"field": "wanted", "any_of": ["1", "2"]})
    definition = parse(sheet(wanted, later, question("text", "free")))
    assert answers.missing_for_share(definition, "M", {}) == ["wanted"]
    assert answers.missing_for_share(definition, "M", {"wanted": 0}) == []
    assert answers.missing_for_share(definition, "M", {"wanted": 1}) == ["later"]
    assert answers.missing_for_share(definition, "M", {"wanted": "eleven"}) == ["wanted"]
    assert answers.missing_for_share(LIBRARY["w01"], "M", {}) == []


def test_every_item_of_a_measure_wants_points_or_a_refusal() -> None:
    values = {f"q{number}": 0 for number in range(1, 7)} | {"q7": "skip"}
    assert answers.missing_for_share(LIBRARY["phq-8"], "M", values) == ["q8"]
    assert answers.skipped(values) == ["q7"]


@pytest.mark.finding("F34")
def test_a_private_part_never_reaches_another_person_in_any_form() -> None:
    definition = LIBRARY["w02"]
    assert definition.example
    values = {**definition.example.values, "from_an_old_version": "secret"}
    shown, hidden = answers.visible(definition, values, ["belief", "situation", "tried_not"])
    assert hidden == ["situation", "belief"]
    assert "situation" not in shown and "belief" not in shown and "from_an_old_version" not in shown
    assert definition.by_key["belief_change"].compute(shown, definition.by_key) is None


def test_a_private_mark_on_an_empty_part_says_nothing() -> None:
    assert answers.visible(LIBRARY["w01"], {"thought": ""}, ["thought", "situation"]) == ({}, [])


def test_only_questions_of_the_worksheet_can_be_kept_private() -> None:
    post = QueryDict("private=thought&private=other&private=mood&private=tried&private=thought")
    assert answers.read_private(LIBRARY["w01"], post) == ["thought", "tried"]


NIGHT = {"into_bed": "22:45", "tried_to_sleep": "23:15", "fell_asleep_after": 25, "awake_minutes": 40}
MORNING = {"last_woke": "06:30", "got_up": "06:50"}


def test_a_night_is_worked_out_across_midnight() -> None:
    night = LIBRARY["w12"].by_key["night"].compute(NIGHT | MORNING, LIBRARY["w12"].by_key)
    assert (night.in_bed, night.asleep, night.efficiency) == (485, 370, 76)
    assert LIBRARY["w12"].notices(NIGHT | MORNING) == {}


@pytest.mark.parametrize(
    "swapped",
    [
        {"into_bed": "10:45"},  # AM for PM: 20 hours in bed
        {"tried_to_sleep": "11:15"},  # 19 hours of trying
        {"awake_minutes": 500},  # less than no sleep
        {"last_woke": "18:30", "got_up": "18:50"},
        {"got_up": "23:00"},  # up before having slept
    ],
)
def test_an_impossible_night_is_asked_about_and_kept(swapped: dict[str, Any]) -> None:
    values = NIGHT | MORNING | swapped
    post = {key: str(value) for key, value in values.items()}
    reading = answers.read(LIBRARY["w12"], "M", post)
    assert reading.problems == {}
    assert reading.values == values
    assert reading.notices["got_up"].startswith("Please check the times.")


def test_minutes_nobody_gave_are_not_taken_for_none() -> None:
    night = LIBRARY["w12"].by_key["night"].compute({**NIGHT, **MORNING, "awake_minutes": None}, LIBRARY["w12"].by_key)
    assert (night.in_bed, night.asleep, night.efficiency) == (485, None, None)


def test_every_answer_of_the_sample_is_understood() -> None:
    values = all_answers()
    assert answers.answered(EVERYTHING, "M", values) == list(values)
