"""The letters FHIR is written with: addresses of extensions, words with translations, and our own attributes.

What an R4 Questionnaire has no place for goes into extensions of ours under `urn:between:`. One codec writes and reads
any part of a definition there, so a new attribute of a kind needs no line here.
"""

import dataclasses
import datetime as dt
import json
import re
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin

from homework.worksheets.exchange import strict
from homework.worksheets.kinds import DefinitionError, Json, Place, Text, merge
from homework.worksheets.kinds.source import hints_of, written

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TRANSLATION = f"{HL7}translation"
ORDINAL = f"{HL7}ordinalValue"
CONTROL = f"{HL7}questionnaire-itemControl"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
UNIT = f"{HL7}questionnaire-unit"
UCUM = "http://unitsofmeasure.org"
HIDDEN = f"{HL7}questionnaire-hidden"
LEAST, MOST = f"{HL7}minValue", f"{HL7}maxValue"
STEP = f"{HL7}questionnaire-sliderStepValue"
MIN_OCCURS, MAX_OCCURS = f"{HL7}questionnaire-minOccurs", f"{HL7}questionnaire-maxOccurs"
CALCULATED = f"{SDC}sdc-questionnaire-calculatedExpression"
VARIABLE = f"{HL7}variable"
ABSENT = f"{HL7}data-absent-reason"
LOINC = "http://loinc.org"

OURS = "urn:between:"
SHEET = f"{OURS}sheet"  # what the whole worksheet says beyond its questions
QUESTION = f"{OURS}question"  # what kind of question an item is, and what FHIR has no place for
ADDED = f"{OURS}added"  # an item the program adds by itself: mood before, what was tried, a section, a total
TYPED = f"{OURS}typed"  # an answer as it was typed, where it could not be read

WORDS = "words"  # inside one of our extensions: its words, with translations beside them

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

Others = Mapping[str, Any]
"""The same thing in other languages, by language."""

Spoken = dict[str, Any]
"""What was read in other languages, by language: words to lay over a table."""


def words(name: str, text: str, others: Others) -> Json:
    """An element with words, and its translations. Nothing when there are no words."""
    if not text:
        return {}
    spoken = [translation(language, other) for language, other in others.items() if other and other != text]
    return {name: text, f"_{name}": {"extension": spoken}} if spoken else {name: text}


def translation(language: str, text: str) -> Json:
    """The standard extension."""
    content = {"url": "content", "valueString": text}
    return {"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": language}, content]}


def spoken(element: Mapping[str, Any], name: str) -> dict[str, str]:
    """The translations of an element, by language; what is no translation is passed over."""
    beside = element.get(f"_{name}")
    found: dict[str, str] = {}
    for each in extensions_of(beside if isinstance(beside, Mapping) else {}, TRANSLATION):
        language, text = one(each, "lang"), one(each, "content")
        if isinstance(language, str) and isinstance(text, str) and LANGUAGE.fullmatch(language) and text:
            found[language] = text
    return found


def extensions_of(element: Mapping[str, Any], url: str) -> Iterator[Json]:
    """The extensions of an element with this address."""
    listed = element.get("extension")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("url") == url:
            yield each


def one(element: Mapping[str, Any], url: str) -> Any:
    """The value of the first extension with this address, None without one."""
    for each in extensions_of(element, url):
        for key, value in each.items():
            if key.startswith("value"):
                return value
    return None


def control(code: str) -> Json:
    """How an item is best shown."""
    return {"url": CONTROL, "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": code}]}}


def controls_of(item: Mapping[str, Any]) -> set[str]:
    """The codes an item asks to be shown with."""
    found = set()
    for each in extensions_of(item, CONTROL):
        concept = each.get("valueCodeableConcept")
        codings = concept.get("coding") if isinstance(concept, dict) else None
        for coding in codings if isinstance(codings, list) else ():
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                found.add(coding["code"])
    return found


# --- our own attributes ----------------------------------------------------------------------------------------------


def attributes(thing: Any, others: Others, *, but: frozenset[str] = frozenset()) -> list[Json]:
    """The attributes of a dataclass that are not their default, as extensions named after them."""
    found: list[Json] = []
    for name, attribute in written(type(thing)).items():
        value = getattr(thing, name)
        if name not in but and value != attribute.default and not _is_made(attribute, value):
            hint = hints_of(type(thing))[name]
            found += extension(name, value, hint, {language: getattr(o, name) for language, o in others.items()})
    return found


def _is_made(attribute: "dataclasses.Field[Any]", value: Any) -> bool:
    make = attribute.default_factory
    return make is not dataclasses.MISSING and value == make()


