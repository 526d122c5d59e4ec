"""A client's goals, ready to be read: what they want, and why it matters to them (F28). Reads only."""

from uuid import UUID

from clinic.models import Episode
from homework.assignments.models import Goal, Plan
from homework.worksheets.summary import shorten


def of(episode: Episode) -> list[Goal]:
    """Every goal of an episode, those worked towards first, each in the order they were named. One query."""
    rows = list(Goal.objects.filter(episode=episode).order_by("created_at", "pk"))
    for row in rows:
        row.episode = episode
    return sorted(rows, key=lambda row: row.state != Goal.State.CURRENT)


def choices(rows: list[Goal], chosen: UUID | None = None) -> list[tuple[str, str]]:
    """What a plan may be for: the current goals, and the one that is chosen already whatever became of it."""
    shown = [row for row in rows if row.state == Goal.State.CURRENT or row.pk == chosen]
    return [(str(row.pk), shorten(row.text or "", 90)) for row in shown]


def only(rows: list[Goal]) -> UUID | None:
    """The one goal there is, which a new plan begins with; with several somebody has to choose."""
    shown = [row for row in rows if row.state == Goal.State.CURRENT]
    return shown[0].pk if len(shown) == 1 else None


def named(plan: Plan) -> Goal | None:
    """The goal a plan is for, ready to be read. `goal` should be fetched with the plan."""
    goal: Goal | None = plan.goal
    if goal is not None:
        goal.episode = plan.episode
    return goal
