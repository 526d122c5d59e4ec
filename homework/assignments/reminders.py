"""Reminders: a neutral nudge at the time the client chose, at most one a day, and none that is no longer wanted.

The sweep (`queue_due`) looks at work whose reminder moment has come, puts at most one message a client and local day
into the outbox, and moves every piece of work to its next moment, whatever it decided: nothing is looked at twice. When
the message is about to leave, `still_wanted` reads everything again. Both ask the same pure question,
`nudge.Work.why_not`. Late is dropped, never made up for. Facts are read for many clients at once: the number of queries
does not grow with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Prefetch, Q

from clinic import outbox, standing_in, wording
from clinic.models import Appointment, Clinic, OutgoingMessage
from clinic.outbox.reach import Reach
from homework.assignments import due, measuring, schedule
from homework.assignments.due import LOOK_AHEAD
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.nudge import WINDOW, Work, weekly_cap
from homework.safety import standing
from homework.worksheets.models import WorksheetVersion

BATCH = 500
AROUND_A_SESSION = timedelta(hours=2)
DAY = timedelta(days=1)
Kind = OutgoingMessage.Kind

# By hand: `bulk_update` writes a CASE with a WHEN for every row, and that was a third of the sweep's time.
MOVE_ON = """
UPDATE assignments_assignment AS work SET next_due_at = moved.due_at, next_reminder_at = moved.reminder_at
  FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS moved (id, due_at, reminder_at)
 WHERE work.id = moved.id
"""


@transaction.atomic
def queue_due(clinic: Clinic, now: datetime, limit: int = BATCH) -> tuple[int, int]:
    """Decide about work whose reminder moment has come. Returns (pieces of work looked at, messages queued).

    Safe to run twice and side by side: work another sweep holds is passed over, and the key makes one message a day.
    """
    due = Assignment.objects.due(now).filter(clinic_id=clinic.pk).order_by("next_reminder_at")
    works, reach = _held(due, clinic, now, limit)
    queued = outbox.queue_all(_messages(clinic, works, reach, now))
    _move_on(works, now)
    return len(works), queued


def _messages(
    clinic: Clinic, works: Iterable[Work], reach: Mapping[UUID, Reach], now: datetime
) -> list[OutgoingMessage]:
    """One message for each client with anything to be reminded of."""
    wanted: dict[UUID, list[Work]] = {}
    for work in works:
        user, moment = work.user_id, work.assignment.next_reminder_at
        in_time = moment is not None and now - moment <= WINDOW
        if user is not None and user in reach and in_time and not work.why_not(now, reach[user]):
            wanted.setdefault(user, []).append(work)
    return [
        _message(clinic, found, reach[user], now)
        for user, found in wanted.items()
        if not reach[user].why_not(now, weekly=weekly_cap(found, reach[user]))
    ]


def _message(clinic: Clinic, works: Sequence[Work], reach: Reach, now: datetime) -> OutgoingMessage:
    """The row: due since the earliest moment, worth nothing after the latest one's window."""
    client = works[0].assignment.episode.client
    assert client.user is not None  # who has no address is not reached
    moments = {work.assignment.next_reminder_at: work for work in works}
    return reach.message(
        Kind.REMINDER,
        outbox.day_key(client.pk, reach.today(now)),
        client.user,
        clinic_id=clinic.pk,
        about=client.pk,
        due_at=min(at for at in moments if at),
        not_after=max(work.worth_until(at) for at, work in moments.items() if at),
    )


def look_ahead(clinic: Clinic, now: datetime) -> int:
    """Set the moments of work that the sweep alone would never look at again. Returns how many were looked at.

    That is work whose due moment is a day old or not set, and work whose reminder has no moment although one was asked
    for: a plan that begins in a month, quiet hours that were changed.
    """
    count, last = 0, None
    while works := _asleep(clinic, now, last):
        count, last = count + len(works), works[-1].assignment.pk
    return count


