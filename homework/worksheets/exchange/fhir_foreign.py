"""A Questionnaire of another system as a worksheet with plain questions.

Groups become sections, groups that repeat become rows, options become choices; help texts become hints. Points, scores,
expressions and what is filled in beforehand are left out. Every change is a remark that names the item.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_head import head
from homework.worksheets.exchange.fhir_helps import instructions, is_help, number, offers, unit_of
from homework.worksheets.exchange.fhir_options import Option, options_of
from homework.worksheets.exchange.fhir_shapes import children, read_beside
from homework.worksheets.exchange.fhir_when import When, show_if, whens_of
from homework.worksheets.exchange.keys import question_key, unlike
from homework.worksheets.kinds import KINDS, DefinitionError, Json

MOST = 150  # questions; a page takes 200 answers
CONDITION = f"{fhir.SDC}sdc-questionnaire-enableWhenExpression"
PLAIN = {"string": "text", "text": "long", "url": "text", "boolean": "yesno", "date": "date", "dateTime": "datetime",
         "time": "time"}  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """What was changed or left out. item: the linkId, empty when it is about the whole."""

    item: str
    says: str


class Foreign:
    """One questionnaire being read. `remarks` grow while `questions` or `found` walk through it."""

    def __init__(self, resource: Mapping[str, Any], source: str, taken: Iterable[str] = ()) -> None:
        self.resource, self.source = resource, source
        self.remarks: list[Remark] = []
        self.over: Json = {}  # words in other languages: language -> key -> words
        self.scored = False
        self._fields: list[Json] = []
        self._links: dict[str, Json] = {}
        self._from: dict[str, str] = {}  # the linkId of each question's item, by its key
        self._codes: dict[str, dict[str, str]] = {}
        self._whens: dict[str, list[When]] = {}
        self._keys = {*taken, "mood", "mood_before", "mood_after", "tried", "found_out", "reaction"}
        self._heading: tuple[str, dict[str, str]] = ("", {})
        self._required = 0

    def found(self) -> tuple[Json, list[Remark]]:
        """The whole table, and what to tell about it. Raises DefinitionError naming the item that cannot be."""
        fields = self.questions()
        if not any(not KINDS[field["kind"]].only_read for field in fields):
            raise DefinitionError(self.source, "item", "expected at least one question that can be answered")
        table, remarks = head(self.resource, fields, self.over, scored=self.scored)
        more = [Remark("", says) for says in remarks]
        if self._required:
            more.append(Remark("", _("Nothing has to be answered here; there, some items are required.")))
        return table, [*more, *self.remarks]

    def questions(self) -> list[Json]:
        """The tables of the questions, in order."""
        self._walk(children(self.resource), [])
        for field in self._fields:
            if whens := self._whens.get(field["key"]):
                condition = show_if(whens, self._links, self._codes)
                if condition and condition["field"] != field["key"]:
                    field["show_if"] = condition
                else:
                    self._say(self._from[field["key"]], _("Its condition cannot be said here; it is always shown."))
        return self._fields

    def _say(self, link: str, says: str) -> None:
        self.remarks.append(Remark(link, says))

    def _error(self, link: str, expected: str) -> DefinitionError:
        return DefinitionError(self.source, link, expected)

    # --- the walk ----------------------------------------------------------------------------------------------------

    def _walk(self, items: list[Json], whens: list[When]) -> None:
        for item in items:
            link, kind = str(item["linkId"]), item.get("type")
            if self._left_out(item):
                continue
            if next(fhir.extensions_of(item, CONDITION), None) is not None:
                self._say(link, _("Its condition is an expression; here it is always shown."))
            here = [*whens, *whens_of(item)]
            if kind == "group" and item.get("repeats") is True:
                self._rows(item, here)
            elif kind == "group":
                self._group(item, here)
            elif kind == "display":
                self._display(item, here)
            else:
                self._asked(item, here)

    def _left_out(self, item: Json) -> bool:
        """Whether an item is left out with all that is in it."""
        link = str(item["linkId"])
        if fhir.one(item, fhir.HIDDEN) is True:
            self._say(link, _("Hidden there; left out."))
        elif next(fhir.extensions_of(item, fhir.CALCULATED), None) is not None:
            self._say(link, _("Worked out from other answers there, like a score; left out."))
        elif item.get("readOnly") is True:
            self._say(link, _("Not to be answered by the person; left out."))
        else:
            return False
        return True

    def _group(self, item: Json, whens: list[When]) -> None:
        """A group's title heads what comes next."""
        if label := self._label(item, ""):
            self._heading = (label, fhir.spoken(item, "text"))
        self._walk(children(item), whens)
        self._heading = ("", {})

    def _display(self, item: Json, whens: list[When]) -> None:
        """Words to read."""
        label = self._label(item, "")
        if label:
            self._add(item, {"kind": "note", "label": label}, whens, self._words(item))

    def _asked(self, item: Json, whens: list[When]) -> None:
        """A question, and after it the questions that hang on it."""
        for table, words, options in self._tables(item):
            self._add(item, table, whens, words, options)
        below = [child for child in children(item) if not is_help(child)]
        if below:
            self._say(str(item["linkId"]), _("The questions inside it come after it."))
            self._walk(below, whens)

    def _add(self, item: Json, table: Json, whens: list[When], words: Json, options: Iterable[Option] = ()) -> None:
        """Keep one question."""
        link = str(item["linkId"])
        if len(self._fields) >= MOST:
            raise self._error(link, f"expected at most {MOST} questions")
        other = "_other" if table.pop("other", False) else ""
        key = unlike(question_key(question_key(link)[: 40 - len(other)] + other), self._keys)
        text, spoken = self._heading
        field = {"kind": table.pop("kind"), "key": key, **table} | ({"section": text} if text else {})
        for language, said in spoken.items():
            words.setdefault(language, {})["section"] = said
        self._heading = ("", {})
        self._fields.append(field)
        self._links.setdefault(link, field)
        self._from[key] = link
        self._codes[key] = {option.code: option.key for option in options}
        if whens:
            self._whens[key] = whens
        for language, said in words.items():
            self.over.setdefault(language, {})[key] = said

    # --- one question ------------------------------------------------------------------------------------------------

    def _label(self, item: Json, instead: str) -> str:
        """The words of an item, with its number before them."""
        text, prefix = str(item.get("text", "")).strip(), str(item.get("prefix", "")).strip()
        if not text:
            codes = item.get("code")
            displays = [c.get("display") for c in codes if isinstance(c, dict)] if isinstance(codes, list) else []
            text = next((str(each).strip() for each in displays if isinstance(each, str) and each.strip()), instead)
        return f"{prefix} {text}".strip() if text else ""

    def _words(self, item: Json) -> Json:
        prefix = str(item.get("prefix", "")).strip()
        return {language: {"label": f"{prefix} {text}".strip()} for language, text in fhir.spoken(item, "text").items()}

    def _tables(self, item: Json) -> list[tuple[Json, Json, list[Option]]]:
        """The questions an item becomes: usually one; with "or something else" two; a reference none."""
        link, kind = str(item["linkId"]), item.get("type")
        if item.get("required") is True:
            self._required += 1
        if item.get("initial"):
            self._say(link, _("What is filled in beforehand was left out."))
        label, words = self._label(item, link), self._words(item)
        if label == link:
            self._say(link, _("It has no words; its name is shown."))
        table, told = read_beside(item, {"help": "hint"})
        hint, hint_words = instructions(item) if not table else (table["hint"], {k: v["hint"] for k, v in told.items()})
        base = {"label": label} | ({"hint": hint} if hint else {})
        for language, text in hint_words.items():
            words.setdefault(language, {})["hint"] = text
        if kind in ("choice", "open-choice", "coding") or (kind in PLAIN and offers(item)):
            return self._choice(item, base, words)
        if kind in ("integer", "decimal", "quantity"):
            found = self._number(item, words)
        elif kind in PLAIN:
            found = {"kind": PLAIN[kind]}
            if kind == "url":
                self._say(link, _("An address becomes a line of text."))
        elif kind == "attachment":
            found = {"kind": "audio" if "audio" in str(fhir.one(item, f"{fhir.HL7}mimeType")) else "photo"}
            self._say(link, _("A file becomes a photo or a recording."))
        elif kind == "reference":
            self._say(link, _("It points to other records, which there are none of here; left out."))
            return []
        else:
            raise self._error(link, f"type: expected a type of R4, got {str(kind)[:40]!r}")
        made = {**found, **base}
        if item.get("repeats") is True and KINDS[made["kind"]].fits_a_cell:
            self._say(link, _("Several answers become rows."))
            cell = {**made, "key": "answer"}
            made = {"kind": "rows", **base, "columns": [cell], "min": 1, "max": 6}
        return [(made, words, [])]

    def _number(self, item: Json, words: Json) -> Json:
        """A number with limits and unit, or a scale."""
        link = str(item["linkId"])
        ends, told = read_beside(item, {"lower": "low", "upper": "high", "unit": "unit"})
        low, high = (number(fhir.one(item, url)) for url in (fhir.LEAST, fhir.MOST))
        whole = item.get("type") == "integer"
        scale = {10: "s10", 100: "s100"}.get(int(high or 0)) if whole and low == 0 and high in (10, 100) else None
        names = ("low", "high") if scale else ("unit",)
        for language, said in told.items():
            for name in names:
                if name in said:
                    words.setdefault(language, {})[name] = said[name]
        if scale:
            return {"kind": scale, **{name: ends[name] for name in names if name in ends}}
        unit = ends.get("unit") or unit_of(item)
        made: Json = {"kind": "number", "whole": whole, **({"unit": unit} if unit else {})}
        if low is None or high is None or math.floor(low) >= math.ceil(high):
            low, high = (low or 0, (low or 0) + 100_000) if high is None else (min(0, math.ceil(high) - 1), high)
            self._say(link, _("It has no limits there; here a number from %(low)s to %(high)s fits.") % {
                "low": math.floor(low), "high": math.ceil(high)})  # fmt: skip
        return {**made, "min": math.floor(low), "max": math.ceil(high)}

    def _choice(self, item: Json, base: Json, words: Json) -> list[tuple[Json, Json, list[Option]]]:
        """One or several of the options, and a line for something else where that is offered."""
        link = str(item["linkId"])
        options = options_of(item, self.resource, self.source)
        self.scored = self.scored or any(option.has_points for option in options)
        if not options:
            raise self._error(link, "answerOption: expected two or more options")
        if len(options) == 1:
            self._say(link, _("With one option only, it becomes yes or no."))
            return [({"kind": "yesno", **base, "hint": options[0].label}, words, [])]
        for option in options:
            for language, text in option.spoken.items():
                words.setdefault(language, {}).setdefault("options", {})[option.key] = text
        kind = "checklist" if item.get("repeats") is True else "choice"
        listed = [{"key": option.key, "label": option.label} for option in options]
        made = [({"kind": kind, **base, "options": listed}, words, options)]
        if item.get("type") == "open-choice" or item.get("answerConstraint") == "optionsOrString":
            self._say(link, _("For an answer of one’s own there is a line after it."))
            made.append(({"kind": "text", "label": _("Something else"), "other": True}, {}, []))
        return made

    # --- rows --------------------------------------------------------------------------------------------------------

    def _rows(self, item: Json, whens: list[When]) -> None:
        """A group that repeats: its questions are the columns."""
        link = str(item["linkId"])
        columns: list[Json] = []
        words = self._words(item)
        taken: set[str] = set()
        waiting = list(reversed(children(item)))
        while waiting:
            child = waiting.pop()
            if self._left_out(child):
                continue
            name = str(child["linkId"])
            if child.get("type") == "group" and child.get("repeats") is not True:
                waiting += reversed(children(child))
                continue
            tables = self._tables(child) if child.get("type") not in ("group", "display") else []
            fitting = [found for found in tables if KINDS[found[0]["kind"]].fits_a_cell]
            if len(fitting) < len(tables) or (not tables and child.get("type") != "reference"):
                self._say(name, _("It does not fit into a row; left out."))
            if whens_of(child):
                self._say(name, _("Its condition cannot be said in a row; it is always shown."))
            for table, told, _options in fitting:
                other = "_other" if table.pop("other", False) else ""
                key = unlike(question_key(name)[: 40 - len(other)] + other, taken)
                columns.append({"kind": table.pop("kind"), "key": key, **table})
                for language, said in told.items():
                    words.setdefault(language, {}).setdefault("columns", {})[key] = said
            waiting += [below for below in reversed(children(child)) if tables and not is_help(below)]
        if not columns:
            self._say(link, _("Nothing in it can be a row; left out."))
            return
        least, most = (number(fhir.one(item, url)) for url in (fhir.MIN_OCCURS, fhir.MAX_OCCURS))
        low = int(min(max(least or 1, 1), 20))
        high = int(min(max(most or 6, low), 20))
        label = self._label(item, link)
        self._add(item, {"kind": "rows", "label": label, "columns": columns, "min": low, "max": high}, whens, words)
