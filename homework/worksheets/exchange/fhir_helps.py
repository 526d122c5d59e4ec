"""What stands beside a question of another system: help, limits, units."""

from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_shapes import children
from homework.worksheets.kinds import Json

DISPLAY_CATEGORY = f"{fhir.HL7}questionnaire-displayCategory"


def offers(item: Json) -> bool:
    """Whether it names options."""
    return bool(item.get("answerOption") or item.get("answerValueSet"))


def is_help(item: Json) -> bool:
    """Whether an item says something beside a question."""
    return item.get("type") == "display" and bool(
        fhir.controls_of(item) & {"help", "flyover", "prompt", "unit", "lower", "upper", "inline"} or _category(item)
    )


def _category(item: Json) -> bool:
    return next(fhir.extensions_of(item, DISPLAY_CATEGORY), None) is not None


def instructions(item: Json) -> tuple[str, dict[str, str]]:
    """The help beside a question."""
    for child in children(item):
        if child.get("type") == "display" and (
            fhir.controls_of(child) & {"flyover", "prompt", "inline"} or _category(child)
        ):
            return str(child.get("text", "")), fhir.spoken(child, "text")
    return "", {}


def unit_of(item: Json) -> str:
    """The words of a unit."""
    for url in (fhir.UNIT, f"{fhir.HL7}questionnaire-unitOption"):
        coding = fhir.one(item, url)
        if isinstance(coding, dict):
            return next((str(coding[name]) for name in ("display", "code") if isinstance(coding.get(name), str)), "")
    return ""


def number(value: Any) -> float | int | None:
    """A number of reasonable size, else None."""
    value = value.get("value") if isinstance(value, dict) else value
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9
    return value if fits else None
