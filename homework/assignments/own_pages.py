"""One's own pages after care (F50): which work goes on for oneself, until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic import after_care
from clinic.access import Actor
from clinic.models import Episode
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning import agreed


@dataclass(frozen=True)
class OwnPages:
    """What is there after care: pieces of work to write on for oneself, with their titles, and the last day."""

    until: date
    work: list[tuple[UUID, str]]


def goes_on(work: Assignment) -> bool:
    """Whether it can be written on for oneself: agreed, no questionnaire, not for two."""
    return (
        work.version is not None
        and work.state == Assignment.State.ACTIVE
        and not work.is_measure
        and work.dyad_id is None
    )


def may_write(actor: Actor, entry: Entry) -> bool:
    """Whether a draft can be written on after care. No query for an entry that came with its work and episode."""
    work = entry.assignment
    return after_care.writes_for_self(entry.episode, actor.clinic) and not work.is_measure and work.dyad_id is None


def of(actor: Actor, episode: Episode, work: Iterable[Assignment]) -> OwnPages | None:
    """The pages of an episode that has ended, None while care goes on. No query."""
    last = after_care.until(episode, actor.clinic)
    if last is None:
        return None
    return OwnPages(last, [(row.pk, agreed.title_of(row)) for row in work if goes_on(row)])
