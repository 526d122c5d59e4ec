"""The builder: what is typed becomes the table, what is not shown stays, and an unfinished sheet breaks nothing."""

import dataclasses
from typing import Any

import pytest

from homework.worksheets import scoring
from homework.worksheets.actions.drafts import ready
from homework.worksheets.builder import checks, points, tables
from homework.worksheets.builder.page import page_of
from homework.worksheets.builder.post import table_from
from homework.worksheets.builder.sketch import sketch
from homework.worksheets.builder.words import ATTRIBUTES, QUESTIONS
from homework.worksheets.definition import Definition, load_library, parse
from homework.worksheets.kinds import KINDS
from homework.worksheets.kinds.source import written
from tests.homework.worksheets.builder_form import sent

SHEETS = [definition for definition in load_library() if not definition.measure]
each = pytest.mark.parametrize("definition", SHEETS, ids=lambda one: one.slug)


def plain(definition: Definition) -> dict[str, Any]:
    """A definition as words, without the order of its tags."""
    table = dataclasses.asdict(definition)
    for name in ("modalities", "cautions", "contexts"):
        table[name] = sorted(table[name])
    return {name: value for name, value in table.items() if name not in ("overlays", "sizes")}


@each
def test_a_sheet_survives_the_form_in_both_languages(definition: Definition) -> None:
    table = definition.to_json()
    again = parse(table_from(table, sent(table, "es")))
    for language in ("en", "es"):
        assert plain(again.localised(language)) == plain(definition.localised(language))
    for code in definition.sizes:
        assert {f.key for f in again.layout(code)} == {f.key for f in definition.layout(code)}


@each
def test_a_sheet_that_ships_needs_nothing_before_it_could_be_published(definition: Definition) -> None:
    found = checks.look(ready(definition.to_json()))
    assert found.ready
    assert found.problems == {}
    assert [check.says for check in found.checks if not check.holds] == []


def test_every_attribute_of_every_kind_has_words_in_the_builder() -> None:
    assert set(QUESTIONS) == set(KINDS) - {"item"}
    wanted = {name for cls in KINDS.values() for name in written(cls)} - {"key", "columns", "show_if"}
    assert wanted <= set(ATTRIBUTES)


def test_a_new_sheet_says_what_it_still_needs_beside_each_input() -> None:
    found = checks.look(tables.added(tables.blank(title="Mine"), "long"))
    assert not found.ready
    assert {"why", "first_step", "guide.introduce", "sizes.S.label", "fields.0.label"} <= set(found.problems)
    assert "title" not in found.problems


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_can_be_added_and_is_shown_at_once_where_it_can_be(kind: str) -> None:
    table = tables.added(tables.blank(title="Mine"), kind)
    assert [field["kind"] for field in table["fields"]] == [kind]
    card = page_of(table, {}).cards[0]
    assert card.kind == kind and card.boxes
    shown = sketch(table)
    if kind in ("change", "sleep", "ref"):
        return
    assert shown.definition is not None and shown.left_out == []
    assert [field.kind for field in shown.definition.fields] == [kind]


def test_a_question_that_is_not_finished_is_named_and_the_others_are_shown() -> None:
    table = tables.added(tables.added(tables.blank(title="Mine"), "long"), "timer")
    table["fields"][1] |= {"label": "Stay", "lengths": ["soon"]}
    shown = sketch(table)
    assert shown.left_out == ["Stay"]
    assert shown.definition is not None and len(shown.definition.fields) == 1


def test_typing_into_the_form_changes_the_table() -> None:
    table = tables.added(tables.blank(title="Mine"), "choice")
    data = sent(table, **{"title": "Ours", "fields.0.label": "Which?", "fields.0.options": "Tea\n\n Coffee \nWater"})
    again = table_from(table, data)
    assert again["title"] == "Ours"
    assert again["fields"][0]["label"] == "Which?"
    assert [option["label"] for option in again["fields"][0]["options"]] == ["Tea", "Coffee", "Water"]


def test_an_option_keeps_its_key_when_its_words_or_place_change() -> None:
    table = tables.added(tables.blank(title="Mine"), "choice")
    table = table_from(table, sent(table, **{"fields.0.options": "Tea\nCoffee"}))
    tea, coffee = (option["key"] for option in table["fields"][0]["options"])
    turned = table_from(table, sent(table, **{"fields.0.options": "Coffee\nTea"}))["fields"][0]["options"]
    assert [option["key"] for option in turned] == [coffee, tea]
    named = table_from(table, sent(table, **{"fields.0.options": "Green tea\nCoffee"}))["fields"][0]["options"]
    assert [option["key"] for option in named] == [tea, coffee]
    more = table_from(table, sent(table, **{"fields.0.options": "Tea\nCoffee\nWater"}))["fields"][0]["options"]
    assert [option["key"] for option in more][:2] == [tea, coffee] and len({o["key"] for o in more}) == 3


def test_a_condition_is_one_question_and_its_answers() -> None:
    table = tables.added(tables.added(tables.blank(title="Mine"), "yesno"), "long")
    first = table["fields"][0]["key"]
    table["fields"][0]["label"] = "Did it happen?"
    assert [choice[0] for choice in page_of(table, {}).cards[1].more[3].choices] == [f"{first}=yes", f"{first}=no"]
    again = table_from(table, sent(table, **{"fields.1.show_if": [f"{first}=yes", "other=x"]}))
    assert again["fields"][1]["show_if"] == {"field": first, "any_of": ["yes"]}
    assert "show_if" not in table_from(again, sent(again, **{"fields.1.show_if": []}))["fields"][1]


