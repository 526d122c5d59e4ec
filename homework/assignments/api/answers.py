"""Answers as JSON from a program: into the same questions that read a posted form, so both keep the same values.

A form keeps whatever was typed and shows what could not be read; a program that sends an answer its question could not
have is told so, and nothing is changed.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from clinic.refusal import ActionRefused
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import (
    TEXT_LIMIT,
    VALUE_LIMIT,
    Body,
    Feelings,
    Field,
    File,
    Grid,
    Json,
    Post,
    Rows,
    Timer,
)
from homework.worksheets.kinds.bodies import places, sensations
from homework.worksheets.kinds.feelings import OWN_WORD, labels
from homework.worksheets.kinds.picks import Checklist
from homework.worksheets.kinds.post import TYPED_LIMIT

Inputs = Iterator[tuple[str, Any]]  # the names and values a browser would have sent
SECONDS = frozenset(map(str, range(24 * 3600 + 1)))
NOTHING: tuple[Any, ...] = (None, "", [], {})


def merged(definition: Definition, before: Mapping[str, Any], sent: Mapping[str, Any]) -> Json:
    """The answers there were with those sent over them; null takes an answer away, the others stay.

    Raises ActionRefused (422) with the key of the first answer that its question could not have.
    """
    post = Post(dict(pair for key, value in sent.items() for pair in inputs(_question(definition, key), value)))
    kept = {key: value for key, value in before.items() if key not in sent}
    for key in sent:
        answer = definition.by_key[key].read(post, key)
        if answer.problem:
            raise refusal(key, answer.problem)
        if answer.value is not None:
            kept[key] = answer.value
    if post.full:
        raise refusal("answers", _("Only %(count)s answers fit here.") % {"count": VALUE_LIMIT})
    return kept


def private_keys(definition: Definition, keys: list[str]) -> list[str]:
    """The parts kept private (F34), in the order of the worksheet. Raises ActionRefused (422) for one there is not."""
    for key in keys:
        _question(definition, key)
    return [key for key in definition.by_key if key in keys]


def _question(definition: Definition, key: str) -> Field:
    field = definition.by_key.get(key)
    if field is None or field.computed or field.only_read:
        raise refusal(key, _("There is no such question here."))
    return field


def refusal(key: str, message: str = "") -> ActionRefused:
    """No, because of this answer."""
    return ActionRefused(message or _("This is not an answer to this question."), status=422, field=key[:TYPED_LIMIT])


def inputs(field: Field, value: Any) -> Inputs:
    """The inputs of a form that would have given this answer. Raises ActionRefused when none would."""
    if value in NOTHING:
        return
    if isinstance(field, Rows):
        yield from _rows(field, value)
    elif isinstance(field, Grid):
        yield from _grid(field, value)
    elif isinstance(field, Feelings):
        yield from _feelings(field, value)
    elif isinstance(field, Timer):
        yield from _timer(field, value)
    elif isinstance(field, Body):
        yield from _body(field, value)
    elif isinstance(field, File):
        yield field.key, _plain(field, _table(field, value, ["file"]).get("file"))
    elif isinstance(field, Checklist):
        known = [option.key for option in field.options]
        yield field.key, [_one_of(field, item, known) for item in _list(field, value, len(known))]
    else:
        yield field.key, _plain(field, value)


def _rows(field: Rows, value: Any) -> Inputs:
    for place, row in enumerate(_list(field, value, field.max)):
        yield from _cells(field, row, f"{field.key}-{place}")


def _grid(field: Grid, value: Any) -> Inputs:
    parts = [part.key for part in field.parts_of_day]
    for day, there in _table(field, value, list(field.day_keys)).items():
        for part, cells in _table(field, there, parts).items():
            yield from _cells(field, cells, f"{field.key}-{day}-{part}")


def _cells(field: Rows | Grid, row: Any, name: str) -> Inputs:
    for column, value in _table(field, row, [column.key for column in field.all_columns]).items():
        if value not in NOTHING:
            yield f"{name}-{column}", _plain(field, value)


def _feelings(field: Feelings, value: Any) -> Inputs:
    known = list(labels(field.language))
    ticked: list[str] = []
    named = 0
    for item in _list(field, value, len(known) + 1):
        row = _table(field, item, ["feeling", "own", "strength"])
        strength = row.get("strength")
        if (own := row.get("own")) not in NOTHING:
            named += 1
            if named > 1 or "feeling" in row or not isinstance(own, str) or len(own) > TYPED_LIMIT:
                raise refusal(field.key)
            yield f"{field.key}-{OWN_WORD}", own
            name = f"{field.key}-{OWN_WORD}-strength"
        else:
            ticked.append(_one_of(field, row.get("feeling"), known))
            name = f"{field.key}-{ticked[-1]}"
        if strength not in NOTHING:
            yield name, _plain(field, strength)
    yield field.key, ticked


def _timer(field: Timer, value: Any) -> Inputs:
    said = _table(field, value, ["lasted", "checks"])
    if (lasted := said.get("lasted")) not in NOTHING:
        yield f"{field.key}-seconds", _one_of(field, str(_plain(field, lasted)), SECONDS)
    for number, check in enumerate(_list(field, said.get("checks") or [], field.check_ins)):
        if check not in NOTHING:
            yield f"{field.key}-check-{number}", _plain(field, check)


def _body(field: Body, value: Any) -> Inputs:
    here, how = list(places(field.language)), list(sensations(field.language))
    ticked: list[str] = []
    for item in _list(field, value, len(here)):
        row = _table(field, item, ["place", "feels"])
        ticked.append(_one_of(field, row.get("place"), here))
        if (feels := row.get("feels")) not in NOTHING:
            yield f"{field.key}-{ticked[-1]}", _one_of(field, feels, how)
    yield field.key, ticked


def _plain(field: Field, value: Any) -> Any:
    """A word, number or yes and no, as a person could have typed it."""
    if isinstance(value, str) and len(value) <= TEXT_LIMIT:
        return value
    if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**15):
        return value
    raise refusal(field.key, _("This is more than fits here.") if isinstance(value, str) else "")


def _one_of(field: Field, value: Any, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise refusal(field.key)
    return value


def _list(field: Field, value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise refusal(field.key)
    return value


def _table(field: Field, value: Any, known: list[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or any(key not in known for key in value):
        raise refusal(field.key)
    return value
