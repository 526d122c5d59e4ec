"""A questionnaire with points of the clinic's own: its answers, questions, bands and cut-off, typed a line each.

The inputs are named `measure.*`. Wording is locked by a checksum once it is published, as in every measure; the checksum is
worked out here. A questionnaire of one's own never asks about danger: what happens on a risky answer belongs to a published
instrument and the clinic's safety set-up.
"""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homework.worksheets.builder.box import Box
from homework.worksheets.builder.sent import Sent, number_or_text, options_from
from homework.worksheets.builder.tables import blank, spoken
from homework.worksheets.kinds import DefinitionError, Json
from homework.worksheets.kinds.measures import checksum_of

RECALLS = {
    "": gettext_lazy("No set time"),
    "P7D": gettext_lazy("The last week"),
    "P14D": gettext_lazy("The last 2 weeks"),
    "P1M": gettext_lazy("The last month"),
}


def blank_questionnaire(*, title: str, language: str, author: str) -> Json:
    """A questionnaire with nothing in it but its title."""
    table = blank(title=title, language=language, author=author)
    for name in ("fields", "example", "guide"):
        del table[name]
    return table | {
        "kind": "measure",
        "family": "measure",
        "sizes": {"M": {"label": "", "minutes": 3}},
        "mood_fields": False,
        "closing_fields": False,
        "left_out_because": "A questionnaire is asked as it is written, with nothing added.",
        "measure": {
            "recall": "P7D",
            "stem": "",
            "options": [{"value": 0, "label": ""}, {"value": 1, "label": ""}],
            "items": [],
            "scoring": {"type": "sum", "max_missing": 0},
            "min_interval_days": 7,
            "licence_status": "own",
            "licence_text": "Written by this clinic.",
            "attribution": "Written by this clinic. Not a validated scale.",
            "may_translate": True,
            "may_modify": True,
        },
    }


def is_questionnaire(table: Json) -> bool:
    """Whether the table is one with points."""
    return isinstance(table.get("measure"), dict)


def boxes(table: Json, problems: dict[str, str], second: str) -> list[Box]:
    """The inputs."""
    measure = table["measure"]
    words = (table.get(second) or {}).get("measure") or {} if second else {}
    items = [item for item in measure.get("items", []) if isinstance(item, dict)]
    scoring = measure.get("scoring") or {}
    rci = measure.get("rci") or {}
    spoken_items = words.get("items") or {}

    def box(name: str, label: str, widget: str = "line", value: Any = "", hint: str = "", other: Any = None) -> Box:
        path = f"measure.{name}"
        made = Box(path, label, hint, widget, value="" if value is None else value, problem=problems.get(path, ""))
        if second and other is not None:
            made.second = str(other or "")
        return made

    made = [
        box("stem", _("The line above the questions"), "area", measure.get("stem"), other=words.get("stem", "")),
        box(
            "options", _("The answers, with their points"), "lines", _lines(measure.get("options")), _("One a line: 0 Never"),
            other="\n".join(_labels(words, "options")),
        ),
        box(
            "items", _("The questions"), "lines", "\n".join(str(item.get("text", "")) for item in items), _("One a line."),
            other="\n".join(label_of_item(spoken_items.get(str(item.get("key")))) for item in items),
        ),
        box("reverse", _("Questions that count the other way round"), "line",
            ", ".join(str(item["n"]) for item in items if item.get("reverse")), _("Their numbers, with commas.")),
        box("max_missing", _("How many may stay open and still give a total"), "number", scoring.get("max_missing", 0)),
        box("bands", _("What a total is called"), "lines", _bands(measure.get("bands")), _("One a line: 0-4 low"),
            other="\n".join(_labels(words, "bands"))),
        box("cutoff", _("Cut-off"), "number", measure.get("cutoff")),
        box("rci", _("Reliable change, in points"), "number", rci.get("value"), _("Leave it empty if nobody has worked it out.")),
        box("rci_source", _("Where that number is from"), "line", rci.get("source")),
        box("min_interval_days", _("Days between two times, at least"), "number", measure.get("min_interval_days", 0)),
        box("attribution", _("Who wrote it"), "line", measure.get("attribution"), other=words.get("attribution", "")),
    ]  # fmt: skip
    recall = box("recall", _("Which days it asks about"), "select")
    recall.choices = [(code, str(label), code == measure.get("recall")) for code, label in RECALLS.items()]
    worse = box("higher_is_worse", _("A higher total means it is harder"), "tick", measure.get("higher_is_worse", True))
    return [recall, *made, worse]


def _lines(options: Any) -> str:
    listed = [one for one in options or [] if isinstance(one, dict) and (one.get("label") or one.get("value"))]
    return "\n".join(f"{one.get('value', '')} {one.get('label', '')}".strip() for one in listed)


def _bands(bands: Any) -> str:
    return "\n".join(
        f"{one.get('low')}-{one.get('high')} {one.get('label', '')}" if one.get("high") != "" else str(one.get("low"))
        for one in bands or []
    )


