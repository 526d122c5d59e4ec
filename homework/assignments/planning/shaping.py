"""What a client needs in front of them to shape a proposal, or to change what was agreed. Reads only."""

from dataclasses import dataclass, replace
from typing import Any

from clinic.models import Episode
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed, beliefs, daytimes, places, sizing
from homework.assignments.planning.plan_words import PlanWords
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
    rows = assignment.plans.filter(state=state).select_related("author", "goal").prefetch_related("coping_plans")
    plan: Plan | None = rows.first()
    if plan is not None:
        plan.episode = assignment.episode
    return plan


def latest_plan(assignment: Assignment) -> Plan | None:
    """The plan that holds, else the one last spoken about."""
    rows = (
        assignment.plans.select_related("author", "before", "goal")
        .prefetch_related("coping_plans")
        .order_by("-revision")
    )
    found: list[Plan] = list(rows)
    for plan in found:
        plan.episode = assignment.episode
    return next((plan for plan in found if plan.state == Plan.State.AGREED), found[0] if found else None)


def sizes(definition: Definition, minutes: int | None) -> list[SizeOffer]:
    """The sizes there are, small first."""
    return [
        SizeOffer(code, str(size.label), size.minutes, sizing.fits(definition, code, minutes))
        for code in ("S", "M", "L")
        if (size := definition.sizes.get(code)) is not None
    ]


def fitted(words: PlanWords, definition: Definition | None) -> PlanWords:
    """A proposal as the client's page begins with it: a size that fits into the minutes of a bad day (F35)."""
    if definition is None:
        return words
    return replace(words, size=sizing.that_fits(definition, words.size, words.minutes))


def asks_how_free(episode: Episode) -> bool:
    """Whether it is time to ask how free the client felt (F27). One query."""
    return Assignment.objects.filter(episode_id=episode.pk, agreed_at__isnull=False).count() % ASK_EVERY == 0


SMALLER = frozenset({"sure", "hard", "chip_too_big"})  # doubts a smaller start may answer


def offers_smaller(plan: Plan) -> bool:
    """Whether a smaller start is worth offering: it looks hard or they are not so sure, and there is one (F12, F13)."""
    version = plan.assignment.version
    has_smaller = version is not None and "S" in version.parsed.sizes and plan.size != Plan.Size.S
    return has_smaller and any(reason.key in SMALLER for reason in doubts(plan))


def first_step_unclear(plan: Plan) -> bool:
    """Whether the client said they do not know their first step: then the example is open from the start (F15)."""
    return any(reason.remedy == "example" for reason in doubts(plan))


def doubts(plan: Plan) -> list[beliefs.Reason]:
    """Why this plan is amber, as the client said when agreeing (F12, F13)."""
    return beliefs.of(getattr(plan, "before", None))


def facts(assignment: Assignment, plan: Plan) -> dict[str, Any]:
    """The sheet and the worksheet, for a template; a word about the place and the hour where one is due."""
    definition = agreed.spoken(assignment.version) if assignment.version else None
    return {
        "sheet": agreed.sheet(assignment, plan),
        "definition": definition,
        "place_note": places.look(definition, plan.used_at, plan.size) if definition else None,
        "is_late": daytimes.is_late(plan.local_time),
        "moments": daytimes.suggestions(),
        "by_me": plan.author_id == assignment.episode.client_id and plan.state == Plan.State.PROPOSED,
    }
