"""How a question that is one input is written in FHIR. The table of all kinds is in `fhir_table`.

A shape says what type of item it is and what the item itself tells (`native`); every other attribute of the kind goes
into our own extension by itself. It also writes an answer and reads it back.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_words import Others, Spoken
from homework.worksheets.kinds import Field, Json, Place, as_typed
from homework.worksheets.kinds.base import UnreadableError
from homework.worksheets.kinds.reading import Note

Table = tuple[Json, Spoken]


@dataclass(frozen=True)
class Around:
    """What a shape knows of the answer's surroundings: the wall clock it was written by."""

    zone: dt.tzinfo = dt.UTC


class Shape:
    """A question that is one item with one answer, kept as it is: words, a file."""

    type = "string"
    value = "valueString"
    native: frozenset[str] = frozenset()  # attributes the item itself tells, beside key, label and hint

    def item(self, field: Any, others: Others, link: str) -> Json:
        """The item, without linkId, text and our own extension."""
        return {"type": self.type}

    def table(self, item: Json, place: Place) -> Table:
        """The native attributes back, and their words in other languages."""
        return {}, {}

    def condition(self, field: Any, text: str) -> Json | None:
        """The answer of an enableWhen that means this text; None when FHIR cannot say it."""
        return {"answerString": text} if text else None

    def said(self, field: Any, link: str, value: Any, around: Around) -> list[Json]:
        """An answer as items of a QuestionnaireResponse. What was typed and not understood stays as it was typed."""
        known = field.understood(value)
        if known is None:
            typed = isinstance(value, str) and value
            return [{"linkId": link, "extension": [{"url": fhir.TYPED, "valueString": value}]}] if typed else []
        return [{"linkId": link, "answer": [{self.value: each} for each in self.values(field, known, around)]}]

    def values(self, field: Any, known: Any, around: Around) -> Iterable[Any]:
        """What FHIR keeps of an understood answer."""
        return [known]

    def heard(self, field: Any, link: str, items: list[Json], place: Place) -> Any:
        """The answer in items of a response. Raises DefinitionError for one this question cannot have."""
        for item in items:
            if isinstance(typed := fhir.one(item, fhir.TYPED), str):
                return typed
            if found := answers_of(item):
                return self.kept(field, found, place)
        return None

    def kept(self, field: Any, found: list[Any], place: Place) -> Any:
        """The value we keep of the values of an answer."""
        return readable(field, found[0], place)


def answers_of(item: Json) -> list[Any]:
    """The values in an item's answers."""
    listed = item.get("answer")
    pairs = (
        [pair for each in listed if isinstance(each, dict) for pair in each.items()] if isinstance(listed, list) else []
    )
    return [value for key, value in pairs if key.startswith("value") and value is not None]


def readable(field: Field, value: Any, place: Place) -> Any:
    """What a question makes of a value. Raises DefinitionError naming the item."""
    if isinstance(value, Mapping):
        value = value.get("value", value.get("code", value.get("display")))  # a quantity, a coding
    plain = as_typed(value) if isinstance(value, bool | int | float) else value
    try:
        understand = getattr(field, "understand", None)
        known = understand(plain) if understand and isinstance(plain, str) else field.understood(plain)
    except UnreadableError as problem:
        raise place.error(f"expected an answer to this question. {problem}") from None
    if known is None:
        raise place.error("expected an answer to this question")
    return known


class Prose(Shape):
    """Several lines."""

    type = "text"


class ADay(Shape):
    """A day."""

    type, value = "date", "valueDate"

    def condition(self, field: Any, text: str) -> Json | None:
        """A day."""
        try:
            return {"answerDate": text} if dt.date.fromisoformat(text).isoformat() == text else None
        except ValueError:
            return None


class ATime(Shape):
    """A time of day; FHIR wants seconds."""

    type, value = "time", "valueTime"

    def condition(self, field: Any, text: str) -> Json | None:
        """A time with seconds would not read back as it was."""
        return None

    def values(self, field: Any, known: Any, around: Around) -> Iterable[Any]:
        """With seconds."""
        return [f"{known}:00"]


