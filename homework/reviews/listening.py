"""When to listen first: worked out from marks and starts each time it is asked, never stored (F24-F26).

It is on in two cases and no other: somebody marked "against this task or the therapy" at 2 or more in one of the last
two sessions (F24), or nothing that was agreed was started, two sessions in a row (F25). Being unsure about change is a
different thing and never turns it on; then a page with both sides may be offered. How much a change matters (the ruler)
decides only what the planner shows first (F26). Every threshold is a constant here or in `signals`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.access import Actor, Role
from clinic.models import Appointment, Episode
from homework.assignments import schedule
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning import composing
from homework.assignments.planning.listen_first import ListenFirst, tells
from homework.reviews.digest import signals
from homework.worksheets.models import Worksheet

SESSIONS = signals.LOOKS_BACK
"""How many sessions back marks count."""
UNSURE_OFFERS = 2
"""From this on, of 3, being unsure makes both sides on a page worth offering."""
EXPLORES_UP_TO = 4
"""Importance of 10 up to which the planner shows first what looks closer; at 5 it does not (F26)."""


@dataclass(frozen=True)
class Marked:
    """One session: when it began, what was marked there (None: nothing), and whether the reader marked it."""

    at: datetime
    unsure: int | None = None
    against: int | None = None
    importance: int | None = None
    author: str = ""
    mine: bool = False


@dataclass(frozen=True)
class Span:
    """One piece of agreed work: from the client's yes to its end, None while it goes on."""

    agreed_at: datetime
    ended_at: datetime | None = None


def opening_marks(marked: Sequence[Marked]) -> list[Marked]:
    """F24: the sessions among the last two that turn the mode on. `marked` is oldest first."""
    return [one for one in marked[-SESSIONS:] if (one.against or 0) >= signals.AGAINST_OPENS]


def starts(works: Sequence[Span], shares: Sequence[datetime], edges: Sequence[datetime], now: datetime) -> list[bool]:
    """F25: between each two sessions, whether anything was started; oldest first. `edges` are when the sessions began.

    A stretch in which nothing was agreed, or which was too short to begin (D4), says nothing and is left out. A start
    since the last session counts at once; that there is none yet does not.
    """
    found = []
    for since, until in pairwise(edges):
        shared = sum(since <= at < until for at in shares)
        under_way = [one for one in works if one.agreed_at < until and (one.ended_at is None or one.ended_at > since)]
        due = any(signals.not_started(max(one.agreed_at, since), until, until, shared) for one in under_way)
        if shared or due:
            found.append(bool(shared))
    if edges and any(edges[-1] <= at <= now for at in shares):
        found.append(True)
    return found


def offers_both_sides(marked: Sequence[Marked]) -> Marked | None:
    """The last of the two sessions in which somebody was unsure enough to offer both sides on a page; else None."""
    return next((one for one in reversed(marked[-SESSIONS:]) if (one.unsure or 0) >= UNSURE_OFFERS), None)


def explores(marked: Sequence[Marked]) -> Marked | None:
    """F26: the session whose ruler says to look closer first; None when it matters more, or was not asked lately."""
    last = next((one for one in reversed(marked[-SESSIONS:]) if one.importance is not None), None)
    return last if last is not None and last.importance is not None and last.importance <= EXPLORES_UP_TO else None


def listen_first(
    marked: Sequence[Marked], started: Sequence[bool], *, session: UUID | None = None, private: bool = False
) -> ListenFirst:
    """The mode and its reasons in words. `private`: the reader may not know the marks (a coach), only that they hold."""
    on = signals.listen_first([one.against or 0 for one in marked], started)
    reasons = _reasons(marked, started, private=private) if on else []
    unsure, ruler = offers_both_sides(marked), explores(marked)
    balance = looks = ""
    if unsure is not None and not reasons and not private:
        balance = _("Being unsure about change was marked on %(on)s.") % {"on": _on(unsure)}
    if ruler is not None:
        said = {"n": ruler.importance, "on": _on(ruler)}
        looks = _("How much a change matters: %(n)s of 10, on %(on)s.") % said
    if private and looks:
        looks = _("A closer look fits better than a new task just now.")
    return ListenFirst(tuple(reasons), balance, looks, None if private else session)