def _labels(words: Json, name: str) -> list[str]:
    """The words of options or bands in a translation."""
    there = words.get(name)
    return [str(one.get("label", "")) for one in there if isinstance(one, dict)] if isinstance(there, list) else []


def label_of_item(words: Any) -> str:
    """The words of one question in a translation."""
    return str(words.get("text", "")) if isinstance(words, dict) else str(words or "")


def put(table: Json, sent: Sent) -> None:
    """The questionnaire as the page has it, into the table."""
    if not is_questionnaire(table) or not sent.has("measure.stem"):
        return
    old = table["measure"]
    lines = options_from(sent.one("measure.items"), _as_options(old.get("items", [])))
    backwards = {int(n) for n in re.findall(r"\d{1,2}", sent.one("measure.reverse"))}
    items = [
        {"n": n, "key": line["key"], "text": line["label"]} | ({"reverse": True} if n in backwards else {})
        for n, line in enumerate(lines, start=1)
    ]
    measure: Json = {
        **old,
        "recall": sent.one("measure.recall") if sent.one("measure.recall") in RECALLS else "",
        "stem": " ".join(sent.one("measure.stem").split()),
        "options": [_points(line) for line in sent.one("measure.options").splitlines() if line.strip()],
        "items": items,
        "scoring": {"type": "sum", "max_missing": number_or_text(sent.one("measure.max_missing") or "0")},
        "bands": [_band(line) for line in sent.one("measure.bands").splitlines() if line.strip()],
        "higher_is_worse": sent.one("measure.higher_is_worse") == "yes",
        "min_interval_days": number_or_text(sent.one("measure.min_interval_days") or "0"),
        "attribution": sent.one("measure.attribution"),
    }
    for name in ("cutoff", "rci"):
        measure.pop(name, None)
    if cutoff := sent.one("measure.cutoff"):
        measure["cutoff"] = number_or_text(cutoff)
    if rci := sent.one("measure.rci"):
        measure["rci"] = {"value": number_or_text(rci), "source": sent.one("measure.rci_source")}
    table["measure"] = measure
    for language in spoken(table)[1:]:
        if sent.one("second") == language:
            table[language] = {**(table.get(language) or {}), "measure": _translation(measure, sent, language)}


def _as_options(items: list[Any]) -> list[Json]:
    return [{"key": one.get("key"), "label": one.get("text")} for one in items if isinstance(one, dict)]


def _points(line: str) -> Json:
    """`0 Never`; what has no number in front keeps its words and says so when it is checked."""
    found = re.fullmatch(r"\s*(\d{1,3})\s*[.:=)-]?\s*(.*)", line)
    return {"value": int(found[1]), "label": found[2].strip()} if found else {"value": "", "label": line.strip()}


def _band(line: str) -> Json:
    """`0-4 low`."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*(?:-|–|to|a)\s*(\d{1,4})\s*[.:=)]?\s*(.*)", line)
    if found:
        return {"low": int(found[1]), "high": int(found[2]), "label": found[3].strip()}
    return {"low": line.strip(), "high": "", "label": ""}


def _translation(measure: Json, sent: Sent, language: str) -> Json:
    """The words in the second language, where there are any."""

    def typed(name: str) -> list[str]:
        return [line.strip() for line in sent.one(f"{language}:measure.{name}").splitlines()]

    words: Json = {}
    for name in ("stem", "attribution"):
        if text := " ".join(sent.one(f"{language}:measure.{name}").split()):
            words[name] = text
    items = {item["key"]: {"text": line} for item, line in zip(measure["items"], typed("items"), strict=False) if line}
    if items:
        words["items"] = items
    for name in ("options", "bands"):
        lines = [re.sub(r"^\s*\d+(?:\s*[-–]\s*\d+)?\s+", "", line) for line in typed(name)]
        if len(lines) == len(measure[name]) and all(lines):
            words[name] = [{**one, "label": line} for one, line in zip(measure[name], lines, strict=True)]
    return words


def signed(table: Json) -> Json:
    """The table with the checksum of its wording, in each language. Unchanged where there is nothing to sign yet."""
    if not is_questionnaire(table):
        return table
    full = {**table, "measure": _signed(table["measure"], {})}
    for language in spoken(table)[1:]:
        words = (table.get(language) or {}).get("measure")
        if isinstance(words, dict):
            whole = _signed(table["measure"], words)
            mine = {**words, "text_sha256": whole["text_sha256"]} if "text_sha256" in whole else words
            full[language] = {**table[language], "measure": mine}
    return full


def _signed(measure: Json, words: Json) -> Json:
    spoken_items = words.get("items") or {}
    table = {
        **measure,
        "stem": words.get("stem", measure.get("stem")),
        "options": words.get("options", measure.get("options")),
        "items": [{**one, **(spoken_items.get(one.get("key")) or {})} for one in measure.get("items", [])],
    }
    try:
        return {**measure, "text_sha256": checksum_of(table)}
    except (DefinitionError, KeyError, TypeError):
        return measure
