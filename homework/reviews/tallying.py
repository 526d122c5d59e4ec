"""From what single clients said to what may be told about a version of a worksheet. Pure.

A share is told only of ten clients or more, in steps of five, and never as all or none. A version is told only when what is
left of its worksheet is ten clients or more, or nobody: otherwise a subtraction would give the small rest away.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

ENOUGH = 10  # clients
STEP, LOWEST, HIGHEST = 5, 5, 95  # per cent
QUESTIONS = ("started", "shared", "clear", "expected", "useful", "deep")
V = TypeVar("V", bound=Hashable)


@dataclass
class Tally:
    """One version: for each question how many clients said anything, and how many said yes."""

    clients: int = 0
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))
    yes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUESTIONS, 0))

    def add(self, said: Mapping[str, bool | None]) -> None:
        """One more client; what they did not say (None) counts for nothing."""
        self.clients += 1
        for question in QUESTIONS:
            answer = said.get(question)
            self.asked[question] += answer is not None
            self.yes[question] += bool(answer)


def told(versions: Mapping[V, Tally]) -> dict[V, dict[str, int | None]]:
    """What may be told about the versions of one worksheet, in per cent; None where nothing may."""
    shown = safe({key: one.clients for key, one in versions.items()})
    by_question = {q: safe({key: versions[key].asked[q] for key in shown}) for q in QUESTIONS}
    return {
        key: {q: share(one.yes[q], one.asked[q]) if key in by_question[q] else None for q in QUESTIONS}
        for key, one in versions.items()
    }


def safe(clients: Mapping[V, int]) -> set[V]:
    """The versions whose number of clients is large enough, and whose hidden rest is too, or is nobody."""
    shown = {key for key, number in clients.items() if number >= ENOUGH}
    while shown and 0 < sum(number for key, number in clients.items() if key not in shown) < ENOUGH:
        shown.remove(min(shown, key=lambda key: (clients[key], str(key))))
    return shown


def share(yes: int, of: int) -> int:
    """A share in per cent, in steps of five, from 5 to 95: never that it was everybody, or nobody."""
    return min(max(STEP * round(100 * yes / of / STEP), LOWEST), HIGHEST)
