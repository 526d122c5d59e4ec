"""Our own TOML and JSON: what is written reads back equal, and nothing that is sent breaks reading."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homework.worksheets.definition import Definition, load_library, parse
from homework.worksheets.exchange import coming, own
from homework.worksheets.kinds import DefinitionError
from tests.clinic.test_api_base import HOSTILE
from tests.homework.worksheets.samples import everything, question, sheet

EVERY = [*load_library(), everything()]


@pytest.mark.parametrize("definition", EVERY, ids=lambda one: one.slug)
def test_every_worksheet_reads_back_equal_from_toml_and_json(definition: Definition) -> None:
    for text, kind in ((own.to_toml(definition), "toml"), (own.to_json(definition), "json")):
        came = coming.read(text.encode())
        assert came.definition == definition
        assert came.definition.digest() == definition.digest()
        assert (came.format, came.remarks) == (kind, [])


ODD = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\"'\\#[]{}="), max_size=60)


@given(ODD, ODD)
def test_no_words_are_changed_on_the_way(label: str, hint: str) -> None:
    definition = parse(sheet(question("long", label=label, hint=hint), title=label))
    assert own.from_toml(own.to_toml(definition)) == definition
    assert own.from_json(own.to_json(definition)) == definition


def test_an_answer_that_was_left_open_in_an_example_stays_open_in_toml() -> None:
    rated = sheet(question("emo"), example={"person": "", "values": {"it": [{"feeling": "afraid", "strength": None}]}})
    found = own.from_toml(own.to_toml(parse(rated))).example
    assert found is not None
    assert found.values == {"it": [{"feeling": "afraid"}]}


def test_toml_is_meant_to_be_read() -> None:
    text = own.to_toml(next(one for one in EVERY if one.slug == "w31"))
    assert text.startswith("#")
    assert "[[fields]]" in text
    assert "review_due = 20" in text


BAD: dict[str, bytes] = {
    **HOSTILE,
    "a key twice": b'{"slug": "a", "slug": "b"}',
    "a key twice in TOML": b'slug = "a"\nslug = "b"\n',
    "deep lists in TOML": b"a = " + b"[" * 100_000,
    "deep tables in TOML": b"a = " + b"{a=" * 50_000,
    "a long dotted key": b"a" + b".a" * 140_000 + b" = 1",
    "many long dotted keys": b"".join(b"a" + b".a" * 199 + b".b%d = 1\n" % number for number in range(700)),
    "no number in TOML": b"reading_grade = nan",
    "no end in TOML": b"reading_grade = inf",
    "a number of many digits in TOML": b"minutes = " + b"9" * 5_000,
    "a time in TOML": b"slug = 07:32:00",
    "NUL in TOML": b'slug = "\x00"',
    "an escaped NUL in TOML": b'slug = "\\u0000"',
    "half a character in TOML": b'slug = "\\ud800"',
    "too much TOML": b"# " + b"x" * 400_000,
    "XML": b"<Questionnaire/>",
    "a list": b"[1]",
    "a text": b'"x"',
    "a number": b"1",
    "a kind that is a list": b'{"fields": [{"kind": []}]}',
    "no Questionnaire": b'{"resourceType": "Patient"}',
    "a Questionnaire of nothing": b'{"resourceType": "Questionnaire", "item": 1}',
    "deep items": b'{"resourceType": "Questionnaire", "item": [' * 40 + b"]}" * 40,
    "many items": b'{"resourceType":"Questionnaire","item":['
    + b",".join(b'{"linkId":"%d"}' % n for n in range(30_000))
    + b"]}",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_whatever_is_sent_is_refused_quickly_and_says_what_was_expected(raw: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(DefinitionError) as refusal:
        coming.read(raw, "from anybody")
    assert time.perf_counter() - start < 3
    assert refusal.value.source == "from anybody"
    assert refusal.value.expected
    assert len(str(refusal.value)) < 2_000


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_but_a_refusal_ever_comes_out(raw: Any) -> None:
    with pytest.raises(DefinitionError):
        coming.read(raw)