@transaction.atomic
def _asleep(clinic: Clinic, now: datetime, last: UUID | None) -> list[Work]:
    """The next batch of such work by id, with its moments set."""
    today = now.date() - DAY  # a day early is too early nowhere
    plans = Plan.objects.agreed().filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), clinic_id=clinic.pk)
    plans = plans.filter(starts_on__lte=(now + LOOK_AHEAD).date()).exclude(frequency=Plan.Frequency.EVENT)
    plans = plans.exclude(frequency=Plan.Frequency.ONCE, starts_on__lt=today - 8 * DAY)
    nudged = plans.exclude(reminder=Plan.Reminder.NONE).exclude(reminder_time__isnull=True, local_time__isnull=True)
    old = Q(next_due_at__isnull=True) | Q(next_due_at__lt=now - DAY)
    asleep = Q(old, pk__in=plans.values("assignment_id")) | Q(
        next_reminder_at__isnull=True, pk__in=nudged.values("assignment_id")
    )
    rows = Assignment.objects.active().filter(asleep, clinic_id=clinic.pk, kind=Assignment.Kind.WORK).order_by("pk")
    rows = rows.exclude(next_reminder_at__lte=now)  # its moment has come: the other sweep decides, and moves it on
    works, _ = _held(rows.filter(pk__gt=last) if last else rows, clinic, now, BATCH)
    _move_on(works, now)
    return works


def _held(rows: Any, clinic: Clinic, now: datetime, limit: int) -> tuple[list[Work], dict[UUID, Reach]]:
    """Work locked until the end of the transaction, without waiting for what somebody else holds, with its facts.

    Found and locked in its own table alone: with the client joined, the database would fetch everything due for each batch.
    """
    held = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
    rows = _with_plans(Assignment.objects.all()).in_bulk(held)
    found = [rows[pk] for pk in held]
    reach = outbox.reach_of(clinic, {row.episode.client.user_id for row in found} - {None}, now) if found else {}
    return _facts(found, reach, now), reach


def _move_on(works: Sequence[Work], now: datetime) -> None:
    """Every piece of work to its next moment."""
    for work in works:
        work.advance(now)
    rows = [work.assignment for work in works]
    if rows:
        with connection.cursor() as cursor:
            ids, due_at = [row.pk for row in rows], [row.next_due_at for row in rows]
            cursor.execute(MOVE_ON, [ids, due_at, [row.next_reminder_at for row in rows]])


# --- just before it leaves --------------------------------------------------------------------------------------------


