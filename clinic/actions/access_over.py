"""When the months after care are over, what is still live of a client's ends (F50). Nothing they wrote is deleted.

That their pages are closed follows from dates (`clinic.after_care`), not from this: it ends what a date does not. Signing in
still works and says kindly that the pages rest, and whom to ask.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import sessions, tokens
from clinic import after_care, audit
from clinic.access import Actor, Role
from clinic.actions.number import ERASED
from clinic.models import CalendarFeed, Clinic, ContactNumber, ContactPrefs, Episode, Membership, PushSubscription
from clinic.scope import acting_in

BATCH = 500
OVER = "access.over"


def end_access(*, by: Actor, at: datetime | None = None) -> int:
    """End it for everybody whose months are over. Returns how many people had something live. Twice is once."""
    now, last, total = at or timezone.now(), None, 0
    while True:
        with transaction.atomic():
            people = _over(by, now, last)
            total += _end(people)
        if len(people) < BATCH:
            break
        last = people[-1].pk
    with transaction.atomic():
        audit.record(by=by, verb=OVER, people=total)
    return total


def _over(by: Actor, now: datetime, last: UUID | None) -> list[Membership]:
    """The next clients, by id, whose care has ended everywhere in this clinic, and whose months after it are over."""
    here = Episode.objects.filter(client_id=OuterRef("pk"))
    since = after_care.ended_since(by.clinic, by.clinic.today(now))
    keeps = here.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=since))
    rows = Membership.objects.current().filter(Exists(here), ~Exists(keeps), clinic=by.clinic, role=Role.CLIENT)
    rows = rows.filter(pk__gt=last) if last else rows
    return list(rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])


def _end(people: list[Membership]) -> int:
    """End what is live of these people, in a fixed number of statements. Returns how many of them had anything."""
    ids, now, had = [row.pk for row in people], timezone.now(), set[UUID]()
    if not ids:
        return 0
    browsers = PushSubscription.objects.live().filter(member_id__in=ids)
    had.update(browsers.values_list("member_id", flat=True))
    browsers.end()
    numbers = ContactNumber.objects.filter(member_id__in=ids).exclude(sealed="")
    had.update(numbers.values_list("member_id", flat=True))
    numbers.update(**ERASED, ended_at=now, ended_because=ContactNumber.Ended.CARE)
    feeds = CalendarFeed.objects.live().filter(member_id__in=ids)
    had.update(feeds.values_list("member_id", flat=True))
    feeds.update(ended_at=now)
    wishes = ContactPrefs.objects.filter(client_id__in=ids, email_reminders=True)
    had.update(wishes.values_list("client_id", flat=True))
    wishes.update(email_reminders=False, consented_at=None)
    alone = _only_here({row.user_id: row.pk for row in people if row.user_id is not None})
    signed_in = sessions.end_all(alone) | tokens.end_all(alone)
    had.update(alone[user] for user in signed_in)
    return len(had)


def _only_here(users: dict[Any, UUID]) -> dict[Any, UUID]:
    """Those of these people who have no other place: whoever works or is treated elsewhere stays signed in there.

    One query a clinic, because each is behind its own wall; none where nobody is signed in.
    """
    left = {user: users[user] for user in sessions.live_of(users) | tokens.live_of(users)}
    mine = set(left.values())
    for clinic in Clinic.objects.all() if left else ():
        with acting_in(clinic.pk):
            places: Iterable[Any] = Membership.objects.current().filter(clinic=clinic, user_id__in=left)
            elsewhere = {user for user, pk in places.exclude(pk__in=mine).values_list("user_id", "pk")}  # type: ignore[attr-defined]
        left = {user: pk for user, pk in left.items() if user not in elsewhere}
    return left
