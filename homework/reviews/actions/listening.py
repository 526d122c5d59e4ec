"""After a session: work that is to be talked about first sends no reminders until a plan is agreed anew (F24, F25).

Nothing else changes: the plan stands, Today shows it, and what was agreed in that very session or later goes on as agreed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from clinic import audit
from clinic.access import Actor
from clinic.models import Appointment
from homework.assignments.models import Assignment, Plan
from homework.reviews import after_session
from homework.worksheets.models import Worksheet


@transaction.atomic
def switch(*, by: Actor, at: datetime | None = None) -> int:
    """Switch listening on or off for everybody whose session closed since the last look. Returns how much work changed.

    The number of queries does not depend on the number of clients. Twice is once.
    """
    now = at or timezone.now()
    episodes = {row.pk: row for row in after_session.to_look_at(by.clinic, now)}
    if not episodes:
        return 0
    audit.opened_list(by=by, client_ids=[row.client_id for row in episodes.values()], verb=after_session.LOOKED)
    on = after_session.listening_in(episodes, by.clinic.time_zone, now)
    resting = _agreed_before(on, now).update(listens_since=now)
    off = Assignment.objects.filter(episode_id__in=set(episodes) - on, listens_since__isnull=False)
    going_on = off.update(listens_since=None)
    if resting or going_on:
        audit.record(by=by, verb="listening.switched", on=resting, off=going_on)
    return int(resting + going_on)


def _agreed_before(episodes: set[UUID], now: datetime) -> Any:
    """Work to practise whose plan is older than the last session, in these episodes."""
    last = Appointment.objects.filter(episode_id=OuterRef("episode_id")).past(now).values("starts_at")[:1]
    plan = Plan.objects.agreed().filter(assignment_id=OuterRef("pk"), confirmed_at__lt=OuterRef("last_at"))
    work = Assignment.objects.active().filter(episode_id__in=episodes, kind=Assignment.Kind.WORK)
    work = work.exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)
    anew = Q(listens_since__isnull=True) | Q(listens_since__lt=F("last_at"))  # an older one has been answered by a plan
    return work.annotate(last_at=Subquery(last)).filter(anew, Exists(plan))
