"""What a client needs in front of them to shape a proposal, or to change what was agreed. Reads only."""

from dataclasses import dataclass
from typing import Any

from clinic.models import Episode
from homework.assignments import agreed
from homework.assignments.beliefs import SURE
from homework.assignments.models import Assignment, BeforeCheck, Plan
from homework.worksheets.definition import Definition

ASK_EVERY = 4  # how free somebody felt: at the first plan, then at about every fourth (F27)


@dataclass(frozen=True)
class SizeOffer:
    """One size of the worksheet. `fits`: it fits into the minutes there are on a bad day (F35)."""

    code: str
    label: str
    minutes: int
    fits: bool


def plan_of(assignment: Assignment, state: str) -> Plan | None:
    """The agreed or the proposed plan with its if-thens, ready to be read."""
    rows = assignment.plans.filter(state=state).select_related("author").prefetch_related("coping_plans")
    plan: Plan | None = rows.first()
    if plan is not None:
        plan.episode = assignment.episode
    return plan


def latest_plan(assignment: Assignment) -> Plan | None:
    """The plan that holds, else the one last spoken about."""
    rows = assignment.plans.select_related("author", "before").prefetch_related("coping_plans").order_by("-revision")
    found: list[Plan] = list(rows)
    for plan in found:
        plan.episode = assignment.episode
    return next((plan for plan in found if plan.state == Plan.State.AGREED), found[0] if found else None)


def sizes(definition: Definition, minutes: int | None) -> list[SizeOffer]:
    """The sizes there are, small first."""
    return [
        SizeOffer(code, str(size.label), size.minutes, minutes is None or size.minutes <= minutes)
        for code in ("S", "M", "L")
        if (size := definition.sizes.get(code)) is not None
    ]


def asks_how_free(episode: Episode) -> bool:
    """Whether it is time to ask how free the client felt (F27). One query."""
    return Assignment.objects.filter(episode_id=episode.pk, agreed_at__isnull=False).count() % ASK_EVERY == 0


def offers_smaller(plan: Plan) -> bool:
    """Whether a smaller start is worth offering: the client said they are not so sure, and there is one (F12)."""
    check = getattr(plan, "before", None)
    sure = (check.ratings or {}).get("sure") if check is not None else None
    version = plan.assignment.version
    has_smaller = version is not None and "S" in version.parsed.sizes and plan.size != Plan.Size.S
    return has_smaller and sure is not None and sure <= SURE


def first_step_unclear(plan: Plan) -> bool:
    """Whether the client said they do not know their first step: then the example is open from the start (F15)."""
    check = getattr(plan, "before", None)
    return check is not None and check.first_step_known == BeforeCheck.FirstStep.NO


def facts(assignment: Assignment, plan: Plan) -> dict[str, Any]:
    """The sheet and the worksheet, for a template."""
    return {
        "sheet": agreed.sheet(assignment, plan),
        "definition": agreed.spoken(assignment.version) if assignment.version else None,
    }
