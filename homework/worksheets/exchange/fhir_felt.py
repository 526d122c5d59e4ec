"""What is felt and where, and for how long, as groups: feelings with a strength, places of the body, a timer."""

from collections.abc import Iterator, Mapping
from typing import Any

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_groups import Group
from homework.worksheets.exchange.fhir_items import SHAPES, child_named
from homework.worksheets.exchange.fhir_shapes import Around, answers_of
from homework.worksheets.exchange.fhir_words import Others
from homework.worksheets.kinds import NO_WORDS, Body, Feelings, Json, Place, Scale100, Timer
from homework.worksheets.kinds.bodies import places, sensations
from homework.worksheets.kinds.feelings import labels

_RATING = Scale100(key="rating", label=NO_WORDS)


def _options(spoken: Mapping[str, Mapping[str, str]], first: Mapping[str, str]) -> list[Json]:
    """Options of the program's own, in the languages of the worksheet."""
    return [
        {"valueCoding": {"code": key, **fhir.words("display", word, {lang: w[key] for lang, w in spoken.items()})}}
        for key, word in first.items()
    ]


def _slider(link: str) -> Json:
    limits = [{"url": fhir.LEAST, "valueInteger": 0}, {"url": fhir.MOST, "valueInteger": 100}]
    return {"linkId": link, "type": "integer", "extension": [fhir.control("slider"), *limits]}


def _rated(link: str, strength: Any) -> Json:
    """A rating; one that was not given stays an item without an answer."""
    return next(iter(SHAPES["s100"].said(_RATING, link, strength, Around())), {"linkId": link})


def _rating(link: str, items: list[Json], place: Place) -> Any:
    return SHAPES["s100"].heard(_RATING, link, items, Place(place.source, link))


class FeelingsGroup(Group):
    """Feelings, each with its strength; an own word is a text."""

    def item(self, field: Feelings, others: Others, link: str) -> Json:
        """A feeling of the list or an own word, and how strong."""
        words = _options({language: labels(language) for language in others}, labels(field.language))
        pick = {"linkId": f"{link}.feeling", "type": "open-choice", "answerOption": words}
        return {"type": "group", "repeats": True, "item": [pick, _slider(f"{link}.strength")]}

    def rows(self, field: Feelings, link: str, known: Any, around: Around) -> Iterator[list[Json]]:
        """Each feeling."""
        for one in known:
            own = one.get("own")
            coding = {"code": str(one.get("feeling")), "display": field.name(one)}
            answer = {"valueString": own} if isinstance(own, str) else {"valueCoding": coding}
            strength = [_rated(f"{link}.strength", one["strength"])] if "strength" in one else []
            yield [{"linkId": f"{link}.feeling", "answer": [answer]}, *strength]

    def row(self, field: Feelings, link: str, item: Json, place: Place) -> Json:
        """One feeling."""
        found: Json = {}
        for there in child_named(item, link, "feeling"):
            for value in answers_of(there):
                if isinstance(value, Mapping):
                    found["feeling"] = value.get("code")
                    if found["feeling"] not in labels(field.language):
                        raise Place(place.source, f"{link}.feeling").error("expected one of the feelings of the list")
                else:
                    found["own"] = str(value)[:200]
        if found and (strengths := child_named(item, link, "strength")):
            found["strength"] = _rating(f"{link}.strength", strengths, place)
        return found


class BodyGroup(Group):
    """Places of the body, each with a sensation."""

    def item(self, field: Body, others: Others, link: str) -> Json:
        """A place, and how it feels there."""
        where = _options({language: places(language) for language in others}, places(field.language))
        how = _options({language: sensations(language) for language in others}, sensations(field.language))
        return {
            "type": "group",
            "repeats": True,
            "item": [
                {"linkId": f"{link}.place", "type": "choice", "answerOption": where},
                {"linkId": f"{link}.feels", "type": "choice", "answerOption": how},
            ],
        }

    def rows(self, field: Body, link: str, known: Any, around: Around) -> Iterator[list[Json]]:
        """Each place."""
        words = {"place": places(field.language), "feels": sensations(field.language)}
        for one in known:
            yield [
                {
                    "linkId": f"{link}.{name}",
                    "answer": [{"valueCoding": {"code": one[name], "display": words[name][one[name]]}}],
                }
                for name in ("place", "feels")
                if one.get(name) in words[name]
            ]

    def row(self, field: Body, link: str, item: Json, place: Place) -> Json:
        """One place."""
        found: Json = {}
        known = {"place": places(field.language), "feels": sensations(field.language)}
        for name in ("place", "feels"):
            for there in child_named(item, link, name):
                for value in answers_of(there):
                    code = value.get("code") if isinstance(value, Mapping) else value
                    if code not in known[name]:
                        raise Place(place.source, f"{link}.{name}").error("expected one of the list")
                    found[name] = code
        return found if "place" in found else {}


class TimerGroup(Group):
    """How long, in seconds, and the ratings on the way."""

    def item(self, field: Timer, others: Others, link: str) -> Json:
        """The seconds and a slider for each check-in."""
        unit = {"system": fhir.UCUM, "code": "s", "display": "s"}
        lasted = {"linkId": f"{link}.lasted", "type": "integer", "extension": [{"url": fhir.UNIT, "valueCoding": unit}]}
        words = fhir.words("text", field.check_label, {lang: other.check_label for lang, other in others.items()})
        checks = [_slider(f"{link}.check_{number}") | words for number in range(1, field.check_ins + 1)]
        return {"type": "group", "item": [lasted, *checks]}

    def said(self, field: Timer, link: str, value: Any, around: Around) -> list[Json]:
        """A length that could not be read is still one to keep."""
        if not isinstance(value, Mapping):
            return super().said(field, link, value, around)
        return [{"linkId": link, "item": cells} for cells in self.rows(field, link, value, around) if cells]

    def rows(self, field: Timer, link: str, known: Any, around: Around) -> Iterator[list[Json]]:
        """All of it, once; a check-in that was left open stays an item without an answer."""
        made: list[Json] = []
        lasted = known.get("lasted")
        if isinstance(lasted, int) and not isinstance(lasted, bool):
            made.append({"linkId": f"{link}.lasted", "answer": [{"valueInteger": lasted}]})
        elif isinstance(lasted, str):
            made.append({"linkId": f"{link}.lasted", "extension": [{"url": fhir.TYPED, "valueString": lasted}]})
        checks = known.get("checks")
        for number, check in enumerate(checks if isinstance(checks, list) else (), 1):
            made.append(_rated(f"{link}.check_{number}", check))
        yield made

    def heard(self, field: Timer, link: str, items: list[Json], place: Place) -> Any:
        """The first group."""
        found: Json = {}
        for item in items[:1]:
            for there in child_named(item, link, "lasted"):
                typed = fhir.one(there, fhir.TYPED)
                values = answers_of(there)
                if isinstance(typed, str):
                    found["lasted"] = typed
                elif values:
                    found["lasted"] = _seconds(values[0], Place(place.source, f"{link}.lasted"))
            asked = {n: child_named(item, link, f"check_{n}") for n in range(1, field.check_ins + 1)}
            checks = [_rating(f"{link}.check_{n}", given, place) for n, given in asked.items() if given]
            if checks:
                found["checks"] = checks
        return found or None


def _seconds(value: Any, place: Place) -> int:
    if type(value) is not int or not 0 <= value <= 24 * 3600:
        raise place.error("expected a whole number of seconds")
    return value
