"""Everything that happens in the demo is a moment: when, and what. Told in order, with the clock standing at each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from homework.demo.clock import at


@dataclass(frozen=True)
class Moment:
    """Something that happens at a time. `rank`: of two at once, the smaller comes first."""

    when: datetime
    do: Callable[[], object]
    rank: int = 0


def pass_by(moments: Iterable[Moment], now: datetime) -> None:
    """Let them happen in order; what is still to come does not."""
    for moment in sorted(moments, key=lambda one: (one.when, one.rank)):
        if moment.when <= now:
            with at(moment.when):
                moment.do()
