"""How one plan stands, for whoever plans with the client: a doubt that was looked at, a place that does not fit, room to grow.

Words beside the plan; none of them bars anything (F12, F20, F42, F68). Reads only.
"""

from dataclasses import dataclass
from datetime import datetime

from clinic.models import AuditEvent
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import pacing, places
from homework.assignments.planning.places import PlaceNote
from homework.assignments.story import Story
from homework.worksheets.definition import Definition

WANTS_IF_THEN = ("practice", "approach")  # kinds of work for which a plan for what may get in the way is made (F20)


@dataclass(frozen=True)
class Standing:
    """The words beside one plan. `kept`: when an amber plan was kept as it is, to explore."""

    kept: datetime | None = None
    place_note: PlaceNote | None = None
    no_if_then: bool = False
    could_grow: str = ""


def of(assignment: Assignment, told: Story) -> Standing:
    """How the plan of a story stands. One query, and only when the plan is amber."""
    now = told.now
    if now is None or told.definition is None:
        return Standing()
    return Standing(
        kept=_kept(assignment, now.plan) if now.reasons else None,
        place_note=places.look(told.definition, now.plan.used_at, now.plan.size),
        no_if_then=lacks_if_then(told.definition, bool(now.pairs)),
        could_grow=pacing.room_to_grow(told.definition, now.plan, [one.entry for one in told.readings]),
    )


def lacks_if_then(definition: Definition, has_pairs: bool) -> bool:
    """Whether "no obstacle plan yet" is worth saying: something to practise or to approach, without an if-then."""
    return definition.kind in WANTS_IF_THEN and not has_pairs


def _kept(assignment: Assignment, plan: Plan) -> datetime | None:
    """When this revision was kept as it is although it is amber."""
    rows = AuditEvent.objects.filter(
        clinic_id=assignment.clinic_id, object_id=assignment.pk, verb="plan.amber_keep", detail__revision=plan.revision
    )
    at: datetime | None = rows.order_by("-at").values_list("at", flat=True).first()
    return at
