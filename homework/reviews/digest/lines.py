"""The lines of each section of the digest, before anything is folded away.

One function a section: rows in, lines out, in the order they are read. A line is a message, where it comes from, and a
tone for the template: plain, stop (safety), care, good, words (the client's own, the only ones that may be highlighted)
or ask. Amount and depth stand side by side and are never made into one (F49); what has no data says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from homework.assignments.days import practical
from homework.reviews.digest.rows import DigestInput, Link, MeasureRow, ObstacleRow, TaskRow, WordsRow
from homework.reviews.digest.signals import Belief as Amber
from homework.reviews.digest.signals import (
    Signal,
    belief_amber,
    crossed_cut_off,
    mood_after,
    much_done_little_learned,
    reliably_better,
    reliably_worse,
    task_may_hurt,
    wants_change,
)
from homework.reviews.digest.words import MESSAGES, Msg, say

PRACTICAL = practical.KINDS  # the way on is practical help, not a question about motivation (F39)


@dataclass(frozen=True)
class Line:
    """One line: its message, its source (url name, primary key) or None, its tone, and the figures of a sparkline."""

    msg: Msg
    link: Link | None = None
    tone: str = "plain"
    series: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """The line in the active language."""
        return say(self.msg)


def number(value: float) -> int | float:
    """A plain number (the database may give a Decimal): whole where it is whole, else to one place."""
    rounded = round(float(value), 1)
    return int(rounded) if rounded.is_integer() else rounded


def tidy(words: str) -> str:
    """Somebody's words on one line."""
    return " ".join(words.split())


def or_no_data(value: float | None) -> int | float | Msg:
    """A number, or the words that there is none."""
    return Msg("no_data") if value is None else number(value)


# --- what was seen ---------------------------------------------------------------------------------------------------


def amber_of(task: TaskRow) -> tuple[Amber, ...]:
    """D6 for one task."""
    belief = task.belief
    return belief_amber(
        useful=belief.useful,
        fits=belief.fits,
        hard=belief.hard,
        sure=belief.sure,
        first_step=belief.first_step,
        free_to_say_no=belief.free_to_say_no,
    )


def task_signals(task: TaskRow) -> frozenset[Signal]:
    """The signals of one task: those passed in and those its row shows."""
    found = {
        Signal.BELIEF: bool(amber_of(task)),
        Signal.MAY_HURT: task.state == "worse" or task_may_hurt(task.moods, task.distress),
        Signal.LITTLE_LEARNED: much_done_little_learned(task.checks),
        Signal.WANTS_CHANGE: wants_change([task.wish], task.step_downs, task.chips),
    }
    return task.signals | {signal for signal, holds in found.items() if holds}


def measure_signals(row: MeasureRow) -> frozenset[Signal]:
    """D2 or D3 for one measure; both can hold (worse than its best, better than at the start)."""
    up = row.higher_is_better
    worse = row.rci is not None and reliably_worse(row.scores, row.rci, higher_is_better=up)
    better = row.rci is not None and reliably_better(row.scores, row.rci, higher_is_better=up)
    better = better or _crossed(row)
    return frozenset({*([Signal.WORSE] if worse else []), *([Signal.BETTER] if better else [])})


def _crossed(row: MeasureRow) -> bool:
    """Whether the last score is past the cut-off and the first was not."""
    return row.cut_off is not None and crossed_cut_off(row.scores, row.cut_off, higher_is_better=row.higher_is_better)


def was_done(task: TaskRow) -> bool:
    """Whether anything at all was done (F43). An entry that only says "not yet" is an answer, not a start."""
    return task.started or bool(task.done) or bool(task.amount) or (task.entries > 0 and task.amount is None)


# --- the sections ----------------------------------------------------------------------------------------------------


