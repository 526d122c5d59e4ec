"""Advice and judgement words: what is found, what is counted, and that the browser has the same lists (F29, F32)."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homework.reviews import wording
from homework.reviews.wording import Kind

ROOT = Path(__file__).resolve().parents[3]


def found(text: str) -> list[tuple[str, str]]:
    return [(one.words, str(one.kind)) for one in wording.look(text)]


@pytest.mark.finding("F29")
def test_advice_is_found_and_an_open_question_is_not() -> None:
    assert found("You should go out more") == [("You should", "advice")]
    assert found("What happened when you went out?") == []


@pytest.mark.finding("F29")
@pytest.mark.parametrize(
    "text",
    [
        "you need to rest",
        "YOU MUST rest",
        "Why don’t you rest?",
        "Just  try it",
        "you have to rest",
        "It may have to be",
    ],
)
def test_every_phrase_of_the_finding_is_found_in_any_case_and_apostrophe(text: str) -> None:
    assert [kind for _words, kind in found(text)] == ["advice"]


@pytest.mark.finding("F29")
@pytest.mark.parametrize("text", ["shoulder", "you shoulder a lot", "behave together", "adjust trying", ""])
def test_only_whole_words_are_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.finding("F29")
def test_spanish_has_lists_of_its_own_whatever_the_page_speaks() -> None:
    assert found("Deberías salir más") == [("Deberías", "advice")]
    assert found("¿Qué pasó cuando saliste?") == []
    assert found("Déjalo ya, es tóxico") == [("Déjalo", "judgement"), ("tóxico", "judgement")]


@pytest.mark.finding("F32")
def test_judging_others_or_choices_is_a_kind_of_its_own() -> None:
    for text in ("leave him", "He is toxic.", "That job is wrong for you", "I don't like this for you"):
        assert [kind for _words, kind in found(text)] == ["judgement"], text


@pytest.mark.finding("F29")
@pytest.mark.parametrize(
    ("text", "asks", "advises"),
    [
        ("What did you notice? How was that?", 2, 0),
        ("Did you go?", 0, 0),
        ("Why don't you go?", 0, 1),
        ("You should rest. What helped?", 1, 1),
        ("¿Qué notaste? Tienes que parar.", 1, 1),
        ("", 0, 0),
        (None, 0, 0),
    ],
)
def test_open_questions_and_advice_are_counted(text: str | None, asks: int, advises: int) -> None:
    assert wording.counts(text) == wording.Counts(asks, advises)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None, database=None)
def test_any_text_can_be_looked_at_and_every_find_is_where_it_says(text: str) -> None:
    for one in wording.look(text):
        assert text[one.start : one.end] == one.words
    counted = wording.counts(text)
    assert counted.asks >= 0
    assert counted.advises >= 0


def test_the_page_brings_all_lists_and_the_script_sends_nothing() -> None:
    lists = wording.for_page()
    assert json.loads(json.dumps(lists))
    assert {one["kind"] for one in lists["kinds"]} == set(Kind)
    script = (ROOT / "static" / "js" / "wording.js").read_text()
    assert not re.search(r"fetch|XMLHttp|sendBeacon|WebSocket|innerHTML|preventDefault", script)
