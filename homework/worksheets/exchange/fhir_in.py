"""A FHIR Questionnaire as the table of a worksheet, and a QuestionnaireResponse as answers.

One that went out from here comes back as it was, with what was changed elsewhere in words, options and conditions. Any
other becomes a worksheet with plain questions, and a remark for each item that had to be changed or left out. What
cannot be is a DefinitionError that names the item.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition
from homework.worksheets.exchange import fhir_table  # noqa: F401  (it fills the table of shapes)
from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_foreign import Foreign, Remark
from homework.worksheets.exchange.fhir_items import SHAPES, is_added, is_ours, question_of
from homework.worksheets.exchange.fhir_shapes import children
from homework.worksheets.exchange.keys import question_key
from homework.worksheets.kinds import DefinitionError, Json, Place
from homework.worksheets.kinds.source import written

MOST_ITEMS = 2_000
MOST_CONDITIONS = 50


@dataclass
class Found:
    """A table that can be parsed, and what to tell about it."""

    table: Json
    remarks: list[Remark] = field(default_factory=list)


def questionnaire_in(resource: Mapping[str, Any], source: str = "questionnaire.json") -> Found:
    """The table of a worksheet. Raises DefinitionError naming the item (linkId) that cannot be."""
    resource, wrapped = _unwrapped(resource, source)
    _check_items(resource, source)
    sheet = next(fhir.extensions_of(resource, fhir.SHEET), None)
    found = _ours(resource, sheet, source) if sheet is not None else Foreign(resource, source).found()
    remarks = found[1]
    if wrapped:
        remarks.insert(0, Remark("", _("Taken out of a bundle.")))
    return Found(found[0], remarks)


def _unwrapped(resource: Mapping[str, Any], source: str) -> tuple[Mapping[str, Any], bool]:
    """The Questionnaire, also from a Bundle that holds one."""
    kind = resource.get("resourceType")
    if kind == "Bundle":
        entries = resource.get("entry")
        inside = (
            [each.get("resource") for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
        )
        found = [each for each in inside if isinstance(each, dict) and each.get("resourceType") == "Questionnaire"]
        if len(found) != 1:
            raise DefinitionError(source, "entry", f"expected one Questionnaire in the bundle, found {len(found)}")
        return found[0], True
    if kind != "Questionnaire":
        raise DefinitionError(source, "resourceType", f"expected Questionnaire, got {str(kind)[:40]!r}")
    return resource, False


def _check_items(resource: Mapping[str, Any], source: str) -> None:
    """Every item is a table with a linkId and a type of its own; texts are texts."""
    seen: set[str] = set()
    waiting = [(resource, "Questionnaire")]
    while waiting:
        parent, path = waiting.pop()
        listed = parent.get("item", [])
        if not isinstance(listed, list):
            raise DefinitionError(source, f"{path}.item", "expected a list")
        for number, item in enumerate(listed):
            here = f"{path}.item[{number}]"
            if not isinstance(item, dict):
                raise DefinitionError(source, here, "expected a table")
            link = item.get("linkId")
            if not isinstance(link, str) or not link.strip() or len(link) > 255:
                raise DefinitionError(source, f"{here}.linkId", "expected a text of up to 255 letters")
            if link in seen:
                raise DefinitionError(source, link, "expected a linkId of its own, but it is there twice")
            seen.add(link)
            if len(seen) > MOST_ITEMS:
                raise DefinitionError(source, link, f"expected at most {MOST_ITEMS} items")
            for name in ("type", "text", "prefix"):
                if not isinstance(item.get(name, ""), str):
                    raise DefinitionError(source, link, f"{name}: expected a text")
            whens = item.get("enableWhen", [])
            if not isinstance(whens, list) or len(whens) > MOST_CONDITIONS:
                raise DefinitionError(source, link, f"enableWhen: expected a list of at most {MOST_CONDITIONS}")
            waiting.append((item, here))


# --- one of ours -----------------------------------------------------------------------------------------------------


def _ours(resource: Mapping[str, Any], sheet: Json, source: str) -> tuple[Json, list[Remark]]:
    """One that went out from here."""
    place = Place(source, "Questionnaire")
    table, over = fhir.table_of(Definition, sheet, place)
    for attribute, name in (("title", "title"), ("purpose", "description"), ("why", "purpose")):
        table[attribute] = resource.get(name, "")
        for language, text in fhir.spoken(resource, name).items():
            over.setdefault(language, {})[attribute] = text
    remarks: list[Remark] = []
    if "measure" in table:
        _same_wording(resource, table["measure"], source)
    else:
        _questions(resource, table, over, source, remarks)
    languages = table.get("languages")
    known = [language for language in languages if isinstance(language, str)] if isinstance(languages, list) else []
    for language in over.keys() - set(known):
        if fhir.LANGUAGE.fullmatch(language) and language not in written(Definition):
            known.append(language)
    table["languages"] = known or ["en"]
    return {**table, **{language: over.get(language, {}) for language in table["languages"][1:]}}, remarks


def _questions(resource: Mapping[str, Any], table: Json, over: Json, source: str, remarks: list[Remark]) -> None:
    """The questions in order; sections stand with the question they begin with."""
    fields: list[Json] = []

    def add(item: Json, section: str, spoken: Mapping[str, str]) -> None:
        link = str(item["linkId"])
        if is_added(item):
            if fhir.one(item, fhir.ADDED) == "section":
                texts = (item.get("text", ""), fhir.spoken(item, "text"))
                for child in children(item):
                    add(child, *texts)
                    texts = ("", {})
            return
        if is_ours(item):
            question, words = question_of(item, Place(source, link))
            if section:
                question["section"] = section
                for language, text in spoken.items():
                    words.setdefault(language, {})["section"] = text
            fields.append(question)
            for language, said in words.items():
                over.setdefault(language, {}).setdefault("fields", {})[question["key"]] = said
            return
        made = Foreign({**resource, "item": [item], "extension": []}, source, taken={one["key"] for one in fields})
        fields.extend(made.questions())
        remarks.extend([Remark(link, _("Added by another program; it is in the longest size only.")), *made.remarks])

    for item in children(resource):
        add(item, "", {})
    table["fields"] = fields
    _leave_out_the_lost(table, over, {one["key"] for one in fields}, remarks)


def _leave_out_the_lost(table: Json, over: Json, there: set[str], remarks: list[Remark]) -> None:
    """A question another program took away is asked in no size, and shown in no example."""
    gone: set[str] = set()
    sizes = table.get("sizes")
    for size in sizes.values() if isinstance(sizes, dict) else ():
        asked = size.get("fields") if isinstance(size, dict) else None
        if isinstance(asked, list):
            gone |= {key for key in asked if key not in there}
            size["fields"] = [key for key in asked if key in there]
    for spoken in (table, *over.values()):
        example = spoken.get("example")
        values = example.get("values") if isinstance(example, dict) else None
        if isinstance(values, dict):
            for key in gone & values.keys():
                del values[key]
    remarks.extend(Remark(str(key), _("It is not there any more.")) for key in sorted(gone))


def _same_wording(resource: Mapping[str, Any], measure: Any, source: str) -> None:
    """A measure comes back in its own words or not at all. Raises DefinitionError naming the item that was changed."""
    wanted = {
        f"q{item.get('n')}": item.get("text")
        for item in (measure.get("items", []) if isinstance(measure, dict) else [])
        if isinstance(item, dict)
    }
    for group in children(resource):
        for item in children(group):
            link = str(item["linkId"])
            if link in wanted and item.get("text", "") != wanted[link]:
                raise DefinitionError(source, link, "expected the published wording of this measure, unchanged")


# --- answers ---------------------------------------------------------------------------------------------------------


def values_in(definition: Definition, resource: Mapping[str, Any], source: str = "answers.json") -> Found:
    """The answers in a QuestionnaireResponse by question key, and a remark for each item nobody asked here.

    Raises DefinitionError naming the item whose answer its question cannot have.
    """
    if resource.get("resourceType") != "QuestionnaireResponse":
        raise DefinitionError(source, "resourceType", "expected QuestionnaireResponse")
    by_link: dict[str, list[Json]] = {}
    _collect(resource, by_link, source)
    by_key: dict[str, list[str]] = {}
    for link in by_link:
        by_key.setdefault(question_key(link), []).append(link)
    known: set[str] = set()
    values: Json = {}
    for key, one in definition.by_key.items():
        links = by_key.get(key, [])
        items = [item for link in links for item in by_link[link]]
        known.update(links)
        if one.computed or not items:
            continue
        link = links[0]
        try:
            value = SHAPES[one.kind].heard(one, key if link == key else link, items, Place(source, link))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
            if isinstance(problem, DefinitionError):
                raise
            raise DefinitionError(source, link, "expected an answer to this question") from None
        if value is not None:
            values[key] = value
    inside = ("section.", "measure", "total")
    strange = [link for link in by_link if link not in known and "." not in link and not link.startswith(inside)]
    return Found(values, [Remark(link, _("There is no such question here.")) for link in strange])


def _collect(resource: Mapping[str, Any], by_link: dict[str, list[Json]], source: str) -> None:
    """Every item by its linkId, also those inside groups and answers."""
    waiting: list[Mapping[str, Any]] = [resource]
    count = 0
    while waiting:
        parent = waiting.pop()
        listed = parent.get("item", [])
        if not isinstance(listed, list):
            raise DefinitionError(source, str(parent.get("linkId", "item"))[:255], "expected a list of items")
        for item in listed:
            link = item.get("linkId") if isinstance(item, dict) else None
            if not isinstance(link, str):
                raise DefinitionError(source, "item", "expected items with a linkId")
            count += 1
            if count > MOST_ITEMS:
                raise DefinitionError(source, link[:255], f"expected at most {MOST_ITEMS} items")
            by_link.setdefault(link, []).append(item)
        waiting += [item for item in reversed(listed)]
        for item in listed:
            answers = item.get("answer")
            waiting += [each for each in answers if isinstance(each, dict)] if isinstance(answers, list) else []
