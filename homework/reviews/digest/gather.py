"""Fetching for digests: many appointments at once, always the same number of queries.

The sweep builds hundreds of digests with the same functions with which a page builds one. Rows are fetched by table,
sealed fields open on access, so the clients have to be opened by the caller (`audit.opened_list`, or the door).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from clinic.models import Appointment, ContactPrefs
from homework.assignments import schedule, silence
from homework.assignments.days import kinder
from homework.assignments.models import Assignment, CopingPlan, Entry, Plan, Score
from homework.reviews import spoken, ways_taken
from homework.reviews.digest.interval import Interval, Work, written
from homework.reviews.models import Digest, Noticed
from homework.safety import standing
from homework.worksheets import edges
from homework.worksheets.models import WorksheetVersion

LOOK_BACK = timedelta(days=60)  # ended work older than this says nothing about the last two intervals
WORDS_BACK = timedelta(days=21)  # answers older than this stay sealed, unless nobody has reviewed them yet
ENTRY = (
    *("assignment_id", "episode_id", "version_id", "plan_id", "state", "size", "slot_on", "captured_at", "shared_at"),
    *("amount", "depth", "stepped_down", "started"),
)
AFTER = ("id", "entry_id", "episode_id", "obstacles", "wish", "words")
SCORE = ("pk", "episode_id", "measure", "taken_at", "result", "entry__version_id", "entry__assignment__version_id")
UNREAD = ("title", "rationale", "first_step", "counts_as_all", "counts_as_some", "change_reason")


def appointments(ids: Iterable[UUID], now: datetime) -> list[Appointment]:
    """The sessions with `last_at` and `before_at`, when the two before them began; locked against a second builder."""
    earlier = (
        Appointment.objects.standing()
        .filter(episode_id=OuterRef("episode_id"), starts_at__lt=OuterRef("starts_at"), starts_at__lte=now)
        .order_by("-starts_at")
        .values("starts_at")
    )
    rows = (
        Appointment.objects.filter(pk__in=list(ids))
        .annotate(
            last_at=Subquery(earlier[:1]),
            before_at=Subquery(earlier[1:2]),
            aside=Subquery(Digest.objects.filter(pk=OuterRef("pk")).values("put_aside")[:1]),
        )
        .select_related("clinic", "episode__client__user", "episode__site", "therapist__user")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    return list(rows)


def intervals(rows: Sequence[Appointment], now: datetime) -> list[Interval]:
    """For each session, the days before it with all that belongs to them. Sixteen queries, however many sessions."""
    episodes = {row.episode_id: row.episode for row in rows}
    found_works = works(episodes, now - LOOK_BACK)
    found_scores = scores(episodes)
    prefs, steps = _prefs(episodes), ways_taken.of([one.client_id for one in episodes.values()], now - LOOK_BACK)
    every = [work for works_of_one in found_works.values() for work in works_of_one]
    silent = silence.stopped((plan for work in every for plan in work.plans), episodes, prefs, now)
    for work in every:
        work.steps, work.reminders_stopped = steps.get(work.row.pk, []), work.row.pk in silent
    told, flags = spoken.of(list(episodes), now - LOOK_BACK), standing.in_episodes(episodes.values())
    found = []
    for row in rows:
        zone = zone_of(row)
        opened = schedule.instant(row.episode.opened_on, time.min, zone)
        found.append(
            Interval(
                appointment=row,
                since=row.last_at or min(opened, row.starts_at),  # type: ignore[attr-defined]
                before=row.before_at,  # type: ignore[attr-defined]
                now=now,
                zone=zone,
                own_day=kinder.own_day_of(prefs.get(row.episode.client_id)),
                paused_until=getattr(prefs.get(row.episode.client_id), "paused_until", None),
                works=found_works[row.episode_id],
                scores=found_scores[row.episode_id],
                spoken=told[row.episode_id],
                put_aside=frozenset(row.aside or ()),  # type: ignore[attr-defined]
                flags=flags[row.episode_id],
            )
        )
    return found


def zone_of(row: Appointment) -> str:
    """The client's own time zone; their site's before they have signed in for the first time."""
    user = row.episode.client.user
    return user.time_zone if user is not None else row.episode.site.time_zone


def works(
    episodes: dict[UUID, Any], since: datetime | None, words_back: timedelta = WORDS_BACK
) -> dict[UUID, list[Work]]:
    """The work of each episode, oldest first, with its plans, if-thens, entries and the words of the recent ones.

    since: work that ended before is left out; None takes all of it.
    """
    asked = Assignment.objects.filter(episode_id__in=episodes).exclude(state=Assignment.State.DRAFT)
    if since is not None:
        asked = asked.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=since))
    rows = list(asked.order_by("created_at", "pk"))
    with_versions(rows)
    every = {row.pk: Work(row) for row in rows}
    for plan in _plans(every):
        every[plan.assignment_id].plans.append(plan)
    for pair in (
        CopingPlan.objects.filter(plan__assignment_id__in=every, plan__state=Plan.State.AGREED)
        .order_by("plan_id", "position")
        .select_related("plan")
    ):
        every[pair.plan.assignment_id].coping.append(pair)
    _fill_entries(every, timezone.now() - words_back)
    found: dict[UUID, list[Work]] = defaultdict(list)
    for work in every.values():
        work.row.episode = episodes[work.row.episode_id]
        found[work.row.episode_id].append(work)
    return found


def with_versions(rows: Sequence[Assignment]) -> None:
    """Give each assignment its version: each definition is fetched once, not once a row."""
    known = WorksheetVersion.objects.select_related("worksheet").in_bulk(
        {row.version_id for row in rows if row.version_id}
    )
    for row in rows:
        if row.version_id:
            row.version = known[row.version_id]


def _plans(works: dict[UUID, Work]) -> Any:
    """Every revision that was or may still be agreed, oldest first, without its long texts."""
    rows = Plan.objects.filter(assignment_id__in=works).filter(
        Q(confirmed_at__isnull=False) | Q(state=Plan.State.PROPOSED)
    )
    return rows.select_related("before").defer(*UNREAD).order_by("assignment_id", "revision")


def _fill_entries(works: dict[UUID, Work], words_since: datetime) -> None:
    """What was shared; answers only of what is recent, because every one of them has to be deciphered."""
    rows = (
        Entry.objects.shared()
        .filter(assignment_id__in=works)
        .annotate(starred=Exists(Noticed.objects.filter(entry_id=OuterRef("pk"), key="found_out")))
        .only(*ENTRY)
        .order_by("shared_at", "pk")
    )
    moved = []
    for entry in rows:
        works[entry.assignment_id].entries.append(entry)
        if entry.version_id:
            moved.append(entry)
    _with_older_versions(moved)
    news = Q(assignment__reviewed_at__isnull=True) | Q(shared_at__gt=F("assignment__reviewed_at"))
    rows = (
        Entry.objects.shared()
        .filter(news | Q(captured_at__gte=words_since), assignment_id__in=works)
        .select_related("after")
        .only("answers", "kept_private", *(f"after__{name}" for name in AFTER))
    )
    recent = {row.pk: row for row in rows}
    for work in works.values():
        definition = work.definition
        for entry in work.entries:
            row = recent.get(entry.pk)
            # None: what was said after an older one is not fetched, and is not asked for one by one either
            entry._state.fields_cache["after"] = getattr(row, "after", None) if row is not None else None
            if row is None or definition is None or definition.measure is not None:
                continue
            work.written[entry.pk] = written(
                work.asked(entry) or definition, work.did(entry).on, row.answers or {}, row.kept_private or ()
            )


def _with_older_versions(entries: list[Entry]) -> None:
    """Give entries that stayed on an older version that version. No query when there are none."""
    if entries:
        known = WorksheetVersion.objects.select_related("worksheet").in_bulk({entry.version_id for entry in entries})
        for entry in entries:
            entry.version = known[entry.version_id]


def scores(episodes: dict[UUID, Any]) -> dict[UUID, list[Any]]:
    """The scores of each episode with their definitions, oldest first. Two queries."""
    rows = list(
        Score.objects.filter(episode_id__in=episodes, entry__state=Entry.State.SHARED)
        .order_by("taken_at", "pk")
        .values_list(*SCORE)
    )
    # the version an entry was written on: its own once its work has moved, else that of the work
    known = WorksheetVersion.objects.in_bulk({own or works for *_plain, own, works in rows})
    parsed = {pk: version.parsed for pk, version in known.items()}
    here = edges.of(parsed.values())
    found: dict[UUID, list[Any]] = defaultdict(list)
    for pk, episode_id, measure, taken_at, result, own, works_version in rows:
        definition = parsed[own or works_version]
        score = Score(pk=pk, episode_id=episode_id, measure=measure, taken_at=taken_at)
        score.result = result
        found[episode_id].append((edges.chosen(definition, here.get(definition.slug)), score))
    return found


def _prefs(episodes: dict[UUID, Any]) -> dict[UUID, ContactPrefs]:
    """The wishes of each client: they say when their own day ends, and whether everything rests."""
    clients = [episode.client_id for episode in episodes.values()]
    return {one.client_id: one for one in ContactPrefs.objects.filter(client_id__in=clients)}
