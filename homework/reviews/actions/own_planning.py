"""Sharing the look at one's own planning with one's supervisors, or keeping it to oneself again (F52)."""

from django.db import transaction

from clinic import audit
from clinic.access import Actor
from clinic.models import Membership


@transaction.atomic
def share(*, by: Actor, on: bool) -> Membership:
    """Let supervisors of one's clients see the page, or not any more. The person's own choice alone; nothing is deleted."""
    row: Membership = Membership.objects.select_for_update().get(pk=by.member.pk)
    if row.shares_plan_quality != on:
        row.shares_plan_quality = on
        row.save(update_fields=["shares_plan_quality"])
        audit.record(by=by, verb="planning.shared" if on else "planning.kept_private", obj=row)
    return row
