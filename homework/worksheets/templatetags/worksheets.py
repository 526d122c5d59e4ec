"""Worksheets on a page: `{% load worksheets %}`.

    {% worksheet_form definition size values problems kept_private=kept %}   the inputs, inside the page's own <form>
    {% worksheet_some definition fields values problems %}                   the inputs of some of its questions
    {% worksheet_answers definition values kept viewer="therapist" %}        reading an entry
    {% worksheet_example definition open=True %}                             as somebody made up filled it in
    {% worksheet_paper definition size address %}                            to print and fill in by hand
    {% worksheet_assets definition %}                                        in the head of a page with a form

Inputs are written by hand in templates/worksheets/fields/, without Django's form widgets: ten times faster, and plain
to read. Nothing here reads the database.
"""

from collections.abc import Collection, Iterable, Mapping

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from homework.worksheets import qr, summary
from homework.worksheets.answers import PRIVATE
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import KINDS, Field, File, Grid, Json, Long, Rows, Values

register = template.Library()

FILES = {kind for kind, field in KINDS.items() if issubclass(field, File)}
CLIENT = "client"
"""The only viewer who reads parts that were kept private."""


@register.inclusion_tag("worksheets/_form.html")
def worksheet_form(
    definition: Definition,
    size: str = "M",
    values: Values | None = None,
    problems: Mapping[str, str] | None = None,
    kept_private: Collection[str] | None = None,
    more: str = "",
    secrets: str = "",
) -> Json:
    """The inputs of one size, filled with `values`, each problem beside its question.

    `kept_private` is the list of keys the client keeps to themselves; None leaves that choice out (a measure, or a
    page filled in together). `more` is the key of the rows whose "Add another" was pressed: one more is shown there.
    `secrets` is the clinic's rule on what partners tell, said above what a partner does not see (F63).
    The page brings <form method="post" novalidate>, the token and its buttons.
    """
    values, problems = values or {}, problems or {}
    layout = definition.layout(size)
    notices = definition.notices(values)
    private = None if kept_private is None or definition.measure else set(kept_private)

    # A measure has one wording: where the page speaks another language, a screen reader is told which words do not.
    foreign = definition.language if definition.language != get_language() else ""

    def asked(fields: Iterable[Field]) -> list[Json]:
        asked_now = [_question(field, values, problems, notices, private) for field in fields]
        for one in asked_now if definition.couple else ():
            one["partner"] = _partner(one["field"])
            one["secrets"] = secrets if one["partner"] and one["field"].partner in ("", "private") else ""
        for one in asked_now if foreign else ():
            one["lang"] = foreign
        return asked_now

    small = definition.size_code(size) == "S"
    first = asked(layout.opening)
    open_ones, folded = asked(layout.own + layout.closing), asked(layout.folded)
    everything = first + open_ones + folded
    lockable = [one for one in everything if not one["only_read"]]
    _one_more(everything, more)
    return {
        "first": first if small else [],
        "questions": open_ones if small else first + open_ones,
        "folded": folded,
        "first_open": any(map(_in_use, first)),
        "fold_open": any(map(_in_use, folded)),
        "small": small,
        "measure": definition.measure,
        "lang": foreign,
        "problems": [one for one in everything if one["problem"]],
        "has_rows": any(isinstance(field, Rows) for field in layout),
        "lockable": [one for one in lockable if not one["lock_here"]] if private is not None else [],
        "any_locked": any(one["kept"] for one in lockable if not one["lock_here"]),
        "private_name": PRIVATE,
    }


@register.inclusion_tag("worksheets/_form.html")
def worksheet_some(
    definition: Definition,
    fields: Iterable[Field],
    values: Values | None = None,
    problems: Mapping[str, str] | None = None,
    more: str = "",
) -> Json:
    """The inputs of some questions only, as `worksheet_form` draws them; nothing can be kept private here.

    For a page filled in together (F07): the questions that were left for then.
    """
    values, problems = values or {}, problems or {}
    foreign = definition.language if definition.language != get_language() else ""
    asked = [_question(field, values, problems, {}, None) | {"lang": foreign, "section": ""} for field in fields]
    _one_more(asked, more)
    return {
        "questions": asked,
        "problems": [one for one in asked if one["problem"]],
        "has_rows": any(isinstance(one["field"], Rows) for one in asked),
        "lang": foreign,
        "private_name": PRIVATE,
    }


def _one_more(questions: Iterable[Json], more: str) -> None:
    """Show one more of the rows whose "Add another" was pressed."""
    for row in next((one["rows"] for one in questions if one["name"] == more and "rows" in one), []):
        if row["spare"]:
            row["spare"] = False
            break


def _partner(field: Field) -> str:
    """Who else reads this part of a couple's sheet, said right above it (F61)."""
    if field.computed or field.only_read:
        return ""
    return {
        "": _("Your partner does not see this part."),
        "private": _("Your partner does not see this part."),
        "shared": _("Your partner sees this part once you share it."),
        "when_both": _("You both see this part once you have both shared it."),
    }[field.partner]


def _in_use(question: Json) -> bool:
    """Whether a folded question has something to show."""
    return bool(question["problem"]) or question["value"] not in (None, "")


