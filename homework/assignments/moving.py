"""Moving work to a newer version of its worksheet: which question became which, and what was written comes along.

Pure. Answers that have no place on the new sheet are not dropped: they are put, in words, into the last question that takes
words. Whatever was kept private stays private, and so does the question it was put into.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Field, Json

PROSE = {"text", "long", "ref"}


@dataclass(frozen=True)
class Pair:
    """One question of the old sheet: where its answers may go, and where they go unless somebody says otherwise."""

    field: Field
    choices: list[tuple[str, str]]
    suggested: str


def own_questions(definition: Definition) -> dict[str, Field]:
    """The sheet's own questions that are answered; the shared ones keep their keys for ever."""
    return {field.key: field for field in definition.questions if not field.computed and not field.only_read}


def takes(new: Field, old: Field) -> bool:
    """Whether every answer to the old question is an answer to the new one."""
    if new.kind in PROSE and old.kind in PROSE:
        return True
    if new.kind != old.kind:
        return False
    for name in ("options", "columns", "parts_of_day"):
        there = {member.key for member in getattr(new, name, ())}
        if not {member.key for member in getattr(old, name, ())} <= there:
            return False
    limits = [(getattr(old, name, None), getattr(new, name, None)) for name in ("max", "check_ins", "days")]
    return all(before is None or after is None or before <= after for before, after in limits)


def pairs(old: Definition, new: Definition) -> list[Pair]:
    """Every question of the old sheet with the questions of the new one that could take its answers."""
    there = own_questions(new)
    found: list[Pair] = []
    used: set[str] = set()
    for key, field in own_questions(old).items():
        fitting = [(other.key, str(other.label)) for other in there.values() if takes(other, field)]
        keys = [choice for choice, _label in fitting]
        same_words = next((k for k, label in fitting if label == str(field.label) and k not in used), "")
        suggested = key if key in keys and key not in used else same_words
        used.add(suggested)
        found.append(Pair(field, fitting, suggested))
    return found


def checked(old: Definition, new: Definition, wanted: Mapping[str, str]) -> dict[str, str]:
    """The map as far as it makes sense: known questions, answers that fit, each new question used once."""
    before, after = own_questions(old), own_questions(new)
    found: dict[str, str] = {}
    for key, target in wanted.items():
        if key in before and target in after and takes(after[target], before[key]) and target not in found.values():
            found[key] = target
    return found


def carried(
    values: Mapping[str, Any], private: Collection[str], *, old: Definition, new: Definition, to: Mapping[str, str]
) -> tuple[Json, list[str]]:
    """Answers and private keys as the new sheet keeps them."""
    kept: Json = {}
    hidden: set[str] = set()
    homeless: list[tuple[str, str]] = []
    for key, value in values.items():
        field = old.by_key.get(key)
        if field is None or field.computed:
            continue
        target = to.get(key, "") if key in own_questions(old) else key if key in new.by_key else ""
        if target:
            kept[target] = value
            hidden |= {target} if key in private else set()
        elif text := field.summary(value):
            homeless.append((key, f"{field.label} {text}"))
    place = _last_words(new) if homeless else ""
    if place:
        words = [str(kept[place])] if isinstance(kept.get(place), str) else []
        words += [_("From the earlier form:"), *(text for _key, text in homeless)]
        kept[place] = "\n".join(words)
        if any(key in private for key, _text in homeless):
            hidden.add(place)
    return kept, [key for key in new.by_key if key in hidden]


def _last_words(definition: Definition) -> str:
    """The question that takes what has no other place."""
    if "reaction" in definition.by_key:
        return "reaction"
    prose = [key for key, field in definition.by_key.items() if field.kind in PROSE]
    return prose[-1] if prose else ""
