"""One piece of work as the care team reads it: each revision with its author, the client's beliefs, what was shared.

Nothing is ever overwritten, so the story is the rows in order (F21). Drafts and parts kept private are not in it
(F33, F34).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import CARE_TEAM, Actor, Can, TeamRole
from clinic.models import CareTeamMember
from homework.assignments import additions, moods
from homework.assignments.days import thread
from homework.assignments.models import Assignment, CopingPlan, Entry, Goal, Obstacle, Plan
from homework.assignments.models.addition import added_at
from homework.assignments.planning import agreed, beliefs, goals
from homework.assignments.planning.plan_words import PlanWords, coping_plans, words_of
from homework.assignments.schedule import local_day
from homework.worksheets import summary
from homework.worksheets.answers import visible
from homework.worksheets.definition import Definition

CHANGES: dict[str, Promise] = {
    "rationale": gettext_lazy("the reason"),
    "first_step": gettext_lazy("the first step"),
    "counts_as_all": gettext_lazy("what counts as all"),
    "counts_as_some": gettext_lazy("what counts as some"),
    "anchor": gettext_lazy("what comes just before"),
    "place": gettext_lazy("where"),
    "goal": gettext_lazy("the goal"),
    "skill": gettext_lazy("the skill"),
    "used_at": gettext_lazy("where it is used"),
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
    "mood_before": gettext_lazy("Mood before"),
    "mood_after": gettext_lazy("Mood after"),
}


@dataclass(frozen=True)
class Telling:
    """One revision: who made it, what they changed, what the client believed about it."""

    plan: Plan
    author: str
    by_client: bool
    changed: list[str]
    pairs: list[CopingPlan]
    ratings: list[tuple[str, int]]
    reasons: list[beliefs.Reason]
    goal: Goal | None = None

    @property
    def when(self) -> str:
        """When and where, in one line."""
        return ", ".join(part for part in (agreed.when(self.plan), self.plan.place or "") if part)


@dataclass(frozen=True)
class Reading:
    """One shared entry, ready to be read."""

    entry: Entry
    definition: Definition | None  # what it was written on
    on: date
    mark: str
    facts: list[tuple[str, str]]
    obstacles: list[str]
    wish: str
    tell: str
    headline: str
    reaction: str = ""
    elsewhere: str = ""
    said: list[additions.Said] = field(default_factory=list)  # what was added afterwards, by whom and when

    def is_new(self, since: datetime | None) -> bool:
        """Whether it was shared, or the client added to it, since the work was last looked at."""
        news = (self.entry.shared_at, getattr(self.entry, "added_at", None))
        return since is None or any(at is not None and at > since for at in news)

    @property
    def values(self) -> dict[str, Any]:
        """The answers."""
        return self.entry.answers or {}

    @property
    def kept_private(self) -> list[str]:
        """Which parts the client keeps to themself."""
        return self.entry.kept_private or []


def tellings(assignment: Assignment) -> list[Telling]:
    """The revisions, newest first. Two queries."""
    rows = (
        assignment.plans.select_related("author", "before", "goal")
        .prefetch_related("coping_plans")
        .order_by("revision")
    )
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
    changed = (
        []
        if before is None
        else [str(CHANGES[name]) for name in CHANGES if getattr(words, name) != getattr(before, name)]
    )
    return Telling(
        plan=plan,
        author=plan.author.label,
        by_client=plan.author_id == plan.episode.client_id,
        changed=changed,
        pairs=coping_plans(plan),
        ratings=[(str(text), ratings[key]) for key, text in beliefs.QUESTIONS.items() if key in ratings],
        reasons=beliefs.of(check),
        goal=goals.named(plan),
    )


def readings(entries: Sequence[Entry], definition: Definition | None, viewer: Actor) -> list[Reading]:
    """Shared entries as they are read; they have to come with their plan and after-check. One query: what was added."""
    said = additions.by_entry(entries, viewer)
    return [
        _reading(entry, agreed.spoken(entry.version) if entry.version else definition, said.get(entry.pk, []))
        for entry in entries
    ]


def _reading(entry: Entry, definition: Definition | None, said: list[additions.Said]) -> Reading:
    after = getattr(entry, "after", None)
    ratings = (after.ratings or {}) if after is not None else {}
    facts = [(str(text), _("%(n)s of 10") % {"n": ratings[key]}) for key, text in AFTERWARDS.items() if key in ratings]
    if entry.amount is not None and has_amount(definition):
        facts.insert(0, (_("How much of it"), entry.get_amount_display()))
    labels = dict(Obstacle.choices)
    return Reading(
        entry=entry,
        definition=definition,
        on=entry.slot_on or local_day(entry.captured_at, entry.plan.zone),
        mark=thread.MARK_OF[thread.state_of(entry)],
        facts=facts,
        obstacles=[str(labels[kind]) for kind in after.obstacles if kind in labels] if after is not None else [],
        wish=after.get_wish_display() if after is not None and after.wish else "",
        tell=_words(after, "tell"),
        reaction=_words(after, "reaction"),
        elsewhere=_words(after, "elsewhere"),
        said=said,
        headline=_headline(entry, definition),
    )


def _words(after: Any, name: str) -> str:
    """One thing the client wrote afterwards, or an empty text."""
    return str((after.words or {}).get(name, "")) if after is not None else ""


def has_amount(definition: Definition | None) -> bool:
    """Whether "how much of it" means anything: not for a measure, not where there is no target (F10)."""
    return definition is not None and definition.measure is None and definition.outcome != "awareness"


def _headline(entry: Entry, definition: Definition | None) -> str:
    """The line that says most; a measure has none."""
    if definition is None or definition.measure is not None:
        return ""
    return summary.headline(definition, entry.answers or {}, entry.kept_private or ())


def shared_entries(assignment: Assignment, most: int) -> Sequence[Entry]:
    """What was shared, newest first. One query."""
    rows = assignment.entries.shared().select_related("plan", "after", "version").order_by("-shared_at", "-pk")
    return list(rows.annotate(added_at=added_at())[:most])


def _moods(one: Reading) -> moods.Pair:
    """Mood before and after, as far as the client did not keep it to themself."""
    if one.definition is None:
        return None, None
    shown, _hidden = visible(one.definition, one.values, one.kept_private)
    after = getattr(one.entry, "after", None)
    return moods.pair_of(one.definition, shown, after.ratings if after is not None else None)


MOST = 60  # entries on one page


@dataclass(frozen=True)
class Story:
    """Everything the page about one piece of work shows."""

    title: str
    definition: Definition | None
    tellings: list[Telling]
    readings: list[Reading]
    powers: frozenset[Can]

    @property
    def agreed(self) -> Telling | None:
        """What holds."""
        return next((one for one in self.tellings if one.plan.state == Plan.State.AGREED), None)

    @property
    def proposed(self) -> Telling | None:
        """What waits for the client's answer."""
        return next((one for one in self.tellings if one.plan.state == Plan.State.PROPOSED), None)

    @property
    def now(self) -> Telling | None:
        """What to show on top: what is agreed, else what is proposed, else the last that was."""
        return self.agreed or self.proposed or next(iter(self.tellings), None)

    @property
    def unclear(self) -> bool:
        """Whether the first step was not clear: then the example is open (F15)."""
        return self.now is not None and any(reason.remedy == "example" for reason in self.now.reasons)

    @property
    def mood_says(self) -> str:
        """The sentence the client reads too: mood after against before, from three pairs on (F16)."""
        return moods.sentence_for_staff(_moods(one) for one in self.readings if one.entry.started)

    @property
    def may_plan(self) -> bool:
        """Whether the reader may propose a change."""
        return Can.PLAN in self.powers

    @property
    def may_review(self) -> bool:
        """Whether the reader may review and write back."""
        return Can.REVIEW in self.powers


def tell(assignment: Assignment, actor: Actor) -> Story:
    """The whole story of one piece of work. Five queries."""
    definition = agreed.spoken(assignment.version) if assignment.version is not None else None
    return Story(
        title=agreed.title_of(assignment),
        definition=definition,
        tellings=tellings(assignment),
        readings=readings(shared_entries(assignment, MOST), definition, actor),
        powers=powers(actor, assignment.episode_id),
    )


def powers(actor: Actor, episode_id: UUID) -> frozenset[Can]:
    """What the actor may do with an episode, so that a page offers nothing that would be refused."""
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id, episode_id=episode_id)
    held: frozenset[Can] = frozenset()
    return held.union(*(CARE_TEAM[TeamRole(role)] for role in places.values_list("role", flat=True)))
