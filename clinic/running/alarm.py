"""Is everything well? Parked messages, urgent ones that wait too long, jobs that are late; and telling the admins once a day.

Every page of an admin asks it, so it is two statements, one for messages and one for jobs. Nothing about any client is in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from clinic import jobs, logs
from clinic.access import Role
from clinic.models import Clinic, Membership, OutgoingMessage
from clinic.outbox import staff
from clinic.outbox.ledger import check, queue_all

SLOW = timedelta(minutes=5)  # an urgent message that waits longer than this is too late
NEW = timedelta(minutes=15)  # a clinic younger than this may not have had a worker yet
LADDER = "safety.climb_ladder"  # its lateness is said by the banner about safety, to all staff
KEY = "running:"
Kind, State = OutgoingMessage.Kind, OutgoingMessage.State


@dataclass(frozen=True)
class Trouble:
    """How things stand in one clinic. `urgent_since`: when the oldest urgent message that waits was due."""

    now: datetime
    runs: list[jobs.Row] = field(default_factory=list)
    parked: int = 0
    urgent_since: datetime | None = None
    is_new: bool = False

    @property
    def late(self) -> list[jobs.Row]:
        """Jobs that are late; one that has never run only once the clinic has had time to begin."""
        return [row for row in self.runs if row.late and not (self.is_new and row.last is None)]

    @property
    def late_here(self) -> list[jobs.Row]:
        """The late ones that the banner about safety does not speak of."""
        return [row for row in self.late if row.name != LADDER]

    @property
    def is_slow(self) -> bool:
        """Whether an urgent message waits too long."""
        return self.urgent_since is not None and self.now - self.urgent_since > SLOW

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return not (self.parked or self.late or self.is_slow)

    @property
    def says(self) -> bool:
        """Whether an admin's pages say so."""
        return bool(self.parked or self.late_here or self.is_slow)


def of(clinic: Clinic, now: datetime) -> Trouble:
    """How things stand. Two statements."""
    return replace(of_messages(clinic, now), runs=jobs.overview(now))


def of_messages(clinic: Clinic, now: datetime) -> Trouble:
    """How things stand with its messages, jobs left aside. One statement."""
    parked = Q(state=State.PARKED)
    urgent = Q(state=State.QUEUED, kind__in=OutgoingMessage.URGENT, due_at__lte=now)
    rows = OutgoingMessage.objects.filter(parked | urgent, clinic_id=clinic.pk)  # few, each by its index
    found = rows.aggregate(parked=Count("pk", filter=parked), urgent=Min("due_at", filter=urgent))
    return Trouble(
        now=now,
        parked=found["parked"],
        urgent_since=found["urgent"],
        is_new=now - clinic.created_at < NEW,
    )


# --- telling ----------------------------------------------------------------------------------------------------------


def raise_it(clinic: Clinic, now: datetime) -> int:
    """Where something is wrong, a line in the log, and a neutral note to each admin, once a day. Returns how many are new."""
    found = of(clinic, now)
    if found.is_well:
        return 0
    slow = "slow" if found.is_slow else None
    logs.log.error("messages_alarm", clinic=clinic.pk, parked=found.parked, late=len(found.late), outcome=slow)
    admins = Membership.objects.current().filter(clinic_id=clinic.pk, role=Role.ADMIN, user__is_active=True)
    notes = [
        staff.something_to_read(member=admin, about=clinic.pk, now=now, series=KEY)
        for admin in admins.select_related("user").order_by("pk")
    ]
    return queue_all([note for note in notes if note is not None])


@check(Kind.DIGEST)
def still_wrong(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """The daily note to admins is not sent when all is well again."""
    mine = [row.pk for row in rows if row.key.startswith(KEY)]
    return dict.fromkeys(mine, "well" if mine and of(clinic, now).is_well else "")
