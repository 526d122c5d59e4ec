"""How numbers are written in FHIR: scales with named ends, numbers with limits and a unit, minutes."""

from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_shapes import Around, Shape, Table, beside, read_beside
from homework.worksheets.exchange.fhir_words import Others
from homework.worksheets.kinds import Json, Place
from homework.worksheets.kinds.numbers import Duration, Number, Whole


class Ends(Shape):
    """A whole number on a scale whose ends have names."""

    type, value = "integer", "valueInteger"
    native = frozenset({"low", "high"})

    def item(self, field: Whole, others: Others, link: str) -> Json:
        """A slider between two ends."""
        limits = [{"url": fhir.LEAST, "valueInteger": field.lowest}, {"url": fhir.MOST, "valueInteger": field.highest}]
        step = {"url": fhir.STEP, "valueInteger": 1}
        return {
            "type": self.type,
            "extension": [fhir.control("slider"), *limits, step],
            "item": [*beside("lower", "low", field, others, link), *beside("upper", "high", field, others, link)],
        }

    def table(self, item: Json, place: Place) -> Table:
        """The names of the ends."""
        return read_beside(item, {"lower": "low", "upper": "high"})

    def condition(self, field: Any, text: str) -> Json | None:
        """A number."""
        return {"answerInteger": int(text)} if text.isdecimal() and len(text) < 4 else None


class ANumber(Shape):
    """A number with limits and a unit of any name."""

    type, value = "decimal", "valueDecimal"
    native = frozenset({"min", "max", "whole", "unit"})

    def item(self, field: Number, others: Others, link: str) -> Json:
        """Whole or not, with its limits."""
        limits = [{"url": fhir.LEAST, "valueInteger": field.min}, {"url": fhir.MOST, "valueInteger": field.max}]
        kind = "integer" if field.whole else "decimal"
        return {"type": kind, "extension": limits, "item": beside("unit", "unit", field, others, link)}

    def table(self, item: Json, place: Place) -> Table:
        """Limits and unit."""
        table, over = read_beside(item, {"unit": "unit"})
        table["whole"] = item.get("type") == "integer"
        for name, url in (("min", fhir.LEAST), ("max", fhir.MOST)):
            if (limit := fhir.one(item, url)) is not None:
                table[name] = limit
        return table, over

    def said(self, field: Any, link: str, value: Any, around: Around) -> list[Json]:
        """A whole number is an integer."""
        made = super().said(field, link, value, around)
        for answer in made[0].get("answer", []) if made and field.whole else ():
            answer["valueInteger"] = answer.pop("valueDecimal")
        return made


class Minutes(Shape):
    """A length of time in minutes."""

    type, value = "integer", "valueInteger"
    native = frozenset({"max"})

    def item(self, field: Duration, others: Others, link: str) -> Json:
        """Minutes from nothing to the longest."""
        unit = {"system": fhir.UCUM, "code": "min", "display": "min"}
        limits = [{"url": fhir.LEAST, "valueInteger": 0}, {"url": fhir.MOST, "valueInteger": field.max}]
        return {"type": self.type, "extension": [{"url": fhir.UNIT, "valueCoding": unit}, *limits]}

    def table(self, item: Json, place: Place) -> Table:
        """The longest."""
        longest = fhir.one(item, fhir.MOST)
        return ({} if longest is None else {"max": longest}), {}
