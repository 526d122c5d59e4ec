"""One client's page: what is agreed, what was shared, beliefs then and now, if-thens, measures, sessions, reviews.

How much was done and how deep it went are never made into one (F49); nothing here is a score of the person, and no
cause is named (F50). A coach gets no measures. The number of queries does not depend on how much there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clinic.access import Actor, Can, Role
from clinic.models import Appointment, Episode
from homework.assignments import schedule, story
from homework.assignments.days import marks
from homework.assignments.models import Assignment, BeforeCheck, CopingPlan, Entry, Obstacle, Plan
from homework.assignments.planning import agreed, composing
from homework.reviews import change_table, over_time, questions, takeaways
from homework.reviews import wins as winning
from homework.reviews.digest import gather
from homework.reviews.digest.interval import Work
from homework.reviews.models import Review, Win
from homework.worksheets import summary
from homework.worksheets.definition import Definition

ENTRIES, SESSIONS, REVIEWS, WEEKS = 12, 12, 6, 5
WORDS_BACK = timedelta(days=90)

BELIEFS: dict[str, Promise] = {
    "useful": gettext_lazy("It can help"),
    "fits": gettext_lazy("It fits what I want"),
    "hard": gettext_lazy("It looks hard"),
    "sure": gettext_lazy("I will give it a go"),
    "free": gettext_lazy("I felt free to say no"),
}


@dataclass(frozen=True)
class InForce:
    """One plan that is open: what, when, how it stands, and what wants a word."""

    row: Assignment
    title: str
    when: str
    size: str
    answer: str
    words: str
    has_proposal: bool
    marks: list[str]
    by_client: bool = False  # what is proposed is the client's own version


@dataclass(frozen=True)
class Written:
    """One shared entry in the list."""

    assignment: UUID
    title: str
    on: date
    mark: str
    words: str
    amount: str
    new: bool
    together: UUID | None  # the entry, where it can be looked at together in a session (F07)


@dataclass(frozen=True)
class Met:
    """An if-then and what became of it."""

    obstacle: str
    if_text: str
    then_text: str
    outcome: str


@dataclass(frozen=True)
class Page:
    """Everything on the page."""

    in_force: list[InForce]
    weeks: list[date]
    practice: list[tuple[str, list[list[str]]]]
    entries: list[Written]
    beliefs: list[tuple[str, int | None, int | None]]
    pairs: list[Met]
    coming: list[Appointment]
    past: list[Appointment]
    reviews: list[Review]
    powers: frozenset[Can]
    session: Appointment | None = None  # the one being held, or the last: what was said in it can be marked (F24)
    asked: list[questions.Asked] = field(default_factory=list)  # what they asked and have not closed (F02, F44)
    wins: list[Win] = field(default_factory=list)  # what went well, in their words (F43)
    drawn: over_time.OverTime = field(default_factory=over_time.OverTime)  # what the weeks show, in charts and tables
    carry: Appointment | None = None  # the session whose card may be begun with the client's words (F05)

    @property
    def may_plan(self) -> bool:
        """Whether the reader may propose something."""
        return Can.PLAN in self.powers

    @property
    def may_measure(self) -> bool:
        """Whether the reader may see measures, and so the digest."""
        return Can.MEASURES in self.powers

    @property
    def may_arrange(self) -> bool:
        """Whether the reader may arrange sessions."""
        return Can.SCHEDULE in self.powers

    @property
    def may_review(self) -> bool:
        """Whether the reader may review work."""
        return Can.REVIEW in self.powers

    @property
    def leads(self) -> bool:
        """Whether the reader may change the care team."""
        return Can.TEAM in self.powers


def page(episode: Episode, actor: Actor, now: datetime) -> Page:
    """The page of one client."""
    works = gather.works({episode.pk: episode}, None, WORDS_BACK)[episode.pk]
    if actor.role == Role.COACH:
        works = [work for work in works if not work.row.is_measure]
    rows = Appointment.objects.standing().filter(episode=episode).select_related("takeaway")
    sessions = list(rows.order_by("-starts_at"))
    past = [row for row in sessions if row.starts_at <= now]
    coming = [row for row in reversed(sessions) if row.ends_at > now]
    weeks, practice = _practice(works, past, now)
    powers = story.powers(actor, episode.pk)
    zone = actor.clinic.time_zone
    tables = change_table.tables(episode, zone) if Can.MEASURES in powers else []
    return Page(
        in_force=[
            _in_force(work, past, coming, now) for work in reversed(works) if work.row.state != Assignment.State.ENDED
        ],
        weeks=weeks,
        practice=practice,
        entries=_entries(works),
        beliefs=_beliefs(works),
        pairs=_pairs(works),
        drawn=over_time.of(episode, works, past, tables, zone, now),
        coming=coming[:3],
        past=past[:SESSIONS],
        reviews=_reviews(episode, works),
        powers=powers,
        asked=questions.of_episode(episode, actor, now),
        wins=winning.of_episode(episode, actor),
        session=next((row for row in sessions if row.starts_at <= now + composing.AROUND[0]), None),
        carry=takeaways.to_begin(sessions, now) if episode.is_open else None,
    )


def _in_force(work: Work, past: Sequence[Appointment], coming: Sequence[Appointment], now: datetime) -> InForce:
    """One open plan; what is agreed, else what is proposed."""
    agreed_plans = [plan for plan in work.plans if plan.state == Plan.State.AGREED]
    proposed = next((plan for plan in work.plans if plan.state == Plan.State.PROPOSED), None)
    plan = agreed_plans[-1] if agreed_plans else proposed
    return InForce(
        row=work.row,
        title=work.title,
        when=agreed.when(plan) if plan is not None and work.row.version is not None else "",
        size=_size(work.definition, plan),
        answer=proposed.answer if proposed is not None else "",
        words=(proposed.answer_words or "") if proposed is not None else "",
        has_proposal=proposed is not None,
        by_client=proposed is not None and proposed.author_id == work.row.episode.client_id,
        marks=_strip(work, past[0].starts_at if past else None, coming[0].starts_at if coming else None, now),
    )


def _size(definition: Definition | None, plan: Plan | None) -> str:
    if definition is None or plan is None:
        return ""
    return str(definition.sizes[definition.size_code(plan.size)].label)


def _strip(work: Work, since: datetime | None, until: datetime | None, now: datetime) -> list[str]:
    """The marks of one plan from one session to the next."""
    zone = work.plans[-1].zone if work.plans else "UTC"
    rules = [work.confirmed[-1].rule] if work.confirmed and work.row.state == Assignment.State.ACTIVE else []
    did = [work.did(entry) for entry in work.entries]
    today = schedule.local_day(now, zone)
    begins = since or work.row.agreed_at or work.row.created_at
    first = schedule.local_day(begins, zone)
    last = schedule.local_day(until, zone) if until else today
    return marks.strip(rules, [one for one in did if one.on >= first], first, last, today)


def _practice(
    works: Sequence[Work], past: Sequence[Appointment], now: datetime
) -> tuple[list[date], list[tuple[str, list[list[str]]]]]:
    """Practice from session to session: a column each, a row a piece of work, marks in it."""
    starts = [row.starts_at for row in reversed(past[:WEEKS])]
    edges = [*starts, now]
    rows = []
    for work in works:
        zone = work.plans[-1].zone if work.plans else "UTC"
        did = [work.did(entry) for entry in work.entries]
        cells = []
        for begins, ends in pairwise(edges):
            first, last = schedule.local_day(begins, zone), schedule.local_day(ends, zone)
            here = sorted(
                (one for one in did if first <= one.on < last or one.on == last == edges[-1].date()),
                key=lambda one: one.on,
            )
            cells.append([marks.MARK_OF[marks.state_of(one)] for one in here])
        if any(cells) and not work.row.is_measure:
            rows.append((work.title, cells))
    return [at.date() for at in starts], rows


def _entries(works: Sequence[Work]) -> list[Written]:
    """What was shared, newest first."""
    pairs = [(work, entry) for work in works for entry in work.entries]
    newest = sorted(pairs, key=lambda pair: pair[1].shared_at or pair[1].captured_at, reverse=True)
    return [_written(work, entry) for work, entry in newest[:ENTRIES]]


def _written(work: Work, entry: Entry) -> Written:
    definition, said = work.asked(entry), work.written.get(entry.pk)
    words = summary.headline(definition, said.values) if definition is not None and said is not None else ""
    countable = story.has_amount(definition) and entry.amount is not None
    reviewed = work.row.reviewed_at
    did = work.did(entry)
    return Written(
        assignment=work.row.pk,
        title=work.title,
        on=did.on,
        mark=marks.MARK_OF[marks.state_of(did)],
        words=words,
        amount=entry.get_amount_display() if countable else "",
        new=not work.row.is_measure
        and (reviewed is None or (entry.shared_at is not None and entry.shared_at > reviewed)),
        together=None if work.row.is_measure else entry.pk,
    )


def _beliefs(works: Iterable[Work]) -> list[tuple[str, int | None, int | None]]:
    """What the client believed when first asked and when last asked. Empty until there is something."""
    checks: list[BeforeCheck] = [
        plan.before
        for work in works
        if not work.row.is_measure
        for plan in work.plans
        if getattr(plan, "before", None) is not None
    ]
    if not checks:
        return []
    first, last = checks[0].ratings or {}, checks[-1].ratings or {}
    return [
        (str(text), first.get(key), last.get(key) if len(checks) > 1 else None)
        for key, text in BELIEFS.items()
        if key in first or key in last
    ]


def _pairs(works: Sequence[Work]) -> list[Met]:
    """The if-then plans that hold, newest work first."""
    labels, outcomes = dict(Obstacle.choices), dict(CopingPlan.Outcome.choices)
    return [
        Met(str(labels[pair.obstacle]), pair.if_text or "", pair.then_text or "", str(outcomes[pair.outcome]))
        for work in reversed(works)
        if work.row.state != Assignment.State.ENDED and not work.row.is_measure
        for pair in work.coping
    ]


def _reviews(episode: Episode, works: Sequence[Work]) -> list[Review]:
    """The last reviews, with the title of what they are about."""
    titles = {work.row.pk: work.title for work in works}
    rows = list(
        Review.objects.filter(episode=episode, assignment__in=titles)
        .select_related("reviewer")
        .order_by("-created_at")[:REVIEWS]
    )
    for row in rows:
        row.episode = episode
        row.title = titles[row.assignment_id]  # type: ignore[attr-defined]
    return rows
