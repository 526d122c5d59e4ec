"""A worksheet is data: what can be said, how a mistake is reported, and that nothing is lost on the way."""

import json
import re
from typing import Any

import pytest

from homework.worksheets import checks
from homework.worksheets.definition import Definition, DefinitionError, load_library, parse
from homework.worksheets.kinds import KINDS, untranslated
from tests.homework.worksheets.samples import COLUMNS, EVERY_KIND, everything, question, sheet

LIBRARY = {definition.slug: definition for definition in load_library()}
THOUGHT = question("long", "thought")


def reordered(value: Any) -> Any:
    """What a JSON column gives back: the same table with its keys in another order."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in sorted(value, key=lambda key: (len(key), key))}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("definition", [*LIBRARY.values(), everything()], ids=lambda one: one.slug)
def test_a_definition_survives_being_stored(definition: Definition) -> None:
    stored = reordered(json.loads(json.dumps(definition.to_json())))
    again = Definition.from_json(stored)
    assert again == definition
    assert again.to_json() == definition.to_json()
    assert again.digest() == definition.digest()
    assert [field.key for field in again.layout("M")] == [field.key for field in definition.layout("M")]


def test_the_digest_changes_with_a_word_in_any_language() -> None:
    table = LIBRARY["w43"].to_json()
    digests = {parse(table).digest()}
    digests.add(parse({**table, "title": "Another title"}).digest())
    digests.add(parse({**table, "es": {**table["es"], "title": "Otro título"}}).digest())
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("changes", "path", "expected"),
    [
        ({"titel": "x"}, "titel", "unknown key; known here:"),
        ({"kind": "test"}, "kind", "expected one of practice, monitor, read, approach, measure, got 'test'"),
        ({"title": 7}, "title", "expected a text, got 7"),
        ({"title": "a\x00b"}, "title", "expected a text without control characters"),
        ({"title": "\ud800"}, "title", "expected a text without control characters"),
        ({"locked": "yes"}, "locked", "expected true or false"),
        ({"review_due": "soon"}, "review_due", "expected a date like 2027-03-01"),
        ({"cautions": ["bright_light"]}, "cautions[0]", "expected one of"),
        ({"cautions": "abuse"}, "cautions", "expected a list"),
        ({"languages": []}, "languages", "expected a list such as"),
        ({"languages": ["en", "es"]}, "es", "expected a table with the words in this language"),
        ({"fields": []}, "fields", "expected at least one question"),
        ({"fields": [{"kind": "slider", "key": "a", "label": "A"}]}, "fields[0].kind", "expected one of audio,"),
        ({"fields": [{"kind": "item", "key": "a", "label": "A"}]}, "fields[0]", "made by a measure"),
        ({"fields": [THOUGHT, THOUGHT]}, "fields", "'thought' is there twice"),
        ({"fields": [question("text", "tried")]}, "fields", "added by the program"),
        ({"fields": [question("text", "private")]}, "fields[0]", "no name the page itself uses"),
        ({"fields": [question("text", "not-ok")]}, "fields[0]", "expected small letters"),
        ({"fields": [{"kind": "text", "key": "a"}]}, "fields[0].label", "expected here, but it is not there"),
        ({"fields": [{**THOUGHT, "show_if": {"field": "x", "any_of": ["1"]}}]}, "fields", "speaks of 'x'"),
        ({"fields": [question("emo", "now", again="then")]}, "fields", "speaks of 'then'"),
        ({"fields": [question("number", min=3, max=3)]}, "fields[0]", "min: expected a number smaller than max"),
        ({"fields": [question("choice", options=[{"key": "a", "label": "A"}])]}, "fields[0]", "options: expected two"),
        ({"fields": [question("rows", min=5)]}, "fields[0]", "min, max: expected 1 <= min <= max <= 20"),
        ({"fields": [question("rows", columns=[question("emo")])]}, "fields[0]", "does not fit a cell"),
        ({"fields": [question("rows", columns=[COLUMNS[0]] * 2)]}, "fields[0]", "each with a key of its own"),
        ({"fields": [question("grid", days=3)]}, "fields[0]", "days: expected 1 (today) or 7 (a week)"),
        ({"sizes": {"S": {"label": "s", "minutes": 1}}}, "sizes.M", "expected here, but it is not there"),
        ({"sizes": {"M": {"label": "m", "minutes": 1}}}, "sizes.S", "expected here, but it is not there"),
        ({"closing_fields": False}, "left_out_because", "expected the reason"),
        ({"mood_fields": False, "left_out_because": " "}, "left_out_because", "expected the reason"),
        ({"guide": None}, "guide", "expected here, but it is not there"),
        ({"guide": "x"}, "guide", "expected a table"),
        ({"example": {"person": "X", "values": {"thougt": "x"}}}, "example.values.thougt", "expected an answer"),
        ({"example": {"person": "X", "values": {"thought": 7}}}, "example.values.thought", "expected an answer"),
        ({"kind": "measure"}, "measure", 'expected exactly when kind = "measure"'),
    ],
)
def test_a_mistake_is_told_with_file_key_and_expectation(changes: dict[str, Any], path: str, expected: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(sheet(THOUGHT, **changes), source="mine.toml")
    assert caught.value.source == "mine.toml"
    assert caught.value.path == path
    assert expected in caught.value.expected
    assert str(caught.value).startswith(f"mine.toml: {path}: ")


@pytest.mark.parametrize("broken", ["title = ", "= 3", "\x00", "[a]\n[a]"])
def test_a_file_that_is_no_toml_is_told_so(broken: str) -> None:
    with pytest.raises(DefinitionError, match="expected TOML"):
        parse(broken, source="w99.toml")


@pytest.mark.parametrize("thing", [None, 3, [], {}, {"languages": [1]}])
def test_anything_else_than_a_table_is_refused_without_a_crash(thing: Any) -> None:
    with pytest.raises(DefinitionError):
        parse(thing)


@pytest.mark.finding("F41")
@pytest.mark.parametrize(
    ("small", "problem"),
    [
        ({"label": "s", "minutes": 3, "fields": ["thought"]}, "no more questions or minutes than M"),
        ({"label": "s", "minutes": 1, "fields": ["thought", "second"]}, "no more questions or minutes than M"),
        ({"label": "s", "minutes": 1, "fields": ["elsewhere"]}, "'elsewhere' is no question of this worksheet"),
        ({"label": "s", "minutes": 0, "fields": ["thought"]}, "expected 1 or more"),
    ],
)
def test_the_smaller_version_cannot_ask_more_or_take_longer(small: dict[str, Any], problem: str) -> None:
    usual = {"label": "m", "minutes": 2, "fields": ["thought"]}
    with pytest.raises(DefinitionError, match=re.escape(problem)):
        parse(sheet(THOUGHT, question("text", "second"), sizes={"S": small, "M": usual}))


def test_a_translation_of_something_that_is_not_there_is_refused() -> None:
    table = sheet(THOUGHT, languages=["en", "es"], es={"fields": {"though": {"label": "Pensamiento"}}})
    with pytest.raises(DefinitionError) as caught:
        parse(table, source="w98.toml")
    assert caught.value.path == "es.fields.though"


def test_a_missing_translation_falls_back_to_the_language_of_the_file() -> None:
    more = {"languages": ["en", "es"], "es": {"title": "Una muestra", "sizes": {"S": "Pequeña"}}}
    spanish = parse(sheet(THOUGHT, **more)).localised("es")
    assert (spanish.title, spanish.why, spanish.sizes["S"].label) == (
        "Una muestra",
        "It shows what each does.",
        "Pequeña",
    )
    assert spanish.language == "es"


def test_a_language_nobody_wrote_gives_the_original() -> None:
    assert LIBRARY["w01"].localised("de") is LIBRARY["w01"]
    assert LIBRARY["phq-8"].localised("es") is LIBRARY["phq-8"]


def test_spanish_reaches_shared_questions_and_feelings_too() -> None:
    spanish = LIBRARY["w02"].localised("es")
    assert spanish.by_key["found_out"].label == "¿Qué descubrí?"
    assert spanish.by_key["emotions"].summary([{"feeling": "afraid", "strength": 70}]) == "Miedo 70"
    assert spanish.by_key.keys() == LIBRARY["w02"].by_key.keys()


def test_what_is_not_translated_is_listed_by_path() -> None:
    definition = parse(sheet(question("choice"), languages=["en", "es"], es={"fields": {"it": {"label": "Uno"}}}))
    paths = list(untranslated(definition, definition.overlays["es"]))
    assert "fields.it.options.one.label" in paths
    assert "guide.introduce" in paths
    assert "fields.it.label" not in paths


@pytest.mark.finding("F04")
def test_every_worksheet_ends_with_what_was_tried_and_found_out() -> None:
    layout = parse(sheet(THOUGHT)).layout("M")
    assert [field.key for field in layout.opening] == ["mood_before"]
    assert [field.key for field in layout.own] == ["thought"]
    assert [field.key for field in layout.closing] == ["mood_after", "tried", "found_out"]
    assert [field.key for field in layout.folded] == ["reaction"]


@pytest.mark.finding("F41")
def test_the_smaller_version_keeps_the_shared_questions_but_does_not_put_them_in_the_way() -> None:
    layout = parse(sheet(THOUGHT)).layout("S")
    assert [field.key for field in layout.opening] == ["mood_before"]
    assert [field.key for field in (*layout.own, *layout.closing)] == ["thought"]
    assert [field.key for field in layout.folded] == ["mood_after", "tried", "found_out", "reaction"]


def test_a_size_a_worksheet_does_not_come_in_is_its_usual_one() -> None:
    assert LIBRARY["w02"].size_code("L") == "M"
    assert LIBRARY["phq-8"].size_code("S") == "M"
    assert LIBRARY["w02"].layout("nonsense") is LIBRARY["w02"].layout("M")


def test_every_kind_has_its_place_in_the_sample_so_that_all_tests_meet_it() -> None:
    computed = {word for word, cls in KINDS.items() if cls.computed}
    assert set(EVERY_KIND) == set(KINDS) - computed - {"item"}


def test_the_system_check_names_every_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    good = (
        "w43.toml",
        (checks.library_files.__globals__["files"]("homework.worksheets") / "library/w43.toml").read_text(),
    )
    renamed = ("w44.toml", good[1])
    monkeypatch.setattr(checks, "library_files", lambda: iter([good, ("w45.toml", "title = 1"), renamed]))
    found = [(error.id, error.msg) for error in checks.every_worksheet_parses()]
    assert found == [
        ("worksheets.E001", "w45.toml: slug: expected here, but it is not there"),
        ("worksheets.E001", "w44.toml: slug: expected 'w44', the name of the file"),
    ]


def test_the_system_check_is_content_with_what_ships() -> None:
    assert checks.every_worksheet_parses() == []
