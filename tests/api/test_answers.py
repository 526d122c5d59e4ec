"""Answers sent as JSON are kept exactly as the same answers typed into the page."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.refusal import ActionRefused
from homework.assignments.api.answers import inputs, merged, private_keys
from homework.worksheets import answers
from homework.worksheets.definition import Definition, load_library
from homework.worksheets.kinds import Item

LIBRARY = {definition.slug: definition for definition in load_library()}
FILLED = {slug: definition for slug, definition in LIBRARY.items() if definition.example is not None}
W02 = LIBRARY["w02"]


def tidy(value: Any) -> Any:
    """Without what is not there: a strength nobody gave is the same as none."""
    if isinstance(value, dict):
        return {key: tidy(each) for key, each in value.items() if each is not None}
    return [tidy(each) for each in value] if isinstance(value, list) else value


def example(definition: Definition) -> dict[str, Any]:
    assert definition.example is not None
    return dict(definition.example.values)


@pytest.mark.parametrize("slug", FILLED)
def test_every_example_of_the_library_comes_back_as_it_was_sent(slug: str) -> None:
    definition = FILLED[slug]
    assert tidy(merged(definition, {}, example(definition))) == tidy(example(definition))


@pytest.mark.parametrize("slug", FILLED)
def test_the_page_and_the_api_keep_the_same_values(slug: str) -> None:
    definition, sent = FILLED[slug], example(FILLED[slug])
    typed = dict(pair for key, value in sent.items() for pair in inputs(definition.by_key[key], value))
    largest = next(code for code in ("L", "M", "S") if code in definition.sizes)
    page = answers.read(definition, largest, typed)
    assert page.problems == {}
    kept = merged(definition, {}, sent)
    assert {key: kept[key] for key in page.values} == page.values


@pytest.mark.parametrize("slug", [slug for slug in LIBRARY if slug not in FILLED])
def test_every_item_of_a_measure_is_taken_in_points_or_not_answered(slug: str) -> None:
    definition = LIBRARY[slug]
    assert definition.measure is not None
    items = [question for question in definition.measure.questions if isinstance(question, Item)]
    for place in range(max(len(item.options) for item in items)):
        sent = {item.key: item.options[min(place, len(item.options) - 1)][0] for item in items}
        assert merged(definition, {}, sent) == sent
    skipped = {item.key: "skip" for item in items}
    assert merged(definition, {}, skipped) == skipped
    with pytest.raises(ActionRefused):
        merged(definition, {}, {items[0].key: 999})


def test_null_takes_an_answer_away_and_the_others_stay() -> None:
    before = {"situation": "a", "belief": 80, "gone_question": "kept"}
    assert merged(W02, before, {"belief": None}) == {"situation": "a", "gone_question": "kept"}
    assert merged(W02, before, {"belief": "45"}) == {"situation": "a", "gone_question": "kept", "belief": 45}
    assert merged(W02, before, {}) == before


def test_more_answers_than_a_page_takes_are_refused() -> None:
    feelings = [{"feeling": key, "strength": 5} for key in ("afraid", "worried", "lonely")]
    with pytest.raises(ActionRefused):
        merged(W02, {}, {"emotions": feelings * 60})


@pytest.mark.parametrize("keys", [["no_such"], ["situation", "emotions_change"], [""]])
def test_a_part_to_keep_private_is_one_that_can_be_answered(keys: list[str]) -> None:
    with pytest.raises(ActionRefused) as refusal:
        private_keys(W02, keys)
    assert refusal.value.status == 422


def test_private_parts_stand_once_in_the_order_of_the_worksheet() -> None:
    assert private_keys(W02, ["belief", "situation", "belief"]) == ["situation", "belief"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@given(st.sampled_from(sorted(LIBRARY)), st.data())
def test_whatever_is_sent_is_kept_as_an_answer_or_refused_by_its_key(slug: str, data: st.DataObject) -> None:
    definition = LIBRARY[slug]
    key = data.draw(st.sampled_from(sorted(definition.by_key)))
    value = data.draw(json_values)
    try:
        kept = merged(definition, {}, {key: value})
    except ActionRefused as refusal:
        assert (refusal.status, refusal.field) == (422, key)
        return
    for name, answer in kept.items():
        assert definition.by_key[name].understood(answer) is not None
        definition.by_key[name].summary(answer)
