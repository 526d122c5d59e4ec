"""Every measure that ships or can be brought: scoring at its edges, risk, change, wording that holds."""

import copy
import dataclasses
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import engines

from homework.worksheets import answers, instruments, scoring
from homework.worksheets.definition import Definition, DefinitionError, parse
from homework.worksheets.kinds import SKIPPED, Measure, Place, build
from homework.worksheets.kinds.measures import ReliableChange, checksum_of, reliable_change
from tests.homework.worksheets.measures import (
    DEFINITIONS,
    LIBRARY,
    MEASURES,
    STRUCTURES,
    adding_up_to,
    answered,
    filled,
    scored,
)

every = pytest.mark.parametrize("slug", sorted(MEASURES))


# --- what ships ---------------------------------------------------------------------------------------------------------


def test_the_measures_of_this_release_are_all_there() -> None:
    published = {"phq-9", "phq-8", "phq-2", "phq-4", "gad-7", "gad-2", "pcl-5", "audit-c"}
    own = {"mood", "distress", "goal-progress", "daily-life", "couple-pulse"}
    assert set(LIBRARY) == published | own
    assert {slug for slug in LIBRARY if MEASURES[slug].licence_status == "own"} == own
    assert set(STRUCTURES) == {
        "core-10", "who-5", "gbo", "dass-21", "phq-15", "pswq", "wsas", "ors", "srs", "oci-r", "panas",
    }  # fmt: skip


KEPT = {
    "phq-8": "f00ff613ba49bbc44bf4217df15b3fc140192e1a118748f668f52bc94f4680ba",
    "gad-7": "80cadb7c7e963139874dd13823423fd9bdedc7b5b44b9daa3706176305cf1b58",
}


@pytest.mark.parametrize("slug", sorted(KEPT))
def test_a_measure_without_new_parts_keeps_its_checksum_and_its_place_in_every_record(slug: str) -> None:
    assert MEASURES[slug].checksum() == KEPT[slug]
    assert Definition.from_json(LIBRARY[slug].to_json()) == LIBRARY[slug]
    assert not {"subscales", "gate", "cutoffs", "offers"} & LIBRARY[slug].to_json()["measure"].keys()


@every
def test_stored_and_read_again_it_is_the_same(slug: str) -> None:
    assert Definition.from_json(DEFINITIONS[slug].to_json()) == DEFINITIONS[slug]


def test_zero_is_called_not_at_all_wherever_the_phq_family_asks() -> None:
    for slug in ("phq-9", "phq-8", "phq-2", "phq-4", "gad-7", "gad-2"):
        assert [(one.value, one.label) for one in MEASURES[slug].options] == [
            (0, "Not at all"), (1, "Several days"), (2, "More than half the days"), (3, "Nearly every day"),
        ]  # fmt: skip


def test_short_forms_ask_in_the_words_of_the_long_ones() -> None:
    words = {slug: [str(item.text) for item in measure.items] for slug, measure in MEASURES.items()}
    assert words["phq-8"] == words["phq-9"][:8]
    assert words["phq-2"] == words["phq-9"][:2]
    assert words["gad-2"] == words["gad-7"][:2]
    assert words["phq-4"] == words["phq-2"] + words["gad-2"]


@every
def test_a_changed_letter_or_order_is_refused(slug: str) -> None:
    definition = DEFINITIONS[slug]
    table = definition.to_json()
    items = table["measure"]["items"]
    changes: list[dict[str, Any]] = [
        {"items": [{**items[0], "text": items[0]["text"] + " "}, *items[1:]]},
        {"stem": table["measure"]["stem"].swapcase() + "."},
    ]
    if len(items) > 1 and items[0].keys() == items[1].keys():
        changes.append({"items": [{**items[1], "n": 1}, {**items[0], "n": 2}, *items[2:]]})
    own_options = [n for n, item in enumerate(items) if item.get("options")]
    for n in own_options[:1]:
        options = [{**items[n]["options"][0], "label": "Not really"}, *items[n]["options"][1:]]
        changes.append({"items": [*items[:n], {**items[n], "options": options}, *items[n + 1 :]]})
    for change in changes:
        with pytest.raises(DefinitionError, match="the wording or its order was changed"):
            parse({**table, "measure": {**table["measure"], **change}})


