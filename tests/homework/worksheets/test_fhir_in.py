"""Questionnaires of other systems: what becomes of each item, what is said about it, and which are refused by name."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from homework.worksheets.exchange import coming
from homework.worksheets.exchange.fhir_in import values_in
from homework.worksheets.kinds import DefinitionError
from tests.homework.worksheets.r4 import problems

FILES = Path(__file__).parent / "fhir"
HL7 = "http://hl7.org/fhir/StructureDefinition/"


def read(name: str) -> coming.Came:
    return coming.read((FILES / f"{name}.json").read_bytes(), name)


def of(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Questionnaire", "status": "active", "title": "T", "item": list(items), **more}


def ask(kind: str, link: str = "a", **more: Any) -> dict[str, Any]:
    return {"linkId": link, "type": kind, "text": "Words", **more}


def come(*items: dict[str, Any], **more: Any) -> coming.Came:
    return coming.read(json.dumps(of(*items, **more)), "theirs")


def said(came: coming.Came, link: str) -> str:
    return " ".join(remark.says for remark in came.remarks if remark.item == link)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.json")), ids=lambda path: path.stem)
def test_what_the_tests_read_is_valid_r4(path: Path) -> None:
    found = json.loads(path.read_text())
    assert problems(found["entry"][0]["resource"] if found["resourceType"] == "Bundle" else found) == []


def test_a_scored_questionnaire_becomes_plain_choices_and_says_so() -> None:
    came = read("phq9")
    first: Any = came.definition.by_key["q_44250_9"]
    assert (first.kind, first.label) == ("choice", "1. Little interest or pleasure in doing things")
    assert [option.label for option in first.options][:2] == ["Not at all", "Several days"]
    assert came.definition.measure is None
    assert "points were not taken over" in said(came, "")
    assert "This is the PHQ-9" in said(came, "")
    assert "left out" in said(came, "/44261-6")
    assert "No permission required" in came.definition.questions[-1].text  # type: ignore[attr-defined]


def test_a_measure_we_have_is_known_by_its_words_too() -> None:
    library = json.loads((Path(__file__).parent / "fhir/phq9.json").read_text())
    assert library["code"][0]["code"] == "44249-1"
    from homework.worksheets.definition import load_library

    gad = next(one for one in load_library() if one.slug == "gad-7").measure
    assert gad is not None
    items = [ask("choice", f"g{i.n}", answerOption=[{"valueString": "No"}, {"valueString": "Yes"}]) for i in gad.items]
    for item, one in zip(items, gad.items, strict=True):
        item["text"] = f"{one.n}) {str(one.text).upper()}"
    assert "This is the GAD-7" in said(come(*items), "")
    assert "GAD-7" not in said(come(*items[:6]), "")


def test_groups_value_sets_translations_and_rows() -> None:
    came = read("contained")
    found: Any = came.definition
    coffee, where, other, awake = found.questions
    assert (found.languages, found.localised("es").title) == (("en", "es"), "¿Cómo fue la noche?")
    assert (coffee.section, [option.key for option in coffee.options]) == (
        "Before sleep",
        ["never", "some_days", "always"],
    )
    spoken: Any = found.localised("es").by_key[coffee.key]
    assert (spoken.label, spoken.options[0].label) == ("¿Tomaste café?", "Nunca")
    assert (where.section, [option.key for option in where.options]) == ("Where", ["bed", "sofa", "out"])
    assert where.show_if.any_of == ("some_days", "always")
    assert other.kind == "text"
    assert (awake.kind, awake.max, [column.kind for column in awake.columns]) == ("rows", 3, ["time", "number"])
    assert awake.columns[1].unit == "min"
    assert "does not fit" in said(came, "2.3")


def test_what_real_questionnaires_hold_besides() -> None:
    came = read("mixed")
    found: Any = came.definition.by_key
    kinds = {q.key: q.kind for q in came.definition.questions}
    assert kinds == {
        "hello": "note", "smoke": "yesno", "many": "number", "pain": "s10", "since": "date", "both": "text",
        "size_q": "number", "letter": "photo", "names": "rows", "agree": "yesno", "level": "choice", "site": "text",
        "unterschrift_nr_1": "long",
    }  # fmt: skip
    assert found["smoke"].hint == "Any tobacco counts."
    assert found["many"].show_if.any_of == ("yes",)
    assert found["since"].show_if.any_of == ("7", "8", "9", "10")
    assert (found["pain"].low, found["size_q"].unit, found["size_q"].whole) == ("None", "kg", False)
    assert (found["size_q"].min, found["size_q"].max) == (20, 300)
    for link in ("hidden", "doctor", "letter", "names", "agree", "site", "both", "smoke"):
        assert said(came, link), link
    assert "bundle" in said(came, "")


@pytest.mark.parametrize(
    ("item", "link", "expected"),
    [
        (ask("choice", "x", answerValueSet="http://hl7.org/fhir/ValueSet/languages"), "x", "another server"),
        (ask("choice", "x", answerValueSet="#none"), "x", "not in this file"),
        (ask("choice", "x"), "x", "two or more options"),
        (ask("poem", "x"), "x", "type: expected a type of R4"),
        (ask("group", "g", item=[ask("string", "a"), ask("string", "a")]), "a", "there twice"),
        (ask("string", " "), "Questionnaire.item[0].linkId", "expected a text"),
        (ask("string", "x", text=7), "x", "text: expected a text"),
        (ask("display", "x"), "item", "at least one question"),
        (ask("string", "x", enableWhen=[{}] * 51), "x", "at most 50"),
        (ask("choice", "x", answerOption=[{"valueInteger": n} for n in range(300)]), "x", "at most 200 options"),
    ],
)  # fmt: skip
def test_what_cannot_be_names_its_item(item: dict[str, Any], link: str, expected: str) -> None:
    with pytest.raises(DefinitionError, match="theirs") as refusal:
        come(item)
    assert refusal.value.path == link
    assert expected in refusal.value.expected


def test_too_many_questions_names_the_first_too_many() -> None:
    with pytest.raises(DefinitionError) as refusal:
        come(*(ask("string", f"n{number}") for number in range(151)))
    assert refusal.value.path == "n150"


@pytest.mark.parametrize(
    ("whens", "behaviour", "any_of"),
    [
        ([{"operator": "=", "answerCoding": {"code": "b"}}], "", ("b",)),
        ([{"operator": "!=", "answerCoding": {"code": "b"}}], "", ("a", "c")),
        ([{"operator": "!=", "answerCoding": {"code": c}} for c in "ab"], "all", ("c",)),
        ([{"operator": "=", "answerCoding": {"code": c}} for c in "ca"], "any", ("a", "c")),
        ([{"operator": "exists", "answerBoolean": True}], "", ("a", "b", "c")),
        ([{"operator": "exists", "answerBoolean": False}], "", None),
        ([{"operator": "=", "answerCoding": {"code": "none"}}], "", None),
        ([{"operator": ">", "answerInteger": 1}], "", None),
        ([{"operator": "=", "answerCoding": {"code": c}} for c in "ab"], "all", None),
    ],
)
def test_conditions_are_kept_as_far_as_they_can_be_said(
    whens: list[dict[str, Any]], behaviour: str, any_of: tuple[str, ...] | None
) -> None:
    options = [{"valueCoding": {"code": code, "display": code.upper()}} for code in "abc"]
    then = ask("string", "then", enableWhen=[{"question": "first", **when} for when in whens])
    came = come(
        ask("choice", "first", answerOption=options), then | ({"enableBehavior": behaviour} if behaviour else {})
    )
    condition = came.definition.by_key["then"].show_if
    assert (condition.any_of if condition else None) == any_of
    assert bool(said(came, "then")) is (any_of is None)


def test_older_and_newer_spellings_are_read() -> None:
    older = ask("choice", "old", option=[{"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "b"}}])
    sets = [
        {"resourceType": "ValueSet", "id": "v", "compose": {"include": [{"concept": [{"code": "a"}, {"code": "b"}]}]}}
    ]
    reference = ask("choice", "ref", options={"reference": "#v"})
    newer = ask(
        "coding", "new", answerConstraint="optionsOrString", answerOption=[{"valueString": "x"}, {"valueString": "y"}]
    )
    came = come(older, reference, newer, contained=sets)
    assert [one.kind for one in came.definition.questions] == ["choice", "choice", "choice", "text"]


def test_answers_of_another_system_find_their_questions() -> None:
    phq, night = read("phq9").definition, read("contained").definition
    answer = {"linkId": "/44250-9", "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA6570-1"}}]}
    strange = {"linkId": "other", "answer": [{"valueString": "x"}]}
    found = values_in(phq, {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [answer, strange]})
    assert found.table == {"q_44250_9": "LA6570-1"}
    assert [remark.item for remark in found.remarks] == ["other"]
    rows = [{"linkId": "2", "item": [{"linkId": "2.1", "answer": [{"valueTime": f"0{n}:30:00"}]}]} for n in (2, 4)]
    nested = {"linkId": "1", "item": [{"linkId": "1.1", "answer": [{"valueCoding": {"display": "Some days"}}]}]}
    found = values_in(night, {"resourceType": "QuestionnaireResponse", "item": [nested, *rows]})
    assert found.table == {"q_1_1": "some_days", "q_2": [{"q_2_1": "02:30"}, {"q_2_1": "04:30"}]}


@pytest.mark.parametrize(
    ("value", "link"),
    [
        ({"valueCoding": {"code": "LA9"}}, "/44250-9"),
        ({"valueInteger": 7}, "/44250-9"),
        ({"valueBoolean": True}, "/44250-9"),
    ],
)
def test_an_answer_a_question_cannot_have_names_its_item(value: dict[str, Any], link: str) -> None:
    resource = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": link, "answer": [value]}]}
    with pytest.raises(DefinitionError) as refusal:
        values_in(read("phq9").definition, resource, "theirs")
    assert (refusal.value.source, refusal.value.path) == ("theirs", link)


def test_conditions_in_groups_in_groups_take_no_time() -> None:
    ends = [{"url": f"{HL7}minValue", "valueInteger": 0}, {"url": f"{HL7}maxValue", "valueInteger": 100}]
    inner = [ask("string", f"n{number}") for number in range(140)]
    for depth in range(20):
        whens = [{"question": "first", "operator": ">", "answerInteger": 3}] * 50
        inner = [ask("group", f"g{depth}", item=inner, enableWhen=whens)]
    start = time.perf_counter()
    came = come(ask("integer", "first", extension=ends), *inner)
    assert time.perf_counter() - start < 3
    assert all(question.show_if is None for question in came.definition.questions)
    assert said(came, "n7")
