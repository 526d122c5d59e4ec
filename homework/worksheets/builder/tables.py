"""Changing a draft's table: a new sheet, a question more, one moved or taken away. Every function returns a new table."""

import copy
import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition
from homework.worksheets.kinds import KINDS, RESERVED, Json
from homework.worksheets.kinds.source import NO_WORDS, Text, hints_of, written

MOST_QUESTIONS, MOST_COLUMNS = 40, 12


def blank(*, title: str, language: str = "en", author: str = "") -> Json:
    """A sheet with nothing in it but its title."""
    return {
        "slug": "draft",
        "kind": "practice",
        "family": "doing",
        "title": title,
        "frequency": "weekly",
        "sizes": {"S": {"label": "", "minutes": 2}, "M": {"label": "", "minutes": 10}},
        "fields": [],
        "example": {"person": "", "values": {}},
        "guide": {"introduce": "", "review": ""},
        "reading_grade": 0.0,
        "author": author,
        "review_due": next_look().isoformat(),
        "languages": [language],
    }


def next_look() -> dt.date:
    """When a sheet that is published today wants to be looked at again: in a year."""
    today = dt.datetime.now(tz=dt.UTC).date()
    return today.replace(day=1, year=today.year + 1)


def starting_question(kind: str, keys: set[str]) -> Json:
    """A question of a kind with what that kind cannot do without."""
    number = 1
    while f"{kind}_{number}" in keys or f"{kind}_{number}" in RESERVED:
        number += 1
    table: Json = {"kind": kind, "key": f"{kind}_{number}", "label": ""}
    two = [{"key": "option_1", "label": _("The first")}, {"key": "option_2", "label": _("The second")}]
    more: dict[str, Json] = {
        "choice": {"options": two},
        "checklist": {"options": two},
        "rows": {"columns": [{"kind": "text", "key": "text_1", "label": ""}]},
        "ladder": {"step_label": _("Step"), "rating_label": _("How hard, 0 to 100?")},
        "grid": {
            "parts_of_day": [{"key": "morning", "label": _("Morning")}, {"key": "evening", "label": _("Evening")}],
            "columns": [{"kind": "text", "key": "text_1", "label": ""}],
        },
        "timer": {"lengths": [60, 300]},
        "ref": {"worksheet": "", "field": ""},
        "change": {"before": "", "after": ""},
        "sleep": dict.fromkeys(("into_bed", "tried", "fell_asleep_after", "awake_in_night", "woke", "got_up"), ""),
    }
    return table | more.get(kind, {})


def added(table: Json, kind: str) -> Json:
    """With one question more, in the usual and the longer size. Unchanged when it is full or the kind unknown."""
    fields = list(table.get("fields", []))
    if kind not in KINDS or kind == "item" or len(fields) >= MOST_QUESTIONS:
        return table
    new = starting_question(kind, {str(field.get("key")) for field in fields})
    sizes = copy.deepcopy(table.get("sizes", {}))
    if not KINDS[kind].computed:
        for code, size in sizes.items():
            if code != "S" and size.get("fields"):
                size["fields"] = [*size["fields"], new["key"]]
    return {**table, "fields": [*fields, new], "sizes": sizes}


def moved(rows: list[Any], place: int, by: int) -> list[Any]:
    """A list with one member one place up (-1) or down (1)."""
    there = place + by
    if not (0 <= place < len(rows) and 0 <= there < len(rows)):
        return rows
    rows = list(rows)
    rows[place], rows[there] = rows[there], rows[place]
    return rows


def without(table: Json, place: int) -> Json:
    """Without one question; nothing else speaks of it any more."""
    fields = list(table.get("fields", []))
    if not 0 <= place < len(fields):
        return table
    key = fields.pop(place).get("key")
    for number, field in enumerate(fields):
        if isinstance(field.get("show_if"), dict) and field["show_if"].get("field") == key:
            fields[number] = {name: value for name, value in field.items() if name != "show_if"}
    table = {**copy.deepcopy(table), "fields": fields}
    for size in table.get("sizes", {}).values():
        size["fields"] = [one for one in size.get("fields", []) if one != key]
    for words in (table, *(table[language] for language in spoken(table)[1:] if isinstance(table.get(language), dict))):
        words.get("example", {}).get("values", {}).pop(key, None)
    for language in spoken(table)[1:]:
        table.get(language, {}).get("fields", {}).pop(key, None)
    return table


def with_column(table: Json, place: int, kind: str) -> Json:
    """With one column more in a question that has columns."""
    fields = copy.deepcopy(table.get("fields", []))
    if not 0 <= place < len(fields) or kind not in KINDS or not KINDS[kind].fits_a_cell:
        return table
    columns = fields[place].setdefault("columns", [])
    if len(columns) < MOST_COLUMNS:
        columns.append(starting_question(kind, {str(column.get("key")) for column in columns}))
    return {**table, "fields": fields}


def without_column(table: Json, place: int, column: int) -> Json:
    """Without one column."""
    fields = copy.deepcopy(table.get("fields", []))
    if 0 <= place < len(fields) and 0 <= column < len(fields[place].get("columns", [])):
        del fields[place]["columns"][column]
    return {**table, "fields": fields}


def spoken(table: Json) -> list[str]:
    """The languages of a table, its own first."""
    languages = table.get("languages")
    known = [word for word in languages if word in ("en", "es")] if isinstance(languages, list) else []
    return known or ["en"]


def with_language(table: Json, language: str) -> Json:
    """With room for another language."""
    if language in spoken(table) or language not in ("en", "es"):
        return table
    return {**table, "languages": [*spoken(table), language], language: {}}


def filled_up(table: Json) -> Json:
    """The same with every text there that has to be there, so that an unfinished sheet can be parsed and shown."""
    full = dict(table)
    for name, attribute in written(Definition).items():
        if hints_of(Definition)[name] is Text and attribute.default is not NO_WORDS and not full.get(name):
            full[name] = "…"
    return full
