"""Which inputs the builder shows, worked out from the dataclasses that read definitions.

An input is named by its path (`fields.2.label`, `sizes.S.minutes`); the words in the second language stand beside it under
`es:` and the same path. So the page, the post and the parser's errors speak of the same place.
"""

import types
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext as _

from homework.worksheets.builder import points
from homework.worksheets.builder.box import Box
from homework.worksheets.builder.tables import spoken
from homework.worksheets.builder.words import ATTRIBUTES, CODES, LANGUAGES, QUESTIONS, SIZE_LABEL
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import KINDS, Field, Json, Option, ShowIf
from homework.worksheets.kinds.source import Text, hints_of, written

HEAD = {
    "about": ("title", "known_as", "purpose", "family", "kind", "modalities", "frequency", "min_role"),
    "client": ("why", "first_step", "counts_as_some", "counts_as_all", "outcome"),
    "care": (
        "cautions", "caution_note", "contexts", "at_hand", "locked", "lock_reason", "couple",
        "mood_fields", "closing_fields", "left_out_because",
    ),
    "guide": ("guide.introduce", "guide.review"),
    "example": ("example.person",),
}  # fmt: skip
OF_A_QUESTIONNAIRE = {
    "about": ("title", "known_as", "purpose", "modalities", "frequency"),
    "client": ("why", "first_step", "counts_as_some", "counts_as_all"),
    "care": ("cautions", "caution_note", "contexts"),
}
LONG = {
    "text",
    "lines",
    "purpose",
    "why",
    "first_step",
    "counts_as_some",
    "counts_as_all",
    "caution_note",
    "lock_reason",
}
LONG |= {"introduce", "review", "left_out_because"}
TWO_LINES = {"label", "hint", "sensitive_hint"}
"""Often longer than a line of the page, but without line breaks of their own."""
KEYS = {"again", "before", "after", "into_bed", "tried", "fell_asleep_after", "awake_in_night", "woke", "got_up"}
FOLDED = {"section", "sensitive_hint", "required_for_share", "show_if", "partner", "row_label", "rows", "licence"}
"""Attributes of a question that wait under "More"."""


@dataclass
class Card:
    """One question with its inputs, its columns, and what may be done with it."""

    number: int
    name: str
    key: str
    kind: str
    kind_words: str
    title: str
    boxes: list[Box]
    more: list[Box]
    columns: list["Card"]
    has_columns: bool
    sizes: list[tuple[str, bool]]
    problem: str
    is_open: bool
    first: bool
    last: bool

    @property
    def shown(self) -> str:
        """The attributes this page shows; what it does not show stays as it was."""
        return " ".join(box.name.rpartition(".")[2] for box in self.boxes + self.more)


@dataclass
class Page:
    """Everything the editor shows."""

    groups: dict[str, list[Box]]
    sizes: list[tuple[str, list[Box]]]
    cards: list[Card]
    languages: list[tuple[str, str]]
    second: str
    can_add: list[tuple[str, str]]
    points: list[Box]  # of a questionnaire with points, which has these instead of cards


def page_of(table: Json, problems: dict[str, str], *, second: str = "", opened: str = "") -> Page:
    """The editor for a table. `second`: a language to write beside the first; `opened`: the key of the open question."""
    second = second if second in spoken(table)[1:] else ""
    writer = _Writer(table, problems, second)
    fields = [one for one in table.get("fields", []) if isinstance(one, dict)]
    cards = [writer.card(question, f"fields.{number}", number, len(fields)) for number, question in enumerate(fields)]
    for card in cards:
        card.is_open = card.key == opened or bool(card.problem)
    groups = {name: [writer.head(path) for path in paths] for name, paths in head_of(table).items()}
    sizes = [
        (
            code,
            [
                writer.box(f"sizes.{code}.label", "label", Text, SIZE_LABEL),
                writer.box(f"sizes.{code}.minutes", "minutes", int),
            ],
        )
        for code in ("S", "M", "L")
        if code in table.get("sizes", {})
    ]  # fmt: skip
    languages = [(code, str(LANGUAGES[code])) for code in spoken(table)]
    can_add = [(kind, str(words)) for kind, words in QUESTIONS.items()]
    asked = points.boxes(table, problems, second) if points.is_questionnaire(table) else []
    return Page(groups, sizes, cards, languages, second, can_add, asked)


def head_of(table: Json) -> dict[str, tuple[str, ...]]:
    """The attributes of the sheet itself that may be written, in groups."""
    return OF_A_QUESTIONNAIRE if points.is_questionnaire(table) else HEAD


