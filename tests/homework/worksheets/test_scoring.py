"""Scores: what the published instruments say, and nothing more."""

import datetime as dt
from typing import Any

import pytest

from homework.worksheets import scoring
from homework.worksheets.definition import DefinitionError, load_library, parse
from homework.worksheets.kinds import SKIPPED, Measure, Place, build

LIBRARY = {definition.slug: definition for definition in load_library()}


def measure(slug: str) -> Measure:
    found = LIBRARY[slug].measure
    assert found is not None
    return found


PHQ8, GAD7 = measure("phq-8"), measure("gad-7")


def answers(of: Measure, *points: int | str | None) -> dict[str, Any]:
    padded = [*points, *[None] * (len(of.items) - len(points))]
    return {question.key: point for question, point in zip(of.questions, padded, strict=True)}


def adding_up_to(of: Measure, total: int) -> dict[str, Any]:
    points = []
    for _item in of.items:
        points.append(min(3, total - sum(points)))
    return answers(of, *points)


def made_up(**changes: Any) -> Measure:
    """Nine items like the published ones, the last a risk, the second reversed."""
    table: dict[str, Any] = {
        "recall": "P7D",
        "stem": "How was it?",
        "options": [{"value": value, "label": str(value)} for value in range(4)],
        "items": [{"n": n, "text": f"Item {n}"} for n in range(1, 10)],
        "scoring": {"max_missing": 2},
        "cutoff": 10,
        "rci": {"value": 6, "source": "Tests"},
        "min_interval_days": 7,
        "licence_status": "own",
        "licence_text": "CC0",
        "attribution": "Tests",
        "text_sha256": "f8",
    } | changes
    try:
        return build(Measure, table, Place("made up"))
    except DefinitionError as problem:  # the checksum of these words
        return build(Measure, table | {"text_sha256": problem.expected.split("it is now ")[1][:-1]}, Place("made up"))


WITH_RISK = made_up(
    gate="safety_setup",
    ungated="phq-8",
    items=[{"n": n, "text": f"Item {n}"} for n in range(1, 9)]
    + [{"n": 9, "text": "Item 9", "risk": {"op": ">=", "value": 1, "flag": "item9"}}],
)
REVERSED = made_up(items=[{"n": 1, "text": "One"}, {"n": 2, "text": "Two", "reverse": True}], cutoff=None, scoring={})


def test_all_zero_is_zero_and_called_by_its_band() -> None:
    result = scoring.score(PHQ8, adding_up_to(PHQ8, 0))
    assert (result.total, result.band, result.at_cutoff, result.prorated) == (0, "none to minimal", False, False)
    assert result.answered == 8


def test_all_highest_is_the_highest_total() -> None:
    assert scoring.score(PHQ8, answers(PHQ8, *[3] * 8)).total == PHQ8.highest == 24
    assert scoring.score(GAD7, answers(GAD7, *[3] * 7)).total == GAD7.highest == 21


