"""Translations: a table that mirrors a definition and holds only words.

`[es.fields.situation] label = "..."` changes the label of the question with that key. Lists whose members have a `key`
are addressed by it, and where a member has a `label`, its words may be given straight away:
`[es.fields.where.options] work = "En el trabajo"`. Anything the definition does not have is an error, so a translation
cannot drift away unseen.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from homework.worksheets.kinds.source import Place, Text, hints_of, written


def merge(base: Any, over: Any, place: Place) -> Any:
    """`base` with the words of `over` put in. Raises DefinitionError for words that have no place in `base`."""
    if isinstance(over, str) and isinstance(base, Mapping) and "label" in base:
        return {**base, "label": over}
    if isinstance(base, Mapping):
        if not isinstance(over, Mapping):
            raise place.error(f"expected a table, got {over!r}")
        for key in over:
            if key not in base:
                raise place.at(str(key)).error("translated, but there is nothing of that name to translate")
        return {key: merge(value, over[key], place.at(key)) if key in over else value for key, value in base.items()}
    if isinstance(base, list) and isinstance(over, Mapping):
        keys = [member.get("key") if isinstance(member, Mapping) else None for member in base]
        for key in over:
            if key not in keys:
                raise place.at(str(key)).error(f"translated, but there is only {', '.join(map(str, keys))}")
        return [merge(m, over[k], place.at(str(k))) if k in over else m for k, m in zip(keys, base, strict=True)]
    if type(over) is not type(base):
        raise place.error(f"expected what the original has, like {base!r}")
    return over


def untranslated(thing: Any, over: Any, path: str = "") -> Iterator[str]:
    """The path of every text a person reads that `over` has no words for. An example counts for what is prose in it."""
    table = over if isinstance(over, Mapping) else {}
    for name in written(thing):
        value, here = getattr(thing, name), f"{path}.{name}".strip(".")
        if hints_of(type(thing))[name] is Text:
            spoken = table.get(name, over if name == "label" and isinstance(over, str) else None)
            if value and not spoken:
                yield here
        elif dataclasses.is_dataclass(value):
            yield from untranslated(value, table.get(name), here)
        elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            members = table.get(name)
            for number, member in enumerate(value):
                key = str(getattr(member, "key", number))
                yield from untranslated(
                    member, members.get(key) if isinstance(members, Mapping) else None, f"{here}.{key}"
                )
        elif hints_of(type(thing))[name] == dict[str, Text]:
            yield from (f"{here}.{key}" for key in value if not (table.get(name) or {}).get(key))
        elif isinstance(value, dict) and value and dataclasses.is_dataclass(next(iter(value.values()))):
            for key, member in value.items():
                yield from untranslated(member, (table.get(name) or {}).get(key), f"{here}.{key}")