class _Writer:
    """Makes boxes for one table."""

    def __init__(self, table: Json, problems: dict[str, str], second: str) -> None:
        self.table, self.problems, self.second = table, problems, second
        self.other = table.get(second) if isinstance(table.get(second), dict) else {}
        self.asked = [
            (str(one.get("key")), str(one.get("label") or one.get("key")), one)
            for one in table.get("fields", [])
            if isinstance(one, dict)
        ]

    def head(self, path: str) -> Box:
        """An input for an attribute of the sheet itself."""
        name = path.split(".")[-1]
        if path.startswith(("guide.", "example.")):
            return self.box(path, name, Text)
        return self.box(path, name, hints_of(Definition)[name], default=written(Definition)[name].default)

    def card(self, question: Json, name: str, number: int, count: int) -> Card:
        """A question, its columns included."""
        kind = str(question.get("kind"))
        cls = KINDS.get(kind, Field)
        boxes: list[Box] = []
        more: list[Box] = []
        for attribute, made in written(cls).items():
            hint = hints_of(cls)[attribute]
            if attribute in ("key", "columns") or (attribute in ("section", "partner") and ".columns." in name):
                continue
            if attribute == "partner" and not self.table.get("couple"):
                continue
            if attribute in ("sensitive_hint", "required_for_share", "show_if") and ".columns." in name:
                continue
            box = self.box(f"{name}.{attribute}", attribute, hint, default=made.default)
            (more if attribute in FOLDED else boxes).append(box)
        columns = [one for one in question.get("columns", []) if isinstance(one, dict)]
        key = str(question.get("key"))
        codes = [] if cls.computed else [code for code in ("S", "M", "L") if code in self.table.get("sizes", {})]
        own = [text for place, text in self.problems.items() if place == name or place.startswith(f"{name}.")]
        return Card(
            number=number,
            name=name,
            key=key,
            kind=kind,
            kind_words=str(QUESTIONS.get(kind, kind)),
            title=str(question.get("label") or ""),
            boxes=boxes,
            more=more,
            columns=[self.card(c, f"{name}.columns.{n}", n, len(columns)) for n, c in enumerate(columns)],
            has_columns="columns" in written(cls),
            sizes=[(code, self._in_size(code, key)) for code in codes],
            problem=self.problems.get(name, "") or next(iter(own), ""),
            is_open=False,
            first=number == 0,
            last=number == count - 1,
        )

    def _in_size(self, code: str, key: str) -> bool:
        listed = self.table["sizes"][code].get("fields")
        return key in listed if listed else code != "S"

    def box(self, path: str, name: str, hint: Any, words: Any = None, default: Any = "") -> Box:
        """One input for a value of a type."""
        label, help_text = words or ATTRIBUTES.get(name, (name, ""))
        value = dig(self.table, path)
        made = Box(path, str(label), str(help_text), "line", value="" if value is None else value)
        made.problem = self.problems.get(path, "")
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            hint = next(a for a in get_args(hint) if a is not types.NoneType)
            origin = get_origin(hint)
        if hint is ShowIf:
            made.widget, made.label = "ticks", _("Only asked when the answer was")
            made.choices = self._conditions(path, value)
        elif hint is bool:
            made.widget, made.value = "tick", bool(default) if value is None else value is True
        elif hint in (int, float):
            made.widget = "number"
            made.value = value if value is not None else (default if isinstance(default, int) else "")
        elif origin is Literal:
            known = CODES.get(name, {})
            now = value if value is not None else (default if isinstance(default, str) else "")
            made.widget = "select"
            made.choices = [(str(code), str(known.get(code, code)), code == now) for code in get_args(hint)]
            if name == "kind":
                made.choices = [choice for choice in made.choices if choice[0] != "measure"]
            if name == "family":
                made.choices = [choice for choice in made.choices if choice[0] != "measure"]
        elif origin is tuple and get_args(hint)[0] is Option:
            made.widget = "lines"
            made.value = "\n".join(label_of(option) for option in value or [])
            made.second = self._second_lines(path, value or []) if self.second else None
        elif origin is tuple and get_origin(get_args(hint)[0]) is Literal:
            picked = value if isinstance(value, list) else []
            made.widget = "ticks"
            known = CODES.get(name, {})
            made.choices = [(code, str(known.get(code, code)), code in picked) for code in get_args(get_args(hint)[0])]
        elif origin is tuple:
            made.value = ", ".join(map(str, value or []))
        elif hint is Text:
            made.widget = "area" if name in LONG or name in TWO_LINES else "line"
            if self.second:
                made.second = str(dig(self.other, spoken_path(self.table, path)) or "")
        elif name in KEYS:
            made.widget = "select"
            made.choices = [("", "", not value)] + [(key, words, key == value) for key, words, _one in self.asked]
        return made

    def _conditions(self, path: str, value: Any) -> list[tuple[str, str, bool]]:
        """Every option of every other question that has options, as `key=option`."""
        own = path.split(".")[1]
        now = value if isinstance(value, dict) else {}
        found = []
        for number, (key, label, one) in enumerate(self.asked):
            if str(number) == own:
                continue
            options = [(str(o.get("key")), label_of(o)) for o in one.get("options", []) if isinstance(o, dict)]
            if one.get("kind") == "yesno":
                options = [("yes", _("Yes")), ("no", _("No"))]
            for code, words in options:
                on = now.get("field") == key and code in (now.get("any_of") or [])
                found.append((f"{key}={code}", f"{label}: {words}", on))
        return found

    def _second_lines(self, path: str, options: list[Any]) -> str:
        there = dig(self.other, spoken_path(self.table, path))
        there = there if isinstance(there, dict) else {}
        lines = [there.get(str(o.get("key"))) for o in options if isinstance(o, dict)]
        return "\n".join(label_of(line) if isinstance(line, dict) else str(line or "") for line in lines)


def label_of(option: Any) -> str:
    """The words of an option."""
    return str(option.get("label", "")) if isinstance(option, dict) else ""


def dig(table: Any, path: str) -> Any:
    """The value at a path such as `fields.2.label`, or None."""
    for step in path.split("."):
        if isinstance(table, list):
            if not step.isdecimal() or int(step) >= len(table):
                return None
            table = table[int(step)]
        elif isinstance(table, dict):
            table = table.get(step)
        elif not (isinstance(table, str) and step == "label"):  # a translation may give a label straight away
            return None
    return table


def spoken_path(table: Json, path: str) -> str:
    """The path of the same words in a translation, where questions and columns go by their key: `fields.when.label`."""
    steps, here = [], table
    for step in path.split("."):
        if isinstance(here, list):
            member = here[int(step)] if step.isdecimal() and int(step) < len(here) else {}
            steps.append(str(member.get("key", step)) if isinstance(member, dict) else step)
            here = member
        else:
            steps.append(step)
            here = here.get(step, {}) if isinstance(here, dict) else {}
    return ".".join(steps)
