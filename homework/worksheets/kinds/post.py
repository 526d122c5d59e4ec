"""Form data from anyone, read without trust.

Whatever arrives (a browser's form, a script's, half a surrogate pair, a megabyte, a list where a word belongs), reading
it never raises. Texts are cut at `TEXT_LIMIT`, and a page takes at most `VALUE_LIMIT` answers.
"""

import re
from collections.abc import Mapping
from typing import Any

TEXT_LIMIT = 20_000
"""Characters in one answer. Ten pages of handwriting; the inputs carry it as `maxlength`, so a browser stops there."""

VALUE_LIMIT = 200
"""Filled-in inputs in one post. A week's grid has 112."""

TYPED_LIMIT = 200
"""How much of a number, date or time that we could not read is kept to show again."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Post:
    """What a form sent, by input name."""

    def __init__(self, data: object) -> None:
        self._data: Any = data if isinstance(data, Mapping) else {}
        self._room = VALUE_LIMIT
        self.full = False  # an answer was turned away because the page had too many

    def many(self, name: str) -> list[str]:
        """Every non-empty value sent under `name`, cleaned, in the order sent."""
        if hasattr(self._data, "getlist"):
            sent = self._data.getlist(name)
        else:
            sent = self._data.get(name)
            sent = sent if isinstance(sent, list | tuple) else [sent]
        texts = [text for value in sent[: VALUE_LIMIT + 1] if (text := clean(value))]
        if len(texts) > self._room:
            self.full = True
        texts = texts[: self._room]
        self._room -= len(texts)
        return texts

    def one(self, name: str) -> str:
        """The last value sent under `name`, as a browser means it; empty when there is none."""
        texts = self.many(name)
        return texts[-1] if texts else ""


def clean(value: object) -> str:
    """A text that is safe to keep: no NUL, no halves of characters, plain line ends, no space around it.

    One character longer than TEXT_LIMIT at most, so that the reader can tell that it was cut.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**18):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        return ""
    text = value[: TEXT_LIMIT * 2].replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text).strip()[: TEXT_LIMIT + 1]
