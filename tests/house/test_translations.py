"""Spanish is complete: every string in the catalogue has words, and keeps its placeholders."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUE = Path(__file__).resolve().parents[2] / "locale" / "es" / "LC_MESSAGES" / "django.po"
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
