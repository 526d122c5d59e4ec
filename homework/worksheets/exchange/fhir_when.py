"""When a question is asked: other systems' conditions, as far as "another answer is one of these" can say them."""

import operator
from collections.abc import Mapping
from typing import Any

from homework.worksheets.exchange.fhir_items import meant
from homework.worksheets.kinds import Json

COMPARE = {">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le}
WIDEST = 200
MOST = 100  # conditions of one question, with those of the groups it is in

When = tuple[list[Json], str]
"""The conditions of one item, and whether all or any of them have to hold."""


def whens_of(item: Mapping[str, Any]) -> list[When]:
    """The conditions of an item."""
    listed = item.get("enableWhen")
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [(found, "all" if item.get("enableBehavior") == "all" else "any")] if found else []


def show_if(whens: list[When], questions: Mapping[str, Json], codes: Mapping[str, Mapping[str, str]]) -> Json | None:
    """The condition in our words, or None when it cannot be said.

    questions: tables by the linkId they came from. codes: an option's key by its code, for each question's key.
    """
    if sum(len(listed) for listed, _behaviour in whens) > MOST:
        return None
    target: Json | None = None
    allowed: set[str] | None = None
    for listed, behaviour in whens:
        for_any: set[str] = set()
        for when in listed:
            question = questions.get(str(when.get("question")))
            if question is None or (target is not None and question is not target):
                return None
            target = question
            holds = _holds(when, question, codes.get(question["key"], {}))
            if holds is None:
                return None
            if behaviour == "all":
                allowed = holds if allowed is None else allowed & holds
            else:
                for_any |= holds
        if behaviour == "any":
            allowed = for_any if allowed is None else allowed & for_any
    if target is None or not allowed:
        return None
    order = answers_of(target) or sorted(allowed)
    return {"field": target["key"], "any_of": [text for text in order if text in allowed]}


def _holds(when: Json, question: Json, codes: Mapping[str, str]) -> set[str] | None:
    """The answers with which one condition holds."""
    every, how = answers_of(question), when.get("operator", "=")
    said = next((value for key, value in when.items() if key.startswith("answer")), None)
    if how == "exists" or "hasAnswer" in when:
        return set(every) if said is not False and when.get("hasAnswer", True) and every else None
    text = meant(when)
    text = codes.get(text, text)
    if how == "=":
        return {text} if not every or text in every else None
    if not every:
        return None
    if how == "!=":
        return set(every) - {text}
    if not isinstance(how, str) or how not in COMPARE or not all(one.lstrip("-").isdecimal() for one in every):
        return None
    number = said.get("value") if isinstance(said, dict) else said
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return {one for one in every if COMPARE[how](int(one), number)}


def answers_of(question: Json) -> list[str]:
    """Every answer a question can have, where they can be counted."""
    kind = question["kind"]
    if kind in ("choice", "checklist"):
        return [option["key"] for option in question["options"]]
    if kind == "yesno":
        return ["yes", "no"]
    if kind in ("s10", "s100"):
        return [str(number) for number in range(11 if kind == "s10" else 101)]
    if kind == "number" and question.get("whole", True) and question["max"] - question["min"] <= WIDEST:
        return [str(number) for number in range(question["min"], question["max"] + 1)]
    return []
