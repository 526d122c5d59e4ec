"""Spanish is complete: every string in the catalogue has words, and keeps its placeholders."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
LIBRARY = ROOT / "homework" / "worksheets" / "library"
STRAIGHT = re.compile(r"[A-Za-z]'[a-z]")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]")


def texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value or ()]  # type: ignore[attr-defined]


def test_every_string_has_spanish_words_with_the_same_placeholders() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        source, target = texts(message.id), texts(message.string)
        if message.fuzzy or not target or not all(target):
            wrong.append(source[0])
        elif sorted(set(PLACEHOLDER.findall(source[-1]))) != sorted(set(PLACEHOLDER.findall(target[-1]))):
            wrong.append(source[-1])
    assert not wrong
    assert len(list(catalogue)) > 1500


def test_apostrophes_are_curly() -> None:
    with CATALOGUE.open("rb") as file:
        said = [text for message in read_po(file) for text in texts(message.id)]
    shipped = [path.read_text() for path in LIBRARY.rglob("*.toml")]
    assert not [text for text in said if STRAIGHT.search(text)]
    assert not [match[0] for text in shipped for match in [STRAIGHT.search(text)] if match]
