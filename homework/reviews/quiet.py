"""Gone quiet (D12): a plan is under way, and for ten days nothing was shared and nothing was said (F50).

Looked at is what somebody gave to their care team: entries, questions, wins, replies, ways on taken when stuck. When and
whether they signed in is not looked at, here or anywhere (F33). There is no automatic contact: a person decides.
"""

from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest

from clinic.models import AuditEvent
from homework.assignments.actions.stuck import VERB
from homework.assignments.models import Entry
from homework.reviews.digest import signals
from homework.reviews.models import ClientQuestion, Comment, Win


def with_last_words(plans: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate plans with `given_at`, the last entry shared in the whole episode, and `told_at`, the last message."""
    here = {"episode_id": OuterRef("episode_id")}
    told = (
        _last(ClientQuestion.objects.filter(**here), "asked_at"),
        _last(Win.objects.filter(**here), "created_at"),
        _last(Comment.objects.filter(**here, author_id=OuterRef("episode__client_id")), "created_at"),
        _last(AuditEvent.objects.filter(client=OuterRef("episode__client_id"), verb=VERB), "at"),
    )
    given = _last(Entry.objects.shared().filter(**here), "shared_at")
    found: QuerySet[Any] = plans.annotate(given_at=given, told_at=Greatest(*told))
    return found


def _last(rows: QuerySet[Any], column: str) -> Subquery:
    """The latest of a column, as a sub-select."""
    return Subquery(rows.order_by().values("clinic_id").annotate(last=Max(column)).values("last")[:1])


def days(plan: Any, awake: datetime | None, now: datetime) -> int | None:
    """For how many days nothing came from the client of an active plan, from the tenth on; else None.

    awake: the end of the last pause of everything; days at rest say nothing.
    """
    since = max(filter(None, (plan.assignment.agreed_at, awake)), default=None)
    if not signals.gone_quiet(since, plan.given_at, plan.told_at, now):
        return None
    last: datetime = max(filter(None, (since, plan.given_at, plan.told_at)))
    return (now - last).days
