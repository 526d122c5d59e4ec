"""What there is to know before something new is proposed: last time's plan, how much is under way, a first one or not.

Reads only. The rules that refuse are in `actions.offer`; pages show the same facts beforehand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from clinic.models import Appointment, Episode
from clinic.refusal import ActionRefused
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import agreed
from homework.assignments.planning.plan_words import PlanWords, words_of
from homework.worksheets.definition import Definition
from homework.worksheets.models import WorksheetVersion

PACE = 2  # plans at a time; a third one needs a reason (F23)
AROUND = (timedelta(minutes=30), timedelta(hours=3))  # before and after its start, a session counts as now
PUT_OFF = "later"  # the outcome "not today" of a review; reviews are in the app above, so it is known by name


@dataclass(frozen=True)
class Ground:
    """Where an episode stands. `work` is what is proposed, agreed or paused, newest first."""

    work: tuple[Assignment, ...]
    unreviewed: tuple[Assignment, ...]
    is_first: bool
    session: Appointment | None

    def under_way(self, leaving: Assignment | None = None) -> int:
        """How many plans the client would carry beside a new one; measures and "nothing this week" weigh nothing."""
        counted = [row for row in self.work if row.kind == Assignment.Kind.WORK and not row.is_measure]
        return sum(row.state != Assignment.State.PAUSED and row != leaving for row in counted)

    @property
    def adjustable(self) -> list[tuple[UUID, str]]:
        """The agreed work that could become smaller or different, each with its title."""
        work = [row for row in self.work if row.kind == Assignment.Kind.WORK and row.is_open and not row.is_measure]
        return [(row.pk, agreed.title_of(row)) for row in work]

    def leaving(self, pk: str) -> Assignment | None:
        """The open work with this id, which something new is to take the place of."""
        return next((row for row in self.work if str(row.pk) == pk), None)

    def is_full(self, leaving: Assignment | None = None) -> bool:
        """Whether one more would be the third (F23)."""
        return self.under_way(leaving) >= PACE


def ground(episode: Episode, now: datetime) -> Ground:
    """Where the episode stands at this moment. Three queries."""
    rows = list(with_put_off(Assignment.objects.of(episode.pk)).exclude(state=Assignment.State.DRAFT))
    begun = list(Appointment.objects.filter(episode=episode).past(now).values_list("starts_at", flat=True)[:2])
    last, before = [*begun, None, None][:2]
    is_open = [row for row in rows if row.state != Assignment.State.ENDED]
    return Ground(
        work=tuple(is_open),
        unreviewed=tuple(
            row for row in is_open if not row.is_measure and wants_outcome(row, last, before, row.put_off_at)
        ),
        is_first=not any(row.kind == Assignment.Kind.WORK and row.agreed_at for row in rows),
        session=session_now(episode, now),
    )


def session_now(episode: Episode, now: datetime) -> Appointment | None:
    """The session that is being held, or is about to be, or has just ended: what is written now belongs to it."""
    before, after = AROUND
    near = Appointment.objects.standing().filter(episode=episode, starts_at__range=(now - after, now + before))
    found: Appointment | None = near.order_by("-starts_at").first()
    return found


def with_put_off(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `put_off_at`: when "not today" was last said about the work, or None."""
    said = Assignment.objects.filter(pk=OuterRef("pk"), reviews__outcome=PUT_OFF).order_by("-reviews__created_at")
    found: QuerySet[Any] = rows.annotate(put_off_at=Subquery(said.values("reviews__created_at")[:1]))
    return found


def wants_outcome(
    row: Assignment, last: datetime | None, before: datetime | None, put_off: datetime | None = None
) -> bool:
    """Whether a plan agreed before the last session has had no outcome for it (F47).

    last, before: when the last session and the one before it began, None when there was none. What was decided in the
    session before belongs to that one; a look between the two counts. put_off: "not today", which is an outcome for the
    session it was said in and for no later one.
    """
    if last is None or row.agreed_at is None or not row.is_open or row.agreed_at >= last:
        return False
    begins, after = AROUND
    if put_off is not None and put_off >= last - begins:
        return False
    looked = max(before, min(before + after, last - begins)) if before is not None else row.agreed_at
    return row.reviewed_at is None or row.reviewed_at < looked


