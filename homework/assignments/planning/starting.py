"""What a new proposal starts from besides the library: the client's goals, and the minutes they have on a bad day.

What they said once need not be asked again: it is filled in, to be changed (F28, F35). Reads only.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from clinic.models import Episode
from homework.assignments.forms.plan import PlanForm
from homework.assignments.models import Goal, Plan
from homework.assignments.planning import daytimes, goals, places, sizing
from homework.assignments.planning.composing import Composed
from homework.assignments.planning.daytimes import Moment
from homework.assignments.planning.places import PlaceNote
from homework.worksheets.definition import Definition


@dataclass(frozen=True)
class Known:
    """What is known of one client before anything is planned."""

    goals: list[Goal]
    minutes: int | None
    part: str = ""  # of the day, as their profile says it

    @property
    def current(self) -> list[Goal]:
        """The goals worked towards now."""
        return [row for row in self.goals if row.state == Goal.State.CURRENT]

    @property
    def moments(self) -> list[Moment]:
        """What a plan may hang on, never after eight in the evening (F37)."""
        return daytimes.suggestions(self.part)

    def choices(self, chosen: UUID | None = None) -> list[tuple[str, str]]:
        """What a plan may be for."""
        return goals.choices(self.goals, chosen)


def known(episode: Episode, part: str = "") -> Known:
    """What is known of a client. Two queries."""
    said = Plan.objects.filter(episode=episode, minutes__isnull=False, confirmed_at__isnull=False)
    minutes = said.order_by("-confirmed_at").values_list("minutes", flat=True).first()
    return Known(goals.of(episode), minutes, part)


def begun(composed: Composed, known: Known) -> Composed:
    """A proposal with what is known filled in: the one goal there is, the minutes, a size that fits into them."""
    words = composed.words
    minutes = words.minutes or known.minutes
    words = replace(
        words,
        goal=words.goal or goals.only(known.goals),
        minutes=minutes,
        size=sizing.that_fits(composed.definition, words.size, minutes),
    )
    return replace(composed, words=words)


def place_note(form: PlanForm, definition: Definition | None) -> PlaceNote | None:
    """A word about where a plan is to be used, from what stands on the page (F42)."""
    if definition is None:
        return None
    said = form["used_at"].value() or ()
    return places.look(definition, [str(place) for place in said], str(form["size"].value() or ""))
