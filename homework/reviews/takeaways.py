"""One thing to carry along from a session: when its card is there, and what it shows (F05). Reads only.

The card comes an hour after a session and stays for a day. What was written comes up once more mid-week, inside the program.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from clinic.access import Actor
from clinic.models import Appointment, Episode
from homework.reviews.models import Takeaway

AFTER = timedelta(hours=1)  # from the end of the session
WITHIN = timedelta(hours=24)
AGAIN = timedelta(days=3)  # mid-week
AGAIN_FOR = timedelta(hours=36)  # so that one whole waking day is in it
LONGEST = timedelta(hours=12)  # a session, for finding those that have ended
SHOWN = 60


@dataclass(frozen=True)
class Card:
    """What Today shows: a question (`asks`), or what was written, once more."""

    takeaway: UUID
    asks: bool
    seed: str
    text: str


def card(actor: Actor, episode: Episode, now: datetime) -> Card | None:
    """The card of the last session, when there is one to show now. One query."""
    if not episode.is_open:
        return None
    rows: Any = Takeaway.objects.visible_to(actor).filter(episode_id=episode.pk, appointment__starts_at__lt=now)
    row = rows.select_related("appointment").order_by("-appointment__starts_at").first()
    if row is None or row.put_away_at is not None or row.appointment.state == Appointment.State.CANCELLED:
        return None
    ended = row.appointment.ends_at
    if row.written_at is None and ended + AFTER <= now < ended + WITHIN:
        return Card(row.pk, True, row.seed or "", "")
    again = row.shown_again_at
    if row.written_at is not None and again is not None and again <= now < again + AGAIN_FOR:
        return Card(row.pk, False, "", row.text or "")
    return None


def kept(actor: Actor) -> list[Takeaway]:
    """What the client wrote after sessions, newest first. One query."""
    rows: Any = Takeaway.objects.visible_to(actor).filter(text__isnull=False).select_related("appointment")
    found: list[Takeaway] = list(rows.order_by("-appointment__starts_at")[:SHOWN])
    return found


def without_a_card(now: datetime) -> list[Appointment]:
    """The sessions of this clinic that ended one hour to one day ago and have no card yet, for clients who want them."""
    rows = (
        Appointment.objects.standing()
        .filter(starts_at__gt=now - WITHIN - LONGEST, starts_at__lt=now, takeaway__isnull=True)
        .filter(episode__client__contact__takeaways=True)
        .exclude(episode__state=Episode.State.ENDED)
        .select_related("episode")
    )
    return [row for row in rows if row.ends_at + AFTER <= now < row.ends_at + WITHIN]


def for_mid_week(now: datetime) -> list[UUID]:
    """What was written three days ago or more, not shown again yet, and not followed by another session."""
    rows = Takeaway.objects.filter(
        written_at__isnull=False,
        put_away_at__isnull=True,
        shown_again_at__isnull=True,
        appointment__starts_at__lte=now - AGAIN,
        appointment__starts_at__gt=now - 2 * AGAIN,
        episode__client__contact__takeaways=True,
    )
    return list(rows.exclude(appointment__state=Appointment.State.CANCELLED).values_list("pk", flat=True))


def to_begin(sessions: Iterable[Appointment], now: datetime) -> Appointment | None:
    """The session under way or just over, as long as nothing was written on its card. Each comes with its `takeaway`."""
    for session in sessions:
        written = getattr(session, "takeaway", None) is not None and session.takeaway.written_at is not None
        if session.starts_at <= now < session.ends_at + WITHIN and not written:
            return session
    return None
