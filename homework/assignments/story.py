"""One piece of work as the care team reads it: each revision with its author, what the client believed, what was shared.

Nothing is ever overwritten, so the story is the rows in order (F21). Drafts and parts kept private are not in it (F33, F34).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homework.assignments import beliefs, marks
from homework.assignments.actions.plan import PlanWords, coping_plans, words_of
from homework.assignments.models import Assignment, CopingPlan, Entry, Obstacle, Plan
from homework.assignments.schedule import local_day
from homework.worksheets.definition import Definition

CHANGES: dict[str, Promise] = {
    "rationale": gettext_lazy("the reason"),
    "first_step": gettext_lazy("the first step"),
    "counts_as_all": gettext_lazy("what counts as all"),
    "counts_as_some": gettext_lazy("what counts as some"),
    "anchor": gettext_lazy("what comes just before"),
    "place": gettext_lazy("where"),
    "size": gettext_lazy("the size"),
    "minutes": gettext_lazy("the minutes"),
    "frequency": gettext_lazy("how often"),
    "weekdays": gettext_lazy("the days"),
    "times_per_week": gettext_lazy("how many days"),
    "local_time": gettext_lazy("the time"),
    "ends_on": gettext_lazy("until when"),
    "reminder": gettext_lazy("the reminder"),
    "if_thens": gettext_lazy("the if-then plan"),
}
AFTERWARDS: dict[str, Promise] = {
    "engaged": gettext_lazy("In it"),
    "learned": gettext_lazy("Learned or noticed"),
    "hard": gettext_lazy("How hard"),
    "progress": gettext_lazy("Getting somewhere"),
    "pleasant": gettext_lazy("Pleasant or a relief"),
}


@dataclass(frozen=True)
class Telling:
    """One revision: who made it, what they changed, what the client believed about it."""

    plan: Plan
    author: str
    by_client: bool
    changed: list[str]
    pairs: list[CopingPlan]
    beliefs: list[tuple[str, int]]
    reasons: list[beliefs.Reason]

    @property
    def when(self) -> str:
        """When and where, in one line."""
        return when_words(self.plan)


@dataclass(frozen=True)
class Reading:
    """One shared entry, ready to be read."""

    entry: Entry
    on: date
    mark: str
    facts: list[tuple[str, str]]
    obstacles: list[str]
    wish: str
    tell: str

    @property
    def values(self) -> dict[str, Any]:
        """The answers."""
        return self.entry.answers or {}

    @property
    def kept_private(self) -> list[str]:
        """Which parts the client keeps to themself."""
        return self.entry.kept_private or []


def spoken(assignment: Assignment) -> Definition | None:
    """The worksheet in the reader's language; None for "nothing this week"."""
    version = assignment.version
    return version.parsed.localised(get_language() or "en") if version is not None else None


def title_of(assignment: Assignment) -> str:
    """What a piece of work is called, in the active language. It has to come with its version."""
    definition = spoken(assignment)
    return str(definition.title) if definition is not None else _("Nothing this week")


def tellings(assignment: Assignment) -> list[Telling]:
    """The revisions, newest first. Two queries."""
    rows = assignment.plans.select_related("author", "before").prefetch_related("coping_plans").order_by("revision")
    found: list[Telling] = []
    before: PlanWords | None = None
    for plan in rows:
        plan.episode = assignment.episode
        words = words_of(plan)
        found.append(_telling(plan, words, before))
        before = words
    return found[::-1]


def _telling(plan: Plan, words: PlanWords, before: PlanWords | None) -> Telling:
    check = getattr(plan, "before", None)
    ratings = (check.ratings or {}) if check is not None else {}
    changed = [] if before is None else [str(CHANGES[name]) for name in CHANGES if getattr(words, name) != getattr(before, name)]
    return Telling(
        plan=plan,
        author=plan.author.label,
        by_client=plan.author_id == plan.episode.client_id,
        changed=changed,
        pairs=coping_plans(plan),
        beliefs=[(str(text), ratings[key]) for key, text in beliefs.QUESTIONS.items() if key in ratings],
        reasons=beliefs.reasons(ratings, check.first_step_known if check is not None else ""),
    )


def when_words(plan: Plan) -> str:
    """How often, when and where, in one line: "4 days a week, after breakfast, at the kitchen table"."""
    parts = [how_often(plan)]
    if plan.local_time is not None:
        parts.append(formats.time_format(plan.local_time, "H:i"))
    parts += [text for text in (plan.anchor, plan.place) if text]
    return ", ".join(parts)


def how_often(plan: Plan) -> str:
    """The frequency in words."""
    if plan.frequency == Plan.Frequency.TIMES and plan.times_per_week:
        return ngettext("%(n)s day a week", "%(n)s days a week", plan.times_per_week) % {"n": plan.times_per_week}
    if plan.weekdays and plan.frequency in (Plan.Frequency.WEEKDAYS, Plan.Frequency.TIMES):
        return ", ".join(str(WEEKDAYS_ABBR[number]) for number in plan.weekdays)
    return str(plan.get_frequency_display())


def readings(entries: Iterable[Entry], definition: Definition | None) -> list[Reading]:
    """Shared entries as they are read; they have to come with their plan and after-check."""
    return [_reading(entry, definition) for entry in entries]


def _reading(entry: Entry, definition: Definition | None) -> Reading:
    after = getattr(entry, "after", None)
    ratings = (after.ratings or {}) if after is not None else {}
    facts = [(str(text), _("%(n)s of 10") % {"n": ratings[key]}) for key, text in AFTERWARDS.items() if key in ratings]
    if entry.amount is not None and definition is not None and definition.outcome != "awareness":
        facts.insert(0, (_("How much of it"), entry.get_amount_display()))
    labels = dict(Obstacle.choices)
    return Reading(
        entry=entry,
        on=entry.slot_on or local_day(entry.captured_at, entry.plan.zone),
        mark=mark_of(entry),
        facts=facts,
        obstacles=[str(labels[kind]) for kind in after.obstacles if kind in labels] if after is not None else [],
        wish=after.get_wish_display() if after is not None and after.wish else "",
        tell=((after.words or {}).get("tell", "")) if after is not None else "",
    )


def mark_of(entry: Entry) -> str:
    """The mark of one entry: a smaller version is done, only smaller (F43)."""
    did = marks.Did(entry.slot_on or entry.captured_at.date(), entry.amount, smaller=entry.stepped_down)
    return marks.MARK_OF[marks.state_of(did)]


def shared_entries(assignment: Assignment, most: int) -> Sequence[Entry]:
    """What was shared, newest first. One query."""
    rows = assignment.entries.shared().select_related("plan", "after").order_by("-shared_at", "-pk")
    return list(rows[:most])
