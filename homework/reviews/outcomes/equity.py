"""Is our service reaching everyone? Begun, done at all, and depth, by how clients describe themselves and by language (F56).

The one place beside the client's own page that reads a self-description. Nothing that plans, suggests, ranks or warns may: what
differs between groups is about the service, never a reason to expect less of somebody (F55).

A client's share is the part of their own agreed work of three months, so that nobody counts more than anybody else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Avg, Exists, OuterRef, Q, Subquery

from accounts.keys import Undecryptable
from clinic.access import Actor
from clinic.models import SelfDescription
from homework.assignments.models import Assignment, Entry
from homework.reviews.outcomes import opened, suppress
from homework.reviews.outcomes.month import Month
from homework.worksheets.models import Worksheet

MONTHS = 3
VERB = "figures.described"
UNSAID = "unsaid"
GROUPS: dict[str, list[str]] = {
    "group": [*SelfDescription.Group.values, UNSAID],
    "means": [*SelfDescription.Means.values, UNSAID],
    "language": [code for code, _name in settings.LANGUAGES],
}
GROUP_WORDS = dict(SelfDescription.Group.choices)
MEANS_WORDS = dict(SelfDescription.Means.choices)


@dataclass
class Did:
    """What one client did with the work they agreed to."""

    started: list[bool] = field(default_factory=list)
    done: list[bool] = field(default_factory=list)
    depths: list[float] = field(default_factory=list)
    is_in: dict[str, str] = field(default_factory=dict)  # side -> group


def cells(by: Actor, month: Month) -> dict[str, Any]:
    """What may be told of three months. Opens the self-descriptions of those who made one, and nothing else of theirs."""
    people = _work(by, month)
    for client, said in _described(by, people).items():
        people[client].is_in |= {side: str(said.get(side) or UNSAID) for side in ("group", "means")}
    sides = {side: _side(side, groups, people.values()) for side, groups in GROUPS.items()}
    enough = len(people) >= suppress.ENOUGH
    return {"clients": suppress.about(len(people)) if enough else None, "months": MONTHS, "sides": sides}


def _work(by: Actor, month: Month) -> dict[UUID, Did]:
    """Agreed work of the library that was under way, client by client. One query."""
    start, end = month.earlier(MONTHS - 1).start, month.end
    entries = Entry.objects.filter(month.holds("captured_at", MONTHS), assignment_id=OuterRef("pk"), started=True)
    entries = entries.exclude(state=Entry.State.WITHDRAWN)
    shared = entries.filter(state=Entry.State.SHARED).exclude(amount=Entry.Amount.NOT_YET)
    depth = shared.order_by().values("assignment_id").annotate(mean=Avg("depth")).values("mean")
    rows = (
        Assignment.objects.filter(clinic_id=by.clinic_id, kind=Assignment.Kind.WORK, agreed_at__lt=end)
        .filter(Q(ended_at=None) | Q(ended_at__gte=start))
        .exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)
        .annotate(begun=Exists(entries), some=Exists(shared), depth=Subquery(depth))
        .values_list("episode__client_id", "episode__client__user__language", "begun", "some", "depth")
    )
    people: dict[UUID, Did] = {}
    for client, language, begun, some, mean in rows:
        one = people.setdefault(client, Did(is_in={"group": UNSAID, "means": UNSAID, "language": language or ""}))
        one.started.append(begun)
        one.done.append(some)
        one.depths += [] if mean is None else [float(mean)]
    return people


def _described(by: Actor, clients: Iterable[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """How these clients describe themselves. Those who said nothing are not opened; who was erased said nothing."""
    rows = {row.client_id: row for row in SelfDescription.objects.filter(clinic_id=by.clinic_id, client__in=[*clients])}
    found: dict[UUID, Mapping[str, Any]] = {}
    for batch in opened.batches(by, rows, VERB):
        for client in batch:
            try:
                found[client] = rows[client].said or {}
            except Undecryptable:
                continue
    return found


def _side(side: str, groups: Iterable[str], people: Iterable[Did]) -> dict[str, dict[str, float | None] | None]:
    """One table: each group with its rounded figures, or None where it is kept back, however large it is."""
    members: dict[str, list[Did]] = {group: [] for group in groups}
    for one in people:
        members.setdefault(one.is_in[side], []).append(one)
    shown = suppress.line({group: len(several) for group, several in members.items()})
    deep = suppress.line({group: sum(bool(one.depths) for one in members[group]) for group in shown})
    return {
        group: _figures(several, deep=group in deep) if group in shown else None for group, several in members.items()
    }


def _figures(members: list[Did], *, deep: bool) -> dict[str, float | None]:
    number = len(members)
    return {
        "clients": suppress.about(number),
        "started": suppress.share(sum(fmean(one.started) for one in members), number),
        "done": suppress.share(sum(fmean(one.done) for one in members), number),
        "depth": suppress.level(fmean(fmean(one.depths) for one in members if one.depths)) if deep else None,
    }