class AMoment(ATime):
    """A day and time by the client's wall clock; FHIR wants to know the zone of it."""

    type, value = "dateTime", "valueDateTime"

    def values(self, field: Any, known: Any, around: Around) -> Iterable[Any]:
        """With seconds and the zone's offset then."""
        return [dt.datetime.fromisoformat(known).replace(tzinfo=around.zone).isoformat(timespec="seconds")]


class AFile(Shape):
    """A recording or picture, by its id only: the file itself stays with us."""

    type, value = "attachment", "valueAttachment"

    def values(self, field: Any, known: Any, around: Around) -> Iterable[Any]:
        """The id as an address."""
        return [{"url": f"urn:uuid:{known['file']}"}]

    def kept(self, field: Any, found: list[Any], place: Place) -> Any:
        """A file of ours; what another program attached is not brought along."""
        address = found[0].get("url") if isinstance(found[0], Mapping) else None
        file = {"file": str(address).removeprefix("urn:uuid:")}
        if field.understood(file) is None:
            raise place.error("expected a file of ours, as urn:uuid:...")
        return file


class Words(Shape):
    """Words to read: a title and a text."""

    type = "display"
    native = frozenset({"text"})

    def item(self, field: Note, others: Others, link: str) -> Json:
        """A display may hold nothing else, so a title with a text is a group."""
        if not (field.text or field.hint):
            return {"type": "display"}
        said = fhir.words("text", field.text, {language: other.text for language, other in others.items()})
        inside = [{"linkId": f"{link}.text", "type": "display", **said}] if field.text else []
        return {"type": "group", "item": inside}

    def table(self, item: Json, place: Place) -> Table:
        """The text."""
        for child in children(item):
            if str(child.get("linkId", "")).endswith(".text"):
                return {"text": child.get("text", "")}, {k: {"text": v} for k, v in fhir.spoken(child, "text").items()}
        return {}, {}

    def said(self, field: Any, link: str, value: Any, around: Around) -> list[Json]:
        """There is never an answer."""
        return []

    def heard(self, field: Any, link: str, items: list[Json], place: Place) -> Any:
        """There is never an answer."""
        return None


class WorkedOut(Words):
    """Worked out from other answers: never asked and never kept."""

    native = frozenset()

    def item(self, field: Any, others: Others, link: str) -> Json:
        """Hidden words."""
        return {"type": "display", "extension": [{"url": fhir.HIDDEN, "valueBoolean": True}]}

    def table(self, item: Json, place: Place) -> Table:
        """All of it is ours."""
        return {}, {}


# --- small parts -----------------------------------------------------------------------------------------------------


def children(item: Mapping[str, Any]) -> list[Json]:
    """The items inside an item."""
    listed = item.get("item")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def beside(code: str, name: str, field: Any, others: Others, link: str) -> list[Json]:
    """Words beside an input (the name of an end, a unit, a hint), as FHIR writes them: a display inside the item."""
    said = fhir.words(
        "text", getattr(field, name), {language: getattr(other, name) for language, other in others.items()}
    )
    return [{"linkId": f"{link}.{code}", "type": "display", "extension": [fhir.control(code)], **said}] if said else []


def read_beside(item: Json, names: Mapping[str, str]) -> Table:
    """The words `beside` wrote, by attribute."""
    table: Json = {}
    over: Spoken = {}
    for child in children(item):
        for code in controls_named(child, names):
            if isinstance(child.get("text"), str) and child.get("type") == "display":
                table[names[code]] = child["text"]
                for language, text in fhir.spoken(child, "text").items():
                    over.setdefault(language, {})[names[code]] = text
    return table, over


def controls_named(child: Json, names: Mapping[str, str]) -> list[str]:
    """The codes of an item that are among these."""
    return [code for code in names if code in fhir.controls_of(child)]