@outbox.check(Kind.REMINDER)
def still_wanted(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> dict[UUID, str]:
    """Read everything again: wishes, plans, entries, sessions. It goes out if one piece of work still wants it."""
    reach = outbox.reach_of(clinic, [row.user_id for row in rows if row.user_id], now)
    wording.lend(rows, reach)
    active = Assignment.objects.active().filter(clinic_id=clinic.pk, episode__client_id__in=[row.about for row in rows])
    by_client: dict[UUID | None, list[Work]] = {}
    for work in _facts(list(_with_plans(active)), reach, now):
        by_client.setdefault(work.assignment.episode.client_id, []).append(work)
    users = {row.pk: reach.get(row.user_id) if row.user_id else None for row in rows}
    return {row.pk: _why_not(row, by_client.get(row.about, []), users[row.pk], now) for row in rows}


@outbox.check(Kind.AGAIN)
def still_asked_for(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> dict[UUID, str]:
    """One more that the client asked for: the same, for the one piece of work it is about."""
    reach = outbox.reach_of(clinic, [row.user_id for row in rows if row.user_id], now)
    wording.lend(rows, reach)
    works = {
        work.assignment.pk: work for work in facts_of([row.about for row in rows if row.about], clinic, reach, now)
    }
    return {
        row.pk: _not_again(
            row, works.get(row.about) if row.about else None, reach.get(row.user_id) if row.user_id else None, now
        )
        for row in rows
    }


def _not_again(row: OutgoingMessage, work: Work | None, reach: Reach | None, now: datetime) -> str:
    if work is None or reach is None or reach.client_id != work.assignment.episode.client_id:
        return "gone"
    return work.why_not(now, reach, asked=True) or reach.why_not(now, row=row, weekly=weekly_cap([work], reach))


def facts_of(pks: Iterable[UUID], clinic: Clinic, reach: Mapping[UUID, Reach], now: datetime) -> list[Work]:
    """These pieces of work with what decides about a reminder now."""
    return _facts(list(_with_plans(Assignment.objects.filter(clinic_id=clinic.pk, pk__in=set(pks)))), reach, now)


def _why_not(row: OutgoingMessage, works: Iterable[Work], reach: Reach | None, now: datetime) -> str:
    if reach is None or reach.client_id != row.about:
        return "gone"
    today = [work for work in works if _came_up(work, row, now)]
    reasons = [work.why_not(now, reach) for work in today]
    if "" not in reasons:
        return reasons[0] if reasons else "changed"
    wanted = [work for work, reason in zip(today, reasons, strict=True) if not reason]
    return reach.why_not(now, row=row, weekly=weekly_cap(wanted, reach))


def _came_up(work: Work, row: OutgoingMessage, now: datetime) -> bool:
    """Whether this work's moment, by its plan as it is now, lies between the row's and now."""
    if work.plan is None:
        return False
    moment = work.moment(schedule.local_day(row.due_at, work.plan.zone))
    return moment is not None and row.due_at <= moment <= now


def unanswered(clinic: Clinic, pks: Iterable[UUID], now: datetime) -> dict[UUID, int]:
    """How many reminders in a row each piece of work got no answer to (F25).

    After two the client is offered a smaller version; after three no more are sent and the digest says so.
    """
    rows = list(_with_plans(Assignment.objects.filter(clinic_id=clinic.pk, pk__in=set(pks))))
    reach = outbox.reach_of(clinic, {row.episode.client.user_id for row in rows} - {None}, now)
    works = _facts(rows, reach, now)
    return {work.assignment.pk: work.unanswered(reach[work.user_id]) for work in works if work.user_id in reach}


# --- facts, for many at once ------------------------------------------------------------------------------------------


def _with_plans(rows: Any) -> Any:
    """Work with what deciding about it needs: agreed plan, client, kind of worksheet. No sealed field is opened."""
    plans = Prefetch("plans", Plan.objects.agreed(), to_attr="agreed_plans")
    versions = Prefetch("version", WorksheetVersion.objects.select_related("worksheet"))  # each once, not with each row
    return rows.select_related("episode__client__user").prefetch_related(plans, versions)


def _facts(rows: Sequence[Any], reach: Mapping[UUID, Reach], now: datetime) -> list[Work]:
    """The facts about many pieces of work: four queries, however many, and one more where some ask about danger."""
    asking = {row.episode_id for row in rows if measuring.asks_about_danger(row.version)}
    nobody = standing_in.unattended(asking, rows[0].clinic.today(now)) if asking else set()
    near = _sessions_near({row.episode_id for row in rows}, now)
    flagged = standing.pausing(row.episode_id for row in rows)
    ever, lately = _written(rows, now)
    works = []
    for row in rows:
        plan: Plan | None = next(iter(row.agreed_plans), None)
        mine = reach.get(row.episode.client.user_id)
        works.append(
            Work(
                assignment=row,
                plan=plan,
                quiet=due.quiet_hours_of(mine.prefs if mine else None),
                last_written=ever.get(row.pk),
                written_on=frozenset(schedule.local_day(at, plan.zone) for at in lately.get(row.pk, ()) if plan),
                session_near=row.episode_id in near,
                paused_until=mine.prefs.paused_until if mine and mine.prefs else None,
                flagged=row.episode_id in flagged,
                at_rest=row.episode_id in nobody and measuring.asks_about_danger(row.version),
            )
        )
    return works


def _sessions_near(episodes: set[UUID], now: datetime) -> set[UUID]:
    """Episodes with a session that begins or began within two hours."""
    between = (now - AROUND_A_SESSION, now + AROUND_A_SESSION)
    near = Appointment.objects.standing().filter(episode_id__in=episodes, starts_at__range=between)
    return set(near.values_list("episode_id", flat=True))


def _written(rows: Sequence[Any], now: datetime) -> tuple[dict[UUID, datetime], dict[UUID, list[datetime]]]:
    """When each was last written at all, and every time within eight days. A beginning counts; it is never opened."""
    begun = Q(started=True) | ~Q(state=Entry.State.DRAFT)
    entries = Entry.objects.filter(begun, assignment_id__in=[row.pk for row in rows])
    ever = dict(entries.values_list("assignment_id").annotate(Max("saved_at")))
    lately: dict[UUID, list[datetime]] = {}
    for pk, at in entries.filter(saved_at__gte=now - 8 * DAY).values_list("assignment_id", "saved_at"):
        lately.setdefault(pk, []).append(at)
    return ever, lately


# --- between asking and sending ---------------------------------------------------------------------------------------

#: What is saved while somebody writes leaves no record of its own, so the sending transaction looks for it by itself.
SAVED_SINCE = """
SELECT 1 FROM assignments_entry AS entry JOIN clinic_episode AS care ON care.id = entry.episode_id
 WHERE care.client_id = ANY(%(ids)s) AND entry.saved_at > %(since)s"""
for kind in (Kind.REMINDER, Kind.AGAIN):
    outbox.also_moved(kind, SAVED_SINCE)
