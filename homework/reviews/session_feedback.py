"""What a client says about a session, in three items (2.7): when it is asked, and what its therapist reads. Reads only.

Asked once after a session, for three days, all optional, one tap and it is gone. It goes to the therapist whose session it was
and to nobody else: not to a coach, a cover, a supervisor, not into a stored digest. It is no measure of the relationship, and no
rule about work looks at it (F54): signals, digests and suggestions do not import this module.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can
from clinic.models import Appointment, Episode
from homework.reviews.models import SessionFeedback

WITHIN = timedelta(days=3)
NO, BRING, ASK = "no", "bring", "ask"
UNSAID: dict[str, Promise] = {NO: _("No"), BRING: _("Yes, I’ll bring it"), ASK: _("Yes, please ask me")}
CHOSE, ANYTHING, DIFFERENT = (
    _("Was this week’s plan one you chose?"),
    _("Was there something you didn’t get to say?"),
    _("One thing to do differently next time?"),
)


@dataclass(frozen=True)
class Told:
    """What the therapist reads before the next session."""

    row: SessionFeedback
    at: datetime
    chose: int | None
    unsaid: str
    words: str

    @property
    def wants_to_be_asked(self) -> bool:
        """ "Yes, please ask me"."""
        return self.unsaid == ASK

    @property
    def brings_something(self) -> bool:
        """ "Yes, I'll bring it"."""
        return self.unsaid == BRING


def asks(episode: Episode, last: Appointment | None, now: datetime) -> Appointment | None:
    """The session that is asked about just now, or None. `last` comes with its `feedback`: no query."""
    if last is None or not episode.is_open or getattr(last, "feedback", None) is not None:
        return None
    return last if may_say(last, now) else None


def may_say(session: Appointment, now: datetime) -> bool:
    """Whether it is over, was not cancelled, and not longer ago than three days."""
    held = session.state != Appointment.State.CANCELLED
    return held and session.ends_at <= now < session.ends_at + WITHIN


def before(actor: Actor, session: Appointment) -> Told | None:
    """What was said about the session before this one, for the therapist it was said to. One query."""
    rows: Any = SessionFeedback.objects.permitted(actor, Can.READ).filter(episode_id=session.episode_id)
    rows = rows.filter(appointment__starts_at__lt=session.starts_at).select_related("appointment")
    row = rows.order_by("-appointment__starts_at").first()
    if row is None or actor.is_client:
        return None
    row.episode = session.episode
    said = row.said or {}
    if not said:
        return None
    at = row.appointment.starts_at.astimezone(actor.clinic.zone)
    return Told(row, at, said.get("chose"), said.get("unsaid", ""), said.get("words", ""))
