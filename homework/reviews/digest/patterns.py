"""What is read from answers for the digest beside ratings: distress in an approach task, two feelings at once, couples.

Pure: everything was fetched before. What two partners write is never put together here: each digest is about one of them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from homework.reviews.digest import signals
from homework.reviews.digest.interval import Interval, Work
from homework.reviews.digest.rows import Link
from homework.reviews.digest.signals import Pair
from homework.reviews.digest.stems import Pattern
from homework.reviews.models import ClientQuestion
from homework.worksheets.kinds.feelings import groups

PEAK, END = "_peak", "_end"
HARD, GOOD = ("fear", "anger", "sadness", "shame"), ("joy",)
PULSE, SAFE = "couple-pulse", "safe"


def distress(work: Work) -> tuple[Pair, ...]:
    """Distress at its peak and at the end, entry by entry, where a worksheet asks for both (`fear_peak`, `fear_end`)."""
    asked = work.definition.by_key if work.definition is not None else {}
    stems = [key.removesuffix(PEAK) for key in asked if key.endswith(PEAK) and key.removesuffix(PEAK) + END in asked]
    if not stems or work.definition is None:
        return ()
    return tuple(
        (said.rating(work.definition, stem + PEAK), said.rating(work.definition, stem + END))
        for entry in work.entries
        if (said := work.written.get(entry.pk)) is not None
        for stem in stems
    )


def of(here: Interval) -> frozenset[Pattern]:
    """What no rule about numbers finds: something was done for two; a hard feeling and a good one stood side by side."""
    return frozenset(_found(here))


def _found(here: Interval) -> Iterator[Pattern]:
    fresh = [(work, entry) for work in here.works for entry in work.done(here.since)]
    if any(work.row.dyad_id is not None for work, _entry in fresh):
        yield Pattern.COUPLE
    words = [work.written[entry.pk].values for work, entry in fresh if entry.pk in work.written]
    if any(both_feelings(value) for values in words for value in values.values()):
        yield Pattern.BOTH_FEELINGS


def both_feelings(value: Any) -> bool:
    """Whether one answer of the feelings picker holds a hard and a good one (F45)."""
    picked = {item.get("feeling") for item in value if isinstance(item, dict)} if isinstance(value, list) else set()
    return bool(picked & _keys(HARD)) and bool(picked & _keys(GOOD))


def _keys(wanted: Iterable[str]) -> set[str]:
    return {key for group in groups("en") if group.key in wanted for key, _word in group.feelings}


def private(here: Interval) -> tuple[bool, Link | None]:
    """D14 and where to read it: the chip "on my own" while it is open, or little safety to speak, said since last time."""
    asked = next((row for row in here.spoken.questions if _alone(row)), None)
    safe = _safe_to_say(here)
    if not signals.couple_private(safe, asked is not None):
        return False, None
    return True, ("question", str(asked.pk)) if asked is not None else ("client_page", str(here.appointment.episode_id))


def _alone(row: ClientQuestion) -> bool:
    return ClientQuestion.Chip.ALONE in row.chips and row.state == ClientQuestion.State.OPEN


def _safe_to_say(here: Interval) -> float | None:
    """How safe it felt to say what one thinks, as last said since the last session; None when it was not asked."""
    newest = [row for definition, row in here.scores if definition.slug == PULSE and row.taken_at >= here.since]
    parts = (newest[-1].result or {}).get("parts", ()) if newest else ()
    return next((part["total"] for part in parts if part["key"] == SAFE), None)