def safety(rows: DigestInput) -> Iterator[Line]:
    """1: what was answered, who looks, by when. Never a degree of risk, and no flag is never good news."""
    flags = [flag for flag in rows.flags if flag.state != "closed"]
    for flag in flags:
        what = Msg(f"safety.{flag.kind if flag.kind == 'button' else 'other'}")
        if flag.kind == "item":
            answer = tidy(flag.answer) or Msg("no_data")
            what = Msg.of("safety.item", measure=flag.measure, item=flag.item or Msg("no_data"), answer=answer)
        state = Msg(f"safety.{flag.state}" if flag.state in ("seen", "acting") else "safety.open")
        msg = Msg.of("safety.flag", what=what, state=state)
        if flag.who and flag.by:
            by = f"{flag.by:%Y-%m-%d %H:%M}"
            msg = Msg.of("safety.flag_by", what=what, state=state, who=tidy(flag.who), by=by)
        yield Line(msg, flag.link, "stop")
    if not flags:
        yield Line(Msg("safety.none"))
    for row in rows.measures:
        if row.risk_item_unanswered is not None:
            msg = Msg.of("safety.unanswered", measure=row.name, item=row.risk_item_unanswered)
            yield Line(msg, row.link, "care")
        for words in row.watched:
            yield Line(Msg.of("safety.watched", measure=row.name, words=words), row.link, "care")
    if Signal.COUPLE_PRIVATE in rows.signals:
        yield Line(Msg("safety.couple"), rows.couple_link, "care")


def change(rows: DigestInput) -> Iterator[Line]:
    """2: one line a measure, those that got worse first (severity orders, and does nothing else: F53)."""
    for row in sorted(rows.measures, key=lambda row: Signal.WORSE not in measure_signals(row)):
        yield _change_line(row)


def _change_line(row: MeasureRow) -> Line:
    """One measure, in the words of the specification."""
    scores = tuple(number(score) for score in row.scores)
    if len(scores) < 2:
        first = Msg.of("change.first", measure=row.name, now=scores[0]) if scores else None
        return Line(first or Msg.of("change.no_data", measure=row.name), row.link, series=scores)
    verdict, tone = _verdict(row)
    msg = Msg.of(
        "change.crossed" if _crossed(row) else "change.line",
        measure=row.name,
        now=scores[-1],
        was=scores[-2],
        baseline=scores[0],
        verdict=verdict,
    )
    return Line(msg, row.link, tone, scores)


def _verdict(row: MeasureRow) -> tuple[Msg, str]:
    """Whether the change is a reliable one, and the tone that goes with it."""
    if row.rci is None:
        return Msg("change.unknown"), "plain"
    if reliably_worse((row.scores[0], row.scores[-1]), row.rci, higher_is_better=row.higher_is_better):
        return Msg("change.worse"), "care"
    if reliably_worse(row.scores, row.rci, higher_is_better=row.higher_is_better):
        best = max(row.scores) if row.higher_is_better else min(row.scores)
        return Msg.of("change.worse_than_best", best=number(best)), "care"
    if reliably_better(row.scores, row.rci, higher_is_better=row.higher_is_better):
        return Msg("change.better"), "good"
    return Msg("change.same"), "plain"


def celebrate(rows: DigestInput) -> Iterator[Line]:
    """4: wins, what was done however little, first starts, if-then plans that were used, change.

    Never empty if anything at all was done (F43).
    """
    done = [task for task in rows.tasks if was_done(task)]
    for win in rows.wins:
        yield Line(Msg.of("win.words", words=tidy(win.words)), win.link, "words")
    for task in done:
        yield Line(_done(task), task.link, "good")
    for task in done:
        if task.first_start:
            yield Line(Msg.of("win.first", title=tidy(task.title)), task.link, "good")
    for task in rows.tasks:
        for if_then in task.if_thens:
            if if_then.outcome == "used":
                yield Line(Msg.of("win.if_then", words=tidy(if_then.if_text)), task.link, "good")
    for row in rows.measures:
        yield from _better(row)
    if not done and not rows.wins and rows.mood is not None and rows.mood.ratings:
        yield Line(Msg.of("win.mood", days=Msg.of("days", n=rows.mood.days)), rows.mood.link, "good")


