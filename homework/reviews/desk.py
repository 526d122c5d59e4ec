"""What lies on the therapist's desk when they review one piece of work. Eight queries in all, the door's included.

Left: what is new, the client's own words first. Right: the plan it belongs to, and open questions that could be asked.
The questions answer to what was answered, never to who the person is (F29, F53).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor
from clinic.models import Appointment
from clinic.vault import Sealed
from homework.assignments import story
from homework.assignments.days import practical
from homework.assignments.models import Assignment, CopingPlan, Entry, Plan
from homework.assignments.planning import agreed, beliefs
from homework.reviews import caseload, plan_quality
from homework.reviews.digest import signals, stems
from homework.reviews.digest.stems import Pattern
from homework.worksheets.definition import Definition

SHOWN = 20  # entries on the page, new and earlier together
OPEN = (
    _("What surprised you?"),
    _("What was different this time?"),
    _("What would you want to remember from this?"),
)


@dataclass(frozen=True)
class Desk:
    """Everything on the review page."""

    title: str
    definition: Definition | None
    plan: Plan | None
    pairs: list[CopingPlan]
    reasons: list[beliefs.Reason]
    new: list[story.Reading]
    earlier: list[story.Reading]
    questions: "list[str | Promise]"
    has_next: bool
    quality: list[plan_quality.Point] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """The new entries in front of the reviewer, for the form: what comes later stays new."""
        return ",".join(str(one.entry.pk) for one in self.new)

    @property
    def entries(self) -> list[Entry]:
        """All entries on the page."""
        return [one.entry for one in (*self.new, *self.earlier)]

    @property
    def wish(self) -> str:
        """What the client would like next time, as they last said."""
        return next((one.wish for one in self.new if one.wish), "")

    @property
    def when(self) -> str:
        """When and how often, in one line."""
        return agreed.when(self.plan) if self.plan is not None else ""


def desk(assignment: Assignment, actor: Actor, now: datetime) -> Desk:
    """The review page of one piece of work. Three queries."""
    definition = agreed.spoken(assignment.version) if assignment.version is not None else None
    plan = _plan(assignment, actor, now)
    since = assignment.reviewed_at
    read = story.readings(story.shared_entries(assignment, SHOWN), definition, actor)
    new = [one for one in read if one.is_new(since)]
    pairs = _pairs(plan, assignment) if plan is not None else []
    check = getattr(plan, "before", None)
    ratings = (check.ratings or {}) if check is not None else {}
    return Desk(
        title=agreed.title_of(assignment),
        definition=definition,
        plan=plan,
        pairs=pairs,
        reasons=beliefs.of(check),
        new=new,
        earlier=[one for one in read if one not in new],
        questions=_questions(assignment, plan, new, ratings, actor, now),
        has_next=plan is not None and plan.next_id is not None,  # type: ignore[attr-defined]
        quality=plan_quality.of_plan(plan, pairs, check),
    )


def _plan(assignment: Assignment, actor: Actor, now: datetime) -> Plan | None:
    """The plan that holds (else the last one), with its if-thens, the client's beliefs, and whether other work waits.

    One query: the pairs come along as JSON, their sealed texts as hexadecimal.
    """
    pair = JSONObject(pk="pk", obstacle="obstacle", if_text="if_text", then_text="then_text", outcome="outcome")
    sessions = Appointment.objects.filter(episode_id=OuterRef("episode_id"))
    rows = (
        assignment.plans.select_related("before")
        .annotate(
            pairs=ArraySubquery(
                CopingPlan.objects.filter(plan_id=OuterRef("pk")).order_by("position").values(json=pair)
            ),
            next_id=Subquery(caseload.waiting_rows(actor).exclude(pk=assignment.pk).values("pk")[:1]),
            last_at=Subquery(sessions.past(now).values("starts_at")[:1]),
            next_at=Subquery(sessions.upcoming(now).values("starts_at")[:1]),
        )
        .order_by("-revision")
    )
    found = list(rows[:5])
    chosen = next((row for row in found if row.state == Plan.State.AGREED), found[0] if found else None)
    if chosen is not None:
        chosen.episode = assignment.episode
    return chosen


def _pairs(plan: Any, assignment: Assignment) -> list[CopingPlan]:
    """The if-thens that came with a plan, ready to be read."""
    return [
        CopingPlan(
            pk=UUID(row["pk"]),
            episode=assignment.episode,
            obstacle=row["obstacle"],
            if_text=_sealed(row["if_text"]),
            then_text=_sealed(row["then_text"]),
            outcome=row["outcome"],
        )
        for row in plan.pairs
    ]


def _sealed(text: str | None) -> Sealed | None:
    """A sealed value that travelled inside JSON."""
    return Sealed(bytes.fromhex(text.removeprefix("\\x"))) if text else None


def _questions(
    assignment: Assignment,
    plan: Any,
    new: Sequence[story.Reading],
    ratings: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> "list[str | Promise]":
    """Three open questions: those for what stands out, then those that always fit."""
    meaning = actor.membership is not None and actor.membership.approach == "psychodynamic"
    met = {kind for one in new for kind in _obstacles(one.entry)}
    found = stems.choose(
        set(_patterns(assignment, plan, new, ratings, now)),
        meaning=meaning,
        practical=bool(practical.of(met)),
    )
    chosen: list[str | Promise] = [stems.TEXTS[stem] for stem in found if "%" not in str(stems.TEXTS[stem])]
    return [*chosen, *OPEN][:3]


def _obstacles(entry: Entry) -> Iterable[str]:
    after = getattr(entry, "after", None)
    return after.obstacles if after is not None else ()


def _patterns(
    assignment: Assignment, plan: Any, new: Sequence[story.Reading], ratings: dict[str, Any], now: datetime
) -> Iterable[Pattern]:
    """What stands out in this piece of work."""
    since = max(filter(None, (assignment.agreed_at, plan.last_at if plan else None)), default=None)
    if not new and since is not None and signals.not_started(since, (plan and plan.next_at) or now, now, 0):
        yield Pattern.NOT_STARTED
    afters = [one.entry.after for one in new if getattr(one.entry, "after", None) is not None]
    hard = any(((after.ratings or {}).get("hard") or 0) >= 8 for after in afters)
    if hard or signals.wants_change([after.wish for after in afters], sum(one.entry.stepped_down for one in new)):
        yield Pattern.TOO_HARD
    checks = [(one.entry.amount, _number(one.entry.depth)) for one in new]
    if signals.much_done_little_learned(checks):
        yield Pattern.LITTLE_LEARNED
    met = {kind for after in afters for kind in after.obstacles}
    if "privacy" in met:
        yield Pattern.PRIVACY
    if met & {"time", "care"}:
        yield Pattern.TIME_OR_CARE
    amber = {reason.key for reason in beliefs.reasons(ratings)}
    if amber & {"useful", "fits"}:
        yield Pattern.USEFUL_LOW
    if "free" in amber:
        yield Pattern.PRESSED


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
