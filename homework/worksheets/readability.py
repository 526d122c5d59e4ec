"""How hard a sheet is to read, as a school grade: Flesch-Kincaid in English, Crawford in Spanish.

Both formulas count words, sentences and syllables; Pyphen's dictionaries know the syllables of each language.

A grade is a hint, not a verdict: it counts words and syllables and knows nothing of meaning. Labels and hints are short and
often no sentences, so each is counted as one of its own.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pyphen import Pyphen

from homework.worksheets.definition import Definition, common_fields
from homework.worksheets.kinds import Field
from homework.worksheets.kinds.source import Text, hints_of, written

HIGHEST = 6
"""The grade no text for clients goes above (F57)."""

_NOT_FOR_CLIENTS = {"known_as", "guide", "caution_note", "instead", "lock_reason", "example", "measure"}


@cache
def _syllables(word: str, language: str) -> int:
    """Syllables of a word: one more than there are places to break it."""
    return len(_hyphens(language).positions(word)) + 1


@cache
def _hyphens(language: str) -> Any:
    return Pyphen(lang="es" if language == "es" else "en_US")


def grade(texts: Iterable[str], language: str = "en") -> float | None:
    """The school grade of some texts, one decimal, never below 0. None when there are no words.

    English: Flesch-Kincaid (Kincaid et al. 1975). Spanish: Crawford (1984), years of school for plain texts.
    """
    pieces = [piece for text in texts for piece in re.split(r"[.!?:;…]+\s|\n", text) if re.search(r"\w", piece)]
    words = [word for piece in pieces for word in re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", piece.lower())]
    if not words:
        return None
    sentences, syllables = len(pieces) / len(words), sum(_syllables(word, language) for word in words) / len(words)
    if language == "es":
        found = -20.5 * sentences + 4.9 * syllables - 3.407
    else:
        found = 0.39 / sentences + 11.8 * syllables - 15.59
    return round(max(0.0, found), 1)


def client_texts(definition: Definition, size: str | None = None) -> list[str]:
    """Every text a client reads on a worksheet, the shared questions left out; of one size when it is given."""
    keys = definition.sizes[size].fields if size else ()
    fields = tuple(field for field in definition.fields if not keys or field.key in keys)
    return [text for text in (*_head(definition), *(t for field in fields for t in texts_of(field))) if text]


def shared_texts(language: str) -> list[str]:
    """What every worksheet asks besides."""
    return [text for field in common_fields(language).values() for text in texts_of(field)]


def _head(definition: Definition) -> Iterator[str]:
    for name in written(Definition):
        if hints_of(Definition)[name] is Text and name not in _NOT_FOR_CLIENTS:
            yield str(getattr(definition, name))
    yield from (str(size.label) for size in definition.sizes.values())


def texts_of(thing: Any) -> Iterator[str]:
    """Every text a person reads in a question, its options and its columns."""
    for name in written(thing):
        value = getattr(thing, name)
        if hints_of(type(thing))[name] is Text:
            if value:
                yield str(value)
        elif isinstance(value, tuple):
            for member in value:
                if dataclasses.is_dataclass(member) and not isinstance(member, type):
                    yield from texts_of(member)


def grade_of(definition: Definition) -> float:
    """The grade of everything a client reads on this worksheet, in its language."""
    return grade(client_texts(definition), definition.language) or 0.0


def hard_questions(definition: Definition, above: float = HIGHEST) -> list[tuple[Field, float]]:
    """The questions that are harder to read than `above`, hardest first. Under eight words nothing can be said."""
    found = []
    for field in definition.fields:
        texts = list(texts_of(field))
        level = grade(texts, definition.language) if sum(len(text.split()) for text in texts) >= 8 else None
        if level is not None and level > above:
            found.append((field, level))
    return sorted(found, key=lambda one: -one[1])
