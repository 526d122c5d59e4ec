"""Rows and a day in parts as groups. What is felt, where, and for how long is in `fhir_felt`."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import translation

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_items import SHAPES, child_named, is_ours, item_of, question_of
from homework.worksheets.exchange.fhir_shapes import Around, Shape, Table, children
from homework.worksheets.exchange.fhir_words import Others, Spoken
from homework.worksheets.exchange.keys import question_key
from homework.worksheets.kinds import Field, Grid, Json, Place, Rows
from homework.worksheets.kinds.tables import day_name


class Group(Shape):
    """A group that repeats. Its parts are derived from the kind, so they are not read back."""

    type = "group"

    def condition(self, field: Any, text: str) -> Json | None:
        """A group has no answer to compare with."""
        return None

    def said(self, field: Any, link: str, value: Any, around: Around) -> list[Json]:
        """One group for each row."""
        known = field.understood(value)
        if known is None:
            return super().said(field, link, value, around)
        return [{"linkId": link, "item": cells} for cells in self.rows(field, link, known, around) if cells]

    def rows(self, field: Any, link: str, known: Any, around: Around) -> Iterator[list[Json]]:
        """The items in each group."""
        raise NotImplementedError

    def heard(self, field: Any, link: str, items: list[Json], place: Place) -> Any:
        """What the groups say, together."""
        for item in items:
            if isinstance(typed := fhir.one(item, fhir.TYPED), str):
                return typed
        found = [row for item in items if (row := self.row(field, link, item, place))]
        return found or None

    def row(self, field: Any, link: str, item: Json, place: Place) -> Json:
        """One group."""
        raise NotImplementedError


def _said(field: Field, link: str, value: Any, around: Around) -> list[Json]:
    return SHAPES[field.kind].said(field, link, value, around)


def _cells(columns: tuple[Field, ...], link: str, row: Any, around: Around) -> list[Json]:
    """The cells of one line that have something in them."""
    there = row if isinstance(row, Mapping) else {}
    return [each for c in columns for each in _said(c, f"{link}.{c.key}", there.get(c.key), around)]


def _heard(columns: tuple[Field, ...], link: str, item: Json, place: Place) -> Json:
    """One line of cells back, also where another program named them."""
    cells: Json = {}
    for column in columns:
        own = f"{link}.{column.key}"
        found = child_named(item, link, column.key) or [
            each for each in children(item) if question_key(str(each.get("linkId", ""))) == column.key
        ]
        value = SHAPES[column.kind].heard(column, own, found, Place(place.source, own)) if found else None
        if value is not None:
            cells[column.key] = value
    return cells


def _columns(columns: tuple[Field, ...], others: Mapping[str, tuple[Field, ...]], link: str) -> list[Json]:
    """The cells of a line as items."""
    return [
        item_of(column, {lang: other[place] for lang, other in others.items()}, f"{link}.{column.key}", {})
        for place, column in enumerate(columns)
    ]


def _read_columns(items: list[Json], place: Place) -> Table:
    """The columns back."""
    found = [question_of(each, Place(place.source, str(each.get("linkId", "")))) for each in items if is_ours(each)]
    over: Spoken = {}
    for table, spoken in found:
        for language, words in spoken.items():
            over.setdefault(language, {}).setdefault("columns", {})[table["key"]] = words
    return {"columns": [table for table, _spoken in found]}, over


class Lines(Group):
    """Rows of the same columns. A ladder's own two columns are derived from its labels."""

    native = frozenset({"columns", "min", "max"})

    def item(self, field: Rows, others: Others, link: str) -> Json:
        """A table whose rows repeat."""
        columns = {language: other.all_columns for language, other in others.items()}
        limits = [
            {"url": fhir.MIN_OCCURS, "valueInteger": field.min},
            {"url": fhir.MAX_OCCURS, "valueInteger": field.max},
        ]
        return {
            "type": "group",
            "repeats": True,
            "extension": [fhir.control("gtable"), *limits],
            "item": _columns(field.all_columns, columns, link),
        }

    def table(self, item: Json, place: Place) -> Table:
        """The columns that are not the kind's own, and how many rows."""
        link = item.get("linkId")
        own = (f"{link}.step", f"{link}.suds") if fhir.one(_ours(item), "kind") == "ladder" else ()
        table, over = _read_columns([each for each in children(item) if each.get("linkId") not in own], place)
        table = table if table["columns"] else {}
        for name, url in (("min", fhir.MIN_OCCURS), ("max", fhir.MAX_OCCURS)):
            if (limit := fhir.one(item, url)) is not None:
                table[name] = limit
        return table, over

    def rows(self, field: Rows, link: str, known: Any, around: Around) -> Iterator[list[Json]]:
        """The cells of each row."""
        for row in known:
            yield _cells(field.all_columns, link, row, around)

    def row(self, field: Rows, link: str, item: Json, place: Place) -> Json:
        """The cells of a row."""
        return _heard(field.all_columns, link, item, place)


def _ours(item: Json) -> Json:
    return next(fhir.extensions_of(item, fhir.QUESTION), {})


class Day(Group):
    """The parts of a day: a group for each day, in it a group for each part."""

    native = frozenset({"columns"})

    def item(self, field: Grid, others: Others, link: str) -> Json:
        """Days in the languages of the worksheet."""
        days = []
        for day in field.day_keys:
            parts = []
            for place, part in enumerate(field.parts_of_day):
                here = f"{link}.{day}.{part.key}"
                words = {language: other.parts_of_day[place].label for language, other in others.items()}
                cells = _columns(field.columns, {lang: other.columns for lang, other in others.items()}, here)
                parts.append({"linkId": here, "type": "group", **fhir.words("text", part.label, words), "item": cells})
            names = {language: _day(day, language) for language in others}
            days.append(
                {"linkId": f"{link}.{day}", "type": "group", **fhir.words("text", day_name(day), names), "item": parts}
            )
        return {"type": "group", "item": days}

    def table(self, item: Json, place: Place) -> Table:
        """The columns, read off the first part of the first day."""
        for day in children(item):
            for part in children(day):
                return _read_columns(children(part), place)
        return {}, {}

    def said(self, field: Grid, link: str, value: Any, around: Around) -> list[Json]:
        """The parts that have something."""
        known = field.understood(value)
        if known is None:
            return Shape.said(self, field, link, value, around)
        days = []
        for day in field.day_keys:
            filled = known.get(day)
            parts = [
                {"linkId": f"{link}.{day}.{part.key}", "item": cells}
                for part in field.parts_of_day
                if isinstance(filled, Mapping)
                and (cells := _cells(field.columns, f"{link}.{day}.{part.key}", filled.get(part.key), around))
            ]
            if parts:
                days.append({"linkId": f"{link}.{day}", "item": parts})
        return [{"linkId": link, "item": days}] if days else []

    def heard(self, field: Grid, link: str, items: list[Json], place: Place) -> Any:
        """Day by day."""
        grid: Json = {}
        for item in items:
            if isinstance(typed := fhir.one(item, fhir.TYPED), str):
                return typed
            for day in field.day_keys:
                for there in child_named(item, link, day):
                    for part in field.parts_of_day:
                        here = f"{link}.{day}.{part.key}"
                        for found in child_named(there, f"{link}.{day}", part.key):
                            if cells := _heard(field.columns, here, found, place):
                                grid.setdefault(day, {})[part.key] = cells
        return grid or None


def _day(day: str, language: str) -> str:
    with translation.override(language):
        return day_name(day)
