"""Joan's story couples: Sam and Noor, Priya and Owen. Their sheets for two are in `homework.demo.pairs`.

Each also answers the pulse of the week, which the partner never sees.
"""

from collections.abc import Sequence

from homework.demo.weeks import Course, Week


def _pulses(close: Sequence[int], safe: Sequence[int]) -> tuple[Week, ...]:
    """Twelve weeks with nothing but the two questions, from week two on."""
    pairs = zip(close, safe, strict=True)
    return (Week(1), *(Week(number, pulse=pair) for number, pair in enumerate(pairs, start=2)))


SAM = Course(_pulses([5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7], [8] * 11), seen_by_others="unsure", reminders=False)
NOOR = Course(_pulses([5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 7], [7] * 11), seen_by_others="unsure", reminders=False)
# Priya: in week five she felt little safety to say what she thinks, and asked to talk about it on her own.
PRIYA = Course(
    _pulses([4, 4, 4, 3, 3, 4, 4, 5, 5, 5, 6], [6, 6, 5, 2, 3, 4, 5, 6, 6, 7, 7]), seen_by_others="yes", reminders=False
)
OWEN = Course(_pulses([5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6], [8] * 11), seen_by_others="unsure", reminders=False)
