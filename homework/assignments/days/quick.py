"""The one question of "log now": the first of a worksheet's small size that takes somebody's own words (F07)."""

import dataclasses

from homework.worksheets.definition import Definition, Size
from homework.worksheets.kinds import Field

TALLIES = ("monitor",)


def question(definition: Definition) -> Field | None:
    """The first open question of the small size, else the first that can be answered at all; None for a measure.

    None for a sheet for two either: before anything of it is shared, the client is asked what the partner may read (F61).
    """
    if definition.measure is not None or definition.couple:
        return None
    own = [field for field in definition.layout("S").own if field.inputs]
    return next((field for field in own if field.own_words), next(iter(own), None))


def offered(definition: Definition, *, event: bool) -> bool:
    """Whether it can be logged now: what is noted when it happens, and whatever keeps track of something."""
    return (event or definition.kind in TALLIES) and question(definition) is not None


def only(definition: Definition, key: str) -> Definition:
    """The same worksheet asking this one question and nothing else, for a page with one field."""
    usual = definition.sizes["M"]
    one = Size(label=usual.label, minutes=1, fields=(key,))
    return dataclasses.replace(definition, sizes={"M": one}, mood_fields=False, closing_fields=False)


def size_for(definition: Definition, size: str, key: str) -> str:
    """The size to keep it in: the agreed one, or the small one where only that asks this question."""
    return size if any(field.key == key for field in definition.layout(size)) else "S"