@pytest.mark.parametrize("slug", ["mood", "distress", "goal-progress", "daily-life", "couple-pulse"])
def test_our_own_scales_are_complete_in_spanish_and_say_that_they_are_not_validated(slug: str) -> None:
    english, spanish = LIBRARY[slug], LIBRARY[slug].localised("es")
    assert spanish.measure and english.measure
    assert "Not a validated scale" in english.measure.attribution
    assert "No es una escala validada" in spanish.measure.attribution
    assert [q.label for q in spanish.questions] != [q.label for q in english.questions]
    table = copy.deepcopy(english.to_json())
    table["es"]["measure"]["stem"] = "Otra cosa"
    with pytest.raises(DefinitionError, match="the wording or its order was changed"):
        parse(table)


@every
def test_nobody_is_ordered_by_the_text_that_goes_with_a_measure(slug: str) -> None:
    definition = DEFINITIONS[slug]
    assert definition.counts_as_some and definition.caution_note
    assert definition.measure and definition.measure.attribution


# --- totals -------------------------------------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("highest", [False, True], ids=["lowest", "highest"])
def test_every_lowest_and_every_highest_answer(slug: str, highest: bool) -> None:
    measure = MEASURES[slug]
    result = scored(slug, filled(measure, highest=highest))
    if measure.scoring.type == "none":
        assert result.total is None
    else:
        assert result.total == (measure.highest if highest else measure.lowest)
    for part, about in zip(result.parts, measure.subscales, strict=True):
        assert part.total == measure.ends_of(about.items, about.scoring)[highest]
    assert (result.missing, result.prorated) == ((), False)


EDGES = {
    "phq-9": (0, 27), "phq-2": (0, 6), "phq-4": (0, 12), "gad-2": (0, 6), "pcl-5": (0, 80), "audit-c": (0, 12),
    "core-10": (0, 40), "who-5": (0, 100), "pswq": (16, 80), "wsas": (0, 40), "oci-r": (0, 72), "ors": (0, 40),
    "distress": (0, 100), "mood": (0, 10),
}  # fmt: skip


def test_the_totals_reach_as_far_as_published() -> None:
    assert {slug: (MEASURES[slug].lowest, MEASURES[slug].highest) for slug in EDGES} == EDGES


def edges() -> Iterator[Any]:
    """Each band edge of each measure and subscale: slug, part ("" for the total), total, label."""
    for slug, measure in sorted(MEASURES.items()):
        for band in measure.bands:
            for total in sorted({band.low, band.high}):
                if total % measure.scoring.multiply == 0:
                    yield slug, "", total, band.label
        for part in measure.subscales:
            for band in part.bands:
                for total in sorted({band.low, band.high}):
                    if total % part.scoring.multiply == 0:
                        yield slug, part.key, total, band.label


@pytest.mark.parametrize(("slug", "part", "total", "label"), list(edges()))
def test_each_edge_of_each_band(slug: str, part: str, total: int, label: str) -> None:
    measure = MEASURES[slug]
    about = next((one for one in measure.subscales if one.key == part), None)
    how = about.scoring if about else measure.scoring
    result = scored(slug, adding_up_to(measure, total, about.items if about else None, how.multiply))
    found = next((one.band for one in result.parts if one.key == part), result.band)
    assert found == label
    if not part:
        assert result.total == total


BANDS = {
    "phq-9": [(0, 4), (5, 9), (10, 14), (15, 19), (20, 27)],
    "phq-4": [(0, 2), (3, 5), (6, 8), (9, 12)],
    "core-10": [(0, 10), (11, 14), (15, 19), (20, 24), (25, 40)],
    "pswq": [(16, 39), (40, 59), (60, 80)],
    "wsas": [(0, 9), (10, 20), (21, 40)],
    "who-5": [(0, 28), (29, 50), (51, 100)],
}


def test_the_bands_are_the_published_ones() -> None:
    assert {slug: [(band.low, band.high) for band in MEASURES[slug].bands] for slug in BANDS} == BANDS


