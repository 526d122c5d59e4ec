"""I'm stuck: the client takes one of three ways on. Each is a step of theirs, none is a fault (F20, F41)."""

from collections.abc import Sequence
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments.actions import entry as doing
from homework.assignments.actions import rest
from homework.assignments.models import Assignment, Entry, Obstacle


class Way(StrEnum):
    """The ways on, in the order they are offered."""

    IF_THEN = "if_then"
    SMALLER = "smaller"
    REST = "rest"


VERB = "work.stuck"


@transaction.atomic
def take(
    *, by: Actor, assignment: Assignment, way: str, obstacles: Sequence[str] = (), entry: Entry | None = None
) -> Entry | None:
    """Go one of the ways. Returns the entry to go on with, None when it rests until the two have talked.

    entry: the draft the client came from; what is typed there stays. obstacles: what is in the way, if they ticked it.
    Raises ActionRefused (409) when the work is not under way.
    """
    met = [kind for kind in obstacles if kind in Obstacle.values]
    if way not in list(Way):
        raise ActionRefused(_("Choose one of the ways on."), status=422, field="way")
    audit.record(by=by, verb=VERB, obj=assignment, way=way, obstacles=met)
    if way == Way.REST:
        rest.pause(by=by, assignment=assignment, why=Assignment.Rest.STUCK)
        return None
    size = "S" if way == Way.SMALLER else ""
    if entry is None or entry.state != Entry.State.DRAFT or entry.assignment_id != assignment.pk:
        return doing.begin(by=by, assignment=assignment, size=size)
    return doing.resize(by=by, entry=entry, size=size) if size and entry.size != size else entry
