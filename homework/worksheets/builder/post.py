"""From the builder's form back to a table. Never raises; what cannot be understood is kept as it was typed.

A page lists every question it shows (`fields.2.kind`, `fields.2.key`), so order and number are the page's. What the page
does not show (an example's answers, keys from an import) is taken from the draft as it was.
"""

import copy
import re
from typing import Any, Literal, get_args, get_origin

from homework.worksheets.builder import points
from homework.worksheets.builder.page import TWO_LINES, dig, head_of, spoken_path
from homework.worksheets.builder.sent import Sent, number_or_text, options_from
from homework.worksheets.builder.tables import MOST_COLUMNS, MOST_QUESTIONS, spoken
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import KINDS, Field, Json, Option, ShowIf
from homework.worksheets.kinds.source import Text, hints_of, written

HERE = "builder"
"""A hidden input that says the page was the editor: a post without it changes nothing."""


def table_from(before: Json, data: Any) -> Json:
    """The table as this page has it, over what it was before."""
    sent = Sent(data)
    if not sent.has(HERE):
        return before
    table = copy.deepcopy(before)
    for paths in head_of(table).values():
        for path in paths:
            _put_head(table, sent, path)
    for code in ("S", "M", "L"):
        if code in table.get("sizes", {}):
            size = table["sizes"][code]
            size["label"] = sent.one(f"sizes.{code}.label")
            size["minutes"] = number_or_text(sent.one(f"sizes.{code}.minutes"))
    if not points.is_questionnaire(table):
        table["fields"] = _questions(before, sent)
        for code, size in table.get("sizes", {}).items():
            size["fields"] = [
                one["key"] for number, one in enumerate(table["fields"]) if code in sent.many(f"fields.{number}.sizes")
            ]
    for language in spoken(table)[1:]:
        if sent.one("second") == language:
            table[language] = _translation(table, sent, language)
    points.put(table, sent)
    return table


def _put_head(table: Json, sent: Sent, path: str) -> None:
    name = path.split(".")[-1]
    hint = Text if "." in path else hints_of(Definition)[name]
    value = _value(sent, path, hint, None)
    if "." in path:
        parent = path.split(".")[0]
        table[parent] = {**(table.get(parent) or {}), name: value}
    elif value in ("", [], None) and name not in ("title",):
        table.pop(name, None)
    else:
        table[name] = value


def _questions(before: Json, sent: Sent) -> list[Json]:
    known = {str(one.get("key")): one for one in before.get("fields", []) if isinstance(one, dict)}
    found, keys = [], set()
    for number in range(MOST_QUESTIONS):
        name = f"fields.{number}"
        key = sent.one(f"{name}.key")
        if not sent.has(f"{name}.kind"):
            break
        if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key) and key not in keys and sent.one(f"{name}.kind") in KINDS:
            keys.add(key)
            found.append(_question(known.get(key, {}), sent, name))
    return found


def _question(before: Json, sent: Sent, name: str) -> Json:
    """One question or column."""
    kind = sent.one(f"{name}.kind")
    cls = KINDS.get(kind, Field)
    table: Json = {"kind": kind, "key": sent.one(f"{name}.key")}
    shown = sent.one(f"{name}.shown").split()
    for attribute in written(cls):
        path = f"{name}.{attribute}"
        if attribute == "key":
            continue
        if attribute == "columns":
            table["columns"] = _columns(before, sent, name)
        elif attribute in shown:
            value = _value(sent, path, hints_of(cls)[attribute], before.get(attribute))
            if value not in ("", None, []) or attribute == "label":
                table[attribute] = value
        elif attribute in before:
            table[attribute] = before[attribute]
    return table


def _columns(before: Json, sent: Sent, name: str) -> list[Json]:
    known = {str(one.get("key")): one for one in before.get("columns", []) if isinstance(one, dict)}
    found: list[Json] = []
    for number in range(MOST_COLUMNS):
        path = f"{name}.columns.{number}"
        if not sent.has(f"{path}.kind"):
            break
        key = sent.one(f"{path}.key")
        if sent.one(f"{path}.kind") in KINDS and key:
            found.append(_question(known.get(key, {}), sent, path))
    return found


def _value(sent: Sent, path: str, hint: Any, before: Any) -> Any:
    """What was typed, as the type wants it where it can be read."""
    origin, members = get_origin(hint), get_args(hint)
    if ShowIf in members or hint is ShowIf:
        return _condition(sent.many(path))
    if hint is bool:
        return sent.one(path) == "yes"
    if hint in (int, float):
        return number_or_text(sent.one(path))
    if origin is tuple and members[0] is Option:
        return options_from(sent.one(path), before if isinstance(before, list) else [])
    if origin is tuple and members[0] is int:
        return [number_or_text(piece) for piece in re.split(r"[\s,;]+", sent.one(path)) if piece]
    if origin is tuple and get_origin(members[0]) is Literal:
        return [code for code in get_args(members[0]) if code in sent.many(path)]
    typed = sent.one(path)
    return " ".join(typed.split()) if path.rpartition(".")[2] in TWO_LINES else typed


def _condition(ticked: list[str]) -> Json | None:
    """`key=option` ticks of one question; ticks of a second question are left out."""
    pairs = [tick.split("=", 1) for tick in ticked if "=" in tick]
    if not pairs:
        return None
    return {"field": pairs[0][0], "any_of": [option for key, option in pairs if key == pairs[0][0]]}


def _translation(table: Json, sent: Sent, language: str) -> Json:
    """The second language: its words over those it had; a text left empty is taken away."""
    words: Json = {}
    before = table.get(language)
    old: Json = before if isinstance(before, dict) else {}
    if isinstance(old.get("example"), dict) and old["example"].get("values"):
        words["example"] = {"values": old["example"]["values"]}
    if isinstance(old.get("instead"), dict):
        words["instead"] = {k: v for k, v in old["instead"].items() if k in (table.get("instead") or {})}
    prefix = f"{language}:"
    for name in [str(name) for name in sent.data if str(name).startswith(prefix)]:
        path = name.removeprefix(prefix)
        typed, here = sent.one(name), dig(table, path)
        if not typed or here is None or path.startswith("measure."):
            continue
        if isinstance(here, list):
            lines = [line.strip() for line in typed.splitlines()]
            spoken_words: Any = {
                str(option["key"]): line
                for option, line in zip(here, lines, strict=False)
                if line and isinstance(option, dict) and "key" in option
            }
        else:
            spoken_words = " ".join(typed.split()) if path.rpartition(".")[2] in TWO_LINES else typed
        _set(words, spoken_path(table, path).split("."), spoken_words)
    return words


def _set(words: Json, steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        words = words.setdefault(step, {})
        if not isinstance(words, dict):
            return
    words[steps[-1]] = value
