"""How far a client may be reached just now: consent, shared mailboxes, rest, quiet hours, how often (clinical.md 5).

The rules of every message to a client, whatever it is about. Facts are read for many clients at once (`reach_of`), the
decision is pure (`Reach.why_not`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from accounts.models import User
from clinic import numbers, push, safe_contact
from clinic.access import STAFF, Role
from clinic.models import Clinic, ContactNumber, ContactPrefs, Invitation, Membership, OutgoingMessage, PushSubscription
from clinic.outbox.ledger import TO_CLIENTS, check

A_WEEK = 4  # messages to one client in any seven days, over everything; a clinic may say fewer
A_WEEK_WITH_A_DIARY = 7  # a diary the client agreed to keep daily may ask daily
LOOK_BACK = timedelta(days=60)
Kind, State, Channel = OutgoingMessage.Kind, OutgoingMessage.State, OutgoingMessage.Channel


@dataclass(frozen=True)
class Earlier:
    """A message to the same client that was sent, or is on its way."""

    pk: UUID
    at: datetime
    to: str
    sent: bool
    kind: str = Kind.REMINDER
    channel: str = Channel.EMAIL
    opened: bool = False  # the client came within a day; read for their own page only


@dataclass(frozen=True)
class Reach:
    """One client's wishes and what has reached them lately.

    told: a browser of theirs wants to be told (web push). number_since: when their phone number was confirmed, if one is.
    Neither counts while this installation has no key for web push, or nobody who carries text messages.
    """

    client_id: UUID
    email: str
    here: bool
    prefs: ContactPrefs | None
    zone: ZoneInfo
    earlier: tuple[Earlier, ...] = ()
    told: bool = False
    number_since: datetime | None = None
    a_week: int = A_WEEK

    def today(self, at: datetime) -> date:
        """The date on the client's wall."""
        return at.astimezone(self.zone).date()

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways this client said yes to, the one to take first. None where somebody else could see a message."""
        prefs = self.prefs
        if prefs is None or prefs.seen_by_others != ContactPrefs.SeenByOthers.NO:
            return ()
        return turned_on(prefs, told=self.told, texted=self.number_since is not None)

    @property
    def channel(self) -> str:
        """The way the next message goes, "" when there is none."""
        return next(iter(self.channels), "")

    def message(
        self, kind: str, key: str, user: User, *, clinic_id: UUID, about: UUID, due_at: datetime, not_after: datetime
    ) -> OutgoingMessage:
        """A message to this client, the way the next one goes; not queued yet. `user` is who they are when they sign in."""
        return OutgoingMessage(
            clinic_id=clinic_id,
            kind=kind,
            channel=self.channel,
            key=key,
            user=user,
            to=self.email,
            language=user.language,
            about=about,
            due_at=due_at,
            not_after=not_after,
        )

    def why_not(self, at: datetime, *, row: OutgoingMessage | None = None, weekly: int | None = None) -> str:
        """Why nothing may be sent to this client now, or "". `row`: the message in question, if there is one."""
        prefs, channel = self.prefs, row.channel if row is not None else self.channel
        if not self.here:
            return "gone"
        if prefs is None or channel not in self.channels:
            return "consent"
        if self._is_another_address(prefs, channel, row):
            return "address"
        if safe_contact.rests(answered_at(prefs), at):
            return "recheck"
        if prefs.paused_until is not None and self.today(at) < prefs.paused_until:
            return "paused"
        if is_quiet(at.astimezone(self.zone).time(), prefs.quiet_from, prefs.quiet_until):
            return "quiet"
        return "cap" if self._enough(at, row, self.a_week if weekly is None else weekly) else ""

    def _is_another_address(self, prefs: ContactPrefs, channel: str, row: OutgoingMessage | None) -> bool:
        """Whether it would go to a mailbox or number it was not meant for, or that the client was not asked about yet."""
        before = [each for each in self.earlier if each.channel == channel and (row is None or each.pk != row.pk)]
        last = max(before, key=lambda message: message.at, default=None)
        answered = max(prefs.updated_at, prefs.consented_at or prefs.updated_at, prefs.answered_at or prefs.updated_at)
        if channel == Channel.SMS and self.number_since is not None:
            newer = row is not None and row.created_at < self.number_since
            return newer or (last is not None and last.at < self.number_since and answered <= last.at)
        if channel == Channel.EMAIL:
            moved = row is not None and row.to != "" and row.to != self.email
            return moved or (last is not None and last.to not in ("", self.email) and answered <= last.at)
        return False

    def _enough(self, at: datetime, row: OutgoingMessage | None, weekly: int) -> bool:
        """Whether one more would be too many: one a local day, `weekly` in any seven days, over all kinds and channels.

        Of two that wait for the same day the one queued first goes, whichever worker holds them. One that the client asked
        for once more today stands beside the day's own, not beside another of its kind.
        """
        today = self.today(at)
        others = [
            each for each in self.earlier if row is None or (each.pk != row.pk and (each.sent or each.pk < row.pk))
        ]
        ages = [((today - self.today(each.at)).days, each.kind) for each in others]
        again = row is not None and row.kind == Kind.AGAIN
        todays = [kind for age, kind in ages if age == 0 and (not again or kind == Kind.AGAIN)]
        return bool(todays) or sum(0 <= age < 7 for age, _kind in ages) >= weekly


def turned_on(prefs: ContactPrefs, *, told: bool, texted: bool) -> tuple[str, ...]:
    """The ways a client turned on, the one to take first, whoever else may see a message.

    told: a browser of theirs wants to be told. texted: they confirmed a number.
    """
    ways = {Channel.PUSH: told, Channel.SMS: texted, Channel.EMAIL: prefs.wants_email}
    return tuple(way.value for way, is_on in ways.items() if is_on)


def answered_at(prefs: ContactPrefs) -> datetime:
    """When the client last said who could see their messages."""
    return prefs.answered_at or prefs.consented_at or prefs.updated_at


def is_quiet(clock: time, start: time, end: time) -> bool:
    """Whether a wall clock is inside quiet hours; the start is, the end is not, equal ends mean none."""
    return start <= clock < end if start <= end else clock >= start or clock < end


def reach_of(clinic: Clinic, user_ids: Iterable[UUID], now: datetime) -> dict[UUID, Reach]:
    """The reach of these people as clients of this clinic, by user id; two queries, however many people."""
    wanted = set(user_ids)
    places = Membership.objects.current().filter(clinic_id=clinic.pk, user_id__in=wanted, role=Role.CLIENT)
    earlier = earlier_to(clinic, wanted, now)
    places = places.select_related("user", "contact", "number").annotate(told=is_told("pk"))
    return {
        place.user.pk: of_place(place, clinic, earlier.get(place.user.pk, ()), told=bool(getattr(place, "told", False)))
        for place in places
        if place.user is not None
    }


def is_told(client: str) -> Exists:
    """Whether a browser of the client wants to be told; `client` is the way to their place. For `annotate`."""
    return Exists(PushSubscription.objects.live().filter(member_id=OuterRef(client)))


def of_place(place: Membership, clinic: Clinic, earlier: Iterable[Earlier], *, told: bool) -> Reach:
    """The reach of one client from facts that are at hand: their place with user, wishes and number. No query."""
    user, number = place.user, getattr(place, "number", None)
    assert user is not None
    live = isinstance(number, ContactNumber) and number.ended_at is None and numbers.offered()
    return Reach(
        client_id=place.pk,
        email=user.email,
        here=user.is_active,
        prefs=getattr(place, "contact", None),
        zone=zone_of(user.time_zone, clinic),
        earlier=tuple(earlier),
        told=told and push.private_key() is not None,
        number_since=number.confirmed_at if number is not None and live else None,
        a_week=clinic.weekly_messages,
    )


def wishes_of(clinic_id: UUID, user_id: UUID) -> ContactPrefs | None:
    """A client's wishes, also after their place has ended. Call it inside `acting_in(clinic_id)`."""
    found = ContactPrefs.objects.filter(clinic_id=clinic_id, client__user_id=user_id)
    return found.select_related("client__user", "clinic").order_by("-client__joined_at").first()


