"""From the days between two sessions to the input of the digest, and nothing in it about the person.

Amount and depth stay two things (F49); a missing answer is None and never 0.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import fmean, median_low
from typing import Any

from homework.assignments import schedule
from homework.assignments.models import Assignment, BeforeCheck, Entry, Plan
from homework.assignments.planning.composing import wants_outcome
from homework.reviews import ways_taken
from homework.reviews.digest import flags, patterns, signals, trends, whole
from homework.reviews.digest.interval import Interval, Work
from homework.reviews.digest.rows import (
    BeliefRow,
    DigestInput,
    IfThenRow,
    MeasureRow,
    MoodRow,
    ObstacleRow,
    QuestionRow,
    TaskRow,
    UnreviewedRow,
    WordsRow,
)
from homework.reviews.digest.signals import Signal
from homework.reviews.spoken import is_not_today, own_words
from homework.worksheets import scoring
from homework.worksheets.definition import Definition


def digest_input(here: Interval) -> DigestInput:
    """Everything `digest.build` asks for."""
    seen = [work for work in here.works if _belongs(work, here)]
    weekly = whole.weekly_starts(here)
    alone, couple_link = patterns.private(here)
    return DigestInput(
        now=here.now,
        flags=tuple(flags.rows(here)),
        measures=tuple(_measures(here)),
        questions=(*here.spoken.asked(here.since), *_questions(seen, here)),
        answered_before=here.spoken.answered_before(here.since),
        wins=tuple(here.spoken.to_celebrate(here.since)),
        tasks=tuple(_task(work, here) for work in seen if not work.row.is_measure),
        found_out=tuple(_found_out(seen, here)),
        mood=_mood(here),
        unreviewed=tuple(_unreviewed(here)),
        rests_until=here.rests,
        lens="meaning" if here.appointment.therapist.approach == "psychodynamic" else "skills",
        signals=frozenset((*whole.shows(here, weekly), *([Signal.COUPLE_PRIVATE] if alone else ()))),
        weekly_starts=weekly,
        patterns=patterns.of(here),
        couple_link=couple_link,
        put_aside=here.put_aside,
    )


def _belongs(work: Work, here: Interval) -> bool:
    """Whether a plan is part of these days: under way, waiting for an answer, or ended since the last session."""
    return work.row.ended_at is None or work.row.ended_at >= here.since


def _counts(work: Work, here: Interval, since: datetime, until: datetime) -> tuple[int, int | None]:
    """How many days were done, of how many the plan asked for so far; None where a plan names no days."""
    first, last = here.local(since), here.local(until)
    days = {did.on for entry in work.entries if (did := work.did(entry)).counts and first <= did.on <= last}
    asked = [slot for slot in schedule.slots_across(work.revisions, first, last) if since <= slot.begins < until]
    rested = here.paused_until is not None and here.paused_until > first
    return len(days), None if rested else len(asked) or None


def _task(work: Work, here: Interval) -> TaskRow:
    """One plan of these days."""
    row, fresh, real = work.row, work.fresh(here.since), work.done(here.since)
    done, planned = _counts(work, here, here.since, min(here.now, here.until))
    before = _counts(work, here, here.before, here.since) if here.before else (0, None)
    depths = [float(entry.depth) for entry in real if entry.depth is not None]
    amounts = [entry.amount for entry in real if entry.amount is not None]
    late, steps = trends.late_rows(real, here.zone), [step for step in work.steps if step.at >= here.since]
    return TaskRow(
        title=work.title,
        size=work.plans[-1].size if work.plans and row.kind == Assignment.Kind.WORK else "",
        state=ways_taken.state_of(row),
        link=("assignment", str(row.pk)),
        awareness=work.definition is not None and work.definition.outcome == "awareness",
        started=bool(real),
        first_start=bool(real) and not [old for old in work.entries if old not in fresh and work.did(old).counts],
        amount=median_low(amounts) if amounts else None,
        depth=round(fmean(depths), 1) if depths else None,
        entries=len(real),
        days=len({work.did(entry).on for entry in real}),
        done=done if planned else None,
        planned=planned,
        done_before=before[0] if before[1] else None,
        planned_before=before[1],
        back_filled=signals.late_rows(late) if late else None,
        belief=_belief(work),
        obstacles=_obstacles(fresh, steps),
        ways=tuple(step.way for step in steps),
        reaction=ways_taken.reaction(fresh),
        if_thens=tuple(IfThenRow(pair.if_text or "", pair.outcome) for pair in work.coping),
        wish=next((entry.after.wish for entry in reversed(fresh) if _after(entry) and entry.after.wish), ""),
        step_downs=sum(entry.stepped_down for entry in real),
        reminders_stopped=work.reminders_stopped and row.state == Assignment.State.ACTIVE,
        checks=trends.checks(work),
        moods=trends.moods(work),
        distress=patterns.distress(work),
        signals=frozenset(_task_signals(work, real, late, here)),
    )


def _after(entry: Entry) -> bool:
    """Whether there is an after-check."""
    return getattr(entry, "after", None) is not None


def _task_signals(work: Work, real: Sequence[Entry], late: Sequence[timedelta], here: Interval) -> Iterable[Signal]:
    """D4, D10 and D11 of one plan."""
    if work.row.state == Assignment.State.ACTIVE and work.row.kind == Assignment.Kind.WORK and work.row.agreed_at:
        since = here.awake_since(max(work.row.agreed_at, here.since))
        if signals.not_started(since, here.until, here.now, len(real)):
            yield Signal.NOT_STARTED
    yield from trends.when_written(work, real, late, here.own_day)


def _belief(work: Work) -> BeliefRow:
    """What the client believed when last asked about this plan."""
    checks: list[BeforeCheck] = [plan.before for plan in work.plans if getattr(plan, "before", None) is not None]
    if not checks:
        return BeliefRow()
    said = checks[-1].ratings or {}
    four = {key: said.get(key) for key in ("useful", "fits", "hard", "sure")}
    return BeliefRow(**four, first_step=checks[-1].first_step_known, free_to_say_no=said.get("free"))


def _obstacles(fresh: Sequence[Entry], steps: Sequence[ways_taken.Step]) -> tuple[ObstacleRow, ...]:
    """What got in the way, most often first, then in the client's own words (F40)."""
    met = Counter(kind for entry in fresh if _after(entry) for kind in entry.after.obstacles)
    met.update(kind for step in steps for kind in step.obstacles)
    return (*(ObstacleRow(kind, times=times) for kind, times in met.most_common()), *own_words(fresh))