def _done(task: TaskRow) -> Msg:
    """What was done of one task, however little."""
    title = tidy(task.title)
    if task.awareness:
        return Msg.of("win.noticed", title=title)
    if task.done and task.planned:
        count = Msg.of("count.of", done=task.done, planned=task.planned)
        if task.done_before is not None and task.planned_before:
            before = {"done_before": task.done_before, "planned_before": task.planned_before}
            count = Msg("count.of_before", {**count.params, **before})
    elif task.entries:
        count = Msg.of("entries", n=task.entries)
    else:
        return Msg.of("win.told", title=title)
    return Msg.of("win.own_smaller" if task.step_downs else "win.done", title=title, count=count)


def _better(row: MeasureRow) -> Iterator[Line]:
    """What a measure gives to celebrate: nothing while it is worse than it was at its best."""
    found = measure_signals(row)
    if Signal.BETTER not in found or Signal.WORSE in found:
        return
    if row.rci is not None and reliably_better(row.scores, row.rci, higher_is_better=row.higher_is_better):
        yield Line(Msg.of("win.better", measure=row.name), row.link, "good")
    elif row.cut_off is not None:
        yield Line(Msg.of("win.crossed", measure=row.name, cut_off=number(row.cut_off)), row.link, "good")


def found_out(rows: DigestInput) -> Iterator[Line]:
    """6: what they found out, in their own words, starred first, else in the order given."""
    starred_first: Iterable[WordsRow] = sorted(rows.found_out, key=lambda row: not row.starred)
    for row in starred_first:
        yield Line(Msg.of("found.words", words=tidy(row.words)), row.link, "words")


def mood(rows: DigestInput) -> Iterator[Line]:
    """7: the trend in words with the number of ratings, a run of low days, and mood after against before (F16)."""
    if rows.mood is not None and rows.mood.ratings:
        trend = Msg(_trend(rows.mood.change))
        ratings, days = Msg.of("ratings", n=rows.mood.ratings), Msg.of("days", n=rows.mood.days)
        yield Line(Msg.of("mood.line", trend=trend, ratings=ratings, days=days), rows.mood.link)
        if rows.mood.low_run:
            yield Line(Msg("mood.low_run"), rows.mood.link, "care")
    for task in rows.tasks:
        after = mood_after(task.moods)
        if after is not None and after.mean == 0:
            yield Line(Msg.of("mood.after_same", title=tidy(task.title)), task.link)
        elif after is not None:
            way = "mood.after_higher" if after.mean > 0 else "mood.after_lower"
            yield Line(Msg.of(way, title=tidy(task.title), points=abs(after.mean)), task.link)


def _trend(change: float | None) -> str:
    """The message id for a change of mood in points."""
    if change is None:
        return "mood.too_few"
    if abs(change) < 1:
        return "mood.same"
    return f"mood.{'slightly_' if abs(change) < 2 else ''}{'up' if change > 0 else 'down'}"


def still_open(rows: DigestInput) -> Iterator[Line]:
    """9: plans of last time without an outcome (F47), and replies that were promised."""
    for row in rows.unreviewed:
        yield Line(Msg.of("open.unreviewed", title=tidy(row.title)), row.link)
    owed = [question for question in rows.questions if question.reply_promised]
    if owed:
        oldest = min(owed, key=lambda question: question.asked_at)
        yield Line(Msg.of("open.reply", n=len(owed)), oldest.link)


def obstacle_name(row: ObstacleRow) -> Msg:
    """An obstacle as the client named it: own words when they gave some, else the name they picked (F40)."""
    if words := tidy(row.words):
        name = Msg.of("obstacle.words", words=words)
    else:
        name = Msg(f"obstacle.{row.kind}" if f"obstacle.{row.kind}" in MESSAGES else "obstacle.other")
    return Msg.of("obstacle.times", obstacle=name, n=row.times) if row.times > 1 else name
