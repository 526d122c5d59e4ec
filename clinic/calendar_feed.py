"""A calendar address of one's own (RFC 5545): times and one neutral word, for a calendar program that asks now and then.

Whoever has the address sees the times, so nothing else is ever in it: no name, no initials, no task, no clinic, and no id
that is used elsewhere. An id of an entry is made from the row and the feed, so two feeds of the same session cannot be
joined. Instants are UTC, worked out one by one: daylight saving is right, and no zone tells where somebody lives. Reading
opens no sealed field.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Count, Exists, Max, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from clinic.access import CLINICIANS, Actor, Role
from clinic.messages import one_line
from clinic.models import Appointment, AuditEvent, CalendarFeed, ContactPrefs, Episode
from clinic.models.episode import EpisodeQuerySet

AHEAD, BACK = timedelta(weeks=8), timedelta(weeks=2)
MOVES_BACK = timedelta(weeks=16)  # a session moved longer ago keeps its number in no calendar that still asks
MOST = 500  # entries in one answer
AGAIN, AGAIN_SAID = timedelta(hours=6), "PT6H"  # how often a calendar program is asked to look
PRODUCT = "-//calendar//EN"
SALT = "clinic.calendar.feed"
TELLS = (ContactPrefs.SeenByOthers.YES, ContactPrefs.SeenByOthers.UNSURE)


@dataclass(frozen=True)
class Time:
    """One entry: `key` names it inside its feed, `changes` counts up when it moves, `busy` blocks the time."""

    key: str
    begins: datetime
    minutes: int
    busy: bool = True
    changes: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Choice:
    """What the settings page shows: the feed that lives, if any, and whether there may be one."""

    feed: CalendarFeed | None
    is_client: bool
    others_see: bool
    care_goes_on: bool

    @property
    def possible(self) -> bool:
        """Whether an address can be made."""
        return not self.others_see and self.care_goes_on


def token_of(feed: CalendarFeed) -> str:
    """The part of the address that is a secret: clinic and feed, signed. It ends with the feed and not before."""
    ids = base64.urlsafe_b64encode(feed.clinic_id.bytes + feed.pk.bytes).decode().rstrip("=")
    return Signer(salt=SALT, sep=".").sign(ids)


def read_token(token: str) -> tuple[UUID, UUID] | None:
    """The clinic and feed a token names, or None when it was not made here."""
    try:
        ids = Signer(salt=SALT, sep=".").unsign(token)
    except BadSignature:
        return None
    raw = base64.urlsafe_b64decode(ids + "=")
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:])


def address_of(feed: CalendarFeed) -> str:
    """The whole address, for the one page that shows it once."""
    return settings.BASE_URL + reverse("calendar_feed", args=[token_of(feed)])


def choice_of(actor: Actor) -> Choice:
    """What one person can choose; two queries, for a client at most three."""
    feed = CalendarFeed.objects.live().filter(member_id=actor.member_id).first()
    if not actor.is_client:
        return Choice(feed, is_client=False, others_see=False, care_goes_on=True)
    prefs = ContactPrefs.objects.filter(client_id=actor.member_id).first()
    return Choice(
        feed,
        is_client=True,
        others_see=prefs is not None and prefs.seen_by_others in TELLS,
        care_goes_on=_open_care().filter(client_id=actor.member_id).exists(),
    )


def just_ended(actor: Actor, now: datetime) -> bool:
    """Whether this person's address ended a moment ago, so that the page they are on can say so."""
    ended = CalendarFeed.objects.filter(member_id=actor.member_id, ended_at__gt=now - timedelta(seconds=10))
    return actor.is_client and ended.exists() and not CalendarFeed.objects.live().filter(member=actor.member).exists()


def find(feed_id: UUID) -> CalendarFeed | None:
    """A feed that may be read now, with its person; call in the scope of its clinic. One query.

    None when it was taken back, the person has left or their account is off, and for a client once care is over: the
    time afterwards, in which they keep their own pages, has no sessions and no work.
    """
    rows = CalendarFeed.objects.live().filter(pk=feed_id, member__ended_at__isnull=True, member__user__is_active=True)
    rows = rows.annotate(care=Exists(_open_care().filter(client_id=OuterRef("member_id"))))
    feed: CalendarFeed | None = rows.select_related("member__user", "member__contact", "clinic").first()
    if feed is None:
        return None
    if is_of_client(feed):
        return feed if feed.care and not _others_see(feed) else None  # type: ignore[attr-defined]
    return feed if feed.member.role in CLINICIANS else None


