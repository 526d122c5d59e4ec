"""How far a client may be reached just now: consent, shared mailboxes, rest, quiet hours, and how often (clinical.md
5).

The rules of every message to a client, whatever it is about. Facts are read for many clients at once (`reach_of`), the
decision is pure (`Reach.why_not`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.access import STAFF, Role
from clinic.models import Clinic, ContactPrefs, Invitation, Membership, OutgoingMessage
from clinic.outbox.ledger import TO_CLIENTS, check

A_WEEK = 4  # messages to one client in any seven days, over everything
A_WEEK_WITH_A_DIARY = 7  # a diary the client agreed to keep daily may ask daily
LOOK_BACK = timedelta(days=60)
Kind, State = OutgoingMessage.Kind, OutgoingMessage.State


@dataclass(frozen=True)
class Earlier:
    """A message to the same client that was sent, or is on its way."""

    pk: UUID
    at: datetime
    to: str
    sent: bool


@dataclass(frozen=True)
class Reach:
    """One client's wishes and what has reached them lately."""

    client_id: UUID
    email: str
    here: bool
    prefs: ContactPrefs | None
    zone: ZoneInfo
    earlier: tuple[Earlier, ...] = ()

    def today(self, at: datetime) -> date:
        """The date on the client's wall."""
        return at.astimezone(self.zone).date()

    def why_not(self, at: datetime, *, row: OutgoingMessage | None = None, weekly: int = A_WEEK) -> str:
        """Why nothing may be sent to this client now, or "". `row`: the message in question, if there is one."""
        prefs = self.prefs
        if not self.here:
            return "gone"
        if prefs is None or not prefs.may_email:
            return "consent"
        if (row is not None and row.to and row.to != self.email) or self._asked_about_another_mailbox(prefs):
            return "address"
        if prefs.paused_until is not None and self.today(at) < prefs.paused_until:
            return "paused"
        if is_quiet(at.astimezone(self.zone).time(), prefs.quiet_from, prefs.quiet_until):
            return "quiet"
        return "cap" if self._enough(at, row, weekly) else ""

    def _asked_about_another_mailbox(self, prefs: ContactPrefs) -> bool:
        """Whether the address changed since the client said who sees their messages: they are asked again."""
        last = max(self.earlier, key=lambda message: message.at, default=None)
        answered = max(prefs.updated_at, prefs.consented_at or prefs.updated_at)
        return last is not None and last.to != "" and last.to != self.email and answered <= last.at

    def _enough(self, at: datetime, row: OutgoingMessage | None, weekly: int) -> bool:
        """Whether one more would be too many: one a local day, `weekly` in any seven days.

        Of two that wait for the same day the one queued first goes, whichever worker holds them.
        """
        today = self.today(at)
        others = [
            each for each in self.earlier if row is None or (each.pk != row.pk and (each.sent or each.pk < row.pk))
        ]
        days = [(today - self.today(each.at)).days for each in others]
        return 0 in days or sum(0 <= day < 7 for day in days) >= weekly


def is_quiet(clock: time, start: time, end: time) -> bool:
    """Whether a wall clock is inside quiet hours; the start is, the end is not, equal ends mean none."""
    return start <= clock < end if start <= end else clock >= start or clock < end


def reach_of(clinic: Clinic, user_ids: Iterable[UUID], now: datetime) -> dict[UUID, Reach]:
    """The reach of these people as clients of this clinic, by user id; two queries, however many people."""
    wanted = set(user_ids)
    places = Membership.objects.current().filter(clinic_id=clinic.pk, user_id__in=wanted, role=Role.CLIENT)
    earlier = _earlier(clinic, wanted, now)
    found: dict[UUID, Reach] = {}
    for place in places.select_related("user", "contact"):
        assert place.user is not None
        found[place.user.pk] = Reach(
            client_id=place.pk,
            email=place.user.email,
            here=place.user.is_active,
            prefs=getattr(place, "contact", None),
            zone=zone_of(place.user.time_zone, clinic),
            earlier=tuple(earlier.get(place.user.pk, ())),
        )
    return found


def wishes_of(clinic_id: UUID, user_id: UUID) -> ContactPrefs | None:
    """A client's wishes, also after their place has ended. Call it inside `acting_in(clinic_id)`."""
    found = ContactPrefs.objects.filter(clinic_id=clinic_id, client__user_id=user_id)
    return found.select_related("client__user", "clinic").order_by("-client__joined_at").first()


def zone_of(name: str, clinic: Clinic) -> ZoneInfo:
    """The person's zone, or the clinic's when theirs is not known to this machine."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return clinic.zone


def _earlier(clinic: Clinic, users: set[UUID], now: datetime) -> dict[UUID, list[Earlier]]:
    """What was sent to these people as clients lately, or still waits to be sent."""
    rows = OutgoingMessage.objects.filter(
        clinic_id=clinic.pk,
        user_id__in=users,
        kind__in=TO_CLIENTS,
        state__in=(State.SENT, State.QUEUED),
        due_at__gte=now - LOOK_BACK,
    )
    found: dict[UUID, list[Earlier]] = {}
    for pk, user_id, due_at, sent_at, to in rows.values_list("pk", "user_id", "due_at", "sent_at", "to"):
        found.setdefault(user_id, []).append(Earlier(pk, sent_at or due_at, to, sent_at is not None))
    return found


# --- the checks of kinds that belong to the clinic itself -------------------------------------------------------------


@check(Kind.NOTE)
def client_can_be_reached(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note to a client: their wishes as they are now."""
    reach = reach_of(clinic, [row.user_id for row in rows if row.user_id], now)
    return {row.pk: reach[row.user_id].why_not(now, row=row) if row.user_id in reach else "gone" for row in rows}


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
