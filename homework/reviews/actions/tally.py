"""Counting how the versions of worksheets do in a clinic: at night, one client at a time, all of it anew each time.

Ratings are sealed. Each client is opened alone, and closed before the next; what is kept are shares that any therapist of
the clinic may read (`tallying`), not what anybody said.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.keys import Undecryptable
from clinic import audit, vault
from clinic.access import Actor
from clinic.models import Clinic
from homework.assignments.models import Assignment, BeforeCheck, Entry, Plan
from homework.reviews import tallying
from homework.reviews.models import VersionTally
from homework.worksheets.models import Worksheet

NIGHT = time(2, 0)  # on the clinic's wall
HIGH = 7  # of 10
IN_DEPTH = 5


def is_due(clinic: Clinic, now: datetime) -> bool:
    """Whether a night has begun since the last count, and anything happened since then. Call it within the clinic."""
    last = VersionTally.objects.filter(clinic=clinic).order_by("-counted_at").values_list("counted_at", flat=True)
    counted_at = last.first()
    if counted_at is None:
        return bool(_work(clinic.pk).exists())
    wall = now.astimezone(clinic.zone)
    night = datetime.combine(wall.date(), NIGHT, tzinfo=wall.tzinfo)
    if counted_at >= (night if wall >= night else night - timedelta(days=1)):
        return False
    news = Q(saved_at__gt=counted_at) | Q(shared_at__gt=counted_at) | Q(withdrawn_at__gt=counted_at)
    agreed = Plan.objects.filter(clinic=clinic, confirmed_at__gt=counted_at)
    return agreed.exists() or Entry.objects.filter(news, clinic=clinic).exists()


def count_versions(*, by: Actor, at: datetime | None = None) -> int:
    """Count the clinic anew and keep what may be told. Returns for how many versions; twice gives the same."""
    clients: dict[UUID, list[Any]] = defaultdict(list)
    for row in _work(by.clinic_id).select_related("episode", "version").order_by("agreed_at", "pk"):
        clients[row.episode.client_id].append(row)
    sheets: dict[UUID, dict[UUID, tallying.Tally]] = defaultdict(lambda: defaultdict(tallying.Tally))
    for client, work in clients.items():
        for version, said in _said(by, client, work).items():
            sheets[version[0]][version[1]].add(said)
    told = {pk: shares for versions in sheets.values() for pk, shares in tallying.told(versions).items()}
    now = at or timezone.now()
    with transaction.atomic():
        VersionTally.objects.filter(clinic_id=by.clinic_id).delete()
        VersionTally.objects.bulk_create(
            VersionTally(clinic_id=by.clinic_id, version_id=pk, counted_at=now, **shares) for pk, shares in told.items()
        )
        audit.record(by=by, verb="versions.told", versions=len(told))
    return len(told)


def _work(clinic_id: UUID) -> Any:
    """Agreed work of the clinic on worksheets of the library; measures and copies for one client are not counted."""
    return Assignment.objects.filter(
        clinic_id=clinic_id, agreed_at__isnull=False, version__worksheet__for_client__isnull=True
    ).exclude(Q(version__isnull=True) | Q(version__worksheet__kind=Worksheet.Kind.MEASURE))


def _said(by: Actor, client: UUID, work: list[Any]) -> dict[tuple[UUID, UUID], dict[str, bool | None]]:
    """What one client said and did, by (worksheet, version). Two queries. A client who was erased said nothing."""
    sheets = {row.pk: row.version.worksheet_id for row in work}
    now = {row.pk: row.version_id for row in work}
    facts: dict[tuple[UUID, UUID], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    with vault.session(), transaction.atomic():
        audit.opened_list(by=by, client_ids=[client], verb="versions.counted")
        try:
            for pk, version, question, answer in (*_before(now), *_after(now)):
                facts[sheets[pk], version][question].append(answer)
        except Undecryptable:
            return {}
    keys = {*facts, *((sheets[pk], version) for pk, version in now.items())}
    return {key: {question: _answer(question, facts[key][question]) for question in tallying.QUESTIONS} for key in keys}


def _answer(question: str, said: list[bool]) -> bool | None:
    """Began and shared: ever. Everything else: at least as often as not; None without an answer."""
    return any(said) if question in ("started", "shared") else sum(said) * 2 >= len(said) if said else None


Answers = list[tuple[UUID, UUID, str, bool]]


def _before(now: dict[UUID, UUID]) -> Answers:
    """What was expected when agreeing, and whether the first step was known. `now`: the version of each piece of work."""
    checks = BeforeCheck.objects.filter(plan__assignment__in=now, plan__confirmed_at__isnull=False)
    found: Answers = []
    for check in checks.select_related("plan"):
        pk, ratings = check.plan.assignment_id, check.ratings or {}
        if ratings.get("useful") is not None:
            found.append((pk, now[pk], "expected", ratings["useful"] >= HIGH))
        if check.first_step_known:
            found.append((pk, now[pk], "clear", check.first_step_known == BeforeCheck.FirstStep.YES))
    return found


def _after(now: dict[UUID, UUID]) -> Answers:
    """Whether it was begun and shared, how deep it went, and what was said of it: each on the version it was written on."""
    found: Answers = []
    entries = Entry.objects.filter(assignment__in=now).exclude(state=Entry.State.WITHDRAWN).select_related("after")
    for entry in entries:
        pk, version = entry.assignment_id, entry.version_id or now[entry.assignment_id]
        shared = entry.state == Entry.State.SHARED and entry.started
        found += [(pk, version, "started", entry.started), (pk, version, "shared", shared)]
        if entry.depth is not None:
            found.append((pk, version, "deep", entry.depth >= IN_DEPTH))
        ratings = entry.after.ratings or {} if shared and hasattr(entry, "after") else {}
        said = [ratings[name] for name in ("pleasant", "progress") if ratings.get(name) is not None]
        if said:
            found.append((pk, version, "useful", max(said) >= HIGH))
    return found