def is_of_client(feed: CalendarFeed) -> bool:
    """Whether a client made it: theirs may hold the times of agreed work."""
    return feed.member.role == Role.CLIENT


def _others_see(feed: CalendarFeed) -> bool:
    return getattr(getattr(feed.member, "contact", None), "seen_by_others", "") in TELLS


def _open_care() -> EpisodeQuerySet:
    return Episode.objects.exclude(state=Episode.State.ENDED)


def sessions(feed: CalendarFeed, now: datetime) -> list[Time]:
    """The sessions of this person that are not cancelled, soonest first; two queries.

    A therapist's are those they give. A client's those of the care that goes on.
    """
    if not feed.sessions:
        return []
    rows = Appointment.objects.standing().filter(clinic_id=feed.clinic_id, starts_at__range=(now - BACK, now + AHEAD))
    if is_of_client(feed):
        rows = rows.filter(episode__client_id=feed.member_id).exclude(episode__state=Episode.State.ENDED)
    else:
        rows = rows.filter(therapist_id=feed.member_id)
    found = list(
        rows.order_by("starts_at", "pk").values_list("pk", "starts_at", "minutes", "episode__client_id")[:MOST]
    )
    moved = _moves([pk for pk, *_rest in found], {client for *_rest, client in found}, now)
    return [
        Time(f"session {pk}", at, minutes, changes=moved.get(pk, (0, None))[0], changed_at=moved.get(pk, (0, None))[1])
        for pk, at, minutes, _client in found
    ]


def _moves(ids: list[UUID], clients: set[UUID], now: datetime) -> dict[UUID, tuple[int, datetime]]:
    """How often each of these sessions was moved, and when last: the record knows."""
    rows = AuditEvent.objects.filter(
        client__in=clients, at__gte=now - MOVES_BACK, verb="session.moved", object_id__in=ids
    )
    counted = rows.order_by().values_list("object_id").annotate(Count("pk"), Max("at"))
    return {pk: (number, at) for pk, number, at in counted}


def text(feed: CalendarFeed, times: Iterable[Time]) -> bytes:
    """The file: the same bytes for the same times, so that a calendar that has them is told so."""
    title = title_of(feed)
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", title)
    made.add("refresh-interval", vDuration(AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", AGAIN_SAID)
    for time in sorted(times, key=lambda each: (each.begins, each.key))[:MOST]:
        made.add_component(_entry(feed, time, title))
    return bytes(made.to_ical())


def _entry(feed: CalendarFeed, time: Time, title: str) -> Event:
    """One entry. Its stamp is the feed's own age or its last change: when a session was arranged is nobody's business."""
    changed = (time.changed_at or feed.created_at).astimezone(UTC).replace(microsecond=0)
    begins = time.begins.astimezone(UTC)
    entry = Event()
    entry.add("uid", str(uuid5(feed.pk, time.key)))
    entry.add("dtstamp", max(changed, feed.created_at.astimezone(UTC).replace(microsecond=0)))
    entry.add("dtstart", begins)
    entry.add("dtend", begins + timedelta(minutes=max(time.minutes, 1)))
    entry.add("summary", title)
    entry.add("sequence", time.changes)
    entry.add("last-modified", changed)
    entry.add("class", "PRIVATE")
    entry.add("transp", "OPAQUE" if time.busy else "TRANSPARENT")
    return entry


def title_of(feed: CalendarFeed) -> str:
    """What every entry is called: the person's own neutral word, else the clinic's for clients, “Appointment” for staff."""
    if feed.title:
        return one_line(feed.title)
    if is_of_client(feed):
        return one_line(feed.clinic.app_name)
    assert feed.member.user is not None
    with translation.override(feed.member.user.language):
        return _("Appointment")


def usual_title(actor: Actor) -> str:
    """What entries are called where nobody chose a word."""
    return one_line(actor.clinic.app_name) if actor.is_client else _("Appointment")
