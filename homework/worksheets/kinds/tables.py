"""Questions with a small table for an answer: rows that can be added, and a week or a day in parts."""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.kinds.base import Answer, Field, Option, Part, Values, kind
from homework.worksheets.kinds.numbers import Scale100
from homework.worksheets.kinds.post import Post
from homework.worksheets.kinds.source import NO_WORDS, Json, Text
from homework.worksheets.kinds.words import Line

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _columns_are_simple(columns: tuple[Field, ...]) -> None:
    """One input each, no key twice."""
    keys = [column.key for column in columns]
    if not keys or len(set(keys)) != len(keys):
        raise ValueError("columns: expected at least one, each with a key of its own")
    for column in columns:
        if not column.fits_a_cell:
            raise ValueError(f"columns: {column.key!r} is of the kind {column.kind!r}, which does not fit a cell")


def _read_cells(columns: tuple[Field, ...], post: Post, name: str) -> tuple[dict[str, Any], str]:
    """The answered cells of one line, and the first problem."""
    cells, problem = {}, ""
    for column in columns:
        value, trouble = column.read(post, f"{name}-{column.key}")
        if value is not None:
            cells[column.key] = value
        if trouble:
            problem = problem or f"{column.label}: {trouble}"
    return cells, problem


def _cell_parts(columns: tuple[Field, ...], cells: Any) -> Iterator[Part]:
    """One part for each answered cell; where there is only one column, its name says nothing new."""
    for column in columns:
        text = column.summary(cells.get(column.key)) if isinstance(cells, Mapping) else ""
        if text:
            yield Part(column.label if len(columns) > 1 else "", text, own_words=column.own_words)


@kind("rows")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Rows(Field):
    """Between `min` and `max` rows of the same columns, kept as a list of tables. Empty rows are dropped."""

    columns: tuple[Field, ...] = ()
    min: int = 1
    max: int = 4
    row_label: Text = NO_WORDS  # "Step": the rows are then called Step 1, Step 2

    several_inputs = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _columns_are_simple(self.all_columns)
        if not 1 <= self.min <= self.max <= 20:
            raise ValueError("min, max: expected 1 <= min <= max <= 20")

    @property
    def all_columns(self) -> tuple[Field, ...]:
        """What each row asks."""
        return self.columns

    @property
    def inputs(self) -> int:
        """The cells of the rows it asks for at least."""
        return self.min * len(self.all_columns)

    def read(self, post: Post, name: str) -> Answer:
        """The rows with something in them, in order."""
        rows, problem = [], ""
        for number in range(self.max):
            cells, trouble = _read_cells(self.all_columns, post, f"{name}-{number}")
            if cells:
                rows.append(cells)
                problem = problem or trouble
        return Answer(rows or None, problem)

    def understood(self, value: Any) -> Any:
        """The rows that are tables."""
        return [row for row in value if isinstance(row, Mapping) and row] or None if isinstance(value, list) else None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """A tuple for each row."""
        rows = (tuple(_cell_parts(self.all_columns, row)) for row in self.understood(value) or [])
        return [row for row in rows if row]

    def control(self, name: str, value: Any, values: Values) -> Json:
        """The filled rows and two empty ones, as far as `max` goes; `spare` ones wait behind "Add another"."""
        filled = self.understood(value) or []
        wanted = min(self.max, max(self.min, len(filled) + 2))
        rows = [
            {
                "label": f"{self.row_label} {number + 1}".strip(),
                "cells": cells(
                    self.all_columns, filled[number] if number < len(filled) else {}, f"{name}-{number}", values
                ),
                "spare": number >= max(self.min, len(filled)),
            }
            for number in range(wanted)
        ]
        return {"rows": rows, "max": self.max, "room": wanted < self.max}


