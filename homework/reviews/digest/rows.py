"""What a digest is made from: plain rows, filled in by whoever reads the database.

Nothing about the person is here but what they answered: no age, sex, diagnosis, ethnicity, and none of their feedback
about the sessions (F54, F55). Only what was shared is passed in; drafts do not exist for a digest (F33).
A missing answer is None, a missing text is "". `link` is (url name, primary key as text) of the source, or None.
"""

from dataclasses import dataclass
from datetime import date, datetime

from homework.reviews.digest.signals import MoodTrend, Pair, Signal
from homework.reviews.digest.stems import Pattern

Link = tuple[str, str]


@dataclass(frozen=True)
class FlagRow:
    """A safety flag. `kind`: item (a risk item was answered), button ("I am not safe") or other; `state` as in safety.

    `who` looks `by` when (local time of the clinic). A closed flag may be passed; it is not shown.
    """

    kind: str
    state: str
    link: Link | None = None
    measure: str = ""
    item: int | None = None
    answer: str = ""
    who: str = ""
    by: datetime | None = None


@dataclass(frozen=True)
class MeasureRow:
    """One measure: its scores since the start, oldest first, and what the instrument says about change."""

    name: str
    scores: tuple[float, ...]
    rci: float | None = None
    cut_off: float | None = None
    higher_is_better: bool = False
    risk_item_unanswered: int | None = None
    watched: tuple[str, ...] = ()  # what a watched answer (PCL-5 question 16) makes worth asking; no flag
    link: Link | None = None


@dataclass(frozen=True)
class QuestionRow:
    """A question. `kind`: why, how, too_hard, not_for_me, advice, request, tell or other; `words` may be "".

    `chips`: what they ticked. `state`: open, answered or talked; a question the client has closed is not passed in.
    """

    kind: str
    asked_at: datetime
    words: str = ""
    reply_promised: bool = False
    link: Link | None = None
    chips: tuple[str, ...] = ()
    state: str = "open"


@dataclass(frozen=True)
class WordsRow:
    """Something in the client's own words: a win, or what they found out (`starred` by them)."""

    words: str
    starred: bool = False
    link: Link | None = None


@dataclass(frozen=True)
class BeliefRow:
    """The client's ratings when agreeing (0-10); `first_step` known: yes, partly, no, "" not asked."""

    useful: float | None = None
    fits: float | None = None
    hard: float | None = None
    sure: float | None = None
    first_step: str = ""
    free_to_say_no: float | None = None


@dataclass(frozen=True)
class ObstacleRow:
    """An obstacle met: its kind as the client picked it, own words if any, and how often."""

    kind: str
    words: str = ""
    times: int = 1


@dataclass(frozen=True)
class IfThenRow:
    """An if-then plan and what became of it: used, forgot, no_fit, not_met, "" not asked yet."""

    if_text: str
    outcome: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One plan since the last session.

    `state`: proposed, active, paused, stuck (until they talk), worse ("this is making things worse", F67) or nothing
    (agreed: nothing this week, F27). `done` of `planned` slots, with the same of the interval before. `checks` are
    (amount, depth) of all after-checks since the task was agreed. `back_filled` is None where it cannot be told.
    `awareness` tasks have no target: no amount and no "of" is printed for them (F10). `signals`: those found elsewhere
    with `signals.py`.
    """

    title: str
    size: str = ""
    state: str = "active"
    link: Link | None = None
    awareness: bool = False
    started: bool = False
    first_start: bool = False
    amount: int | None = None
    depth: float | None = None
    entries: int = 0
    days: int = 0
    done: int | None = None
    planned: int | None = None
    done_before: int | None = None
    planned_before: int | None = None
    back_filled: int | None = None
    belief: BeliefRow = BeliefRow()
    obstacles: tuple[ObstacleRow, ...] = ()
    if_thens: tuple[IfThenRow, ...] = ()
    wish: str = ""
    chips: frozenset[str] = frozenset()
    step_downs: int = 0
    ways: tuple[str, ...] = ()  # the ways on that were taken when stuck, oldest first
    reaction: str = ""
    reminders_stopped: bool = False
    checks: tuple[tuple[int | None, float | None], ...] = ()
    moods: tuple[Pair, ...] = ()
    distress: tuple[Pair, ...] = ()
    signals: frozenset[Signal] = frozenset()


@dataclass(frozen=True)
class MoodRow(MoodTrend):
    """The mood of the last 14 days as `signals.mood_trend` found it, and where it was written down."""

    link: Link | None = None


@dataclass(frozen=True)
class UnreviewedRow:
    """A plan of the last session that has no outcome yet (F47)."""

    title: str
    link: Link | None = None


@dataclass(frozen=True)
class DigestInput:
    """Everything about one client since the last session. `now` is the moment of building.

    `lens` is skills or meaning (F11). `signals` are those about the client as a whole (D5, D12, D14, F66), with the
    starts of the last weeks for F66. `patterns`: couple and both_feelings (`patterns`); others are ignored.
    """

    now: datetime
    measures: tuple[MeasureRow, ...] = ()
    questions: tuple[QuestionRow, ...] = ()
    wins: tuple[WordsRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    found_out: tuple[WordsRow, ...] = ()
    mood: MoodRow | None = None
    unreviewed: tuple[UnreviewedRow, ...] = ()
    flags: tuple[FlagRow, ...] = ()
    lens: str = "skills"
    rests_until: date | None = None
    signals: frozenset[Signal] = frozenset()
    weekly_starts: tuple[int, ...] = ()
    patterns: frozenset[Pattern] = frozenset()
    couple_link: Link | None = None
    put_aside: frozenset[str] = frozenset()  # ids of suggested questions the therapist does not want here
    answered_before: int = 0  # questions answered before the last session that the client has not closed