def test_taking_a_question_out_leaves_nothing_that_speaks_of_it() -> None:
    definition = next(one for one in SHEETS if one.slug == "w26")
    table = tables.without(definition.to_json(), 0)
    assert all("who" not in size["fields"] for size in table["sizes"].values()) and "who" not in table["es"]["fields"]
    assert parse({**table}).by_key.keys() == definition.by_key.keys() - {"who"}


def test_columns_come_and_go() -> None:
    table = tables.added(tables.blank(title="Mine"), "rows")
    table = tables.with_column(table, 0, "s10")
    assert [column["kind"] for column in table["fields"][0]["columns"]] == ["text", "s10"]
    assert tables.with_column(table, 0, "emo") == table, "feelings do not fit a cell"
    assert len(tables.without_column(table, 0, 0)["fields"][0]["columns"]) == 1


def test_a_number_that_is_none_stays_as_typed_and_is_told() -> None:
    table = tables.added(tables.blank(title="Mine"), "rows")
    table = table_from(table, sent(table, **{"fields.0.max": "many"}))
    assert table["fields"][0]["max"] == "many"
    assert "fields.0.max" in checks.look(table).problems


@pytest.mark.parametrize(
    "data",
    [
        {}, {"builder": "1"}, {"builder": "1", "fields.0.kind": "item", "fields.0.key": "a"},
        {"builder": "1", "fields.0.kind": "nope", "fields.0.key": "../x"},
        {"builder": "1", "title": "\x00\ud800" * 10, "sizes.M.minutes": "1e400"},
        {"builder": "1", "fields.0.kind": "rows", "fields.0.key": "a", "fields.0.columns.0.kind": "grid",
         "fields.0.columns.0.key": "b", "fields.0.shown": "min max options __class__"},
        {"builder": "1", "second": "es", "es:fields.0.label": "x", "es:": "y", "es:a.b.c.d": "z"},
    ],
    ids=range(7),
)  # fmt: skip
def test_a_post_nobody_can_mean_breaks_nothing(data: dict[str, str]) -> None:
    for table in (tables.blank(title="Mine"), tables.with_language(SHEETS[0].to_json(), "es")):
        again = table_from(table, data)
        checks.look(again)
        sketch(again)
        page_of(again, {}, second="es")
        assert (again == table) is (data == {})


@pytest.mark.finding("F57")
def test_a_question_that_is_hard_to_read_is_named() -> None:
    table = SHEETS[0].to_json()
    table["fields"][1] |= {
        "label": "Which psychological circumstances precipitated this particularly overwhelming sensation?"
    }
    lines = [check for check in checks.look(ready(table)).checks if not check.holds]
    assert [check.input for check in lines] == ["fields.1.label"]
    assert "psychological" in lines[0].says


# --- a questionnaire with points -----------------------------------------------------------------------------------------

POINTS = {
    "known_as": "Trying things, 3 questions",
    "purpose": "How the week of trying things was.",
    "why": "Three numbers show more than one.",
    "first_step": "Read the first question.",
    "counts_as_some": "One question.",
    "counts_as_all": "Three questions.",
    "sizes.M.label": "Three questions",
    "measure.stem": "In the last week:",
    "measure.options": "0 Never\n1 Sometimes\n2 Often",
    "measure.items": "I tried something new.\nI asked for help.\nI put it off.",
    "measure.reverse": "3",
    "measure.bands": "0-2 a little\n3-6 a lot",
    "measure.cutoff": "3",
    "measure.higher_is_worse": [],
}


def questionnaire() -> dict[str, Any]:
    table = points.blank_questionnaire(title="Trying things", language="en", author="Us")
    return table_from(table, sent(table, **POINTS))


def test_a_questionnaire_is_typed_in_lines_scored_and_locked() -> None:
    found = checks.look(ready(questionnaire()))
    assert found.problems == {} and found.definition is not None
    measure = found.definition.measure
    assert measure is not None and measure.text_sha256 == measure.checksum()
    result = scoring.score(measure, {"q1": 2, "q2": 1, "q3": 2})
    assert (result.total, result.band, result.at_cutoff) == (3, "a lot", True), "question 3 counts the other way round"
    assert sketch(questionnaire()).definition is not None


def test_a_questionnaire_survives_the_form_and_speaks_two_languages() -> None:
    table = tables.with_language(questionnaire(), "es")
    spanish = {
        "es:measure.stem": "En la última semana:",
        "es:measure.items": "Probé algo nuevo.\nPedí ayuda.\nLo dejé para después.",
        "es:measure.options": "Nunca\nA veces\nMuchas veces",
        "es:measure.bands": "un poco\nmucho",
        "es:title": "Probar cosas",
    }
    table = table_from(table, sent(table, "es", **spanish, **{"measure.higher_is_worse": []}))
    assert table_from(table, sent(table, "es")) == table
    definition = checks.look(ready(table)).definition
    assert definition is not None
    spoken = definition.localised("es").measure
    assert spoken is not None and [str(item.text) for item in spoken.items][1] == "Pedí ayuda."
    assert [str(band.label) for band in spoken.bands] == ["un poco", "mucho"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("measure.options", "Never\nOften"),
        ("measure.bands", "0-2 a little"),
        ("measure.bands", "a little"),
        ("measure.items", ""),
        ("measure.cutoff", "three"),
    ],
)
def test_what_cannot_be_scored_is_told_beside_its_input_and_kept(name: str, typed: str) -> None:
    table = table_from(questionnaire(), sent(questionnaire(), **{name: typed}))
    assert name in checks.look(ready(table)).problems or "measure.items" in checks.look(ready(table)).problems
    assert next(box for box in page_of(table, {}).points if box.name == name).value == (typed or "")