def extension(name: str, value: Any, hint: Any, others: Others) -> list[Json]:
    """One attribute as extensions: one, or one for each member of a list."""
    hint = _inner(hint)
    if value is None:
        return []
    if hint is Any:
        said = {language: _json(other) for language, other in others.items()}
        return [_words_in(name, _json(value), said)]
    if value in ("", (), {}):
        return [{"url": name, "valueCode": "empty"}]
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        pairs = [
            (member, {language: other[place] for language, other in others.items() if place < len(other)})
            for place, member in enumerate(value)
        ]
        return [each for member, spoken in pairs for each in extension(name, member, inner, spoken)]
    if get_origin(hint) is dict:
        inner, made = get_args(hint)[1], []
        for key, member in value.items():
            made += extension(key, member, inner, {lang: o[key] for lang, o in others.items() if key in o})
        return [{"url": name, "extension": made}]
    if dataclasses.is_dataclass(value):
        inside = attributes(value, others)
        return [{"url": name, "extension": inside} if inside else {"url": name, "valueBoolean": True}]
    if isinstance(value, bool | int | float):
        kind = "Boolean" if isinstance(value, bool) else "Decimal" if isinstance(value, float) else "Integer"
        return [{"url": name, f"value{kind}": value}]
    if isinstance(value, dt.date):
        return [{"url": name, "valueDate": value.isoformat()}]
    return [_words_in(name, str(value), others)]


def _words_in(name: str, text: str, others: Others) -> Json:
    """Words in an extension, with their translations beside them inside it: not every library reads `_valueString`."""
    said = words("valueString", text, others)
    spoken = said.get("_valueString")
    if not spoken:
        return {"url": name, **said}
    return {"url": name, "extension": [{"url": WORDS, "valueString": text}, *spoken["extension"]]}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _inner(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(a for a in get_args(hint) if a is not types.NoneType)
    return hint


def table_of(cls: Any, element: Mapping[str, Any], place: Place) -> tuple[Json, Spoken]:
    """The attributes that `attributes` wrote, as a table, and the words in other languages. Raises DefinitionError."""
    table: Json = {}
    over: Spoken = {}
    for name in written(cls):
        found = list(extensions_of(element, name))
        if found:
            table[name], told = value_of(hints_of(cls)[name], found, place.at(name))
            for language, words_there in told.items():
                over.setdefault(language, {})[name] = words_there
    return table, over


def value_of(hint: Any, found: list[Json], place: Place) -> tuple[Any, Spoken]:
    """One attribute as `extension` wrote it. Raises DefinitionError."""
    hint = _inner(hint)
    first = found[0]
    if hint is Any:
        try:
            return strict.read_json(_text(first, place), place.source), {
                language: strict.read_json(text, place.source) for language, text in _spoken_in(first).items()
            }
        except DefinitionError as problem:
            raise place.error(problem.expected) from None
    if get_origin(hint) is tuple:
        return _members(get_args(hint)[0], found, place)
    if first.get("valueCode") == "empty":
        return ({} if get_origin(hint) is dict else ""), {}
    if get_origin(hint) is dict:
        return _by_key(get_args(hint)[1], first, place)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return table_of(hint, first, place)
    if hint is Text or hint is str or get_origin(hint) is Literal:
        return _text(first, place), dict(_spoken_in(first))
    value = next((value for key, value in first.items() if key.startswith("value")), None)
    return (float(value) if hint is float and type(value) is int else value), {}


def _text(element: Mapping[str, Any], place: Place) -> str:
    value = element.get("valueString", one(element, WORDS))
    if not isinstance(value, str):
        raise place.error("expected a valueString")
    return value


def _spoken_in(element: Json) -> dict[str, str]:
    return spoken({"_words": element}, "words")


def _members(inner: Any, found: list[Json], place: Place) -> tuple[list[Any], Spoken]:
    """A list; words in other languages by the members' keys, or as a list where they have none."""
    if len(found) == 1 and found[0].get("valueCode") == "empty":
        return [], {}
    members = [value_of(inner, [each], place.at(number)) for number, each in enumerate(found)]
    values = [value for value, _over in members]
    keys = [value.get("key") if isinstance(value, dict) else None for value in values]
    over: Spoken = {}
    for language in sorted({language for _value, told in members for language in told}):
        said = [told.get(language) for _value, told in members]
        if all(keys):
            over[language] = {key: each for key, each in zip(keys, said, strict=True) if each is not None}
        else:
            whole = zip(values, said, strict=True)
            over[language] = [value if each is None else merge(value, each, place) for value, each in whole]
    return values, over


def _by_key(inner: Any, element: Json, place: Place) -> tuple[Json, Spoken]:
    table: Json = {}
    over: Spoken = {}
    listed = element.get("extension")
    for each in listed if isinstance(listed, list) else ():
        key = each.get("url") if isinstance(each, dict) else None
        if not isinstance(key, str):
            raise place.error("expected extensions with an address")
        table[key], told = value_of(inner, [each], place.at(key))
        for language, said in told.items():
            over.setdefault(language, {})[key] = said
    return table, over