@pytest.mark.parametrize(
    ("slug", "below", "at"),
    [("phq-9", 9, 10), ("phq-2", 2, 3), ("gad-2", 2, 3), ("pcl-5", 32, 33), ("audit-c", 4, 5), ("core-10", 10, 11),
     ("oci-r", 20, 21), ("who-5", 52, 48)],
)  # fmt: skip
def test_the_cut_off_belongs_to_the_clinical_side(slug: str, below: int, at: int) -> None:
    measure = MEASURES[slug]
    times = measure.scoring.multiply
    assert scored(slug, adding_up_to(measure, below, times=times)).at_cutoff is False
    assert scored(slug, adding_up_to(measure, at, times=times)).at_cutoff is True


@pytest.mark.parametrize(("slug", "reverse"), [("pswq", (1, 3, 8, 10, 11)), ("core-10", (2, 3))])
def test_reverse_items_count_the_other_way_round(slug: str, reverse: tuple[int, ...]) -> None:
    measure = MEASURES[slug]
    assert tuple(item.n for item in measure.items if item.reverse) == reverse
    low, high = measure.ends(measure.items[0])
    all_high = dict.fromkeys(range(1, len(measure.items) + 1), high)
    assert scored(slug, all_high).total == high * (len(measure.items) - len(reverse)) + low * len(reverse)
    one_down = all_high | {reverse[0]: high - 1}
    assert scored(slug, one_down).total == (scored(slug, all_high).total or 0) + 1


ALLOWED = {"phq-9": 2, "phq-8": 2, "gad-7": 1}


@every
@pytest.mark.parametrize("still_open", [1, 2, 3])
@pytest.mark.parametrize("how", [None, SKIPPED], ids=["open", "rather not"])
def test_one_two_or_three_open_questions(slug: str, still_open: int, how: Any) -> None:
    measure = MEASURES[slug]
    if len(measure.scored) <= still_open or measure.scoring.type == "none":
        assert ALLOWED.get(slug, 0) == 0
        return
    points: dict[int, Any] = filled(measure, highest=True)
    left = [item.n for item in measure.scored][:still_open]
    points |= dict.fromkeys(left, how)
    result = scored(slug, points)
    assert result.missing == tuple(left)
    if still_open <= ALLOWED.get(slug, 0):
        assert (result.total, result.prorated) == (measure.highest, True)
        assert "prorated" in result.label
    else:
        assert (result.total, result.prorated, result.band) == (None, False, "")


def test_who_5_is_four_times_its_sum() -> None:
    assert scored("who-5", {1: 1, 2: 2, 3: 3, 4: 4, 5: 3}).total == 52
    assert MEASURES["who-5"].rci and MEASURES["who-5"].rci.value == 10


def test_dass_21_has_three_sums_times_two_and_no_total() -> None:
    result = scored("dass-21", dict.fromkeys(range(1, 22), 1))
    assert result.total is None
    assert {part.key: part.total for part in result.parts} == {"depression": 14, "anxiety": 14, "stress": 14}
    assert {part.key: part.band for part in result.parts} == {
        "depression": "moderate", "anxiety": "moderate", "stress": "normal",
    }  # fmt: skip
    assert result.label == "14, 14, 14"
    numbers = sorted(n for part in MEASURES["dass-21"].subscales for n in part.items)
    assert numbers == list(range(1, 22))


def test_a_subscale_with_an_open_question_has_no_total_and_leaves_the_others_alone() -> None:
    result = scored("phq-4", {1: 3, 2: 3, 3: SKIPPED, 4: 1})
    assert result.total is None
    assert [(part.key, part.total) for part in result.parts] == [("phq-2", 6), ("gad-2", None)]
    assert result.label == "6, no total"


def test_phq_4_is_the_phq_2_and_the_gad_2_and_each_offers_its_full_form() -> None:
    result = scored("phq-4", {1: 2, 2: 1, 3: 0, 4: 2})
    assert (result.total, result.band) == (5, "mild")
    assert [(part.key, part.total) for part in result.parts] == [("phq-2", 3), ("gad-2", 2)]
    assert result.offers == ("phq-9",)
    assert scored("phq-4", {1: 0, 2: 0, 3: 3, 4: 3}).offers == ("gad-7",)