def _reasons(marked: Sequence[Marked], started: Sequence[bool], *, private: bool) -> list[str]:
    against = opening_marks(marked)
    found = [_why(one) for one in against]
    if private and against:
        found = [_("The therapist would like listening to come first just now.")]
    if signals.not_started_twice(started):
        found.append(_("Nothing that was agreed was started, two sessions in a row. The plan may not fit yet."))
    return found


def _why(one: Marked) -> str:
    said = {"n": one.against, "on": _on(one), "who": one.author}
    if one.mine:
        return _("You marked “against this task or the therapy” (%(n)s of 3) on %(on)s.") % said
    return _("%(who)s marked “against this task or the therapy” (%(n)s of 3) on %(on)s.") % said


def _on(one: Marked) -> str:
    """The day of a session, on the reader's wall."""
    return date_format(timezone.localdate(one.at), "j F")


# --- what is read ------------------------------------------------------------------------------------------------------


@tells
def of(episode: Episode, actor: Actor, now: datetime) -> ListenFirst:
    """Whether to listen first with this client. One query, and two more once there were two sessions."""
    sessions = held(episode, now)
    marked = [_marked(row, actor) for row in sessions[:SESSIONS]][::-1]
    begun = [row.starts_at for row in reversed(sessions)]
    started = _starts(episode, begun, now, actor.clinic.time_zone) if len(begun) >= SESSIONS else []
    last = sessions[0].pk if sessions else None
    return listen_first(marked, started, session=last, private=actor.role == Role.COACH)


def held(episode: Episode, now: datetime) -> list[Any]:
    """The last sessions that have begun or are about to, latest first, each with its marks: one more than count."""
    before, _after = composing.AROUND
    rows = Appointment.objects.standing().filter(episode=episode, starts_at__lte=now + before)
    return list(rows.select_related("readiness__author").order_by("-starts_at")[: SESSIONS + 1])


def _marked(row: Any, actor: Actor) -> Marked:
    note = getattr(row, "readiness", None)
    if note is None:
        return Marked(row.starts_at)
    said = note.marks or {}
    return Marked(
        at=row.starts_at,
        unsure=said.get("unsure"),
        against=said.get("against"),
        importance=said.get("importance"),
        author=note.author.label,
        mine=note.author_id == actor.member_id,
    )


def _awake(agreed_at: datetime, rests_until: date | None, zone: str) -> datetime:
    """From when a start could be hoped for: not while everything rests."""
    return agreed_at if rests_until is None else max(agreed_at, schedule.instant(rests_until, time.min, zone))


def _starts(episode: Episode, begun: Sequence[datetime], now: datetime, zone: str) -> list[bool]:
    """What was started between the last sessions. Resting work asks nothing; questionnaires and free weeks are no work."""
    edges = edges_of(begun, episode.opened_on, zone)
    work = work_in([episode.pk])
    works = [span for _episode, span in spans(work, edges[0], zone)]
    if not works:
        return []
    return starts(works, [at for _episode, at in begun_in(work, edges[0])], edges, now)


def edges_of(begun: Sequence[datetime], opened_on: date, zone: str) -> list[datetime]:
    """When the sessions began, oldest first; before the third one, the day care began stands in for an earlier session."""
    opened = schedule.instant(opened_on, time.min, zone)
    return list(begun) if len(begun) > SESSIONS else [min(opened, begun[0]), *begun]


def work_in(episodes: Iterable[UUID]) -> Any:
    """Agreed work to practise, in these episodes."""
    work = Assignment.objects.filter(episode_id__in=episodes, kind=Assignment.Kind.WORK, agreed_at__isnull=False)
    return work.exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)


def spans(work: Any, since: datetime, zone: str) -> list[tuple[UUID, Span]]:
    """From when to when each piece was agreed, with its episode. One query."""
    mine = work.exclude(state=Assignment.State.PAUSED).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since))
    rows = mine.values_list("episode_id", "agreed_at", "ended_at", "episode__client__contact__paused_until")
    return [
        (pk, Span(_awake(agreed_at, rests, zone), ended_at)) for pk, agreed_at, ended_at, rests in rows if agreed_at
    ]


def begun_in(work: Any, since: datetime) -> list[tuple[UUID, datetime]]:
    """When something was shared that was begun, with its episode. One query."""
    did = Entry.objects.shared().filter(assignment__in=work, shared_at__gte=since)
    did = did.filter(Q(started=True) | Q(amount__gt=Entry.Amount.NOT_YET))
    return [(pk, at) for pk, at in did.values_list("episode_id", "shared_at") if at]
