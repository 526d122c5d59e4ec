"""What a worksheet needs beside its questions, for a questionnaire that comes from elsewhere."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from homework.worksheets.definition import Definition, load_library
from homework.worksheets.exchange import fhir_words as fhir
from homework.worksheets.exchange.fhir_shapes import children
from homework.worksheets.exchange.keys import slug
from homework.worksheets.kinds import KINDS, Json
from homework.worksheets.kinds.source import written

SMALL = 3  # questions of the smaller size
A_GRADE = 8.0


def head(resource: Mapping[str, Any], fields: list[Json], over: Json, *, scored: bool) -> tuple[Json, list[str]]:
    """The whole table around the questions, and what to tell about it."""
    remarks: list[str] = []
    language = _primary(resource.get("language")) or "en"
    title = _text(resource, "title") or _text(resource, "name") or _("A questionnaire")
    credit = _text(resource, "copyright")
    if credit:
        fields = [*fields, {"kind": "note", "key": _free(fields, "source"), "label": _("Source"), "text": credit}]
        remarks.append(_("It names its owner: please make sure that your clinic may use the wording."))
    asked = [field["key"] for field in fields if not KINDS[field["kind"]].only_read]
    small = asked[:SMALL]
    minutes = max(2, (len(asked) + 1) // 2)
    with translation.override(language):
        words = {"some": _("One question."), "all": _("All the questions."), "first": _("Read the first question."),
                 "S": _("The first questions"), "M": _("All of it")}  # fmt: skip
    table: Json = {
        "slug": slug(_text(resource, "name") or title),
        "kind": "monitor",
        "family": "check_in",
        "title": title,
        "known_as": title,
        "purpose": _text(resource, "description"),
        "why": _text(resource, "purpose"),
        "first_step": words["first"],
        "counts_as_some": words["some"],
        "counts_as_all": words["all"],
        "sizes": {
            "S": {"label": words["S"], "minutes": min(2, minutes), "fields": small},
            "M": {"label": words["M"], "minutes": minutes, "fields": [field["key"] for field in fields]},
        },
        "fields": fields,
        "example": {"person": "", "values": {}},
        "guide": {"introduce": "", "review": ""},
        "frequency": "once",
        "reading_grade": A_GRADE,
        "review_due": (timezone.localdate() + dt.timedelta(days=365)).isoformat(),
        "author": _text(resource, "publisher"),
        "languages": [language],
    }
    remarks.append(
        _("Please add what it is for, why it could help and the notes for therapists, where they are empty.")
    )
    _translations(resource, table, over, language)
    if known := shipped(resource):
        remarks.insert(
            0, _("This is the %(name)s. It is in the library with its scoring: better use that one.") % {"name": known}
        )
    if scored:
        remarks.append(_("Its points were not taken over: it is imported as plain choices without a total."))
    return table, remarks


def _translations(resource: Mapping[str, Any], table: Json, over: Json, base: str) -> None:
    """The words in other languages, by what they are languages of."""
    spoken: Json = {}
    for tag, said in over.items():
        spoken.setdefault(_primary(tag), {}).setdefault("fields", {}).update(said)
    for attribute, name in (("title", "title"), ("purpose", "description"), ("why", "purpose")):
        for tag, text in fhir.spoken(resource, name).items():
            if table[attribute]:
                spoken.setdefault(_primary(tag), {})[attribute] = text
    for language in sorted(spoken):
        if language and language != base and language not in written(Definition):
            table["languages"].append(language)
            table[language] = spoken[language]


def _text(resource: Mapping[str, Any], name: str) -> str:
    value = resource.get(name)
    return value.strip() if isinstance(value, str) else ""


def _primary(tag: object) -> str:
    """`es` of `es-MX`."""
    return tag.split("-")[0].lower() if isinstance(tag, str) and fhir.LANGUAGE.fullmatch(tag) else ""


def _free(fields: list[Json], key: str) -> str:
    there = {field["key"] for field in fields}
    return next(name for number in range(1, len(there) + 3) if (name := f"{key}_{number}") not in there)


# --- measures we have ------------------------------------------------------------------------------------------------


def shipped(resource: Mapping[str, Any]) -> str:
    """The title of the measure in our library that a questionnaire is, by its LOINC code or its wording; else empty."""
    codes = resource.get("code")
    codings = [each for each in codes if isinstance(each, dict)] if isinstance(codes, list) else []
    loinc = {code for each in codings if isinstance(code := each.get("code"), str)}
    asked = set()
    waiting = children(resource)
    while waiting:
        item = waiting.pop()
        asked.add(_bare(str(item.get("text", ""))))
        waiting += children(item)
    found = [(len(texts), title) for title, code, texts in _measures() if code in loinc or texts <= asked]
    return max(found)[1] if found else ""


@cache
def _measures() -> tuple[tuple[str, str, frozenset[str]], ...]:
    from homework.worksheets.exchange.fhir_out import CODES

    return tuple(
        (str(one.title), CODES.get(one.slug, "none"), frozenset(_bare(item.text) for item in one.measure.items))
        for one in load_library()
        if one.measure
    )


def _bare(text: str) -> str:
    """The words of a question without numbering, capitals and signs."""
    return " ".join(re.findall(r"[^\W\d_]+", text.casefold()))
