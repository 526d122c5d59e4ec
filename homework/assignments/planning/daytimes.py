"""Good moments of a day to hang something on: what usually comes just before (F37). Pure.

A suggestion is never after eight in the evening, whatever somebody likes best: what is left until late often does not
happen. Who picks a later time for themself is told so kindly, and keeps it.
"""

from dataclasses import dataclass
from datetime import time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from homework.assignments.schedule import EVENING


@dataclass(frozen=True)
class Moment:
    """What comes just before, and when that usually is."""

    words: Promise
    at: time
    part: str  # of the day, as a FitProfile says it


MOMENTS = (
    Moment(_("after breakfast"), time(8), "morning"),
    Moment(_("on the way in the morning"), time(8, 30), "morning"),
    Moment(_("in the lunch break"), time(12, 30), "midday"),
    Moment(_("after coming home"), time(17, 30), "evening"),
    Moment(_("after dinner"), time(19), "evening"),
)


def suggestions(part: str = "") -> list[Moment]:
    """The moments to choose from, those of the part of the day somebody likes first; `night` counts as evening."""
    wanted = "evening" if part == "night" else part
    return sorted(MOMENTS, key=lambda moment: moment.part != wanted)


def is_late(at: time | None) -> bool:
    """Whether a time is after eight in the evening."""
    return at is not None and at > EVENING
