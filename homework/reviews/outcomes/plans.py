"""How plans are made: only what can be changed about a plan (F60), for the whole clinic, never for one therapist.

`FACTORS` is the whole list, and a test holds it: belief, clarity, confidence, an if-then, when and where, review, time of day.
Nothing about who somebody is or how they are enters here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.keys import Undecryptable
from clinic.access import Actor
from homework.assignments.models import Assignment, BeforeCheck, CopingPlan, Entry, Plan
from homework.assignments.schedule import EVENING
from homework.reviews.models import Review
from homework.reviews.outcomes import opened, suppress
from homework.reviews.outcomes.month import Month
from homework.worksheets.models import Worksheet

VERB = "figures.plans"
RATED = ("useful", "sure")  # means of 0 to 10; everything else is a share
FACTORS = ("useful", "first_step", "sure", "if_then", "when_where", "reviewed", "time_of_day")
PARTS = ("morning", "afternoon", "evening", "late", "open")


@dataclass
class Made:
    """What one client's plans of the month say, one value a plan."""

    said: dict[str, list[float]] = field(default_factory=dict)

    def add(self, factor: str, value: float | None) -> None:
        """One more plan; None where it does not say."""
        if value is not None:
            self.said.setdefault(factor, []).append(float(value))


def cells(by: Actor, month: Month) -> dict[str, Any]:
    """What may be told of one month, each factor by itself. Three queries and two a batch of clients."""
    people = _plans(by, month)
    for client, reviewed in _reviewed(by, month):
        people.setdefault(client, Made()).add("reviewed", reviewed)
    number = len(people)
    told: dict[str, Any] = {name: _told(name, people) for name in FACTORS if name != "time_of_day"}
    told["time_of_day"] = {part: _told(part, people) for part in PARTS}
    return {"clients": suppress.about(number) if number >= suppress.ENOUGH else None, "factors": told}


def _plans(by: Actor, month: Month) -> dict[UUID, Made]:
    """The plans clients agreed to in the month, measures apart, client by client."""
    rows = (
        Plan.objects.filter(month.holds("confirmed_at"), clinic_id=by.clinic_id)
        .filter(assignment__kind=Assignment.Kind.WORK)
        .exclude(assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
        .annotate(if_then=Exists(CopingPlan.objects.filter(plan_id=OuterRef("pk"))))
        .select_related("before", "episode")
        .only("episode__client_id", "anchor", "place", "local_time", "frequency", "before")
    )
    by_client: dict[UUID, list[Any]] = {}
    for plan in rows:
        by_client.setdefault(plan.episode.client_id, []).append(plan)
    people: dict[UUID, Made] = {}
    for batch in opened.batches(by, by_client, VERB):
        for client in batch:
            try:
                people[client] = _made(by_client[client])
            except Undecryptable:
                continue
    return people


def _made(plans: list[Any]) -> Made:
    made = Made()
    for plan in plans:
        made.add("if_then", plan.if_then)
        made.add("when_where", bool(plan.anchor or plan.local_time) and bool(plan.place))
        for part in PARTS:
            made.add(part, part == part_of_day(plan.local_time))
        check = getattr(plan, "before", None)
        if check is not None:
            ratings: Mapping[str, Any] = check.ratings or {}
            for name in RATED:
                made.add(name, ratings.get(name))
            if check.first_step_known:
                made.add("first_step", check.first_step_known == BeforeCheck.FirstStep.YES)
    return made


def part_of_day(at: time | None) -> str:
    """Which part of the day a plan's time is in; open where no time was set."""
    if at is None:
        return "open"
    if at < time(12):
        return "morning"
    return "afternoon" if at < time(17) else "evening" if at <= EVENING else "late"


def _reviewed(by: Actor, month: Month) -> Any:
    """Each piece of work on which something was shared in the month, and whether it was reviewed since. One query."""
    shared = Entry.objects.shared().filter(month.holds("shared_at"), assignment_id=OuterRef("pk"), started=True)
    first = shared.order_by("shared_at").values("shared_at")[:1]
    reviews = Review.objects.filter(assignment_id=OuterRef("pk"), created_at__gte=first, created_at__lt=month.end)
    reviews = reviews.exclude(outcome=Review.Outcome.LATER)
    work = Assignment.objects.filter(Exists(shared), clinic_id=by.clinic_id)
    work = work.exclude(version__worksheet__kind=Worksheet.Kind.MEASURE)
    return work.annotate(seen=Exists(reviews)).values_list("episode__client_id", "seen")


def _told(factor: str, people: Mapping[UUID, Made]) -> dict[str, float] | None:
    """One factor: a mean of clients' own means, or a share. None where too few said it, or all but a few."""
    values = [fmean(one.said[factor]) for one in people.values() if factor in one.said]
    if "said" not in suppress.line({"said": len(values), "not": len(people) - len(values)}):
        return None
    if factor in RATED:
        return {"clients": suppress.about(len(values)), "level": suppress.level(fmean(values))}
    return {"clients": suppress.about(len(values)), "share": suppress.share(sum(values), len(values))}
