"""Climbing the ladder: while nobody looks at a flag, the next person is told (6.3). Every five minutes in service hours.

The database is the schedule: a worker that was dead for a day goes on where the flags stand, one rung at a time, and never
sends a burst. Each flag is a transaction of its own, held by a lock that a second worker steps over. Out of hours nothing
climbs; at the opening everything that waits goes to the duty person first. The heartbeat is noted only when all went well.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clinic import audit, logs
from clinic.access import Actor
from clinic.models import Episode, Membership
from homework.safety import hours, ladder, priority, setup, telling
from homework.safety.hours import ServiceHours
from homework.safety.ladder import REPEAT_MINUTES, People, Rung
from homework.safety.models import FlagEvent, SafetyFlag, SafetySetup
from homework.safety.record import add_step


def climb(*, by: Actor, now: datetime | None = None) -> int:
    """Look at every flag nobody has looked at, in the clinic acted in. Returns how many went on to the next person."""
    at = now or timezone.now()
    with transaction.atomic():
        arranged = setup.of(by.clinic_id)
        service = hours.of(arranged, by.clinic)
        opened = service.opened_at(at)
        waiting = _waiting(by, at, opened) if opened is not None else []
    climbed, trouble = 0, False
    for pk in waiting:
        try:
            climbed += _one(by, pk, arranged, service, at)
        except Exception as error:
            trouble = True
            logs.trouble("safety.ladder", error, clinic=by.clinic_id)
    if not trouble:
        with transaction.atomic():
            SafetySetup.objects.filter(clinic_id=by.clinic_id).update(ladder_ran_at=at)
    return climbed


def _waiting(by: Actor, at: datetime, opened: datetime) -> list[UUID]:
    """What is due, and what waits since before this opening; first things first."""
    due = Q(next_rung_at__lte=at) | Q(next_rung_at__isnull=True) | Q(raised_at__lt=opened)
    rows = SafetyFlag.objects.filter(due, clinic_id=by.clinic_id).unseen().first_things_first()
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def _one(by: Actor, pk: UUID, arranged: SafetySetup | None, service: ServiceHours, at: datetime) -> bool:
    """One flag, if nobody else holds it: the duty person at the opening, else the next rung once that is due."""
    rows = SafetyFlag.objects.unseen().select_for_update(of=("self",), skip_locked=True)
    flag: SafetyFlag | None = rows.select_related("episode__clinic").filter(pk=pk).first()
    if flag is None:
        return False
    around = ladder.people(flag, arranged, at)
    _at_the_opening(flag, around, arranged, service, at)
    if flag.next_rung_at is not None and flag.next_rung_at > at:
        return False
    rung, holders, skipped = ladder.next_rung(flag, around)
    again = f"@{at:%Y%m%dT%H%M}" if rung == Rung.EVERYBODY else ""
    flag.rung = rung
    flag.next_rung_at = service.later(at, REPEAT_MINUTES if rung == Rung.EVERYBODY else _between(arranged))
    flag.save(update_fields=["rung", "next_rung_at"])
    add_step(flag, FlagEvent.Step.CLIMBED, at=at, rung=int(rung), skipped=skipped)
    audit.record(by=by, verb="flag.climbed", obj=flag, rung=int(rung), skipped=skipped)
    telling.tell(flag, holders, rung=rung, now=at, again=again)
    return True


def _at_the_opening(
    flag: SafetyFlag, around: People, arranged: SafetySetup | None, service: ServiceHours, at: datetime
) -> None:
    """Whatever waits since before this opening goes to the duty person first, and has its time from then."""
    opened = service.opened_at(at)
    if opened is None or flag.raised_at >= opened:
        return
    day = opened.astimezone(service.zone).date().isoformat()
    if day not in around.openings and around.on_duty is not None:
        telling.tell(flag, around.able([around.on_duty]), rung=flag.rung, now=at, opening=day)
    earliest = service.later(opened, _between(arranged))
    if flag.next_rung_at is None or flag.next_rung_at < earliest:
        flag.next_rung_at = earliest
        flag.save(update_fields=["next_rung_at"])


def _between(arranged: SafetySetup | None) -> int:
    """Working minutes between two rungs; the program's own value before a clinic has set one."""
    return (arranged or SafetySetup()).rung_minutes


@transaction.atomic
def hand_over(*, by: Actor, episode: Episode, to: Membership) -> int:
    """A client has a new therapist: what stands begins anew with them, at the first rung, and they are told.

    Also what somebody had looked at: that was the therapist before. Returns how many flags went over.
    """
    now, arranged = timezone.now(), setup.of(by.clinic_id)
    service, targets = hours.of(arranged, by.clinic), priority.targets_of(arranged)
    rows = SafetyFlag.objects.filter(episode=episode).standing().select_for_update(of=("self",))
    flags = list(rows.select_related("episode__clinic").first_things_first())
    for flag in flags:
        flag.state, flag.rung = SafetyFlag.State.OPEN, Rung.THERAPIST
        flag.look_by = flag.next_rung_at = priority.look_by(flag.priority, now, service, targets)
        flag.save(update_fields=["state", "rung", "look_by", "next_rung_at"])
        add_step(flag, FlagEvent.Step.CLIMBED, at=now, rung=int(Rung.THERAPIST), skipped=[], because="transfer")
        audit.record(by=by, verb="flag.handed_over", obj=flag, to=str(to.pk))
        telling.tell(flag, [to], rung=Rung.THERAPIST, now=now, again=f"@{now:%Y%m%dT%H%M%S}")
    return len(flags)
