"""The ways on when somebody is stuck: their own if-then plans first, then smaller, then a rest (F20, F41)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from homework.assignments import schedule
from homework.assignments.actions.rest import holds_still
from homework.assignments.days import kinder, quick
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning import agreed
from homework.assignments.planning.plan_words import coping_plans


@dataclass(frozen=True)
class Ways:
    """What the page gives back. `if_thens`: (if, then) in the client's words; `minutes` of the smaller version, or None."""

    if_thens: list[tuple[str, str]]
    minutes: int | None
    keeps: bool


def of(assignment: Assignment, plan: Plan, draft: Entry | None) -> Ways:
    """The ways of one piece of work under way. No query: the if-thens came with the plan."""
    assert assignment.version is not None
    small = agreed.spoken(assignment.version).sizes.get("S")
    size = draft.size if draft is not None else plan.size
    pairs = [(row.if_text or "", row.then_text or "") for row in coping_plans(plan)]
    return Ways(
        if_thens=[pair for pair in pairs if pair[1]],
        minutes=small.minutes if small is not None and size != "S" else None,
        keeps=draft is not None and draft.started,
    )


def draft_of(named: str | None, assignment: Assignment) -> Entry | None:
    """The draft the client came from, if it is one of this work. One query, none without a name."""
    try:
        pk = UUID(str(named))
    except ValueError:
        return None
    rows = Entry.objects.drafts().filter(assignment=assignment, pk=pk)
    found: Entry | None = rows.select_related("plan", "assignment__version__worksheet").first()
    if found is not None:
        found.episode = assignment.episode
    return found


def two_small_in_a_row(assignment: Assignment, plan: Plan | None, entries: Iterable[Entry]) -> bool:
    """Whether the last two times were made smaller, while a bigger size is what was agreed (F41). Entries newest first."""
    if plan is None or plan.state != Plan.State.AGREED or plan.size == Plan.Size.S or assignment.version is None:
        return False
    if assignment.state != Assignment.State.ACTIVE or "S" not in assignment.version.parsed.sizes:
        return False
    done = [entry for entry in entries if entry.state == Entry.State.SHARED and entry.started]
    last = [entry for entry in done if plan.confirmed_at is None or entry.captured_at >= plan.confirmed_at][:2]
    return len(last) == 2 and all(entry.stepped_down for entry in last)


def after_sharing(entry: Entry) -> bool:
    """The same, when one was just shared. One query, and none where it was not made smaller."""
    if not entry.stepped_down:
        return False
    entries = entry.assignment.entries.shared().order_by("-captured_at").defer("answers", "kept_private")
    return two_small_in_a_row(entry.assignment, entry.plan, entries[:4])


def for_page(assignment: Assignment, plan: Plan, entries: Iterable[Entry], now: datetime) -> dict[str, Any]:
    """What the page of one piece of work offers besides: log now, a smaller plan, a kinder time, waiting after "worse"."""
    today = schedule.local_day(now, plan.zone)
    definition = agreed.spoken(assignment.version) if assignment.version is not None else None
    event = plan.frequency == Plan.Frequency.EVENT
    return {
        "can_log": definition is not None and quick.offered(definition, event=event),
        "offers_small_plan": two_small_in_a_row(assignment, plan, entries),
        "kinder": kinder.shows(assignment, plan, today),
        "holds_still": holds_still(assignment),
    }
