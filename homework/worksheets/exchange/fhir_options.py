"""What other systems offer to pick from: options of every type, value sets that travel inside, older spellings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_words import HL7
from homework.worksheets.exchange.keys import option_key, unlike
from homework.worksheets.kinds import DefinitionError, Json, as_typed

WEIGHTS = (
    fhir.ORDINAL,
    f"{HL7}itemWeight",
    f"{HL7}questionnaire-ordinalValue",
    f"{HL7}valueset-ordinalValue",
    f"{HL7}codesystem-ordinalValue",
    f"{HL7}iso21090-CO-value",
    "http://fhir.org/guides/argonaut-questionnaire/StructureDefinition/extension-score",
)
MOST = 200


@dataclass
class Option:
    """One of several things to pick. code: what answers and conditions call it."""

    key: str
    label: str
    code: str
    spoken: dict[str, str] = attribute(default_factory=dict)
    has_points: bool = False


def options_of(item: Json, resource: Mapping[str, Any], source: str) -> list[Option]:
    """Everything an item offers, in order. Raises DefinitionError naming the item when it cannot be known here."""
    link = str(item["linkId"])
    listed = item.get("answerOption", item.get("option"))
    found: list[Option] = []
    taken: set[str] = set()
    if isinstance(listed, list):
        for each in listed:
            if isinstance(each, dict) and (made := _option(each, taken)):
                found.append(made)
            if len(found) > MOST:
                break
    elif address := _address(item):
        for concept in concepts(address, resource, source, link):
            if made := _coding(concept, taken):
                found.append(made)
            if len(found) > MOST:
                break
    if len(found) > MOST:
        raise DefinitionError(source, link, f"expected at most {MOST} options")
    return found


def _address(item: Json) -> str:
    """Where the options are: `answerValueSet`, or `options.reference` in older files."""
    older = item.get("options")
    address = item.get("answerValueSet", older.get("reference") if isinstance(older, dict) else None)
    return address if isinstance(address, str) else ""


def _option(each: Json, taken: set[str]) -> Option | None:
    """An option of any type."""
    key, value = next(((k, v) for k, v in each.items() if k.startswith("value")), ("", None))
    weighed = any(fhir.one(each, url) is not None for url in WEIGHTS)
    if isinstance(value, dict):
        made = _coding(value, taken)
        if made:
            made.has_points = made.has_points or weighed
        return made
    text = as_typed(value) if isinstance(value, bool | int | float) else value
    if not isinstance(text, str) or not text.strip():
        return None
    return Option(unlike(option_key(text), taken), text, text, fhir.spoken(each, key), weighed)


def _coding(coding: Json, taken: set[str]) -> Option | None:
    """An option with a code, or with words only; a reference by its words."""
    code, label = coding.get("code", coding.get("reference")), coding.get("display")
    code = code if isinstance(code, str) and code.strip() else label
    label = label if isinstance(label, str) and label.strip() else code
    if not isinstance(code, str) or not isinstance(label, str):
        return None
    weighed = any(fhir.one(coding, url) is not None for url in WEIGHTS)
    said = fhir.spoken(coding, "display") | _designations(coding)
    return Option(unlike(option_key(code), taken), label, code, said, weighed)


def _designations(concept: Json) -> dict[str, str]:
    """A value set's own way to translate."""
    listed = concept.get("designation")
    found = {}
    for each in listed if isinstance(listed, list) else ():
        language, text = (each.get("language"), each.get("value")) if isinstance(each, dict) else (None, None)
        if isinstance(language, str) and fhir.LANGUAGE.fullmatch(language) and isinstance(text, str) and text:
            found[language] = text
    return found


def concepts(address: str, resource: Mapping[str, Any], source: str, link: str) -> Iterator[Json]:
    """The codes of a value set that travels with the questionnaire. Raises DefinitionError for one that does not."""
    contained = resource.get("contained")
    for each in contained if isinstance(contained, list) else ():
        names = (f"#{each.get('id')}", each.get("url")) if isinstance(each, dict) else ()
        if address.partition("|")[0] in names and each.get("resourceType") == "ValueSet":
            yield from _inside(each, source, link)
            return
    where = "is not in this file" if address.startswith("#") else "is on another server"
    raise DefinitionError(source, link, f"answerValueSet: expected options here; {address[:120]} {where}")


def _inside(value_set: Json, source: str, link: str) -> Iterator[Json]:
    expansion, compose = value_set.get("expansion"), value_set.get("compose")
    if isinstance(expansion, dict) and isinstance(expansion.get("contains"), list):
        waiting = list(reversed(expansion["contains"]))
        while waiting:
            each = waiting.pop()
            if isinstance(each, dict):
                if each.get("abstract") is not True:
                    yield each
                inner = each.get("contains")
                waiting += reversed(inner) if isinstance(inner, list) else []
        return
    includes = compose.get("include") if isinstance(compose, dict) else None
    for include in includes if isinstance(includes, list) else ():
        listed = include.get("concept") if isinstance(include, dict) else None
        if not isinstance(listed, list):
            raise DefinitionError(source, link, "answerValueSet: expected its codes one by one, not a rule for them")
        yield from (each for each in listed if isinstance(each, dict))