@kind("ladder")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Ladder(Rows):
    """Steps with a rating of how hard each looks, 0 to 100; kept as rows `{"step": ..., "suds": 40}` as they were written.

    Nothing is put in order for the client while they write; reading it, the easiest step comes first.
    """

    min: int = 4
    max: int = 12
    step_label: Text
    rating_label: Text

    @cached_property
    def all_columns(self) -> tuple[Field, ...]:
        """The step, its rating, then what the sheet adds."""
        step = Line(key="step", label=self.step_label)
        rating = Scale100(key="suds", label=self.rating_label)
        return (step, rating, *self.columns)

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """A tuple for each step, easiest first; steps without a rating last."""
        rows = self.understood(value) or []
        rating = self.all_columns[1]
        rated = [(known is None, known or 0, row) for row in rows for known in (rating.understood(row.get("suds")),)]
        return super().parts([row for _open, _suds, row in sorted(rated, key=lambda one: one[:2])])


@kind("grid")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Grid(Field):
    """The parts of a day, for today or for each day of a week, kept as `{"mon": {"morning": {"activity": ...}}}`."""

    parts_of_day: tuple[Option, ...]
    columns: tuple[Field, ...]
    days: int = 1  # 1: today (kept under "today"); 7: a week

    several_inputs = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _columns_are_simple(self.columns)
        if self.days not in (1, 7):
            raise ValueError("days: expected 1 (today) or 7 (a week)")
        if not self.parts_of_day:
            raise ValueError("parts_of_day: expected at least one")

    @property
    def all_columns(self) -> tuple[Field, ...]:
        """What each part of a day asks."""
        return self.columns

    @property
    def inputs(self) -> int:
        """All cells."""
        return self.days * len(self.parts_of_day) * len(self.columns)

    @property
    def day_keys(self) -> tuple[str, ...]:
        """`today`, or the days of the week."""
        return DAYS if self.days == 7 else ("today",)

    def read(self, post: Post, name: str) -> Answer:
        """The cells with something in them."""
        grid: Json = {}
        problem = ""
        for day in self.day_keys:
            for part in self.parts_of_day:
                cells, trouble = _read_cells(self.columns, post, f"{name}-{day}-{part.key}")
                if cells:
                    grid.setdefault(day, {})[part.key] = cells
                    problem = problem or trouble
        return Answer(grid or None, problem)

    def understood(self, value: Any) -> Any:
        """The value when it is a table with something in it."""
        return value if isinstance(value, Mapping) and value else None

    def parts(self, value: Any) -> list[tuple[Part, ...]]:
        """A tuple for each part of a day that has something; its first part names it."""
        shown = []
        for day in self.day_keys:
            cells_of_day = (self.understood(value) or {}).get(day)
            for part in self.parts_of_day:
                cells = cells_of_day.get(part.key) if isinstance(cells_of_day, Mapping) else None
                if row := tuple(_cell_parts(self.columns, cells)):
                    title = f"{day_name(day)}, {part.label}" if self.days == 7 else part.label
                    shown.append((Part(title, ""), *row))
        return shown

    def control(self, name: str, value: Any, values: Values) -> Json:
        """Every part of every day, with its cells."""
        days = []
        for day in self.day_keys:
            filled = (self.understood(value) or {}).get(day)
            rows = []
            for part in self.parts_of_day:
                there = filled.get(part.key) if isinstance(filled, Mapping) else None
                rows.append(
                    {
                        "label": part.label,
                        "cells": cells(self.columns, there or {}, f"{name}-{day}-{part.key}", values),
                        "filled": bool(there),
                    }
                )
            days.append({"label": day_name(day), "rows": rows, "open": bool(filled) or self.days == 1})
        return {"days": days, "is_week": self.days == 7}


def cells(columns: tuple[Field, ...], values: Any, name: str, everything: Values) -> list[Json]:
    """What the templates need for each cell of one line."""
    there = values if isinstance(values, Mapping) else {}
    return [
        {
            "name": f"{name}-{column.key}",
            "label": column.label,
            "hint": column.hint,
            "template": f"worksheets/fields/{column.kind}.html",
            "value": there.get(column.key),
            "kind": column.kind,
            "field": column,
            "wide": column.own_words,
            "described": f"id_{name}-{column.key}_helptext" if column.hint else "",
            "problem": "",
            "paper": False,
            **column.control(f"{name}-{column.key}", there.get(column.key), everything),
            "compact": True,
        }
        for column in columns
    ]


def day_name(day: str) -> str:
    """The day in words."""
    return {
        "today": _("Today"),
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }[day]
