"""What a draft still needs before it can be published, said beside the input it is about."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from homework.worksheets import readability
from homework.worksheets.builder import points
from homework.worksheets.builder.tables import spoken
from homework.worksheets.builder.words import LANGUAGES
from homework.worksheets.definition import Definition, parse
from homework.worksheets.kinds import DefinitionError, Field, Json, Place, untranslated

Grades = dict[str, float | None]
"""The reading grade by language; None while a draft cannot be parsed."""


@dataclass(frozen=True)
class Check:
    """One line of "Checks before publishing"; `input` is what to go to when it does not hold."""

    holds: bool
    says: str
    input: str = ""


@dataclass(frozen=True)
class Findings:
    """All that can be said about a draft."""

    problems: dict[str, str]  # by input name
    checks: list[Check]
    grades: Grades
    definition: Definition | None  # when it could be published as it is

    @property
    def ready(self) -> bool:
        """Whether it could be published."""
        return self.definition is not None and not self.problems


def look(table: Json) -> Findings:
    """Parse a draft and say everything that is not right yet, in words for the person who writes it."""
    problems = _questions(table)
    table = points.signed(table)
    definition = None
    try:
        definition = parse(table, source="draft")
    except DefinitionError as trouble:
        problems.setdefault(input_of(trouble.path), _in_words(trouble))
    grades = _grades(definition, spoken(table))
    return Findings(problems, _checks(table, definition, problems, grades), grades, definition)


def _questions(table: Json) -> dict[str, str]:
    """The first problem of every question, so that all of them show at once."""
    problems: dict[str, str] = {}
    for number, question in enumerate(table.get("fields", [])):
        if not str(question.get("label", "")).strip():
            problems[f"fields.{number}.label"] = _("A question needs words.")
        try:
            Field.from_table(question, Place("draft", f"fields[{number}]"))
        except DefinitionError as trouble:
            problems.setdefault(input_of(trouble.path), _in_words(trouble))
    for name in ("title", "known_as", "purpose", "why", "first_step", "counts_as_some", "counts_as_all"):
        if not str(table.get(name, "")).strip():
            problems[name] = _("This is still empty.")
    for code, size in table.get("sizes", {}).items():
        if not str(size.get("label", "")).strip():
            problems[f"sizes.{code}.label"] = _("A few words help to choose this size.")
    guide = table.get("guide") or {}
    for name in () if points.is_questionnaire(table) else ("introduce", "review"):
        if not str(guide.get(name, "")).strip():
            problems[f"guide.{name}"] = _("A sentence or two for your colleagues.")
    return problems


def input_of(path: str) -> str:
    """The input a path of the parser is about: `fields[2].options[0].label` -> `fields.2.options`."""
    if path.startswith("measure"):
        part = re.match(r"measure\.(options|items|bands|cutoff|rci|stem|attribution|min_interval_days)", path)
        return f"measure.{part[1]}" if part else "measure.items"
    name = re.sub(r"\[(\d+)\]", r".\1", path)
    return re.sub(r"\.(options|parts_of_day|lengths|show_if)\..*$", r".\1", name)


def _in_words(trouble: DefinitionError) -> str:
    """The parser's expectation as a sentence."""
    return _("%(expected)s.") % {"expected": (trouble.expected[:1].upper() + trouble.expected[1:]).rstrip(".")}


def _grades(definition: Definition | None, languages: list[str]) -> Grades:
    if definition is None:
        return dict.fromkeys(languages)
    return {language: readability.grade_of(definition.localised(language)) for language in languages}


def _checks(table: Json, definition: Definition | None, problems: dict[str, str], grades: Grades) -> list[Check]:
    if points.is_questionnaire(table):
        return _of_a_questionnaire(table, definition, problems, grades)
    asked = [field for field in table.get("fields", []) if field.get("kind") not in ("change", "sleep", "note")]
    small = table.get("sizes", {}).get("S", {}).get("fields", [])
    filled = (table.get("example") or {}).get("values") or {}
    lines = [
        Check(bool(table.get("why")), _("Has a reason clients can read"), "why"),
        Check(bool(table.get("first_step")), _("Has a first step"), "first_step"),
        Check(bool(asked), _("Asks at least one question"), "add"),
        Check(0 < len(small) <= 3, _("The smaller version has one to three questions"), "sizes.S.label"),
        Check(bool(filled), _("Has an example, filled in"), "example"),
        Check(not problems, _("Every part is complete"), next(iter(problems), "")),
    ]
    return lines + _in_each_language(table, definition, grades)


def _of_a_questionnaire(
    table: Json, definition: Definition | None, problems: dict[str, str], grades: Grades
) -> list[Check]:
    measure = table["measure"]
    lines = [
        Check(bool(table.get("why")), _("Has a reason clients can read"), "why"),
        Check(bool(measure.get("stem")), _("Has a line above the questions"), "measure.stem"),
        Check(bool(measure.get("items")), _("Asks at least one question"), "measure.items"),
        Check(bool(measure.get("bands")), _("Says what a total is called"), "measure.bands"),
        Check(not problems, _("Every part is complete"), next(iter(problems), "")),
    ]
    return lines + _in_each_language(table, definition, grades)


def _in_each_language(table: Json, definition: Definition | None, grades: Grades) -> list[Check]:
    lines: list[Check] = []
    for language in spoken(table)[1:]:
        missing = _missing(table, language)
        says = _("%(language)s: nothing missing") % {"language": LANGUAGES[language]}
        if missing:
            says = ngettext(
                "%(language)s: %(count)s text missing", "%(language)s: %(count)s texts missing", missing
            ) % {"language": LANGUAGES[language], "count": missing}
        lines.append(Check(not missing, says, "title"))
    if definition is not None:
        for language, level in grades.items():
            easy = (level or 0.0) <= readability.HIGHEST
            words = _("%(language)s reads at grade %(grade)s") % {"language": LANGUAGES[language], "grade": level}
            lines.append(Check(easy, words, "why"))
        lines += _hard_questions(definition)
    return lines


def _hard_questions(definition: Definition) -> list[Check]:
    """The three questions that are hardest to read, where they are harder than they might be (F57)."""
    places = {field.key: number for number, field in enumerate(definition.fields)}
    return [
        Check(
            False,
            _("“%(question)s” reads at grade %(grade)s") % {"question": field.label, "grade": level},
            f"fields.{places[field.key]}.label",
        )
        for field, level in readability.hard_questions(definition)[:3]
    ]


def _missing(table: Json, language: str) -> int:
    """How many texts have no words in a language yet."""
    try:
        own = parse({k: v for k, v in table.items() if k not in spoken(table)[1:]} | {"languages": spoken(table)[:1]})
    except DefinitionError:
        return 0
    return sum(1 for _path in untranslated(own, table.get(language) or {}))
