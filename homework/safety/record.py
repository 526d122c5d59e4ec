"""Adding a step to the record of a flag. A part of actions: who may do what is decided there.

Steps of one moment keep their order: each is dated after the one before it, by a microsecond where it has to be.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from clinic.models import Membership
from homework.safety.models import FlagEvent, SafetyFlag

NEXT = timedelta(microseconds=1)


def add_step(
    flag: SafetyFlag,
    step: str,
    *,
    actor: Membership | None = None,
    to: Membership | None = None,
    at: datetime | None = None,
    words: str = "",
    detail: dict[str, Any] | None = None,
    **facts: Any,
) -> None:
    """One step. `detail` and `facts` are plain facts, `words` what was typed (the client has to be open for those)."""
    last = FlagEvent.objects.filter(flag_id=flag.pk).aggregate(at=Max("created_at"))["at"]
    now = at or timezone.now()
    event = FlagEvent(
        clinic_id=flag.clinic_id,
        episode=flag.episode,
        flag=flag,
        step=step,
        actor=actor,
        to=to,
        detail=(detail or {}) | facts,
        created_at=now if last is None else max(now, last + NEXT),
    )
    if words:
        event.words = words
    event.save(force_insert=True)
