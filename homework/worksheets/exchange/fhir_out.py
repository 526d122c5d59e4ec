"""A worksheet as a FHIR R4 Questionnaire, and answers to it as a QuestionnaireResponse.

Other systems see the title, the purpose, every question with its options, conditions and translations, and the points of
a measure. What they have no place for is in our own extensions, so that a worksheet that comes back is the one that
went; `what_is_lost` says what they will not see.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils import timezone, translation

from homework.worksheets import answers
from homework.worksheets.definition import Definition
from homework.worksheets.exchange import fhir_table  # noqa: F401  (it fills the table of shapes)
from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_items import SHAPES, item_of
from homework.worksheets.exchange.fhir_lost import what_is_lost
from homework.worksheets.exchange.fhir_shapes import Around
from homework.worksheets.exchange.keys import slug
from homework.worksheets.kinds import Field, Json, Measure
from homework.worksheets.kinds.measures import MeasureItem

__all__ = ["CODES", "questionnaire", "response", "what_is_lost"]

CODES = {"gad-7": "69737-5", "phq-9": "44249-1"}
"""LOINC codes of measures by slug."""

NATIVE = frozenset({"title", "purpose", "why", "fields", "languages", "overlays", "language"})
"""What the Questionnaire tells outside our own extension."""


def questionnaire(definition: Definition, *, version: int | None = None, at: dt.datetime | None = None) -> Json:
    """A worksheet as an R4 Questionnaire. version: its number in the library; at: when that was published."""
    others = {language: definition.localised(language) for language in definition.languages[1:]}
    with translation.override(definition.language):
        items = list(_items(definition, others))
    told = {
        name: fhir.words(
            name, getattr(definition, attribute), {lang: getattr(o, attribute) for lang, o in others.items()}
        )
        for name, attribute in (("title", "title"), ("description", "purpose"), ("purpose", "why"))
    }
    made: Json = {
        "resourceType": "Questionnaire",
        "language": definition.language,
        "url": address(definition),
        "name": "".join(word.capitalize() for word in slug(definition.slug).split("-")) or "Worksheet",
        "status": "active" if version else "draft",
        "subjectType": ["Patient"],
        **told["title"],
        **told["description"],
        **told["purpose"],
        "extension": [_sheet(definition, others), *_score_variables(definition.measure)],
        "item": items,
    }
    if version:
        made["version"] = str(version)
    if at is not None:
        made["date"] = at.astimezone(dt.UTC).isoformat(timespec="seconds")
    if definition.author.strip():
        made["publisher"] = definition.author
    if definition.slug in CODES:
        made["code"] = [{"system": fhir.LOINC, "code": CODES[definition.slug], "display": definition.title}]
    if definition.measure:
        said = (definition.measure.attribution, definition.measure.licence_text, definition.measure.source_url)
        made["copyright"] = "\n\n".join(text for text in map(str, said) if text.strip()) or definition.title
    return made


def address(definition: Definition) -> str:
    """What answers refer to."""
    return f"{fhir.OURS}worksheet:{definition.slug}"


def _sheet(definition: Definition, others: Mapping[str, Definition]) -> Json:
    """Everything about the worksheet that FHIR has no place for."""
    languages = [{"url": "languages", "valueString": language} for language in definition.languages]
    return {"url": fhir.SHEET, "extension": [*fhir.attributes(definition, others, but=NATIVE), *languages]}


# --- items -----------------------------------------------------------------------------------------------------------


def sections(definition: Definition) -> Iterator[tuple[Field | None, list[Field]]]:
    """The worksheet's own questions by section; the field a section starts with, or None before the first."""
    first: Field | None = None
    there: list[Field] = []
    for field in definition.questions:
        if field.section and there:
            yield first, there
            there = []
        if field.section:
            first = field
        there.append(field)
    if there:
        yield first, there


def _items(definition: Definition, others: Mapping[str, Definition]) -> Iterator[Json]:
    """All items in the order they are asked; sections are groups, what every worksheet asks is marked as added."""
    opening, closing, extra = definition._shared
    yield from (_added(definition, field, others) for field in opening)
    if definition.measure:
        yield from _measure(definition, definition.measure, others)
    else:
        for first, there in sections(definition):
            items = [_item(definition, field, others) for field in there]
            if first is None:
                yield from items
                continue
            heading = {language: other.by_key[first.key].section for language, other in others.items()}
            yield {
                "linkId": f"section.{first.key}",
                "type": "group",
                **fhir.words("text", first.section, heading),
                "extension": [_mark("section")],
                "item": items,
            }
    yield from (_added(definition, field, others) for field in (*closing, *extra))


def _item(definition: Definition, field: Field, others: Mapping[str, Definition]) -> Json:
    same = {language: other.by_key[field.key] for language, other in others.items()}
    return item_of(field, same, field.key, definition.by_key)


