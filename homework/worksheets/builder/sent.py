"""Reading the builder's post, and the two things that are typed as lines: numbers, and options."""

import re
from typing import Any

from homework.worksheets.kinds import Json, Post


class Sent:
    """A post without the limit on the number of answers; a sheet of 40 questions has some hundreds of inputs."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def one(self, name: str) -> str:
        """The last value of an input."""
        return Post(self.data).one(name)

    def many(self, name: str) -> list[str]:
        """Every value of an input."""
        return Post(self.data).many(name)

    def has(self, name: str) -> bool:
        """Whether the page had such an input."""
        return name in self.data


def number_or_text(text: str) -> Any:
    """A number, or the text when it is none."""
    if re.fullmatch(r"-?\d{1,7}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,7}[.]\d{1,4}", text) else text


def options_from(text: str, before: list[Any]) -> list[Json]:
    """One option a line. A line keeps the key it had; when as many lines as before are there, a changed one does too."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    old = [one for one in before if isinstance(one, dict) and "key" in one]
    by_label = {str(one.get("label")): str(one["key"]) for one in old}
    keys: list[str] = []
    for place, line in enumerate(lines):
        key = by_label.get(line)
        if key is None and len(lines) == len(old) and str(old[place].get("label")) not in lines:
            key = str(old[place]["key"])
        if key is None or key in keys:
            taken = {*keys, *by_label.values()}
            key = next(f"option_{n}" for n in range(1, 99) if f"option_{n}" not in taken)
        keys.append(key)
    return [{"key": key, "label": line} for key, line in zip(keys, lines, strict=True)]
