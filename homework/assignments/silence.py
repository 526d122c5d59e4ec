"""Which reminders have stopped by themselves, because three in a row had no answer (F25). For the digest: it asks in the session.

Nothing is counted for anybody else, and the client is told nothing of it: their own plan is still there on Today.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from clinic.models import Clinic, ContactPrefs, Episode
from clinic.outbox.reach import Earlier, earlier_to
from homework.assignments import due
from homework.assignments.models import Entry, Plan
from homework.assignments.nudge import SILENT_AFTER, silent_days


def stopped(
    plans: Iterable[Plan], episodes: Mapping[UUID, Episode], prefs: Mapping[UUID, ContactPrefs], now: datetime
) -> set[UUID]:
    """The work (ids) whose reminders stopped. `episodes` with client and clinic, `prefs` by client.

    Two queries, none where no plan asks for reminders. Only the plan that holds counts.
    """
    asked = [plan for plan in plans if plan.state == Plan.State.AGREED and plan.reminder != Plan.Reminder.NONE]
    if not asked:
        return set()
    clients = {plan.pk: episodes[plan.episode_id].client for plan in asked}
    clinic: Clinic = episodes[asked[0].episode_id].clinic
    earlier = earlier_to(clinic, {client.user_id for client in clients.values() if client.user_id}, now)
    written = last_written([plan.assignment_id for plan in asked])
    found = set()
    for plan in asked:
        client = clients[plan.pk]
        sent: list[Earlier] = earlier.get(client.user_id, []) if client.user_id else []
        quiet = due.quiet_hours_of(prefs.get(client.pk))
        if len(silent_days(plan, quiet, written.get(plan.assignment_id), sent)) >= SILENT_AFTER:
            found.add(plan.assignment_id)
    return found


def last_written(work: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each piece of work was last written at all; a beginning counts. One query, nothing is opened."""
    begun = Q(started=True) | ~Q(state=Entry.State.DRAFT)
    entries = Entry.objects.filter(begun, assignment_id__in=list(work))
    return dict(entries.values_list("assignment_id").annotate(Max("saved_at")))
