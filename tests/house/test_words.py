"""Words that blame, order or count against people appear nowhere a person can read them.

Read from templates, scripts, translations, the worksheet library and every text that Python hands to gettext.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.test_templates import ROOT, STATIC, name, pages, source

NEVER = {
    "en": [
        r"\bmissed\b",
        r"\boverdue\b",
        r"\bfail(?:ed|s|ure|ing)?\b",
        r"non-?complian\w*|\bcomplian\w*",
        r"\bstreaks?\b",
        r"\b(?:don['’]t|do not) forget\b",
        r"\bmust\b",
        r"\b(?:homework|compliance|adherence) score\b",
        r"\bincomplete\b",
    ],
    "es": [
        r"\batrasad[oa]s?\b",
        r"\bincumpl\w*",
        r"\bfracas\w*",
        r"\bfallid[oa]s?\b",
        r"\brachas?\b",
        r"\bno (?:te|se) olvides?\b|\bno olvides?\b",
        r"\bdebes\b|\btienes que\b",
    ],
}
# Where a word is right after all: (part of the file's path, words around it), with the reason. Keep it short.
ALLOWED = [
    ("phq-", "that you are a failure", "the wording of a published measure is never changed"),
]
SOURCES = ("templates", "static", "locale", "accounts", "clinic", "homework")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}


def hits(where: str, text: str, *languages: str) -> Iterator[str]:
    """The forbidden words in a text, as `where: ...words around it...`."""
    for pattern in (rule for language in languages or ("en",) for rule in NEVER[language]):
        for hit in re.finditer(pattern, text, re.I):
            around = " ".join(text[max(0, hit.start() - 40) : hit.end() + 25].split())
            if not any(part in where and words in around for part, words, _reason in ALLOWED):
                yield f"{where}: {around}"


def strings(value: Any) -> Iterator[str]:
    """Every text inside a parsed TOML file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def spoken(path: Path) -> Iterator[str]:
    """Every text a Python file hands to gettext."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in GETTEXT:
            parts = [part for argument in node.args for part in ast.walk(argument)]
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def said_in_templates() -> Iterator[str]:
    """Templates, pages and mails, without comments."""
    for path in pages(".html", ".txt"):
        yield from hits(name(path), source(path))


def said_in_scripts() -> Iterator[str]:
    """Scripts, without the comments that explain them."""
    for path in STATIC.rglob("*.js"):
        yield from hits(path.name, re.sub(r"(?m)(?:^|\s)//.*$|/\*.*?\*/", "", path.read_text(encoding="utf-8")))


def said_in_python() -> Iterator[str]:
    """What Python says to people."""
    for package in ("accounts", "clinic", "homework"):
        for path in (ROOT / package).rglob("*.py"):
            for text in spoken(path):
                yield from hits(path.relative_to(ROOT).as_posix(), text)


def said_in_translations() -> Iterator[str]:
    """Translations: the lines a person sees, without the tools' comments."""
    for path in (ROOT / "locale").rglob("*.po"):
        text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
        yield from hits(path.relative_to(ROOT).as_posix(), text, "en", "es")


def said_in_the_library() -> Iterator[str]:
    """Worksheets and measures."""
    for path in (ROOT / "homework/worksheets/library").rglob("*.toml"):
        for text in strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            yield from hits(path.name, text, "en", "es")


@pytest.mark.parametrize(
    "said", [said_in_templates, said_in_scripts, said_in_python, said_in_translations, said_in_the_library]
)
def test_nobody_is_blamed_ordered_or_counted(said: Any) -> None:
    assert list(said()) == []


@pytest.mark.parametrize("text", ["You missed it", "2 days OVERDUE", "Don’t forget", "You must", "a streak of 3"])
def test_the_rule_finds_what_it_is_for(text: str) -> None:
    assert list(hits("here", text))


def test_every_allowed_word_is_still_there_and_has_a_reason() -> None:
    for part, words, reason in ALLOWED:
        files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*") if part in path.as_posix()]
        assert reason and any(
            words in " ".join(path.read_text(errors="ignore").split()) for path in files if path.is_file()
        ), part
