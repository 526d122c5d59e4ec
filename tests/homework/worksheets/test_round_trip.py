"""One worksheet all the way, in each language: fill in, save, load, read, print, FHIR, and back."""

import dataclasses
import json

import pytest
from django.utils import translation

from homework.worksheets import answers, summary
from homework.worksheets.definition import Definition, load_library
from homework.worksheets.exchange import fhir_in, fhir_out
from tests.homework.worksheets.browser import Page
from tests.homework.worksheets.test_rendering import form, posted, render

WORKSHEETS = [definition for definition in load_library() if not definition.measure]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("definition", WORKSHEETS, ids=lambda one: one.slug)
def test_filled_in_saved_read_printed_and_sent_it_is_the_same(definition: Definition, language: str) -> None:
    spoken = definition.localised(language)
    assert spoken.example is not None
    filled, size = spoken.example.values, spoken.size_code("L")
    with translation.override(language):
        reading = answers.read(spoken, size, posted(Page(form(spoken, size, filled))))
        asked = {field.key for field in spoken.layout(size)}
        assert reading.problems == {}
        assert reading.values == {key: value for key, value in filled.items() if key in asked}

        loaded = json.loads(json.dumps(answers.merge(filled, reading)))
        assert loaded == filled
        said = " ".join(line.text for line in summary.lines(spoken, loaded))
        words = [value for key, value in filled.items() if spoken.by_key[key].own_words]
        assert said and all(" ".join(text.split()) in said for text in words)

        paper = Page(render("worksheet_paper definition size", definition=spoken, size=size))
        for field in spoken.layout(size):
            assert str(field.label) in paper.text, field.key

        response = json.loads(json.dumps(fhir_out.response(spoken, loaded)))
        assert fhir_in.values_in(spoken, response).table == loaded
        found = fhir_in.questionnaire_in(json.loads(json.dumps(fhir_out.questionnaire(definition))))
        again = Definition.from_json(found.table).localised(language)
        assert dataclasses.replace(again, overlays={}) == dataclasses.replace(spoken, overlays={})
