"""Worksheets in FHIR: valid R4, every kind in it, and the same again when they come back."""

import dataclasses
import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from homework.worksheets.definition import Definition, load_library, parse
from homework.worksheets.exchange import coming, fhir_in, fhir_out
from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_lost import what_is_lost
from homework.worksheets.exchange.fhir_table import SHAPES
from homework.worksheets.kinds import KINDS, SKIPPED, DefinitionError
from homework.worksheets.kinds.measures import checksum_of
from tests.homework.worksheets.r4 import every_item, problems
from tests.homework.worksheets.samples import EVERY_KIND, all_answers, everything, question, sheet

EVERYTHING = everything()
EVERY = [*load_library(), EVERYTHING]
LIBRARY = {one.slug: one for one in EVERY}


def sent(resource: dict[str, Any]) -> dict[str, Any]:
    """As it is after a journey."""
    found: dict[str, Any] = json.loads(json.dumps(resource))
    return found


def same(one: Definition, other: Definition) -> None:
    """The same worksheet in every language; how the translations are laid out may differ."""
    assert one.languages == other.languages
    for language in one.languages:
        left, right = (dataclasses.replace(each.localised(language), overlays={}) for each in (one, other))
        assert left == right


def an_answer(definition: Definition) -> dict[str, Any]:
    """The example; for a measure the first option of each item."""
    if definition is EVERYTHING:
        return all_answers()
    if definition.example:
        return definition.example.values
    picked: Any = definition.by_key
    return {k: one.options[0][0] if one.kind == "item" else [one.options[0].key] for k, one in picked.items()}


def test_every_kind_of_question_has_a_shape_and_no_shape_is_left_over() -> None:
    assert set(SHAPES) == set(KINDS)


@pytest.mark.parametrize("definition", EVERY, ids=lambda one: one.slug)
def test_every_worksheet_is_valid_r4_and_comes_back_the_same(definition: Definition) -> None:
    made = sent(fhir_out.questionnaire(definition, version=2, at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC)))
    assert problems(made) == []
    came = coming.read(json.dumps(made))
    assert (came.format, came.remarks) == ("fhir", [])
    same(came.definition, definition)
    assert sent(fhir_out.questionnaire(came.definition))["item"] == made["item"]


@pytest.mark.parametrize("definition", EVERY, ids=lambda one: one.slug)
def test_answers_are_valid_r4_and_come_back_the_same(definition: Definition) -> None:
    values = an_answer(definition)
    made = sent(fhir_out.response(definition, values, version=2))
    assert problems(made) == []
    assert made["questionnaire"] == f"{fhir_out.questionnaire(definition)['url']}|2"
    links = {item["linkId"] for item in every_item(fhir_out.questionnaire(definition))}
    assert {item["linkId"] for item in every_item(made)} <= links
    found = fhir_in.values_in(definition, made)
    assert found.table == values
    assert found.remarks == []


def test_the_checker_finds_what_is_wrong() -> None:
    wrong: list[dict[str, Any]] = [
        {"status": "nearly"},
        {"status": "active", "strange": 1},
        {"status": "active", "item": [{"linkId": "a", "type": "poem"}]},
        {"status": "active", "item": [{"linkId": "a", "type": "group"}]},
        {"status": "active", "item": [{"linkId": "a", "type": "string"}, {"linkId": "a", "type": "string"}]},
        {"status": "active", "item": [{"linkId": "a", "type": "boolean", "answerOption": [{"valueString": "x"}]}]},
    ]
    for each in wrong:
        assert problems({"resourceType": "Questionnaire", **each}), each


