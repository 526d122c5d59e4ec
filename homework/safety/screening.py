"""The look for heavy words in what was shared: a short list, in this process, off unless a clinic switches it on (6.4).

Pure: texts in, yes or no out. Nothing leaves the server, nothing is stored, and which words matched is never said, not even
by `is_heavy`. The words are in `screening_words.toml`, with what such lists cannot do. A clinic that has it off never comes
here: see `assignments.actions.heavy`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

EXEMPT = frozenset({"w07", "w16", "w35", "w38"})
"""Sheets where heavy words are the work itself: an alarm there would be noise, and would change what people write."""
WORDS = Path(__file__).with_name("screening_words.toml")


def is_heavy(texts: Iterable[str]) -> bool:
    """Whether a phrase of any language's list is in one of these texts, as whole words. "Not" before it does not matter."""
    return any(_pattern().search(plain(text)) for text in texts if text)


def plain(text: str) -> str:
    """Letters and digits only, small, without accents, one space between words: so that lists can be short."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter) and letter not in "'’‘`´")
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


@cache
def lists() -> dict[str, tuple[str, ...]]:
    """The phrases by language, as they are compared."""
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {language: tuple(plain(phrase) for phrase in part["phrases"]) for language, part in table.items()}


@cache
def _pattern() -> re.Pattern[str]:
    """All phrases in one expression, the longest first; whoever writes in one language may think in another."""
    every = sorted({phrase for phrases in lists().values() for phrase in phrases}, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, every)) + r")(?!\S)")