FREQUENCIES = {
    "once": (Plan.Frequency.ONCE, None),
    "daily": (Plan.Frequency.DAILY, None),
    "weekly": (Plan.Frequency.TIMES, 1),
    "event": (Plan.Frequency.EVENT, None),
}


def seed(definition: Definition, *, is_first: bool) -> PlanWords:
    """What the library suggests, to be changed: the reason is only a seed (F01). A first plan starts small (F68)."""
    size = "S" if is_first and "S" in definition.sizes else "M"
    frequency, times = FREQUENCIES[definition.frequency]
    return PlanWords(
        rationale=str(definition.why),
        first_step=str(definition.first_step),
        counts_as_all=str(definition.counts_as_all),
        counts_as_some=str(definition.counts_as_some),
        size=size,
        frequency=frequency,
        times_per_week=times,
    )


def next_words(words: PlanWords, outcome: str, sizes: Iterable[str]) -> PlanWords:
    """Where the next revision starts from after a review: one size smaller or bigger, where there is one (F48)."""
    codes = [code for code in ("S", "M", "L") if code in sizes]
    step = {"smaller": -1, "bigger": 1}.get(outcome, 0)
    if not step or words.size not in codes:
        return words
    place = min(max(codes.index(words.size) + step, 0), len(codes) - 1)
    return replace(words, size=codes[place])


@dataclass(frozen=True)
class Composed:
    """A proposal before it is written: the worksheet in the client's language, the words to start from, the ground."""

    definition: Definition
    words: PlanWords
    ground: Ground
    follows: Assignment | None

    @property
    def is_full(self) -> bool:
        """Whether this would be a third plan at a time."""
        return self.ground.is_full(self.follows)


def compose(episode: Episode, version: WorksheetVersion, follows: str, now: datetime) -> Composed:
    """What the composing page starts from. The client reads it, so it is in their language."""
    here = ground(episode, now)
    definition = version.parsed.localised(language_of(episode))
    return Composed(definition, seed(definition, is_first=here.is_first), here, here.leaving(follows))


def language_of(episode: Episode) -> str:
    """The language the client reads in; English before they have signed in for the first time."""
    user = episode.client.user
    return user.language if user is not None else "en"


@dataclass(frozen=True)
class Changing:
    """A change before it is proposed: the plan as it stands, and where the form starts from after a review."""

    definition: Definition | None
    current: PlanWords
    words: PlanWords
    outcome: str
    title: str

    @property
    def sizes(self) -> list[tuple[str, str, int]]:
        """Its sizes, small first: code, label, minutes."""
        sizes = self.definition.sizes if self.definition is not None else {}
        return [(code, str(sizes[code].label), sizes[code].minutes) for code in ("S", "M", "L") if code in sizes]

    @property
    def is_smallest(self) -> bool:
        """Whether smaller was wanted and there is no smaller size: the first step or the days can shrink."""
        return self.outcome == "smaller" and self.current.size == self.words.size


def changing(row: Assignment, outcome: str) -> Changing:
    """Where the page that proposes a change starts from. Raises ActionRefused when there is nothing to change."""
    latest: Plan | None = row.plans.in_force().first()
    if latest is None or row.state == Assignment.State.ENDED:
        raise ActionRefused(_("This has ended. A new plan can be made instead."))
    latest.episode = row.episode
    current = words_of(latest)
    definition = row.version.parsed.localised(language_of(row.episode)) if row.version is not None else None
    sizes = definition.sizes if definition is not None else {}
    return Changing(definition, current, next_words(current, outcome, sizes), outcome, agreed.title_of(row))
