"""A question as a FHIR item and back, whatever its kind: what all items share, around what each shape says itself."""

import re
from collections.abc import Mapping
from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_shapes import Shape, Table, beside, children, read_beside
from homework.worksheets.exchange.fhir_words import Others, Spoken
from homework.worksheets.kinds import KINDS, Field, Json, Place, as_typed

SHAPES: dict[str, Shape] = {}
"""A shape for each kind; filled in `fhir_table`."""

SHARED = frozenset({"key", "label", "hint", "section", "show_if", "required_for_share"})
"""The attributes every item tells by itself."""


def item_of(field: Field, others: Others, link: str, asked: Mapping[str, Field]) -> Json:
    """A question as an item. others: the same question in other languages. asked: every question, for conditions."""
    shape = SHAPES[field.kind]
    made = shape.item(field, others, link)
    labels = {language: other.label for language, other in others.items()}
    condition = _enable(field, asked)
    kept = SHARED | shape.native
    if field.show_if and not condition:
        kept -= {"show_if"}
    kind = {"url": "kind", "valueCode": field.kind}
    ours = {"url": fhir.QUESTION, "extension": [kind, *fhir.attributes(field, others, but=kept)]}
    inside = [*made.pop("item", []), *beside("help", "hint", field, others, link)]
    made["extension"] = [ours, *made.get("extension", [])]
    if field.required_for_share and field.kind != "item":  # an item of a measure may always be declined
        made["required"] = True
    return {"linkId": link, **fhir.words("text", field.label, labels), **made, **condition} | (
        {"item": inside} if inside else {}
    )


def _enable(field: Field, asked: Mapping[str, Field]) -> Json:
    """The condition as FHIR says it; nothing when it cannot."""
    if field.show_if is None or field.show_if.field not in asked:
        return {}
    target = asked[field.show_if.field]
    answers = [SHAPES[target.kind].condition(target, text) for text in field.show_if.any_of]
    if not answers or not all(answers):
        return {}
    when = [{"question": field.show_if.field, "operator": "=", **answer} for answer in answers if answer]
    return {"enableWhen": when} | ({"enableBehavior": "any"} if len(when) > 1 else {})


def is_ours(item: Mapping[str, Any]) -> bool:
    """Whether the item says what kind of question it is."""
    return next(fhir.extensions_of(item, fhir.QUESTION), None) is not None


def is_added(item: Mapping[str, Any]) -> bool:
    """Whether the program adds this by itself."""
    return fhir.one(item, fhir.ADDED) is not None


def question_of(item: Json, place: Place) -> Table:
    """The table of a question of ours, and its words in other languages. Raises DefinitionError."""
    ours = next(fhir.extensions_of(item, fhir.QUESTION))
    kind = fhir.one(ours, "kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise place.error(f"expected one of {', '.join(sorted(KINDS))}, got {kind!r}"[:300])
    key = str(item.get("linkId", "")).rpartition(".")[2]
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
        raise place.error(f"linkId: expected small letters, digits and _, got {key[:60]!r}")
    shape = SHAPES[kind]
    table, over = fhir.table_of(KINDS[kind], ours, place)
    native, native_over = shape.table(item, place)
    hint, hint_over = read_beside(item, {"help": "hint"})
    label = item.get("text", "")
    table = {"kind": kind, "key": key, "label": label, **table, **native, **hint}
    spoken: Spoken = {language: {"label": text} for language, text in fhir.spoken(item, "text").items()}
    for found in (over, native_over, hint_over):
        for language, words in found.items():
            spoken.setdefault(language, {}).update(words)
    if item.get("required") is True:
        table["required_for_share"] = True
    if condition := condition_of(item):
        table["show_if"] = condition
    return table, spoken


def condition_of(item: Mapping[str, Any]) -> Json | None:
    """A condition as we write it: one other question has one of these answers."""
    whens = item.get("enableWhen")
    listed = [each for each in whens if isinstance(each, dict)] if isinstance(whens, list) else []
    questions = {str(each.get("question")) for each in listed}
    if len(questions) != 1 or any(each.get("operator") != "=" for each in listed):
        return None
    return {"field": questions.pop(), "any_of": [meant(each) for each in listed]}


def meant(when: Mapping[str, Any]) -> str:
    """The answer a condition names, as we compare it."""
    value = next((value for key, value in when.items() if key.startswith("answer")), "")
    if isinstance(value, Mapping):
        return str(value.get("code", value.get("value", value.get("display", ""))))
    return as_typed(value)


def child_named(item: Json, link: str, name: str) -> list[Json]:
    """The items inside one whose linkId is the group's with `name` behind it."""
    return [each for each in children(item) if each.get("linkId") == f"{link}.{name}"]
