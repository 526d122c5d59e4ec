"""One input of the builder."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Box:
    """One input. `widget`: line, area, number, tick, select, ticks, lines. `second`: the words in the other language."""

    name: str
    label: str
    hint: str
    widget: str
    value: Any = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    second: str | None = None
    problem: str = ""
