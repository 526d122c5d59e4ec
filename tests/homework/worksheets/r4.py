"""Whether something is valid FHIR R4: the models of a kept library, the code lists it knows but does not check, and the
rules of Questionnaire (que-1 to que-13) that no model can hold.

The library's R4B models are those of R4 for these two resources: R4B changed neither.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

MODELS = {"Questionnaire": Questionnaire, "QuestionnaireResponse": QuestionnaireResponse}
TYPES = {
    "group", "display", "boolean", "decimal", "integer", "date", "dateTime", "time", "string", "text", "url", "choice",
    "open-choice", "attachment", "reference", "quantity",
}  # fmt: skip
Json = dict[str, Any]


def problems(resource: Json) -> list[str]:
    """What is wrong; empty when it is valid."""
    try:
        made: Any = MODELS[resource["resourceType"]].model_validate(resource)
    except ValueError as refusal:
        return [str(refusal)]
    items = list(every_item(resource))
    found = list(codes(made))
    if resource["resourceType"] == "Questionnaire":
        found += [f"{item['linkId']}: {rule}" for item in items for rule in broken(item)]
        twice = [link for link, times in Counter(item["linkId"] for item in items).items() if times > 1]
        found += [f"{link}: que-2" for link in twice]
        found += [f"{w['question']}: no such question" for i in items for w in i.get("enableWhen", ())
                  if w["question"] not in {item["linkId"] for item in items}]  # fmt: skip
    return found


def every_item(resource: Json) -> Iterator[Json]:
    for item in resource.get("item", ()):
        yield item
        yield from every_item(item)
        for answer in item.get("answer", ()):
            yield from every_item(answer)


def codes(model: Any, path: str = "") -> Iterator[str]:
    """Values outside the code list their element is bound to."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name, None)
        allowed = (field.json_schema_extra or {}).get("enum_values")
        if allowed and "+" not in allowed and value is not None and value not in allowed:  # "+": the list goes on
            yield f"{path}.{name}: {value} is none of {allowed}"
        for number, each in enumerate(value if isinstance(value, list) else [value]):
            if hasattr(type(each), "model_fields"):
                yield from codes(each, f"{path}.{name}[{number}]")


def broken(item: Json) -> Iterator[str]:
    """The rules of R4 for one item."""
    kind = item["type"]
    if kind not in TYPES:
        yield f"type: {kind}"
    if (kind == "group") != bool(item.get("item")) and kind in ("group", "display"):
        yield "que-1"
    if kind == "display" and ("code" in item or "required" in item or "repeats" in item or "readOnly" in item):
        yield "que-3, 6, 9"
    if "answerOption" in item and ("answerValueSet" in item or "initial" in item):
        yield "que-4, 11"
    if kind not in ("choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"):
        if "answerOption" in item or "answerValueSet" in item:
            yield "que-5"
    if len(item.get("enableWhen", ())) > 1 and "enableBehavior" not in item:
        yield "que-12"