def test_the_audit_c_has_answers_of_its_own_for_each_question() -> None:
    measure = MEASURES["audit-c"]
    assert measure.options == ()
    assert [item.options[0].label for item in measure.items] == ["Never", "0, 1, or 2", "Never"]
    assert [[option.value for option in item.options] for item in measure.items] == [[0, 1, 2, 3, 4]] * 3
    assert scored("audit-c", {1: 4, 2: 0, 3: 1}).total == 5
    page = engines["django"].from_string("{% load worksheets %}{% worksheet_form definition %}")
    html = page.render({"definition": LIBRARY["audit-c"]})
    assert html.index("2 to 3 times a week") < html.index("7, 8, or 9") < html.index("Daily or almost daily")
    assert "8 g of alcohol" in html


def test_the_audit_c_has_labelled_cut_offs_and_none_is_picked_by_sex() -> None:
    measure = MEASURES["audit-c"]
    assert [(one.value, one.label) for one in measure.cutoffs] == [
        (5, "usual in the United Kingdom"), (4, "published for men"), (3, "published for women"),
    ]  # fmt: skip
    assert measure.cutoff == 5
    values = answered({1: 2, 2: 1, 3: 1})
    assert scoring.score(measure, values).at_cutoff is False
    assert scoring.score(measure.chosen(cutoff=4), values).at_cutoff is True
    with pytest.raises(ValueError, match="cutoff"):
        measure.chosen(cutoff=7)


# --- PCL-5 --------------------------------------------------------------------------------------------------------------

JUST = {1: 2, 6: 2, 8: 2, 9: 2, 15: 2, 17: 2}
NOUGHT = dict.fromkeys(range(1, 21), 0)


@pytest.mark.parametrize(
    ("points", "pattern"),
    [
        (NOUGHT | JUST, True),
        (NOUGHT | JUST | {1: 1}, False),  # B: none
        (NOUGHT | JUST | {6: 1}, False),  # C: none
        (NOUGHT | JUST | {9: 1}, False),  # D: one
        (NOUGHT | JUST | {17: 1}, False),  # E: one
        (NOUGHT | JUST | {17: SKIPPED}, None),  # E could still be there
        (NOUGHT | JUST | {1: 1, 17: SKIPPED}, False),  # B is not, whatever E says
        (NOUGHT | JUST | {20: SKIPPED}, True),
    ],
    ids=["just", "no B", "no C", "one D", "one E", "E open", "no B and E open", "enough without the open one"],
)
def test_the_pattern_of_the_pcl_5(points: dict[int, Any], pattern: bool | None) -> None:
    result = scored("pcl-5", points)
    assert result.pattern is pattern
    (line,) = [
        line
        for line in scoring.lines_for_staff(MEASURES["pcl-5"], dataclasses.asdict(result))
        if line.startswith("Pattern")
    ]
    assert "B 1, C 1, D 2, E 2" in line
    assert ("not a diagnosis" in line) is (pattern is True)


def test_the_clusters_of_the_pcl_5_have_sums_of_their_own() -> None:
    result = scored("pcl-5", dict.fromkeys(range(1, 21), 1))
    assert [(part.key, part.total) for part in result.parts] == [("b", 5), ("c", 2), ("d", 7), ("e", 6)]


@pytest.mark.parametrize(("points", "told"), [(2, False), (3, True), (4, True), (SKIPPED, False)])
def test_question_16_gives_a_line_and_no_flag(points: Any, told: bool) -> None:
    result = scored("pcl-5", NOUGHT | {16: points})
    assert (result.watched == (16,)) is told
    assert (result.risks, result.not_asked) == ((), ())
    lines = scoring.lines_for_staff(MEASURES["pcl-5"], dataclasses.asdict(result))
    assert any("Question 16" in line for line in lines) is told


def test_reliable_change_of_the_pcl_5_is_15_and_can_be_18() -> None:
    measure = MEASURES["pcl-5"]
    assert [scoring.change_of(measure, [40], 40 - by).words[0] for by in (14, 15)] == [
        "no reliable change",
        "reliably better",
    ]
    stricter = measure.chosen(rci=18)
    assert scoring.change_of(stricter, [40], 25).words[0] == "no reliable change"
    with pytest.raises(ValueError, match="rci"):
        measure.chosen(rci=9)