def ways_on(prefs: ContactPrefs) -> tuple[str, ...]:
    """The ways a client turned on, for whoever may stop them. Two queries; call it in the scope of the clinic."""
    told = PushSubscription.objects.live().filter(member_id=prefs.client_id).exists()
    texted = ContactNumber.objects.live().filter(member_id=prefs.client_id).exists()
    return turned_on(prefs, told=told, texted=texted)


def zone_of(name: str, clinic: Clinic) -> ZoneInfo:
    """The person's zone, or the clinic's when theirs is not known to this machine."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return clinic.zone


def earlier_to(clinic: Clinic, users: set[UUID], now: datetime) -> dict[UUID, list[Earlier]]:
    """What was sent to these people as clients lately, or still waits to be sent, by user. One query."""
    rows = OutgoingMessage.objects.filter(
        clinic_id=clinic.pk,
        user_id__in=users,
        kind__in=TO_CLIENTS,
        state__in=(State.SENT, State.QUEUED),
        due_at__gte=now - LOOK_BACK,
    )
    found: dict[UUID, list[Earlier]] = {}
    facts = ("user_id", "pk", "due_at", "sent_at", "to", "kind", "channel")
    for user_id, pk, due_at, sent_at, to, kind, channel in rows.values_list(*facts):
        one = Earlier(pk, sent_at or due_at, to, sent_at is not None, kind, channel)
        found.setdefault(user_id, []).append(one)
    return found


# --- the checks of kinds that belong to the clinic itself -------------------------------------------------------------


@check(Kind.NOTE)
def client_can_be_reached(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note to a client: their wishes as they are now. One that asks them to look at the questions: not once answered."""
    reach = reach_of(clinic, [row.user_id for row in rows if row.user_id], now)
    return {row.pk: _no_note(row, reach.get(row.user_id) if row.user_id else None, now) for row in rows}


def _no_note(row: OutgoingMessage, reach: Reach | None, now: datetime) -> str:
    if reach is None:
        return "gone"
    answered = reach.prefs is not None and not safe_contact.is_due(reach.prefs.asked_at, now)
    if row.key.startswith(safe_contact.SERIES) and answered:
        return "answered"
    return reach.why_not(now, row=row)


@check(Kind.SAFETY)
@check(Kind.DIGEST)
def staff_still_here(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """Something to read, or to sign in for: only for somebody who still works here."""
    here = Membership.objects.current().filter(clinic_id=clinic.pk, role__in=STAFF, user__is_active=True)
    ids = set(here.filter(user_id__in=[row.user_id for row in rows]).values_list("user_id", flat=True))
    return {row.pk: "" if row.user_id in ids else "gone" for row in rows}


@check(Kind.INVITATION)
def invitation_still_open(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """An invitation: neither used, withdrawn nor run out, and to the very address it was made for."""
    found = Invitation.objects.open().filter(clinic_id=clinic.pk, pk__in=[row.about for row in rows])
    addresses = dict(found.values_list("pk", "email"))
    return {row.pk: "" if row.about and addresses.get(row.about) == row.to else "withdrawn" for row in rows}
