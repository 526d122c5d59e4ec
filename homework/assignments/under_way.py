"""With how many clients a worksheet is under way: the library asks, this app knows."""

from uuid import UUID

from clinic.access import Actor
from homework.assignments.models import Assignment
from homework.worksheets.usage import tells_under_way


@tells_under_way
def under_way(actor: Actor, worksheet: UUID) -> int:
    """Clients of this clinic with open work on any version of it. A number only, whoever's clients they are."""
    rows = Assignment.objects.open().filter(clinic_id=actor.clinic_id, version__worksheet_id=worksheet)
    return rows.values("episode_id").distinct().count()
