"""A client's hours or their time zone changed: what is still to come is worked out again, what has been stays (8.4).

The times that were agreed stay what they are on the client's wall; only the instants move. A day that had its message has no
second one, whatever the clock says now: the key of a message holds the local date.
"""

from django.db import transaction
from django.utils import timezone

from clinic.access import Actor
from homework.assignments import due
from homework.assignments.actions.rest import MOMENTS
from homework.assignments.models import Assignment, Plan


@transaction.atomic
def coming(by: Actor) -> None:
    """The next moments of everything a client has under way, in their zone as it is now. Called by `clinic.wishes`.

    The action that changed the hours or the zone records it. Three statements, and one for the wishes of each episode.
    """
    if by.user is None or not by.is_client:
        return
    now, zone = timezone.now(), by.user.time_zone
    rows = Assignment.objects.visible_to(by).open().select_for_update(of=("self",)).select_related("episode")
    work = {row.pk: row for row in rows.order_by("pk")}
    plans = Plan.objects.in_force().filter(assignment_id__in=work)
    plans.exclude(zone=zone).update(zone=zone)
    for plan in plans.agreed():
        row = work[plan.assignment_id]
        if row.state == Assignment.State.ACTIVE and row.kind == Assignment.Kind.WORK:
            due.reschedule(row, plan, now)
    Assignment.objects.bulk_update(work.values(), MOMENTS)