def _found_out(works: Sequence[Work], here: Interval) -> list[WordsRow]:
    """What they found out, in their own words, newest first."""
    found = [
        (entry.shared_at or entry.captured_at, _words(entry, said.found_out, work))
        for work in works
        for entry in work.fresh(here.since)
        if (said := work.written.get(entry.pk)) is not None and said.found_out
    ]
    return [row for _at, row in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _words(entry: Entry, words: str, work: Work) -> WordsRow:
    """A line of the client's, and whether they starred it (F31)."""
    return WordsRow(words, starred=getattr(entry, "starred", False), link=("assignment", str(work.row.pk)))


def _questions(works: Sequence[Work], here: Interval) -> Iterable[QuestionRow]:
    """What the client would like to talk about: "talk first", and anything they told beside an entry."""
    for work in works:
        link = ("assignment", str(work.row.pk))
        for plan in work.plans:
            if plan.state == Plan.State.PROPOSED and plan.answer == Plan.Answer.TALK:
                yield QuestionRow("other", plan.created_at, plan.answer_words or "", link=link)
        for entry in work.fresh(here.since):
            words = (entry.after.words or {}).get("tell", "") if _after(entry) and not is_not_today(entry) else ""
            if words and entry.shared_at is not None:
                yield QuestionRow("other", entry.shared_at, words, link=link)


def _mood(here: Interval) -> MoodRow | None:
    """The last 14 days of mood, from whichever sheet asked."""
    ratings = trends.mood_ratings(here.works)
    if not ratings:
        return None
    trend = signals.mood_trend(ratings, here.local(here.now))
    link = ("client_page", str(here.appointment.episode_id))
    return MoodRow(trend.change, trend.ratings, trend.days, trend.low_run, link=link)


def _measures(here: Interval) -> Iterable[MeasureRow]:
    """Each measure with its totals since the episode began, oldest first; one without a total by its subscales."""
    taken: dict[str, list[tuple[Definition, Any]]] = {}
    for definition, score in here.scores:
        taken.setdefault(definition.slug, []).append((definition, score))
    for rows in taken.values():
        definition, newest = rows[-1]
        measure = definition.measure
        assert measure is not None
        result = newest.result or {}
        is_new = newest.taken_at >= here.since
        asked = [risk["item"] for risk in result.get("not_asked", ())] if is_new else []
        watched = [measure.items[n - 1].watch for n in result.get("watched", ())] if is_new else []
        for number, track in enumerate(scoring.tracks(measure)):
            totals = [track.total(score.result or {}) for _definition, score in rows]
            yield MeasureRow(
                name=f"{definition.title}: {track.label}" if track.label else str(definition.title),
                scores=tuple(float(total) for total in totals if total is not None),
                rci=track.rci.value if track.rci else None,
                cut_off=track.cutoff,
                higher_is_better=not track.higher_is_worse,
                risk_item_unanswered=asked[0] if asked and number == 0 else None,
                watched=tuple(str(watch.line) for watch in watched if watch and number == 0),
                link=("client_page", str(here.appointment.episode_id)),
            )


def _unreviewed(here: Interval) -> Iterable[UnreviewedRow]:
    """Plans of last time that have had no outcome since the session before (F47)."""
    for work in here.works:
        if not work.row.is_measure and wants_outcome(work.row, here.since, here.before):
            yield UnreviewedRow(work.title, ("review", str(work.row.pk)))