def _question(
    field: Field,
    values: Values,
    problems: Mapping[str, str],
    notices: Mapping[str, str],
    private: set[str] | None,
) -> Json:
    """What _question.html and the kind's own template need, as one flat dict: the fastest thing for a template."""
    key, value = field.key, values.get(field.key)
    problem, notice = problems.get(key, ""), notices.get(key, "")
    described = [f"id_{key}_helptext"] if field.hint else []
    described += [f"id_{key}_error"] if problem else []
    described += [f"id_{key}_notice"] if notice else []
    return {
        "name": SafeString(key),  # letters, digits and _ only: the parser saw to it
        "kind": field.kind,
        "template": f"worksheets/fields/{field.kind}.html",
        "label": field.label,
        "hint": field.hint,
        "section": field.section,
        "several": field.several_inputs,
        "only_read": field.only_read,
        "lang": "",
        "partner": "",
        "secrets": "",
        "sensitive": field.sensitive_hint,
        "problem": problem,
        "notice": notice,
        "described": " ".join(described),
        "show_if": field.show_if,
        "value": value,
        "lock_here": private is not None and bool(field.sensitive_hint),
        "kept": private is not None and key in private,
        "field": field,
        "compact": False,
        "paper": False,
        **field.control(key, value, values),
    }


@register.inclusion_tag("worksheets/_answers.html")
def worksheet_answers(
    definition: Definition,
    values: Values,
    kept_private: Collection[str] = (),
    viewer: str = "therapist",
    level: int = 3,
    stars: Collection[str] | None = None,
    entry: object = None,
    beside: object = None,
) -> Json:
    """An entry to read. Anybody but the client sees of a private part only that there is something (F34).

    The client reads in the order of the worksheet, others what was tried and found out first (F04). `level` is the
    level of its headings. `stars`: the keys of own words with a star, with a button beside each (F31); None: no buttons.
    `entry` is then the id of the entry. `beside`: what was said about its answers, drawn under each of them by
    `reviews/_beside.html`.
    """
    for_client = viewer == CLIENT
    there = summary.shown(definition, values, kept_private or (), for_client=for_client)
    starring = {"stars": stars, "entry": entry} if stars is not None and entry is not None else {}
    return {"groups": _groups(there), "heading": f"h{int(level)}", "beside": beside, **starring}


def _groups(there: list[summary.Shown], with_files: bool = True) -> list[Json]:
    """Answers as blocks to read; short facts that follow each other share one list of label and value.

    `with_files`: recordings are played and pictures drawn; an example only says that there is one.
    """
    groups: list[Json] = []
    for one in there:
        answer = {"label": one.field.label, "private": one.private, "rows": one.rows, "facts": [], "prose": ""}
        answer["key"] = one.field.key
        parts = one.rows[0] if len(one.rows) == 1 else ()
        if len(parts) == 1 and parts[0].own_words and not parts[0].label:
            groups.append({**answer, "prose": parts[0].text})
        elif with_files and len(parts) == 1 and parts[0].file:
            groups.append({**answer, "file": parts[0].file, "kind": one.field.kind})
        elif parts and not one.private and not isinstance(one.field, Grid | Rows):
            if not groups or not groups[-1]["facts"]:
                groups.append({**answer, "facts": []})
            groups[-1]["facts"].append((one.field.label, parts, one.field.key))
        else:
            groups.append({**answer, "hidden": not one.rows})
    return groups


@register.inclusion_tag("worksheets/_assets.html")
def worksheet_assets(definition: Definition, reading: bool = False) -> Json:
    """The style and scripts this sheet needs, and no others: most need no timer and no microphone."""
    kinds = {field.kind for field in definition.by_key.values()}
    return {
        "practice": definition.at_hand or not kinds.isdisjoint({"timer", "body"}),
        "files": not kinds.isdisjoint(FILES),
        "form": not reading,
    }


@register.inclusion_tag("worksheets/_example.html")
def worksheet_example(definition: Definition, open: bool = False) -> Json:
    """The filled example, folded; open from the start when the first step was not clear (F15)."""
    if definition.example is None:
        return {"example": None}
    there = summary.shown(definition, definition.example.values, for_client=True)
    return {"example": definition.example, "groups": _groups(there, with_files=False), "heading": "h3", "is_open": open}


@register.inclusion_tag("worksheets/_paper.html")
def worksheet_paper(definition: Definition, size: str = "M", address: str = "") -> Json:
    """A sheet to fill in by hand (F59). It carries no name and no clinic; `address` becomes a code that leads back."""
    questions = []
    for field in definition.layout(size):
        question = {**_question(field, {}, {}, {}, None), "paper": True}
        if isinstance(field, Rows):
            question["blank_rows"] = range(min(field.max, max(field.min, 3)))
            question["as_blocks"] = len(field.all_columns) > 4
        if isinstance(field, Long):
            question["lines"] = range(field.rows)
        questions.append(question)
    code = qr.drawing(address) if address else ""
    return {"definition": definition, "measure": definition.measure, "questions": questions, "code": code}