def test_another_system_sees_words_options_conditions_and_languages() -> None:
    made = {item["linkId"]: item for item in every_item(fhir_out.questionnaire(LIBRARY["w31"]))}
    where = made["where_noticed"]
    assert (where["type"], where["text"]) == ("choice", "Where was it?")
    assert [option["valueCoding"]["display"] for option in where["answerOption"]][:2] == ["In me", "In someone else"]
    assert fhir.spoken(where, "text") == {"es": "¿Dónde estaba?"}
    assert fhir.spoken(where["answerOption"][0]["valueCoding"], "display") == {"es": "En mí"}
    asked = sheet(question("yesno", "first"), question("text", "second", show_if={"field": "first", "any_of": ["yes"]}))
    second = {item["linkId"]: item for item in every_item(fhir_out.questionnaire(parse(asked)))}["second"]
    assert second["enableWhen"] == [{"question": "first", "operator": "=", "answerBoolean": True}]


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind not in ("note",)])
def test_a_condition_on_any_kind_comes_back(kind: str) -> None:
    texts = {"choice": "two", "checklist": "one", "yesno": "no", "s10": "7", "time": "23:05", "number": "2.5"}
    condition = {"field": "it", "any_of": [texts.get(kind, "5"), "6"]}
    definition = parse(sheet(question(kind), question("text", "then", show_if=condition)))
    made = sent(fhir_out.questionnaire(definition))
    assert problems(made) == []
    same(coming.read(json.dumps(made)).definition, definition)


def test_sections_are_groups_and_scales_are_sliders_with_named_ends() -> None:
    made = {item["linkId"]: item for item in every_item(fhir_out.questionnaire(LIBRARY["w08"]))}
    assert made["section.prediction"]["text"] == "Before"
    assert fhir.controls_of(made["belief"]) == {"slider"}
    assert {item["text"] for item in made["belief"]["item"]} == {"Not at all", "Fully sure"}


def test_a_measure_carries_its_points_its_code_its_licence_and_its_total() -> None:
    made = fhir_out.questionnaire(LIBRARY["gad-7"])
    items = {item["linkId"]: item for item in every_item(made)}
    points = [fhir.one(option["valueCoding"], fhir.ORDINAL) for option in items["q1"]["answerOption"]]
    assert points == [0, 1, 2, 3]
    assert made["code"][0]["code"] == "69737-5"
    assert "Spitzer" in made["copyright"]
    assert items["measure"]["text"].startswith("Over the last 2 weeks")
    assert items["total"]["readOnly"]
    assert "%total" in fhir.one(items["total"], fhir.CALCULATED)["expression"]


def a_mixed_measure() -> Definition:
    """A measure with an item the other way round, options of its own, a slider, a checklist, and a subscale."""
    items = [
        {"n": 1, "text": "The other way.", "reverse": True},
        {"n": 2, "text": "Its own.", "options": [{"value": 0, "label": "No"}, {"value": 5, "label": "Yes"}]},
        {"n": 3, "text": "How much?", "scale": "s10", "low": "Little", "high": "Much"},
        {"n": 4, "text": "Which?", "scored": False, "checklist": [{"key": k, "label": k.upper()} for k in "ab"]},
    ]
    measure: dict[str, Any] = {**LIBRARY["gad-7"].to_json()["measure"], "items": items}
    measure = {
        k: v for k, v in measure.items() if k not in ("bands", "cutoff", "rci", "cutoffs", "rcis", "text_sha256")
    }
    measure["subscales"] = [{"key": "two_of_them", "label": "Two", "items": [1, 2], "scoring": {"max_missing": 1}}]
    measure["text_sha256"] = checksum_of(measure)
    return parse({**LIBRARY["gad-7"].to_json(), "slug": "mixed", "measure": measure})


def test_a_measure_of_many_forms_comes_back_and_its_points_count_as_they_are_scored() -> None:
    definition = a_mixed_measure()
    made = sent(fhir_out.questionnaire(definition))
    assert problems(made) == []
    same(coming.read(json.dumps(made)).definition, definition)
    items = {item["linkId"]: item for item in every_item(made)}
    options = [option["valueCoding"] for option in items["q1"]["answerOption"]]
    assert [(one["code"], fhir.one(one, fhir.ORDINAL)) for one in options] == [("0", 3), ("1", 2), ("2", 1), ("3", 0)]
    assert [len(items[key].get("answerOption", ())) for key in ("q2", "q3", "q4")] == [2, 0, 2]
    assert "total" not in items  # a slider is in it
    assert "%totalTwoOfThem" in fhir.one(items["total_two_of_them"], fhir.CALCULATED)["expression"]
    values = {"q1": 0, "q2": 5, "q3": 0, "q4": ["b"]}
    response = sent(fhir_out.response(definition, values))
    assert problems(response) == []
    assert fhir_in.values_in(definition, response).table == values


