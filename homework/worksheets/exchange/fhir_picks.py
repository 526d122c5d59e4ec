"""How picking is written in FHIR: options, yes or no, and the questions of a measure with their points."""

from collections.abc import Iterable, Mapping
from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_shapes import Around, Shape, Table, beside, readable
from homework.worksheets.exchange.fhir_words import Others, Spoken
from homework.worksheets.exchange.keys import option_key
from homework.worksheets.kinds import SKIPPED, Json, Place, as_typed
from homework.worksheets.kinds.picks import Checklist, Choice, Item


class Pick(Shape):
    """One or several of the options."""

    type, value = "choice", "valueCoding"
    native = frozenset({"options"})

    def item(self, field: Choice | Checklist, others: Others, link: str) -> Json:
        """The options, and whether several fit."""
        made: Json = {
            "type": self.type,
            "extension": [fhir.control("check-box" if isinstance(field, Checklist) else "radio-button")],
            "answerOption": [
                {"valueCoding": {"code": option.key, **fhir.words("display", option.label, labels)}}
                for place, option in enumerate(field.options)
                for labels in [{lang: other.options[place].label for lang, other in others.items()}]
            ],
        }
        return {**made, "repeats": True} if isinstance(field, Checklist) else made

    def table(self, item: Json, place: Place) -> Table:
        """The options."""
        options: list[Json] = []
        over: Spoken = {}
        for coding in codings_of(item):
            key = coding.get("code")
            if not isinstance(key, str):
                raise place.error("answerOption: expected a code in each option")
            options.append({"key": key, "label": coding.get("display", "")})
            for language, label in fhir.spoken(coding, "display").items():
                over.setdefault(language, {}).setdefault("options", {})[key] = label
        return {"options": options}, over

    def condition(self, field: Any, text: str) -> Json | None:
        """One of the options."""
        return {"answerCoding": {"code": text}}

    def values(self, field: Any, known: Any, around: Around) -> Iterable[Any]:
        """The options picked, in words too."""
        picked = known if isinstance(known, list) else [known]
        return [
            {"code": o.key, "display": o.label} if o.label else {"code": o.key}
            for o in field.options
            if o.key in picked
        ]

    def kept(self, field: Any, found: list[Any], place: Place) -> Any:
        """Their keys."""
        keys = [_key_of(field, each, place) for each in found]
        return [o.key for o in field.options if o.key in keys] if isinstance(field, Checklist) else keys[0]


def _key_of(field: Choice | Checklist, value: Any, place: Place) -> str:
    """The option a coding, a text or a number means, by its code, else by its words."""
    code = value.get("code") if isinstance(value, Mapping) else as_typed(value)
    label = value.get("display") if isinstance(value, Mapping) else value
    for option in field.options:
        if code is not None and option.key in (code, option_key(str(code))):
            return option.key
    for option in field.options:
        if isinstance(label, str) and str(option.label).casefold() == label.strip().casefold():
            return option.key
    raise place.error("expected one of " + ", ".join(option.key for option in field.options))


def codings_of(item: Json) -> list[Json]:
    """The codings an item offers."""
    listed = item.get("answerOption")
    found = [each.get("valueCoding") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [coding for coding in found if isinstance(coding, dict)]


class AYesNo(Shape):
    """Yes or no."""

    type, value = "boolean", "valueBoolean"

    def condition(self, field: Any, text: str) -> Json | None:
        """Yes or no."""
        return {"answerBoolean": text == "yes"} if text in ("yes", "no") else None


class AnItem(Shape):
    """A question of a measure: its options with the points they count. Which ones is the measure's to say."""

    type, value = "choice", "valueCoding"

    def item(self, field: Item, others: Others, link: str) -> Json:
        """Options with their points, or a slider on a scale."""
        if field.scale:
            limits = [{"url": fhir.LEAST, "valueInteger": 0}, {"url": fhir.MOST, "valueInteger": field.top}]
            named = [*beside("lower", "low", field, others, link), *beside("upper", "high", field, others, link)]
            return {"type": "integer", "extension": [fhir.control("slider"), *limits], "item": named}
        options = []
        for place, (points, label) in enumerate(field.options):
            labels = {language: other.options[place][1] for language, other in others.items()}
            ordinal = {"url": fhir.ORDINAL, "valueDecimal": points}
            options.append(
                {"valueCoding": {"extension": [ordinal], "code": str(points), **fhir.words("display", label, labels)}}
            )
        return {"type": self.type, "extension": [fhir.control("radio-button")], "answerOption": options}

    def condition(self, field: Any, text: str) -> Json | None:
        """An option's points."""
        return {"answerInteger": int(text)} if field.scale else {"answerCoding": {"code": text}}

    def said(self, field: Item, link: str, value: Any, around: Around) -> list[Json]:
        """The option; "I'd rather not answer" is said as such, and is never an answer."""
        if value == SKIPPED:
            return [{"linkId": link, "extension": [{"url": fhir.ABSENT, "valueCode": "asked-declined"}]}]
        made = super().said(field, link, value, around)
        for answer in made[0].get("answer", []) if made and field.scale else ():
            answer["valueInteger"] = answer.pop("valueCoding")
        return made

    def values(self, field: Item, known: Any, around: Around) -> Iterable[Any]:
        """Its points and words."""
        return [known] if field.scale else [{"code": str(known), "display": dict(field.options)[known]}]

    def heard(self, field: Any, link: str, items: list[Json], place: Place) -> Any:
        """The points, or that it was declined."""
        if any(fhir.one(item, fhir.ABSENT) == "asked-declined" for item in items):
            return SKIPPED
        return super().heard(field, link, items, place)

    def kept(self, field: Item, found: list[Any], place: Place) -> Any:
        """By its points, or by its words."""
        value = found[0]
        label = value.get("display") if isinstance(value, Mapping) else value
        for points, words in field.options:
            if isinstance(label, str) and label.strip().casefold() == str(words).casefold():
                return points
        return readable(field, value, place)
