"""A worksheet with one question of every kind, and an answer to each, for tests that go through all of them."""

from typing import Any

from homework.worksheets.definition import Definition, parse

HEAD: dict[str, Any] = {
    "slug": "sample",
    "kind": "practice",
    "family": "noticing",
    "title": "A sample",
    "known_as": "Sample",
    "purpose": "To try every kind of question.",
    "why": "It shows what each does.",
    "first_step": "Look at it.",
    "counts_as_some": "One answer.",
    "counts_as_all": "All of them.",
    "frequency": "once",
    "reading_grade": 3.0,
    "author": "Tests",
    "review_due": "2030-01-01",
    "guide": {"introduce": "Show it.", "review": "Ask about it."},
}
PARTS = [{"key": "morning", "label": "Morning"}, {"key": "night", "label": "Night"}]
OPTIONS = [{"key": "one", "label": "The first"}, {"key": "two", "label": "The second"}]
COLUMNS = [
    {"kind": "text", "key": "what", "label": "What"},
    {"kind": "s10", "key": "mood", "label": "Mood"},
    {"kind": "choice", "key": "how", "label": "How", "options": OPTIONS},
    {"kind": "yesno", "key": "ok", "label": "Fine"},
]

# kind: (further attributes, an answer)
EVERY_KIND: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, 'Rain <b>&</b> "tea"'),
    "long": ({}, "Two lines\n\nand  a  gap </textarea>"),
    "s10": ({"low": "Little", "high": "Much"}, 0),
    "s100": ({"low": "Little", "high": "Much"}, 85),
    "number": ({"min": -5, "max": 40, "whole": False, "unit": "cups"}, 2.5),
    "duration": ({}, 90),
    "date": ({}, "2026-03-29"),
    "time": ({}, "23:05"),
    "datetime": ({}, "2026-03-29T02:30"),
    "choice": ({"options": OPTIONS}, "two"),
    "yesno": ({}, False),
    "checklist": ({"options": OPTIONS}, ["one", "two"]),
    "emo": ({}, [{"feeling": "afraid", "strength": 60}, {"feeling": "happy", "strength": None},
                 {"own": "<odd>", "strength": 0}]),
    "rows": (
        {"columns": COLUMNS, "min": 1, "max": 4},
        [{"what": "Walk", "mood": 0, "how": "two", "ok": True}, {"what": "Rest", "ok": False}],
    ),
    "ladder": (
        {"columns": [COLUMNS[0]], "min": 2, "max": 5, "step_label": "Step", "rating_label": "How hard?"},
        [{"step": "Ring the bell", "suds": 70, "what": "my phone"}, {"step": "Walk past", "suds": 0}],
    ),
    "timer": (
        {"lengths": [10, 300], "lines": "In\nOut", "check_ins": 2, "check_label": "How strong?"},
        {"lasted": 95, "checks": [80, None]},
    ),
    "body": ({}, [{"place": "chest", "feels": "tight"}, {"place": "feet"}]),
    "ref": ({"worksheet": "w06", "field": "steps", "column": "step"}, "Ring the bell"),
    "audio": ({}, {"file": "0198f5a0-0000-7000-8000-000000000001"}),
    "photo": ({}, {"file": "0198f5a0-0000-7000-8000-000000000002"}),
    "note": ({"text": "Read this.\n\nAnd this.", "tone": "care", "link": "help"}, None),
    "grid": (
        {"columns": COLUMNS, "parts_of_day": PARTS, "days": 7},
        {"mon": {"night": {"what": "Read", "mood": 10}}, "sun": {"morning": {"ok": False}}},
    ),
}  # fmt: skip


ANSWERED = [kind for kind, (_more, answer) in EVERY_KIND.items() if answer is not None]


def sheet(*fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The table of a worksheet with these questions, all of them in every size."""
    keys = [field["key"] for field in fields if field["kind"] not in ("change", "sleep")]
    table = {
        **HEAD,
        "fields": list(fields),
        "sizes": {
            "S": {"label": "Small", "minutes": 1, "fields": keys},
            "M": {"label": "Usual", "minutes": 2, "fields": keys},
        },
        "example": {"person": "Somebody", "values": {}},
    }
    return {**table, **changes}


def question(kind: str, key: str = "it", **changes: Any) -> dict[str, Any]:
    """One question of a kind, with what that kind cannot do without."""
    return {"kind": kind, "key": key, "label": f"A {kind}", **EVERY_KIND[kind][0], **changes}


def everything() -> Definition:
    """One question of every kind, each keyed by its kind."""
    return parse(sheet(*(question(kind, f"a_{kind}") for kind in EVERY_KIND)))


def all_answers() -> dict[str, Any]:
    """An answer to every question of `everything`."""
    return {f"a_{kind}": answer for kind, (_more, answer) in EVERY_KIND.items() if answer is not None}