def test_a_measure_whose_words_were_changed_elsewhere_names_the_item() -> None:
    made = sent(fhir_out.questionnaire(LIBRARY["gad-7"]))
    next(item for item in every_item(made) if item["linkId"] == "q3")["text"] = "Worrying."
    with pytest.raises(DefinitionError, match="q3: expected the published wording"):
        coming.read(json.dumps(made))


def test_a_question_that_was_declined_is_said_to_be_and_is_no_answer() -> None:
    values = {"q1": SKIPPED, "q2": 3}
    made = sent(fhir_out.response(LIBRARY["gad-7"], values))
    declined = next(item for item in every_item(made) if item["linkId"] == "q1")
    assert "answer" not in declined
    assert problems(made) == []
    assert fhir_in.values_in(LIBRARY["gad-7"], made).table == values


@pytest.mark.finding("F34")
def test_what_is_kept_private_does_not_leave() -> None:
    made = json.dumps(fhir_out.response(EVERYTHING, all_answers() | {"a_text": "zqsecret"}, ["a_text"]))
    assert "zqsecret" not in made
    assert "a_text" not in made


def test_what_could_not_be_read_stays_as_it_was_typed() -> None:
    values = {"a_number": "some", "a_rows": [{"mood": "12"}], "a_timer": {"lasted": "a while"}, "a_time": "late"}
    made = sent(fhir_out.response(EVERYTHING, values))
    assert problems(made) == []
    assert fhir_in.values_in(EVERYTHING, made).table == values


def test_a_moment_is_told_by_the_clients_clock() -> None:
    made = fhir_out.response(EVERYTHING, {"a_datetime": "2026-07-01T20:15"}, zone=ZoneInfo("America/Mexico_City"))
    assert made["item"][0]["answer"] == [{"valueDateTime": "2026-07-01T20:15:00-06:00"}]
    assert fhir_in.values_in(EVERYTHING, made).table == {"a_datetime": "2026-07-01T20:15"}


def test_what_was_changed_elsewhere_comes_back_changed() -> None:
    made = sent(fhir_out.questionnaire(LIBRARY["w31"]))
    items = {item["linkId"]: item for item in every_item(made)}
    items["surprise"]["text"] = "What surprised you?"
    items["where_noticed"]["answerOption"][0]["valueCoding"]["display"] = "Inside"
    made["item"] = [item for item in made["item"] if item["linkId"] != "reminds"]
    made["item"].append({"linkId": "new-one", "type": "boolean", "text": "Did it help?"})
    made["title"] = "I wonder why"
    came = coming.read(json.dumps(made))
    found = came.definition
    assert found.title == "I wonder why"
    assert found.by_key["surprise"].label == "What surprised you?"
    assert found.localised("es").by_key["surprise"].label == "Me sorprendió porque..."
    assert "reminds" not in found.by_key and "reminds" not in found.sizes["M"].fields
    assert found.by_key["new_one"].kind == "yesno"
    assert {remark.item for remark in came.remarks} == {"reminds", "new-one"}


@pytest.mark.parametrize("definition", EVERY, ids=lambda one: one.slug)
def test_what_is_lost_is_said_in_sentences(definition: Definition) -> None:
    found = what_is_lost(definition)
    assert len(found) >= 3
    assert len(set(found)) == len(found)
    assert all(line[0].isupper() and line.endswith(".") for line in found)


def test_what_is_lost_depends_on_what_is_there() -> None:
    with translation.override("en"):
        assert any("timer" in line for line in what_is_lost(EVERYTHING))
        assert not any("timer" in line for line in what_is_lost(LIBRARY["w31"]))
        assert any("cut-offs" in line for line in what_is_lost(LIBRARY["gad-7"]))
