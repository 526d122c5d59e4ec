"""Letting the weeks pass: every step is the same action the pages call, with the clock moved to when it happened.

Each client's life is one transaction and independent of the others, so that clients can be loaded side by side; a couple's two
lives are lived together.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from clinic import access, safe_contact, vault
from clinic.actions import care_team
from clinic.models import Appointment, Clinic, Episode
from clinic.scope import acting_in
from homework.assignments import due
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Entry
from homework.demo import exchanges, pairs, sessions, telling, writing
from homework.demo import life as lives
from homework.demo.life import Life
from homework.demo.moments import Moment, pass_by
from homework.demo.people import ClientRow
from homework.demo.weeks import Week
from homework.reviews.actions.digest import build_digests

LAST_DIGESTS = 2
"""How many of the last digests are built, so that loading stays under a minute."""
WHOLE = ("amara", "karim", "tomas", "henrik", "bea", "leila", "jonah", "mirela", "bianca", "priya", "owen")
"""The stories that are told by their digests: all of theirs are built."""


def live(rows: Sequence[ClientRow], *, clinic: Clinic, found: Mapping[str, UUID], now: datetime) -> int:
    """The weeks of one client, or of a couple. Returns how many entries were shared."""
    with acting_in(clinic.pk), vault.session(), transaction.atomic():
        those = [lives.of(row, clinic=clinic, client_id=found[row.name], now=now) for row in rows]
        moments = [moment for one in those for moment in of_one(one)]
        if len(those) > 1:
            moments += pairs.moments(those)
        pass_by(moments, now)
        for one in those:
            settle(one)
        return int(Entry.objects.filter(episode__in=[one.episode for one in those]).shared().count())


def of_one(life: Life) -> Iterator[Moment]:
    """Everything that happens in one client's weeks."""
    start = min(life.sessions[0].starts_at + timedelta(minutes=20), life.now)
    yield Moment(start, lambda: sessions.say_how_to_reach(life))
    again = start + safe_contact.EVERY + timedelta(days=2)
    if again < life.now and not life.ended_weeks:  # asked again after eight weeks, and answered the same (F36)
        yield Moment(again, lambda: sessions.say_how_to_reach(life))
    for week in life.course.weeks:
        session = life.session_of(week.number)
        if session is None or session.starts_at > life.now:
            break
        yield from _meet(life, session, week)
        yield from writing.between(life, session, life.session_of(week.number + 1), week)
    yield from _digests(life)
    yield from telling.moments(life)
    yield from exchanges.moments(life)
    if life.ended_weeks and life.row.course in ("finished", "dropout"):
        yield _end(life)


def _meet(life: Life, session: Appointment, week: Week) -> Iterator[Moment]:
    """The session: look back at last week's work, then plan together."""
    begins = session.starts_at
    yield Moment(begins + timedelta(minutes=20), lambda: sessions.look_back(life, week, session))
    yield Moment(begins + timedelta(minutes=35), lambda: sessions.plan(life, week, session))


def _digests(life: Life) -> Iterator[Moment]:
    """What a worker builds half an hour before each session, or by now for the next one."""
    worker = access.system(life.clinic, "digest")
    coming = [row for row in life.sessions if row.starts_at < life.now + timedelta(hours=24)]
    for session in coming if life.row.story in WHOLE else coming[-LAST_DIGESTS:]:
        when = min(session.starts_at - timedelta(minutes=25), life.now)
        yield Moment(when, partial(build_digests, by=worker, appointment_ids=[session.pk]), rank=1)


def _end(life: Life) -> Moment:
    """Care ends some days after the last week: finished, or by the client's own decision."""
    last = life.session_of(min(len(life.course.weeks) + 1, len(life.sessions)))
    assert last is not None
    weeks = 1 if life.row.course == "finished" else 2
    when = last.starts_at + timedelta(weeks=weeks - 1, days=2)
    return Moment(when, lambda: care_team.end_episode(by=life.lead, episode=life.episode))


def settle(life: Life) -> None:
    """Now: what is under way is due from here on; where care has ended, nothing is."""
    moments = [Moment(life.now, lambda: _settle(life))]
    pass_by(moments, life.now)


def _settle(life: Life) -> None:
    ended = not Episode.objects.filter(pk=life.episode.pk).exclude(state=Episode.State.ENDED).exists()
    for work in Assignment.objects.of(life.episode.pk).open():
        work.episode = life.episode
        if ended:
            resting.let_go(by=life.lead, assignment=work)
        elif work.state == Assignment.State.ACTIVE:
            due.reschedule(work, work.plans.agreed().get(), life.now)
            work.save(update_fields=["next_due_at", "next_reminder_at"])