# --- risk ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "item", "flag"), [("phq-9", 9, "item9"), ("core-10", 6, "core6")])
@pytest.mark.parametrize(("answer", "raised"), [(0, False), (1, True), (3, True)])
def test_a_risky_answer_stands_alone(slug: str, item: int, flag: str, answer: int, raised: bool) -> None:
    measure = MEASURES[slug]
    result = scored(slug, filled(measure, highest=False) | {item: answer})
    assert result.total == answer
    assert result.risks == ((scoring.Risk(flag, item, answer),) if raised else ())
    assert result.not_asked == ()


@pytest.mark.parametrize(("slug", "item", "flag"), [("phq-9", 9, "item9"), ("core-10", 6, "core6")])
def test_a_risk_question_left_open_is_to_be_asked_and_never_zero(slug: str, item: int, flag: str) -> None:
    result = scored(slug, filled(MEASURES[slug], highest=False) | {item: SKIPPED})
    assert (result.risks, result.not_asked) == ((), (scoring.Risk(flag, item, None),))


def test_only_these_have_a_risk_question_and_only_these_have_a_gate() -> None:
    risky = {slug for slug, measure in MEASURES.items() if any(item.risk for item in measure.items)}
    gated = {slug for slug, measure in MEASURES.items() if measure.gate}
    assert risky == gated == {"phq-9", "core-10"}
    assert {MEASURES[slug].ungated for slug in gated} == {"phq-8"}


def test_a_risk_question_without_a_gate_is_refused() -> None:
    table = LIBRARY["phq-9"].to_json()
    for changes in ({"gate": "", "ungated": ""}, {"ungated": ""}):
        with pytest.raises(DefinitionError, match="gate"):
            parse({**table, "measure": {**table["measure"], **changes}})


def test_the_question_on_difficulty_counts_for_nothing_and_may_stay_open() -> None:
    measure = MEASURES["phq-9"]
    values = answered(filled(measure, highest=True))
    assert scoring.score(measure, values) == scoring.score(measure, values | {"q10": 3})
    assert scoring.score(measure, values).answered == 9
    assert answers.missing_for_share(LIBRARY["phq-9"], "M", values) == []
    assert answers.missing_for_share(LIBRARY["phq-9"], "M", {}) == [f"q{n}" for n in range(1, 10)]


# --- change -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "rci"), [("phq-9", 6), ("phq-8", 6), ("gad-7", 4), ("core-10", 6), ("wsas", 8)])
def test_one_point_below_the_published_number_is_no_reliable_change(slug: str, rci: int) -> None:
    measure = MEASURES[slug]
    assert measure.rci and measure.rci.value == rci and measure.rci.source
    first = rci + 3
    assert scoring.change_of(measure, [first], first - rci + 1).words[0] == "no reliable change"
    assert scoring.change_of(measure, [first], first - rci).words[0] == "reliably better"
    assert scoring.change_of(measure, [first], first + rci - 1).words[0] == "no reliable change"
    assert scoring.change_of(measure, [first], first + rci).words[0] == "reliably worse"


@pytest.mark.parametrize("slug", ["audit-c", "mood", "phq-2", "pswq"])
def test_where_nobody_has_published_a_number_nothing_is_called_reliable(slug: str) -> None:
    measure = MEASURES[slug]
    assert measure.rci is None
    labels = scoring.change_of(measure, [measure.highest], measure.lowest)
    assert not labels.reliably_better and not labels.reliably_worse
    assert labels.words in ([], ["crossed the cut-off"])


def test_where_more_is_better_the_cut_off_is_crossed_upwards() -> None:
    who = MEASURES["who-5"]
    assert scoring.change_of(who, [48], 60).words == ["reliably better", "crossed the cut-off"]
    assert scoring.change_of(who, [50], 52).crossed == "above"
    assert scoring.change_of(who, [52], 50).crossed == "below"
    assert scoring.change_of(who, [48], 50).crossed == ""


