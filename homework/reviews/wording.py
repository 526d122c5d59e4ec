"""Words that may be advice, and words that judge other people or choices, in what a therapist writes back (F29, F32).

Pure: a text goes in, findings and two counts come out. Nothing is blocked and nothing is sent anywhere; the same lists go to
the browser with the page (`static/js/wording.js`) and underline there while somebody types. What is written may be in another
language than the page, so the lists of all languages are looked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _


class Kind(StrEnum):
    """What a word may be."""

    ADVICE = "advice"
    JUDGEMENT = "judgement"


WORDS: Mapping[str, Mapping[Kind, tuple[str, ...]]] = {
    "en": {
        Kind.ADVICE: (
            "you should",
            "you shouldn't",
            "you ought to",
            "you need to",
            "you must",
            "you have to",
            "have to",
            "you'd better",
            "you had better",
            "you've got to",
            "why don't you",
            "why not just",
            "just try",
            "try to just",
            "all you need",
            "if I were you",
            "my advice",
            "I would advise",
            "I'd advise",
            "make sure you",
        ),
        Kind.JUDGEMENT: (
            "leave him",
            "leave her",
            "leave them",
            "break up with",
            "get rid of him",
            "get rid of her",
            "toxic",
            "narcissist",
            "narcissistic",
            "abuser",
            "wrong for you",
            "bad for you",
            "not good enough for you",
            "I don't like",
            "I dislike",
            "I disapprove",
            "selfish",
            "ridiculous",
            "you deserve better",
        ),
    },
    "es": {
        Kind.ADVICE: (
            "deberías",
            "debería",
            "debes",
            "tienes que",
            "tiene que",
            "hay que",
            "por qué no",
            "prueba a",
            "simplemente intenta",
            "solo intenta",
            "sólo intenta",
            "yo que tú",
            "yo en tu lugar",
            "mi consejo",
            "te aconsejo",
            "le aconsejo",
            "más te vale",
            "asegúrate de",
        ),
        Kind.JUDGEMENT: (
            "déjalo",
            "déjala",
            "deja a tu",
            "rompe con",
            "tóxico",
            "tóxica",
            "narcisista",
            "maltratador",
            "maltratadora",
            "no te conviene",
            "no le conviene",
            "es malo para ti",
            "es mala para ti",
            "no me gusta",
            "egoísta",
            "ridículo",
            "ridícula",
            "te mereces algo mejor",
        ),
    },
}
# What an open question asks with. "Did you go?" is a question too, but yes or no is enough for it.
OPEN = {
    "en": ("what", "how", "when", "where", "who", "which", "why", "whose", "in what way"),
    "es": ("qué", "cómo", "cuándo", "dónde", "quién", "quiénes", "cuál", "cuáles", "cuánto", "cuánta"),
}
APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "´": "'", "`": "'"})


@dataclass(frozen=True)
class Found:
    """One place in a text: from and to (characters), the words as they are written, and what they may be."""

    start: int
    end: int
    words: str
    kind: Kind


def phrases(kind: Kind) -> list[str]:
    """The words of one kind, of all languages, the longest first: "you have to" before "have to"."""
    return sorted({phrase for lists in WORDS.values() for phrase in lists[kind]}, key=lambda text: (-len(text), text))


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words as whole words, in any case, over any white space."""
    each = (r"\s+".join(map(re.escape, phrase.split())) for phrase in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def look(text: str) -> list[Found]:
    """Every place that is underlined, in the order of the text. A text of any length; never raises."""
    plain = text.translate(APOSTROPHES)
    found = [
        Found(hit.start(), hit.end(), text[hit.start() : hit.end()], kind)
        for kind in Kind
        for hit in _pattern(tuple(phrases(kind))).finditer(plain)
    ]
    return sorted(found, key=lambda one: one.start)


@dataclass(frozen=True)
class Counts:
    """How many open questions a text asks, and how many times it advises; for its author alone."""

    asks: int = 0
    advises: int = 0


def counts(text: str | None) -> Counts:
    """The two counts of one text. A question that advises ("Why don't you ...?") is advice, not an open question.

    Each is at most what its column holds.
    """
    asks = sum(map(_is_open, re.findall(r"[^.!?…\n]*\?", text or "")))
    advises = sum(found.kind == Kind.ADVICE for found in look(text or ""))
    return Counts(min(asks, 32_000), min(advises, 32_000))


def _is_open(sentence: str) -> bool:
    """Whether a sentence with a question mark asks openly."""
    if any(found.kind == Kind.ADVICE for found in look(sentence)):
        return False
    return bool(_pattern(tuple(word for words in OPEN.values() for word in words)).search(sentence))


def for_page() -> dict[str, Any]:
    """What the browser needs to underline by itself: the words of each kind, and what is said about them."""
    says = {
        Kind.ADVICE: _("Could this be a question?"),
        Kind.JUDGEMENT: _("This may land harder in writing. Keep for session?"),
    }
    return {"kinds": [{"kind": str(kind), "words": phrases(kind), "says": says[kind]} for kind in Kind]}
