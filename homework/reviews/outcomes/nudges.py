"""What reminders do: sent, came within a day, wrote within a day, turned off; by channel, never by person (clinical.md 5, 1M).

Reminders have not been shown to make people practise more, so nothing here says they do: it tells a service whether they are a
bother. Whether somebody turned them off is read from their wishes as they stand when the month is counted, the night after it.
All facts are plain, nothing sealed is opened.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID

from clinic.access import Actor
from clinic.models import ContactNumber, ContactPrefs, Episode, OutgoingMessage, PushSubscription
from homework.assignments.models import Entry
from homework.reviews.outcomes import suppress
from homework.reviews.outcomes.month import Month

DAY = timedelta(days=1)
MANY = 20  # per cent of those who got reminders
Channel, Kind = OutgoingMessage.Channel, OutgoingMessage.Kind
ASKED = (Kind.REMINDER, Kind.AGAIN)
People = set[UUID]


def cells(by: Actor, month: Month) -> dict[str, Any]:
    """What may be told of one month, each channel by itself. Eight statements at most, however many clients."""
    sent = _sent(by, month)
    everybody = {user for people in sent.values() for user in people}
    wrote = _wrote(by, month, everybody)
    here = _in_care(by, everybody)
    return {"channels": {way: _told(by, way, sent.get(way, {}), wrote, here) for way in Channel.values}}


Sent = dict[UUID, list[tuple[datetime, bool]]]  # user -> when each was sent, and whether they came within a day


def _sent(by: Actor, month: Month) -> dict[str, Sent]:
    """The reminders that left in the month, by channel and client. One statement."""
    rows = OutgoingMessage.objects.filter(
        month.holds("sent_at"), clinic_id=by.clinic_id, kind__in=ASKED, state=OutgoingMessage.State.SENT
    )
    found: dict[str, Sent] = defaultdict(lambda: defaultdict(list))
    for way, user, at, opened in rows.values_list("channel", "user_id", "sent_at", "opened_at").iterator(5000):
        if user is not None and at is not None:
            found[way][user].append((at, opened is not None and opened - at <= DAY))
    return found


def _wrote(by: Actor, month: Month, users: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """When these clients wrote anything, up to a day after the month. One statement."""
    rows = Entry.objects.filter(clinic_id=by.clinic_id, started=True, episode__client__user_id__in=users)
    rows = rows.filter(captured_at__gte=month.start, captured_at__lt=month.end + DAY)
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for user, at in rows.values_list("episode__client__user_id", "captured_at").iterator(5000):
        found[user].append(at)
    return found


def _in_care(by: Actor, users: Collection[UUID]) -> People:
    """Those who are still in care: whose care has ended has not turned anything off."""
    rows = Episode.objects.filter(clinic_id=by.clinic_id, client__user_id__in=users)
    return set(rows.exclude(state=Episode.State.ENDED).values_list("client__user_id", flat=True))


def _told(
    by: Actor, way: str, sent: Sent, wrote: Mapping[UUID, list[datetime]], here: People
) -> dict[str, int | None] | None:
    """One channel, each share the mean of clients' own; None under ten clients."""
    number, staying = len(sent), here & sent.keys()
    if number < suppress.ENOUGH:
        return None
    opened = sum(fmean(came for _at, came in rows) for rows in sent.values())
    entry = sum(fmean(_wrote_after(at, wrote.get(user, ())) for at, _came in rows) for user, rows in sent.items())
    off = len(staying & OFF[way](by, staying)) if len(staying) >= suppress.ENOUGH else None
    return {
        "clients": suppress.about(number),
        "sent": suppress.about(sum(map(len, sent.values()))),
        "opened": suppress.share(opened, number),
        "entry": suppress.share(entry, number),
        "off": None if off is None else suppress.share(off, len(staying)),
    }


def is_a_bother(off: int | None) -> bool:
    """Whether so many turned it off that fewer messages may suit people better (clinical.md 5)."""
    return off is not None and off > MANY


def _wrote_after(at: datetime, moments: Collection[datetime]) -> bool:
    return any(at < moment <= at + DAY for moment in moments)


# --- who turned it off ------------------------------------------------------------------------------------------------


def _off_email(by: Actor, users: People) -> People:
    """Whose wishes say no e-mail by now. That a mailbox is no more was nobody's wish."""
    rows = ContactPrefs.objects.filter(clinic_id=by.clinic_id, client__user_id__in=users).select_related("client")
    bounced = ContactPrefs.Stopped.BOUNCED
    return users & {row.client.user_id for row in rows if not row.may_email and row.email_stopped != bounced}


def _off_push(by: Actor, users: People) -> People:
    """Who has no browser left that may be told."""
    live = PushSubscription.objects.live().filter(clinic_id=by.clinic_id, member__user_id__in=users)
    return users - set(live.values_list("member__user_id", flat=True))


def _off_sms(by: Actor, users: People) -> People:
    """Who has given up their number, or has none any more. That a number is no more was nobody's wish."""
    rows = ContactNumber.objects.filter(clinic_id=by.clinic_id, member__user_id__in=users)
    bounced = rows.filter(ended_because=ContactNumber.Ended.BOUNCED)
    kept = {user for some in (rows.live(), bounced) for user in some.values_list("member__user_id", flat=True)}
    return users - kept


OFF: dict[str, Callable[[Actor, People], People]] = {
    Channel.EMAIL: _off_email,
    Channel.PUSH: _off_push,
    Channel.SMS: _off_sms,
}