def test_reliable_change_is_worked_out_where_none_is_published() -> None:
    assert reliable_change(10, 0.8) == pytest.approx(12.396, abs=0.001)
    assert ReliableChange(sd=10, r=0.8, source="Tests").value == 13
    for sd, r in ((0, 0.8), (10, 1), (10, -0.1), (float("nan"), 0.8)):
        with pytest.raises(ValueError, match="sd"):
            reliable_change(sd, r)
    with pytest.raises(ValueError, match="value"):
        ReliableChange(value=12, sd=10, r=0.8, source="Tests")
    with pytest.raises(ValueError, match="value"):
        ReliableChange(source="Tests")


def test_the_pswq_has_a_reliable_change_only_when_the_clinic_names_its_numbers() -> None:
    pswq = STRUCTURES["pswq"]
    said = dataclasses.replace(instruments.placeholder(pswq), sd=14.0, r=0.9)
    named = parse(instruments.complete(pswq, said))
    assert named.measure and named.measure.rci and named.measure.rci.value == 13
    assert Definition.from_json(named.to_json()) == named
    assert instruments.wording_of(named) == said
    assert instruments.problems(pswq, said) == {}
    assert set(instruments.problems(pswq, dataclasses.replace(said, r=None))) == {"sd"}


@pytest.mark.parametrize(
    ("levels", "weights", "t"),
    [([0], None, 50), ([0, 0, 0], None, 50), ([1, 1], None, 62.4035), ([-2], None, 30), ([2, -2], [3, 1], 61.6445)],
)
def test_goal_attainment_is_fifty_where_all_came_as_hoped_for(levels: list[int], weights: Any, t: float) -> None:
    assert scoring.goal_attainment(levels, weights) == pytest.approx(t, abs=0.001)


