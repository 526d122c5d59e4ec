"""Section 5 of the digest: each plan since the last session, and what the weeks show.

Every line comes with a rank: the lower, the earlier it gets a place among the visible words. Lines are always read in
the order given here; the rank only says what folds away first.
"""

from collections.abc import Iterator

from homework.reviews.digest.fold import Ranked
from homework.reviews.digest.lines import (
    PRACTICAL,
    Line,
    amber_of,
    number,
    obstacle_name,
    or_no_data,
    task_signals,
    tidy,
    was_done,
)
from homework.reviews.digest.rows import DigestInput, TaskRow
from homework.reviews.digest.signals import Belief, Signal
from homework.reviews.digest.words import MESSAGES, Msg


def plan(rows: DigestInput) -> Iterator[Ranked]:
    """5: amount and depth apart, entries on days, back-filled, belief, obstacles met, wishes; then the weeks."""
    if rows.rests_until is not None:
        yield 0, Line(Msg.of("plan.all_rests", day=rows.rests_until.isoformat()))
    for task in rows.tasks:
        yield from _task(task, meaning=rows.lens == "meaning")
    for signal, msg in (
        (Signal.NOT_STARTED_TWICE, Msg("plan.twice")),
        (Signal.QUIET, Msg("plan.quiet")),
        (Signal.STARTS_FALLING, _starts(rows.weekly_starts)),
    ):
        if signal in rows.signals:
            yield 1, Line(msg)


def _starts(weekly_starts: tuple[int, ...]) -> Msg:
    """F66: the starts of the last three weeks."""
    if not weekly_starts:
        return Msg("plan.starts_only")
    return Msg.of("plan.starts", starts=", ".join(str(starts) for starts in weekly_starts[-3:]))


def _task(task: TaskRow, *, meaning: bool) -> Iterator[Ranked]:
    """The lines of one plan."""
    yield from enumerate(_heads(task))
    if task.state in ("nothing", "proposed"):
        return
    if task.reaction:
        yield 2 if meaning else 5, Line(Msg.of("plan.reaction", words=tidy(task.reaction)), task.link, "words")
    yield from _said(task)
    yield from _seen(task)


def _heads(task: TaskRow) -> Iterator[Line]:
    """How the plan stands, and how much and how deep it was: two things, side by side."""
    name: str | Msg = tidy(task.title)
    if task.size:
        name = Msg.of("plan.sized", title=name, size=task.size)
    if task.state == "nothing":
        yield Line(Msg("plan.nothing"), task.link)
        return
    if task.state in ("proposed", "paused", "stuck", "worse"):
        tone = "care" if task.state == "worse" else "plain"
        yield Line(Msg.of(f"plan.{task.state}", title=name), task.link, tone)
        if not was_done(task):
            return
    depth = or_no_data(task.depth)
    if not was_done(task) and task.amount is None:
        begun = "plan.not_started" if Signal.NOT_STARTED in task.signals else "plan.nothing_shared"
        yield Line(Msg.of(begun, title=name), task.link)
    elif task.awareness:
        yield Line(Msg.of("plan.awareness", title=name, depth=depth), task.link)
    else:
        amount = Msg("no_data" if task.amount is None else f"amount.{task.amount}")
        yield Line(Msg.of("plan.head", title=name, amount=amount, depth=depth), task.link)


def _said(task: TaskRow) -> Iterator[Ranked]:
    """What the client wrote, believed, met and wished."""
    link = task.link
    if task.entries:
        entries, days = Msg.of("entries", n=task.entries), Msg.of("days", n=task.days)
        if task.back_filled:
            yield 4, Line(Msg.of("plan.entries_back_filled", entries=entries, days=days, n=task.back_filled), link)
        else:
            yield 4, Line(Msg.of("plan.entries", entries=entries, days=days), link)
    yield 3, Line(_belief(task), link)
    amber = amber_of(task)
    low = tuple(Msg(f"belief.{belief}") for belief in amber if belief != Belief.PRESSED)
    if low:
        yield 2, Line(Msg.of("plan.amber", beliefs=low), link, "care")
    if Belief.PRESSED in amber and task.belief.free_to_say_no is not None:
        yield 2, Line(Msg.of("plan.pressed", free=number(task.belief.free_to_say_no)), link, "care")
    if task.obstacles:
        yield 3, Line(Msg.of("plan.met", obstacles=tuple(obstacle_name(each) for each in task.obstacles)), link)
    practical = tuple(obstacle_name(each) for each in task.obstacles if each.kind in PRACTICAL)
    if practical:
        yield 3, Line(Msg.of("plan.practical", obstacles=practical), ("practical_help", link[1]) if link else None)
    for if_then in task.if_thens:
        if f"outcome.{if_then.outcome}" in MESSAGES:
            outcome = Msg(f"outcome.{if_then.outcome}")
            yield 5, Line(Msg.of("plan.if_then", words=tidy(if_then.if_text), outcome=outcome), link)
    wishes = [f"wish.{wish}" for wish in (task.wish, "fit" if "fit" in task.chips else "")]
    wished = tuple(Msg(wish) for wish in wishes if wish in MESSAGES)
    if wished:
        yield 2, Line(Msg.of("plan.wants", wish=wished), link)


def _belief(task: TaskRow) -> Msg:
    """The four ratings of belief, each with its number or the words that there is none."""
    belief = task.belief
    ratings = {"useful": belief.useful, "fits": belief.fits, "hard": belief.hard, "sure": belief.sure}
    if all(value is None for value in ratings.values()):
        return Msg("plan.no_belief")
    return Msg("plan.belief", {key: or_no_data(value) for key, value in ratings.items()})


def _ways(task: TaskRow) -> Msg:
    """The ways on the client took when stuck, each once, in the order of the page."""
    taken = tuple(Msg(f"way.{way}") for way in ("if_then", "smaller", "rest") if way in task.ways)
    return Msg.of("plan.ways", n=len(task.ways), ways=taken)


def _seen(task: TaskRow) -> Iterator[Ranked]:
    """What the entries of one plan show when looked at together."""
    found = task_signals(task)
    lines = (
        (1, Signal.MAY_HURT in found and task.state != "worse", Line(Msg("plan.hurt"), task.link, "care")),
        (1, Signal.LITTLE_LEARNED in found, Line(Msg("plan.little_learned"), task.link)),
        (1, Signal.NOT_STARTED_TWICE in found, Line(Msg("plan.twice"), task.link)),
        (3, bool(task.ways), Line(_ways(task), task.link, "good")),
        (4, task.step_downs >= 2, Line(Msg.of("plan.stepped_down", n=task.step_downs), task.link)),
        (4, task.reminders_stopped, Line(Msg("plan.reminders_stopped"), task.link)),
        (5, Signal.END_OF_DAY in found, Line(Msg("plan.end_of_day"), task.link)),
        (5, Signal.BACK_FILLED in found, Line(Msg("plan.back_filled"), task.link)),
    )
    for rank, holds, line in lines:
        if holds:
            yield rank, line
