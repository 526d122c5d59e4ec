"""What Today says about reminders: quietly, on the page itself, whether or not a message was sent. Pure: all was fetched before.

A reminder in the agreed plan is the client's yes to being told here. The same question as for messages decides (`nudge.Work`),
so what silences a message silences the page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from clinic import wording
from clinic.models import Appointment, Episode, OutgoingMessage
from clinic.outbox.reach import Reach
from homework.assignments import due, later, schedule
from homework.assignments.days.cards import Card
from homework.assignments.days.gently import Wish
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.nudge import OFFER_AFTER, Work
from homework.assignments.planning import agreed
from homework.assignments.reminders import AROUND_A_SESSION

AROUND_NOW = timedelta(hours=2)  # so long "around now" is true
Kind = OutgoingMessage.Kind


@dataclass(frozen=True)
class Nudge:
    """What one card says about its reminder. says: "" before its moment. later: when one more may be asked for today."""

    says: str = ""
    later: tuple[time, ...] = ()
    asked: time | None = None  # one more was asked for, and comes then
    here_only: bool = False  # no message leaves the page, as the client chose


@dataclass(frozen=True)
class Facts:
    """What is known about this client's day: all of it fetched for the page anyway."""

    episode: Episode
    reach: Reach
    now: datetime
    sessions: tuple[Appointment | None, Appointment | None]

    @property
    def near(self) -> bool:
        """Whether a session begins or began within two hours."""
        times = (row.starts_at for row in self.sessions if row is not None)
        return any(abs(at - self.now) <= AROUND_A_SESSION for at in times)

    def work(self, row: Assignment, plan: Plan, entries: Iterable[Entry]) -> Work:
        """One piece of work with what decides about its reminder."""
        begun = [each.saved_at for each in entries if each.assignment_id == row.pk and _is_begun(each)]
        row.episode, prefs = self.episode, self.reach.prefs
        return Work(
            assignment=row,
            plan=plan,
            quiet=due.quiet_hours_of(prefs),
            last_written=max(begun, default=None),
            written_on=frozenset(schedule.local_day(at, plan.zone) for at in begun),
            session_near=self.near,
            paused_until=prefs.paused_until if prefs else None,
            flagged=bool(getattr(self.episode, "flag_pauses", False)),
        )


def _is_begun(entry: Entry) -> bool:
    return entry.started or entry.state != Entry.State.DRAFT


def on(cards: list[Card], works: Mapping[UUID, Work], facts: Facts) -> list[Card]:
    """The cards, those with a reminder today saying so. Asking for one more stands on the first of them only."""
    found, offered = [], False
    for card in cards:
        work = works.get(card.assignment)
        nudge = (
            of(work, facts, offers=not offered) if work is not None and card.done is None and not card.begun else None
        )
        offered = offered or nudge is not None
        found.append(replace(card, nudge=nudge) if nudge is not None else card)
    return found


def of(work: Work, facts: Facts, *, offers: bool) -> Nudge | None:
    """What the card of this work says, None where it has no reminder today."""
    now, reach, plan = facts.now, facts.reach, work.plan
    moment = (
        work.moment(schedule.local_day(now, plan.zone))
        if plan is not None and plan.reminder != plan.Reminder.NONE
        else None
    )
    if moment is None or work.why_not(now, reach, asked=True):
        return None
    said = says(moment, facts) if moment <= now and not work.why_not(now, reach) else ""
    if not offers:
        return Nudge(said) if said else None
    waits = [each for each in reach.earlier if each.kind == Kind.AGAIN and reach.today(each.at) == reach.today(now)]
    asked = next((each.at.astimezone(reach.zone).time() for each in waits if not each.sent), None)
    return Nudge(
        says=said,
        later=() if waits else tuple(_open_times(now, reach)),
        asked=asked,
        here_only=not reach.channel,
    )


def _open_times(now: datetime, reach: Reach) -> list[time]:
    """The times at which one more message could go out, as far as anybody knows now."""
    if not reach.channel:
        return []
    row = OutgoingMessage(kind=Kind.AGAIN, channel=reach.channel)
    found = later.times(now, reach)
    return [at for at in found if not reach.why_not(later.instant(at, now, reach.zone), row=row)]


def says(moment: datetime, facts: Facts) -> str:
    """The client's own words, or that they asked for a nudge."""
    cue = wording.cue_of(facts.reach.prefs)
    if cue is not None:
        return _("“%(words)s”") % {"words": cue.words}
    if facts.now - moment <= AROUND_NOW:
        return _("You asked for a nudge around now.")
    at = moment.astimezone(facts.reach.zone).time()
    return _("You asked for a nudge at %(time)s.") % {"time": agreed.at_time(at)}


def smaller(cards: Iterable[Card], works: Mapping[UUID, Work], reach: Reach) -> Wish | None:
    """Two reminders in a row had no answer: the small size is offered, once, for the first card that has one (F25)."""
    for card in cards:
        work: Any = works.get(card.assignment)
        if (
            work is None
            or card.small_minutes is None
            or card.done is not None
            or card.begun
            or card.measure
            or work.flagged
        ):
            continue
        if work.unanswered(reach) >= OFFER_AFTER:
            return Wish(card.assignment, card.title)
    return None
