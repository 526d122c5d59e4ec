"""An unfinished sheet as a client would see it: what cannot be shown yet is left out and named."""

from dataclasses import dataclass

from homework.worksheets.builder import points
from homework.worksheets.builder.tables import filled_up, spoken
from homework.worksheets.definition import Definition, parse
from homework.worksheets.kinds import DefinitionError, Field, Json, Place


@dataclass(frozen=True)
class Sketch:
    """What can be shown. `left_out` are the labels (or keys) of questions that are not finished."""

    definition: Definition | None
    left_out: list[str]


def sketch(table: Json, language: str = "") -> Sketch:
    """The sheet as far as it goes, in a language it speaks."""
    if points.is_questionnaire(table):
        return _questionnaire(table, language)
    fields, left_out = [], []
    for number, question in enumerate(table.get("fields", [])):
        try:
            Field.from_table({**question, "label": question.get("label") or "…"}, Place("draft", f"fields[{number}]"))
        except DefinitionError:
            left_out.append(str(question.get("label") or question.get("key")))
        else:
            fields.append({**question, "label": question.get("label") or "…"})
    for attempt in (_whole(table, fields), _plain(table, fields)):
        try:
            definition = parse(attempt, source="draft")
        except DefinitionError:
            continue
        return Sketch(definition.localised(language or definition.language), left_out)
    return Sketch(None, left_out)


def _questionnaire(table: Json, language: str) -> Sketch:
    """A questionnaire as far as it goes: without its bands and cut-off, which its client never sees."""
    hidden = ("bands", "cutoff", "rci")
    measure = {name: value for name, value in table["measure"].items() if name not in hidden}
    measure["options"] = [{**one, "label": one.get("label") or "…"} for one in measure.get("options", [])]
    measure["stem"] = measure.get("stem") or "…"
    bare = {name: value for name, value in filled_up(table).items() if name not in ("es", "en")}
    sizes = {"M": {"label": "…", "minutes": 1}}
    for attempt in (filled_up(table), bare | {"measure": measure, "sizes": sizes, "languages": spoken(table)[:1]}):
        try:
            definition = parse(points.signed(attempt), source="draft")
        except DefinitionError:
            continue
        return Sketch(definition.localised(language or definition.language), [])
    return Sketch(None, [])


def _whole(table: Json, fields: list[Json]) -> Json:
    """With its sizes, conditions and translations."""
    full = filled_up(table)
    keys = {field["key"] for field in fields}
    sizes = {
        code: {**size, "label": size.get("label") or "…", "fields": [k for k in size.get("fields", []) if k in keys]}
        for code, size in full.get("sizes", {}).items()
    }
    example = {"person": "…", "values": {}}
    return {**full, "fields": fields, "sizes": sizes, "example": example, "guide": {"introduce": "…", "review": "…"}}


def _plain(table: Json, fields: list[Json]) -> Json:
    """Only the questions, in one language, without anything that may contradict itself."""
    own = spoken(table)[0]
    head = {name: value for name, value in _whole(table, fields).items() if name not in ("es", "en", "instead")}
    keys = [field["key"] for field in fields if field["kind"] not in ("change", "sleep")]
    plain = [{name: value for name, value in field.items() if name not in ("show_if", "partner")} for field in fields]
    return {
        **head,
        "languages": [own],
        "fields": [field for field in plain if field["kind"] not in ("change", "sleep")],
        "sizes": {code: {"label": "…", "minutes": 1, "fields": keys} for code in ("S", "M")},
        "cautions": [],
        "locked": False,
        "lock_reason": "",
        "couple": False,
        "left_out_because": "…",
    }
