"""From names other programs give to keys of ours, always in the same way, so that answers find their question again."""

import re
import unicodedata

from homework.worksheets.kinds import RESERVED

LONGEST = 40


def plain(text: str) -> str:
    """Small letters, digits and _, from any text; may be empty."""
    letters = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")


def question_key(link: str) -> str:
    """The key of a question another program calls `link`: itself where it is one, else as near as possible."""
    if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", link) and link not in RESERVED:
        return link
    found = plain(link)
    found = found if found[:1].isalpha() else f"q_{found}".rstrip("_")
    found = found[:LONGEST].rstrip("_")
    return f"{found[: LONGEST - 2]}_q" if found in RESERVED else found


def option_key(code: str) -> str:
    """The key of an option: its code where that is short and simple, else as near as possible."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", code):
        return code
    return plain(code)[:LONGEST].rstrip("_") or "option"


def slug(text: str) -> str:
    """A slug from a title; never empty."""
    return plain(text).replace("_", "-")[:50].strip("-") or "imported"


def unlike(key: str, taken: set[str]) -> str:
    """The key, with a number behind it where it is taken; it is taken from now on."""
    found, number = key, 2
    while found in taken:
        found = f"{key[: LONGEST - 4]}_{number}"
        number += 1
    taken.add(found)
    return found