@pytest.mark.parametrize(("levels", "weights"), [([], None), ([3], None), ([1], [0]), ([1], [1, 1])])
def test_goal_attainment_refuses_what_is_no_level_or_weight(levels: list[int], weights: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        scoring.goal_attainment(levels, weights)


# --- our own scales -----------------------------------------------------------------------------------------------------


def test_a_number_beyond_the_scale_is_kept_as_typed_with_a_word_beside_it() -> None:
    read = answers.read(LIBRARY["distress"], "M", {"q1": "140"})
    assert read.values == {"q1": "140"}
    assert "0 to 100" in read.problems["q1"]
    assert scored("distress", {1: "140"}).total is None
    assert answers.read(LIBRARY["distress"], "M", {"q1": "35"}).values == {"q1": 35}


def test_a_scale_starts_with_nothing_chosen_and_can_be_left_out() -> None:
    page = engines["django"].from_string("{% load worksheets %}{% worksheet_form definition size values %}")
    for slug in ("mood", "distress", "couple-pulse"):
        html = page.render({"definition": LIBRARY[slug], "size": "M", "values": {}})
        assert "checked" not in html
        assert "rather not answer" in html
    html = page.render({"definition": LIBRARY["mood"], "size": "M", "values": {"q1": 7}})
    assert html.count("checked") == 1 and 'value="7" checked' in html


def test_daily_life_counts_its_number_and_never_its_list() -> None:
    ticked = {"q1": 6, "q2": ["work", "body"]}
    result = scoring.score(MEASURES["daily-life"], ticked)
    assert (result.total, result.answered, result.missing) == (6, 1, ())
    assert answers.missing_for_share(LIBRARY["daily-life"], "M", {"q1": 6}) == []


@pytest.mark.parametrize(("safe", "told"), [(0, True), (3, True), (4, False), (SKIPPED, False), (None, False)])
def test_a_couple_pulse_tells_the_therapist_about_little_safety_and_adds_nothing_up(safe: Any, told: bool) -> None:
    measure = MEASURES["couple-pulse"]
    result = scored("couple-pulse", {1: 8, 2: safe})
    assert result.total is None
    assert (result.watched == (2,)) is told
    assert result.risks == ()
    lines = scoring.lines_for_staff(measure, dataclasses.asdict(result))
    assert any("never with the partner" in line for line in lines) is told
    assert [track.key for track in scoring.tracks(measure)] == ["close", "safe"]
    kept = dataclasses.asdict(result)
    assert [track.total(kept) for track in scoring.tracks(measure)] == [8, safe if isinstance(safe, int) else None]


def test_what_has_a_total_is_followed_by_it_also_in_what_was_kept_before_there_were_parts() -> None:
    (track,) = scoring.tracks(MEASURES["phq-8"])
    assert track.total({"total": 12, "prorated": False, "missing": []}) == 12
    assert scoring.lines_for_staff(MEASURES["phq-8"], {"total": 12}) == []


# --- the pulse ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "offers"), [(2, ()), (3, ("phq-9",)), (6, ("phq-9",))])
def test_a_pulse_of_three_offers_the_full_form(total: int, offers: tuple[str, ...]) -> None:
    measure = MEASURES["phq-2"]
    result = scored("phq-2", adding_up_to(measure, total))
    assert result.offers == offers
    kept = dataclasses.asdict(result)
    closed = " ".join(scoring.lines_for_staff(measure, kept))
    now_open = " ".join(scoring.lines_for_staff(measure, kept, gate_open=True))
    assert ("PHQ-8" in closed, "PHQ-9" in closed) == (bool(offers), False)
    assert ("PHQ-9" in now_open) is bool(offers)


def test_every_offer_leads_to_a_measure_that_ships_and_a_closed_gate_to_one_without() -> None:
    for measure in MEASURES.values():
        for rule in (measure.offers, *(part.offers for part in measure.subscales)):
            if rule is None:
                continue
            full = MEASURES[rule.slug]
            assert MEASURES[rule.otherwise].gate == "" if full.gate else rule.otherwise == ""
        if measure.gate:
            assert MEASURES[measure.ungated].gate == ""


# --- speed --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["pcl-5", "phq-9"])
def test_a_thousand_entries_are_scored_within_a_second(slug: str) -> None:
    measure = MEASURES[slug]
    values = [answered({item.n: (item.n * k) % 4 for item in measure.scored}) for k in range(1000)]
    scoring.score(measure, values[0])
    began = time.perf_counter()
    totals = [scoring.score(measure, one).total for one in values]
    assert time.perf_counter() - began < 1
    assert len(set(totals)) > 1


# --- what a pack may not say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"subscales": [{"key": "a", "label": "A", "items": [1, 11]}]}, "numbers of items that are scored"),
        ({"subscales": [{"key": "a", "label": "A", "items": [1]}, {"key": "a", "label": "B", "items": [2]}]}, "a key of"),
        ({"subscales": [{"key": "a", "label": "A", "items": [1], "bands": [{"low": 0, "high": 9, "label": "x"}]}]}, "bands"),
        ({"cutoffs": [{"value": 9, "label": "elsewhere"}]}, "expected one of cutoffs"),
        ({"rcis": [{"value": 5, "source": "elsewhere"}]}, "expected one of rcis"),
        ({"scoring": {"type": "none"}}, "expected subscales"),
        ({"pattern": {"points": 2, "clusters": [{"key": "B", "items": [0], "needed": 1}]}}, "numbers of items"),
    ],
    ids=["unknown item", "key twice", "band gap", "cut-off", "rci", "no total", "cluster"],
)  # fmt: skip
def test_a_pack_that_contradicts_itself_is_refused(change: dict[str, Any], expected: str) -> None:
    table = LIBRARY["phq-8"].to_json()
    with pytest.raises(DefinitionError, match=expected):
        parse({**table, "measure": {**table["measure"], **change}})


@pytest.mark.parametrize(
    "item",
    [
        {"scale": "s10", "options": [{"value": 0, "label": "a"}, {"value": 1, "label": "b"}]},
        {"checklist": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]},
        {"low": "far"},
        {"options": [{"value": 0, "label": "a"}]},
    ],
    ids=["two ways", "a list with points", "ends without a scale", "one option"],
)
def test_an_item_that_can_be_answered_in_no_clear_way_is_refused(item: dict[str, Any]) -> None:
    table = LIBRARY["phq-8"].to_json()["measure"]
    items = [{**table["items"][0], **item}, *table["items"][1:]]
    with pytest.raises(DefinitionError, match="expected"):
        build(Measure, {**table, "items": items}, Place("here"))


def test_the_checksum_of_a_table_is_what_its_measure_has_to_carry() -> None:
    for definition in DEFINITIONS.values():
        table = definition.to_json()["measure"]
        assert checksum_of(table) == table["text_sha256"]
