"""The reminders of the twelve weeks that are over: rows as the workers leave them, so that their figures have something to count.

They stand beside what clients wrote, mostly on the same day; none is newer than the last thing somebody wrote, so that nobody
looks as if they had gone quiet. The days are drawn with a fixed seed.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import F

from clinic import outbox
from clinic.models import Clinic, ContactPrefs, OutgoingMessage
from homework.assignments.models import Entry

SEED = 20
A_WEEK = 3  # reminders to one client at most, in any seven days
STOPPED = 4  # every so many of those without messages had them for the first weeks, and turned them off


def send_the_past(clinic: Clinic, now: datetime) -> int:
    """What was queued in the weeks that are over went out in them: nothing of then waits today. Returns how many."""
    waiting = OutgoingMessage.objects.filter(clinic=clinic, state=OutgoingMessage.State.QUEUED)
    past = waiting.filter(due_at__lt=now - timedelta(hours=1))
    return past.update(state=OutgoingMessage.State.SENT, sent_at=F("due_at"), secret="")


def remind(clinic: Clinic, now: datetime) -> int:
    """Put the rows there. Returns how many. Three statements. Run again, they are there once."""
    wrote: dict[UUID, list[datetime]] = defaultdict(list)
    entries = Entry.objects.filter(clinic=clinic, started=True).order_by("captured_at")
    for client, at in entries.values_list("episode__client_id", "captured_at"):
        wrote[client].append(at)
    rows: list[OutgoingMessage] = []
    people = ContactPrefs.objects.filter(clinic=clinic, client__user__isnull=False).select_related("client__user")
    off = 0
    for number, prefs in enumerate(people.order_by("client__joined_at", "pk")):
        days = wrote[prefs.client_id]
        if not prefs.may_email:
            off += 1
            days = days[: len(days) // 2] if off % STOPPED == 0 else []
        rows += _of(prefs, days, Random(f"{SEED} {number}"), clinic)  # noqa: S311 - a demo
    OutgoingMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)


def _of(prefs: ContactPrefs, wrote: list[datetime], dice: Random, clinic: Clinic) -> Iterator[OutgoingMessage]:
    """Before some of what they wrote, and on some days on which they wrote nothing."""
    sent: list[datetime] = []
    for at, after in pairwise(wrote):
        between = at + timedelta(hours=26)
        for moment, wanted in ((at - timedelta(minutes=dice.randint(5, 200)), 0.5), (between, 0.6)):
            quiet = moment == between
            alone = not quiet or after - between > timedelta(hours=25)
            if dice.random() < wanted and alone and _has_room(sent, moment):
                sent.append(moment)
                came = dice.random() < (0.3 if quiet else 0.95)
                opened = moment + timedelta(minutes=dice.randint(2, 240)) if came else None
                yield _row(prefs, moment, opened, clinic)


def _has_room(sent: list[datetime], moment: datetime) -> bool:
    """One a day, and not too many a week."""
    days: list[date] = [one.date() for one in sent]
    return moment.date() not in days and sum(abs(moment.date() - day).days < 7 for day in days) < A_WEEK


def _row(prefs: ContactPrefs, at: datetime, opened: datetime | None, clinic: Clinic) -> Any:
    user: Any = prefs.client.user
    return OutgoingMessage(
        clinic=clinic,
        key=outbox.day_key(prefs.client_id, at.date()),
        kind=OutgoingMessage.Kind.REMINDER,
        user=user,
        to=user.email,
        language=user.language,
        about=prefs.client_id,
        state=OutgoingMessage.State.SENT,
        due_at=at,
        created_at=at,
        sent_at=at,
        opened_at=opened,
    )
