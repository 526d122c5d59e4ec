"""What every worksheet that ships has to be: complete, in both languages, plain, and never unkind."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.models import Membership
from homework.worksheets import readability
from homework.worksheets.definition import Definition, common_fields, load_library
from homework.worksheets.kinds import Feelings, Field, Grid, Rows, common_source, untranslated
from homework.worksheets.kinds.feelings import groups

LIBRARY = load_library()
WORKSHEETS = [definition for definition in LIBRARY if not definition.measure]
MEASURES = [definition for definition in LIBRARY if definition.measure]

each = pytest.mark.parametrize("definition", WORKSHEETS, ids=lambda one: one.slug)
every = pytest.mark.parametrize("definition", LIBRARY, ids=lambda one: one.slug)
measure = pytest.mark.parametrize("definition", MEASURES, ids=lambda one: one.slug)


def prose_of(field: Field, value: Any) -> Iterator[str]:
    """What an example says in its own words."""
    if field.own_words and isinstance(value, str):
        yield value
    lines: list[Any] = []
    columns: tuple[Field, ...] = ()
    if isinstance(field, Rows):
        columns, lines = field.all_columns, value or []
    if isinstance(field, Grid):
        columns, lines = field.columns, [cells for day in (value or {}).values() for cells in day.values()]
    for line in lines:
        for column in columns:
            if column.key in line:
                yield from prose_of(column, line[column.key])


def client_texts(definition: Definition) -> list[str]:
    """Every text a client reads on a worksheet, the example included."""
    texts = readability.client_texts(definition) + readability.shared_texts(definition.language)
    if definition.example:
        texts.append(definition.example.person)
        for key, value in definition.example.values.items():
            texts += prose_of(definition.by_key[key], value)
    return [text for text in texts if text]


def all_texts(definition: Definition) -> list[str]:
    """And what a therapist reads."""
    guide = [definition.guide.introduce, definition.guide.review] if definition.guide else []
    more = [definition.known_as, definition.caution_note, definition.lock_reason, *definition.instead.values()]
    return [*client_texts(definition), *guide, *more]


def test_all_44_worksheets_and_the_three_that_ship_switched_off_are_there() -> None:
    slugs = {definition.slug for definition in WORKSHEETS}
    assert {f"w{number:02}" for number in range(1, 45)} <= slugs
    assert {"x01", "x02", "x03"} == {definition.slug for definition in WORKSHEETS if definition.off} - {"w34"}


@pytest.mark.finding("F08")
def test_all_four_kinds_of_work_are_there_and_no_approach_stands_before_an_empty_shelf() -> None:
    assert {"practice", "monitor", "read", "approach"} == {definition.kind for definition in WORKSHEETS}
    for approach, _label in Membership.Approach.choices:
        assert sum(approach in definition.modalities for definition in WORKSHEETS) >= 4, approach
    for_coaches = {definition.slug for definition in WORKSHEETS if definition.min_role == "coach"}
    assert {"w11", "w22", "w23", "w26", "w32", "w42", "w44"} <= for_coaches


LOCKED = {"w06", "w07", "w16", "w21", "w27", "w28", "x01", "x02", "x03"}


def test_what_is_prepared_in_session_is_locked_says_why_and_is_never_for_a_coach() -> None:
    for definition in WORKSHEETS:
        assert definition.locked is (definition.slug in LOCKED), definition.slug
        assert not definition.locked or (definition.min_role == "therapist" and len(definition.lock_reason) > 40)


@each
def test_spanish_is_complete(definition: Definition) -> None:
    assert "es" in definition.languages
    assert list(untranslated(definition, definition.overlays["es"])) == []


@each
def test_the_spanish_example_was_written_anew(definition: Definition) -> None:
    spanish = definition.localised("es")
    assert definition.example and spanish.example
    assert definition.example.values.keys() == spanish.example.values.keys()
    for key, value in definition.example.values.items():
        english, other = (
            list(prose_of(definition.by_key[key], value)),
            list(prose_of(spanish.by_key[key], spanish.example.values[key])),
        )
        assert len(english) == len(other), key
        shared = [text for text in english if text in other and len(text) > 8]
        assert shared == [], key


def test_shared_questions_and_feelings_are_all_in_spanish() -> None:
    for key, field in common_fields("es").items():
        english = common_fields("en")[key]
        assert field.label != english.label, key
        assert bool(field.hint) == bool(english.hint)
    keys = {item["key"] for group in common_source()["feelings"] for item in (group, *group["words"])}
    assert keys == set(common_source()["es"]["feelings"])


@pytest.mark.finding("F45")
def test_there_are_36_feelings_in_6_groups_and_no_word_is_there_twice() -> None:
    for language in ("en", "es"):
        words = [word for group in groups(language) for _key, word in group.feelings]
        assert len(groups(language)) == 6
        assert [len(group.feelings) for group in groups(language)] == [6] * 6
        assert len(set(words)) == 36


BANNED = {
    "en": (
        "fail", "missed", "overdue", "non-compliant", "noncompliant", "compliance", "streak", "don't forget", "must",
        r"should\b", "homework", "lazy", "wrong answer", "you need to", "you have to", "score", "incomplete",
    ),
    "es": (
        "fracas", "fallaste", "fallar", "debes", "deberías", "tienes que", "atrasad", "vencid", "incumpl", "racha",
        "no olvides", "no te olvides", "deberes", "perezos", "puntuación",
    ),
}  # fmt: skip


@pytest.mark.finding("F17")
@pytest.mark.parametrize("language", ["en", "es"])
@each
def test_no_word_blames_or_presses(definition: Definition, language: str) -> None:
    spoken = definition.localised(language)
    for text in client_texts(spoken):
        for banned in BANNED[language]:
            assert not re.search(rf"\b{banned}", text, re.IGNORECASE), f"{banned!r} in {text!r}"
        assert "!" not in text, text


def test_the_banned_words_would_be_found() -> None:
    assert re.search(rf"\b{BANNED['en'][0]}", "You failed", re.IGNORECASE)


@pytest.mark.finding("F41")
@every
def test_the_smaller_version_is_never_larger(definition: Definition) -> None:
    in_order = [code for code in ("S", "M", "L") if code in definition.sizes]
    minutes = [definition.sizes[code].minutes for code in in_order]
    weight = [sum(field.inputs for field in definition.layout(code).own) for code in in_order]
    assert minutes == sorted(minutes)
    assert weight == sorted(weight)
    if not definition.measure:
        assert definition.sizes["S"].minutes <= 5
        assert len([field for field in definition.layout("S").own if field.inputs]) <= 3


@pytest.mark.finding("F04")
@every
def test_every_worksheet_asks_what_was_tried_and_found_out_or_says_why_not(definition: Definition) -> None:
    asked = set(definition.by_key)
    if {"tried", "found_out"} <= asked and {"mood_before", "mood_after"} <= asked:
        assert definition.left_out_because == ""
    else:
        assert len(definition.left_out_because) > 30


@pytest.mark.finding("F10")
def test_noticing_asks_for_no_number_at_all() -> None:
    noticing = [definition for definition in LIBRARY if definition.outcome == "awareness"]
    assert noticing
    for definition in noticing:
        assert {field.kind for field in definition.by_key.values()} <= {"text", "long", "choice", "checklist"}


@pytest.mark.finding("F57")
@pytest.mark.parametrize("language", ["en", "es"])
@each
def test_it_reads_as_easily_as_it_says(definition: Definition, language: str) -> None:
    spoken = definition.localised(language)
    assert definition.reading_grade <= readability.HIGHEST
    assert readability.grade_of(spoken) <= definition.reading_grade
    assert readability.hard_questions(spoken, above=readability.HIGHEST + 1) == []


@pytest.mark.parametrize(
    ("language", "easy", "hard"),
    [
        ("en", "The cat sat on the mat. It was warm.", "Psychoeducational interventions facilitate reappraisal."),
        ("es", "El gato duerme. Hace calor.", "Las intervenciones psicoeducativas facilitan la reevaluación."),
    ],
)
def test_the_reading_grade_tells_hard_from_easy(language: str, easy: str, hard: str) -> None:
    low, high = readability.grade([easy], language), readability.grade([hard], language)
    assert low is not None and high is not None
    assert low < 3 < readability.HIGHEST < high
    assert readability.grade(["", " … "], language) is None


@pytest.mark.finding("F15")
@each
def test_every_example_shows_the_usual_version_filled_in(definition: Definition) -> None:
    assert definition.example
    filled = definition.example.values
    usual = [field for field in definition.layout("M").own if field.inputs]
    there = [field for field in usual if field.key in filled]
    assert len(there) >= 0.8 * len(usual), sorted({field.key for field in usual} - set(filled))
    assert definition.example.person.split(",")[0].istitle()


@each
def test_a_person_in_an_example_is_named_once_in_the_library(definition: Definition) -> None:
    names = [one.example.person.split(",")[0] for one in WORKSHEETS if one.example]
    assert definition.example and names.count(definition.example.person.split(",")[0]) == 1


@each
def test_it_is_complete_for_the_person_who_chooses_it(definition: Definition) -> None:
    assert definition.guide and len(definition.guide.introduce) > 60 and len(definition.guide.review) > 60
    assert definition.modalities and definition.contexts and definition.author
    assert definition.caution_note or not definition.cautions
    assert definition.review_due > dt.date(2026, 1, 1)
    assert definition.first_step.rstrip(".") not in definition.why


@pytest.mark.finding("F01")
def test_no_two_worksheets_give_the_same_reason_or_first_step() -> None:
    for name in ("why", "first_step", "title", "known_as", "purpose"):
        values = [getattr(definition, name) for definition in WORKSHEETS]
        assert len(set(values)) == len(values), name


@pytest.mark.finding("F64")
def test_a_coach_may_use_speaking_up_and_no_measure() -> None:
    for_coaches = [
        definition.slug for definition in LIBRARY if definition.min_role == "coach" and not definition.locked
    ]
    assert "w26" in for_coaches
    assert not [definition.slug for definition in MEASURES if definition.min_role == "coach"]


@measure
def test_a_measure_ships_with_its_licence_its_credit_and_the_published_language(definition: Definition) -> None:
    found = definition.measure
    assert found is not None
    assert found.licence_text
    assert found.text_sha256 == found.checksum()
    if found.licence_status == "own":
        assert "CC0" in found.licence_text
        assert definition.languages == ("en", "es")
        assert list(untranslated(definition, definition.overlays["es"])) == []
        return
    assert definition.languages == ("en",), "published translations come from the publisher, not from us"
    if definition.slug.startswith(("phq", "gad")):
        assert found.licence_status == "no_permission_needed"
        assert "R.L. Spitzer, J.B.W. Williams, K. Kroenke" in found.attribution
        assert (found.recall, found.min_interval_days) == ("P14D", 7)
    else:
        assert found.licence_status == "public_domain"
        assert "public domain" in found.attribution


@measure
def test_a_measure_is_asked_as_published_with_nothing_added(definition: Definition) -> None:
    assert list(definition.by_key) == [question.key for question in definition.questions]
    assert definition.size_code("S") == "M"


def test_the_phq_8_is_the_phq_9_without_its_ninth_item() -> None:
    found = next(definition.measure for definition in MEASURES if definition.slug == "phq-8")
    assert found is not None and len(found.items) == 8
    assert not any("better off dead" in item.text for item in found.items)


@every
def test_feelings_are_never_the_only_way_to_answer(definition: Definition) -> None:
    """Somebody who finds feelings hard to name has something else to fill in, in every size."""
    for code in definition.sizes:
        asked = definition.layout(code).own
        assert any(not isinstance(field, Feelings) for field in asked)