@pytest.mark.parametrize(
    ("of", "total", "band"),
    [
        *[(PHQ8, total, band) for total, band in [(4, "none to minimal"), (5, "mild"), (9, "mild"), (10, "moderate")]],
        *[
            (PHQ8, total, band)
            for total, band in [(14, "moderate"), (15, "moderately severe"), (19, "moderately severe")]
        ],
        *[(PHQ8, total, band) for total, band in [(20, "severe"), (24, "severe")]],
        *[(GAD7, total, band) for total, band in [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate")]],
        *[(GAD7, total, band) for total, band in [(14, "moderate"), (15, "severe"), (21, "severe")]],
    ],
)
def test_every_edge_of_every_band(of: Measure, total: int, band: str) -> None:
    result = scoring.score(of, adding_up_to(of, total))
    assert (result.total, result.band) == (total, band)


@pytest.mark.parametrize(("total", "reached"), [(9, False), (10, True)])
def test_the_cut_off_is_ten(total: int, reached: bool) -> None:
    assert scoring.score(PHQ8, adding_up_to(PHQ8, total)).at_cutoff is reached
    assert scoring.score(GAD7, adding_up_to(GAD7, total)).at_cutoff is reached


def test_reversed_items_count_the_other_way_round() -> None:
    assert scoring.score(REVERSED, {"q1": 0, "q2": 0}).total == 3
    assert scoring.score(REVERSED, {"q1": 3, "q2": 3}).total == 3
    assert scoring.score(REVERSED, {"q1": 3, "q2": 0}).total == 6


@pytest.mark.parametrize(
    ("points", "total", "label"),
    [
        ([2] * 7, 16, "16 (prorated)"),
        ([1, 1, 1, 1, 1, 0, SKIPPED, None], 7, "7 (prorated)"),  # 5/6 x 8 = 6.67
        ([1] * 5, None, "no total, 3 questions open"),
        ([], None, "no total, 8 questions open"),
    ],
)
def test_up_to_two_open_questions_of_the_phq_8_are_prorated_and_said_so(
    points: list[Any], total: int | None, label: str
) -> None:
    result = scoring.score(PHQ8, answers(PHQ8, *points))
    assert result.total == total
    assert result.label == label
    assert result.prorated is (total is not None)
    assert result.band == ("" if total is None else scoring.band(PHQ8, total))


@pytest.mark.parametrize(
    ("points", "total"),
    [
        ([2, 2, 2, 2, 2, 2], 14),
        ([1, 1, 1, 0, 0, 0], 4),  # 3.5 rounds up
        ([3, 3, 3, 0, 0, 0], 11),  # 10.5 rounds up, not to the even number
        ([2, 2, 2, 2, 2], None),
    ],
)
def test_only_one_open_question_of_the_gad_7_is_prorated(points: list[int], total: int | None) -> None:
    assert scoring.score(GAD7, answers(GAD7, *points)).total == total


def test_an_item_somebody_chose_not_to_answer_is_never_zero() -> None:
    result = scoring.score(PHQ8, answers(PHQ8, SKIPPED, *[0] * 7))
    assert result.missing == (1,)
    assert result.answered == 7
    assert result.prorated


@pytest.mark.parametrize("rubbish", ["3x", -1, 4, 99, True, 2.5, [1], "\x00"])
def test_an_answer_nobody_could_give_is_an_open_question(rubbish: Any) -> None:
    assert scoring.score(PHQ8, answers(PHQ8, rubbish, *[0] * 7)).missing == (1,)


def test_a_risky_answer_stands_alone_even_with_a_total_of_one() -> None:
    result = scoring.score(WITH_RISK, answers(WITH_RISK, *[0] * 8, 1))
    assert result.total == 1
    assert result.risks == (scoring.Risk("item9", 9, 1),)


def test_a_risky_answer_stands_without_any_total() -> None:
    result = scoring.score(WITH_RISK, answers(WITH_RISK, *[None] * 8, 3))
    assert result.total is None
    assert [risk.points for risk in result.risks] == [3]


@pytest.mark.parametrize("left_open", [None, SKIPPED])
def test_a_risk_question_left_open_is_told_as_not_asked_and_never_as_zero(left_open: Any) -> None:
    result = scoring.score(WITH_RISK, answers(WITH_RISK, *[0] * 8, left_open))
    assert result.risks == ()
    assert result.not_asked == (scoring.Risk("item9", 9, None),)


def test_a_risk_question_answered_with_not_at_all_raises_nothing() -> None:
    result = scoring.score(WITH_RISK, answers(WITH_RISK, *[0] * 9))
    assert (result.risks, result.not_asked) == ((), ())


@pytest.mark.parametrize(
    ("first", "current", "rci", "label"),
    [
        (12, 7, 6, "no reliable change"),
        (12, 6, 6, "reliably better"),
        (12, 17, 6, "no reliable change"),
        (12, 18, 6, "reliably worse"),
        (9, 5, 4, "reliably better"),
        (9, 6, 4, "no reliable change"),
    ],
)
def test_change_is_reliable_from_the_published_number_on(first: int, current: int, rci: int | None, label: str) -> None:
    assert scoring.change(first, first, first, current, rci).words[0] == label


def test_without_a_published_number_nothing_is_said_about_change() -> None:
    assert scoring.change(20, 20, 20, 0, None).words == []
    assert scoring.change(20, 20, 20, 0, None, cutoff=10).words == ["crossed the cut-off"]


def test_the_published_numbers_are_six_and_four() -> None:
    assert PHQ8.rci and GAD7.rci
    assert (PHQ8.rci.value, GAD7.rci.value) == (6, 4)


def test_the_first_score_has_nothing_to_be_compared_with() -> None:
    labels = scoring.change_of(PHQ8, [], 12)
    assert labels.words == []
    assert not labels.reliably_worse and not labels.reliably_better


def test_the_cut_off_is_crossed_downwards_and_upwards() -> None:
    assert scoring.change_of(PHQ8, [18, 12], 9).words == ["reliably better", "crossed the cut-off"]
    assert scoring.change_of(PHQ8, [18, 12], 9).crossed == "below"
    assert scoring.change_of(PHQ8, [10], 9).crossed == "below"
    assert scoring.change_of(PHQ8, [10], 10).crossed == ""
    assert scoring.change_of(PHQ8, [9, 9], 10).crossed == "above"
    assert scoring.change_of(PHQ8, [12, 8], 11).crossed == ""


def test_getting_worse_again_after_the_best_score_is_seen() -> None:
    labels = scoring.change_of(PHQ8, [18, 6, 9], 12)
    assert labels.words == ["reliably better", "reliably worse than the best since"]
    assert labels.reliably_worse and labels.reliably_better
    assert labels.from_previous and labels.from_previous.points == 3


def test_a_story_of_twelve_weeks_is_told_as_it_was() -> None:
    scores = [18, 17, 15, 14, 12, 11, 9, 8, 8, 7, 6, 6]
    better = [scoring.change_of(PHQ8, scores[:week], scores[week]).reliably_better for week in range(1, 12)]
    crossed = [scoring.change_of(PHQ8, scores[:week], scores[week]).crossed for week in range(1, 12)]
    assert better.index(True) + 2 == 5  # in the fifth week, 18 -> 12
    assert crossed.index("below") + 2 == 7


def test_for_a_scale_where_more_is_better_the_labels_turn_round() -> None:
    labels = scoring.change(10, 10, 10, 20, 10, higher_is_worse=False)
    assert labels.words == ["reliably better"]


TODAY = dt.date(2026, 3, 9)


@pytest.mark.parametrize(
    ("last_on", "refusal"),
    [(None, ""), (dt.date(2026, 3, 3), "too_soon"), (dt.date(2026, 3, 2), ""), (TODAY, "too_soon")],
)
def test_a_measure_is_not_given_again_within_its_shortest_interval(last_on: dt.date | None, refusal: str) -> None:
    assert scoring.refusal(PHQ8, on=TODAY, last_on=last_on, safety_set_up=False) == refusal


def test_a_measure_with_a_gate_waits_for_the_safety_set_up() -> None:
    assert scoring.refusal(WITH_RISK, on=TODAY, last_on=None, safety_set_up=False) == "safety_setup"
    assert scoring.refusal(WITH_RISK, on=TODAY, last_on=None, safety_set_up=True) == ""


def test_the_phq_8_needs_no_gate_because_it_has_no_risk_item() -> None:
    assert PHQ8.gate == ""
    assert all(item.risk is None for item in PHQ8.items)


def test_zero_of_the_gad_7_is_called_not_at_all() -> None:
    assert [(option.value, option.label) for option in GAD7.options] == [
        (0, "Not at all"),
        (1, "Several days"),
        (2, "More than half the days"),
        (3, "Nearly every day"),
    ]


@pytest.mark.parametrize("slug", ["phq-8", "gad-7"])
def test_a_changed_word_or_order_is_refused(slug: str) -> None:
    table = LIBRARY[slug].to_json()
    items = table["measure"]["items"]
    reworded = [{**items[0], "text": items[0]["text"].replace(".", "")}, *items[1:]]
    swapped = [{**items[1], "n": 1}, {**items[0], "n": 2}, *items[2:]]
    options = [{"value": 0, "label": "Not at all sure"}, *table["measure"]["options"][1:]]
    for changed in ({"items": reworded}, {"items": swapped}, {"options": options}):
        with pytest.raises(DefinitionError, match="the wording or its order was changed"):
            parse({**table, "measure": {**table["measure"], **changed}})


@pytest.mark.parametrize(
    "bands",
    [
        [{"low": 0, "high": 4, "label": "a"}, {"low": 6, "high": 24, "label": "b"}],
        [{"low": 1, "high": 24, "label": "a"}],
        [{"low": 0, "high": 23, "label": "a"}],
    ],
)
def test_bands_with_a_gap_are_refused(bands: list[dict[str, Any]]) -> None:
    table = LIBRARY["phq-8"].to_json()
    with pytest.raises(DefinitionError, match="bands: expected them to cover 0 to 24 without a gap"):
        parse({**table, "measure": {**table["measure"], "bands": bands}})