def _added(definition: Definition, field: Field, others: Mapping[str, Definition]) -> Json:
    item = _item(definition, field, others)
    return {**item, "extension": [_mark("shared"), *item["extension"]]}


def _mark(what: str) -> Json:
    return {"url": fhir.ADDED, "valueCode": what}


def _measure(definition: Definition, measure: Measure, others: Mapping[str, Definition]) -> Iterator[Json]:
    """The items under their stem, and the totals."""
    spoken = {language: other.measure for language, other in others.items() if other.measure}
    pairs = zip(measure.questions, measure.items, strict=True)
    yield {
        "linkId": "measure",
        "type": "group",
        **fhir.words("text", measure.stem, {language: other.stem for language, other in spoken.items()}),
        "extension": [_mark("measure")],
        "item": [_scored(_item(definition, field, others), measure, one) for field, one in pairs],
    }
    yield from (_total(*scale) for scale in _scales(measure))


def _scored(item: Json, measure: Measure, one: MeasureItem) -> Json:
    """An item whose points are what they count: the other way round where it is asked the other way round."""
    if one.reverse and "answerOption" in item:
        around = sum(measure.ends(one))
        for option in item["answerOption"]:
            for ordinal in fhir.extensions_of(option["valueCoding"], fhir.ORDINAL):
                ordinal["valueDecimal"] = around - ordinal["valueDecimal"]
    return item


def _scales(measure: Measure) -> list[tuple[str, str, list[int], Any]]:
    """Name, label, item numbers and scoring of every total; those with a slider in them are worked out only here."""
    found = (
        []
        if measure.scoring.type != "sum"
        else [("total", "Total", [item.n for item in measure.scored], measure.scoring)]
    )
    found += [(f"total_{part.key}", str(part.label), list(part.items), part.scoring) for part in measure.subscales]
    plain = {item.n for item in measure.items if not item.scale}
    return [scale for scale in found if set(scale[2]) <= plain]


def _score_variables(measure: Measure | None) -> list[Json]:
    """For each total, the answers it is made of."""
    made = []
    for name, _label, numbers, _scoring in _scales(measure) if measure else ():
        links = " | ".join(f"'q{number}'" for number in numbers)
        path = f"%resource.repeat(item).where(linkId in ({links})).answer.value"
        said = {"name": _variable(name), "language": "text/fhirpath", "expression": path}
        made.append({"url": fhir.VARIABLE, "valueExpression": said})
    return made


def _variable(name: str) -> str:
    """A total's name without the underscores that FHIR does not allow in one."""
    first, *more = name.split("_")
    return first + "".join(word.capitalize() for word in more)


def _total(name: str, label: str, numbers: list[int], scoring: Any) -> Json:
    """The sum; with some items open, mean x number of items; nothing with more open than allowed (FHIRPath)."""
    wanted, answered = len(numbers), f"%{_variable(name)}"
    count = f"{answered}.count()"
    sum_up = f"({answered}.weight().sum() * {wanted} * {scoring.multiply} / {count}).round(0)"
    expression = f"iif({count} >= {max(1, wanted - scoring.max_missing)}, {sum_up}, {{}})"
    worked_out = {"url": fhir.CALCULATED, "valueExpression": {"language": "text/fhirpath", "expression": expression}}
    item = {"linkId": name, "type": "decimal", "text": label, "readOnly": True}
    return {**item, "extension": [_mark("total"), worked_out]}


# --- answers ---------------------------------------------------------------------------------------------------------


def response(
    definition: Definition,
    values: Mapping[str, Any],
    kept_private: Collection[str] = (),
    *,
    version: int | None = None,
    at: dt.datetime | None = None,
    zone: dt.tzinfo = dt.UTC,
    complete: bool = True,
) -> Json:
    """Answers as an R4 QuestionnaireResponse, without what is kept private (F34). It names nobody.

    at: when it was written, now if left out. zone: the client's, for answers that are a day and a time.
    """
    shown, _hidden = answers.visible(definition, values, kept_private)
    around = Around(zone)

    def said(fields: Collection[Field]) -> list[Json]:
        return [
            each
            for field in fields
            if not field.computed and field.key in shown
            for each in SHAPES[field.kind].said(field, field.key, shown[field.key], around)
        ]

    opening, closing, extra = definition._shared
    items = said(opening)
    if definition.measure:
        there = said(definition.questions)
        items += [{"linkId": "measure", "item": there}] if there else []
    else:
        for first, fields in sections(definition):
            there = said(fields)
            items += there if first is None or not there else [{"linkId": f"section.{first.key}", "item": there}]
    items += said((*closing, *extra))
    made = {
        "resourceType": "QuestionnaireResponse",
        "language": definition.language,
        "questionnaire": address(definition) + (f"|{version}" if version else ""),
        "status": "completed" if complete else "in-progress",
        "authored": (at or timezone.now()).astimezone(dt.UTC).isoformat(timespec="seconds"),
    }
    return made | ({"item": items} if items else {})
