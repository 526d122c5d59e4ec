"""The jobs of the night about ratings and starts, and putting what they found aside (1L, F16, F49, F66).

Each batch is a transaction of its own with its own line in the record, so a worker that dies half-way loses one batch, and the
next one goes on. Two at once write the same row once. Only a change makes a new row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from datetime import time as clock
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from clinic import audit, vault
from clinic.access import Actor
from clinic.models import Episode
from clinic.nights import night_of, week_of
from homework.assignments import schedule
from homework.assignments.days import kinder
from homework.assignments.models import Assignment, Entry
from homework.reviews import nightly
from homework.reviews.digest import gather, signals
from homework.reviews.digest.signals import Signal
from homework.reviews.models import NightSignal
from homework.reviews.nightly import Found

BATCH = 500  # clients
BUDGET = 60.0  # seconds one unit works at most; the next sweep goes on
WATCHED = "starts.watched"
WEEK = timedelta(days=7)
Kind = NightSignal.Kind


def look(*, by: Actor, at: datetime | None = None) -> int:
    """Look at everybody who shared something since the last night. Returns how many new signals there are."""
    now, until, total = at or timezone.now(), monotonic() + BUDGET, 0
    while monotonic() < until:
        with transaction.atomic():
            rows = list(nightly.to_look_at(by.clinic, now)[:BATCH])
            if not rows:
                break
            total += _look_at(by, rows, now)
    return total


def _look_at(by: Actor, rows: Sequence[Any], now: datetime) -> int:
    """One batch. The number of queries does not depend on the number of clients."""
    audit.opened_list(by=by, client_ids=[row.client_id for row in rows], verb=nightly.LOOKED)
    episodes: dict[UUID, Any] = {row.pk: row for row in rows}
    works, known = gather.works(episodes, now - gather.LOOK_BACK), _newest(episodes)
    new = []
    for row in rows:
        zone = row.client.user.time_zone if row.client.user is not None else row.site.time_zone
        since = row.last_at or schedule.instant(row.opened_on, clock.min, zone)
        own_day = kinder.own_day_of(getattr(row.client, "contact", None))
        found = nightly.found_in(works[row.pk], since, zone, own_day, now)
        if {one.key for one in found} != {one.key for one in known.get(row.pk, ())}:
            new.append(_signal(by, row, Kind.TREND, found, now))
    return _keep(new)


def _newest(episodes: dict[UUID, Any]) -> dict[UUID, list[Found]]:
    """What was found the last time anything changed, by episode. One query."""
    rows = NightSignal.objects.filter(episode_id__in=episodes, kind=Kind.TREND)
    found = {}
    for row in rows.order_by("episode_id", "-noticed_on").distinct("episode_id"):
        row.episode = episodes[row.episode_id]
        found[row.episode_id] = nightly.read(row)
    return found


def _signal(by: Actor, episode: Episode, kind: str, found: Sequence[Found], now: datetime) -> NightSignal:
    """A new row; one that nobody has to look at is put aside from the start."""
    return NightSignal(
        clinic_id=by.clinic_id,
        episode=episode,
        kind=kind,
        noticed_on=night_of(by.clinic, now).date(),
        content=nightly.stored(found),
        put_aside_at=None if any(one.is_listed for one in found) else now,
        created_at=now,
    )


def _keep(new: Sequence[NightSignal]) -> int:
    """Write them once; what was said before about the same clients is over. Returns how many are told."""
    if not new:
        return 0
    same = NightSignal.objects.open().filter(episode_id__in=[row.episode_id for row in new], kind=new[0].kind)
    same.filter(noticed_on__lt=new[0].noticed_on).update(put_aside_at=timezone.now())
    NightSignal.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    return NightSignal.objects.open().filter(pk__in=[row.pk for row in new]).count()


@transaction.atomic
def watch_starts(*, by: Actor, at: datetime | None = None) -> int:
    """Once a week: whose starts fell three weeks in a row (F66). Changes no reminder. Returns how many are new.

    From plain columns only: nobody's words are opened. The weeks end where the clinic's week begins, so whoever runs this, and
    however often, counts the same.
    """
    now = at or timezone.now()
    monday = week_of(by.clinic, now)
    falling = {
        pk: weeks
        for pk, *weeks in _starts(by, [monday - number * WEEK for number in (3, 2, 1, 0)])
        if signals.starts_falling(weeks)
    }
    told = NightSignal.objects.filter(kind=Kind.STARTS, noticed_on__gt=(monday - 3 * WEEK).date())
    rows = list(Episode.objects.filter(pk__in=falling).exclude(pk__in=told.values("episode_id")).order_by("pk"))
    vault.load_keys(row.client_id for row in rows)
    new = [_signal(by, row, Kind.STARTS, _fell(falling[row.pk]), now) for row in rows]
    for signal in new:
        signal.noticed_on = monday.date()
    count = _keep(new)
    audit.record(by=by, verb=WATCHED, signals=count)
    return count


def _starts(by: Actor, edges: Sequence[datetime]) -> Iterable[tuple[Any, ...]]:
    """Each episode under way for three weeks with what was begun in each of them. One query."""
    weeks = {
        f"in_{number}": Count("pk", filter=Q(captured_at__gte=edges[number], captured_at__lt=edges[number + 1]))
        for number in range(3)
    }
    agreed = Assignment.objects.filter(episode_id=OuterRef("episode_id"), agreed_at__lte=edges[0])
    rows: Any = Entry.objects.shared().filter(
        Q(started=True) | Q(amount__gt=Entry.Amount.NOT_YET), clinic_id=by.clinic_id
    )
    rows = rows.filter(Exists(agreed), captured_at__gte=edges[0], captured_at__lt=edges[3])
    rows = rows.filter(episode__state=Episode.State.ACTIVE).order_by().values("episode_id").annotate(**weeks)
    found: Iterable[tuple[Any, ...]] = rows.values_list("episode_id", *weeks)
    return found


def _fell(weeks: Sequence[int]) -> list[Found]:
    return [Found(str(Signal.STARTS_FALLING), "", "falling", tuple(float(number) for number in weeks))]


@transaction.atomic
def put_aside(*, by: Actor, signal: NightSignal) -> None:
    """Take what is shown of one client's nights off the first page. Twice is once; nothing of it is deleted."""
    now = timezone.now()
    rows = NightSignal.objects.open().filter(episode_id=signal.episode_id, created_at__lte=signal.created_at)
    if rows.update(put_aside_at=now):
        audit.record(by=by, verb="night_signal.put_aside", obj=signal)
