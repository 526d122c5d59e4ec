"""How soon somebody has to look at a flag, and by when: rules over plain facts, no levels of risk (6.3, 6.5). Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homework.safety.hours import ServiceHours
from homework.safety.models import SafetyFlag, SafetySetup

Kind, Priority = SafetyFlag.Kind, SafetyFlag.Priority
AT_ONCE = (Kind.NOT_SAFE, Kind.CONTACT, Kind.CORE6)
ITEM9_TOP = 3
"""The highest answer to question 9 of the PHQ-9, "nearly every day"."""


def rises(points: int | None, was: int | None) -> bool:
    """Whether an answer went up by one or more. Without an answer last time nothing is known, so nothing rose."""
    return points is not None and was is not None and points > was


def priority_of(kind: str, points: int | None, was: int | None, all_first: bool) -> SafetyFlag.Priority:
    """The response time that goes with a flag.

    kind: a `SafetyFlag.Kind`; points: what was answered; was: what was answered last time, 0 included, None when it was
    left open then or never asked; all_first: the clinic looks at everything first.
    """
    first = all_first or kind in AT_ONCE or (kind == Kind.ITEM9 and points == ITEM9_TOP) or rises(points, was)
    return Priority.P1 if first else Priority.P2


@dataclass(frozen=True)
class Targets:
    """Response times of a clinic, in working minutes; `p2` None: by the end of the working day."""

    p1: int
    p2: int | None


def targets_of(setup: SafetySetup | None) -> Targets:
    """What a clinic has set; the program's own values before it has."""
    setup = setup or SafetySetup()
    return Targets(setup.p1_minutes, setup.p2_minutes)


def look_by(priority: str, at: datetime, hours: ServiceHours, targets: Targets) -> datetime:
    """By when somebody has to have looked at what was raised `at`.

    Out of hours the minutes begin with the next opening: nobody watches before, and the client's page says so.
    """
    if priority == Priority.P1:
        return hours.later(at, targets.p1)
    return hours.end_of_day(at) if targets.p2 is None else hours.later(at, targets.p2)


def known(answered: dict[str, Any] | None) -> tuple[int | None, int | None]:
    """Points and the points of last time, from what was answered."""
    said = answered or {}
    return said.get("points"), said.get("was")
