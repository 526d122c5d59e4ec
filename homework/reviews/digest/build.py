"""What a therapist reads in a minute before a session: nine sections, always the same, at most 180 words.

`build()` turns rows into a `Digest`, a plain value. Nothing is fetched here and no clock is read. The order never
changes and an empty section prints the one word "none", so that the eye learns the page and absence is seen. What does
not fit into 180 words is folded, never lost: each section keeps its first line, the rest is let in by rank. Words count
in the language that needs most of them, titles and "more" labels included.

A digest holds message ids and plain parameters, not sentences: it is stored sealed (`to_json`, `from_json`) and said in
the language of whoever reads it (`Line.text`, `render_line`, `Section.title`); see `digest_words`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homework.reviews.digest import lines, stems
from homework.reviews.digest.asked import asked
from homework.reviews.digest.fold import Ranked, Section, fold, visible_words
from homework.reviews.digest.lines import Line, number
from homework.reviews.digest.plan import plan
from homework.reviews.digest.rows import DigestInput
from homework.reviews.digest.signals import Belief, Signal, safety_flag
from homework.reviews.digest.stems import Pattern
from homework.reviews.digest.words import TITLES, Msg, say

FORMAT = 1


@dataclass(frozen=True)
class Digest:
    """The whole page. `words` counts what is visible; `signals` are the ids of what was seen (D1 to D14, F66)."""

    sections: tuple[Section, ...]
    built_at: datetime
    words: int
    signals: tuple[str, ...] = ()

    def section(self, key: str) -> Section:
        """A section by its key. Raises KeyError for a key that is none of the nine."""
        return {section.key: section for section in self.sections}[key]


def render_line(line: Line) -> str:
    """A line as text, in the active language."""
    return say(line.msg)


def signals_of(rows: DigestInput) -> frozenset[Signal]:
    """Every signal: those passed in and those the rows show."""
    found = set(rows.signals)
    found.update(*(lines.task_signals(task) for task in rows.tasks))
    found.update(*(lines.measure_signals(row) for row in rows.measures))
    if safety_flag(flag.state for flag in rows.flags):
        found.add(Signal.SAFETY_FLAG)
    if rows.mood is not None and rows.mood.stands_out:
        found.add(Signal.MOOD)
    return frozenset(found)


def patterns_of(rows: DigestInput, found: Collection[Signal]) -> frozenset[Pattern]:
    """What the suggested questions can be about, given the signals found.

    Uses no score but its reliable change (F53) and nothing about the person.
    """
    amber = {belief for task in rows.tasks for belief in lines.amber_of(task)}
    met = {obstacle.kind for task in rows.tasks for obstacle in task.obstacles}
    waiting = [question.kind for question in rows.questions if question.state == "open" and question.kind != "why"]
    wanted = {stems.KINDS.get(kind) for kind in waiting}
    holds = {
        Pattern.MAY_HURT: Signal.MAY_HURT in found,
        Pattern.WORSE: Signal.WORSE in found,
        Pattern.NOT_STARTED_TWICE: Signal.NOT_STARTED_TWICE in found,
        Pattern.PRESSED: Belief.PRESSED in amber,
        Pattern.NOT_STARTED: Signal.NOT_STARTED in found,
        Pattern.TOO_HARD: Signal.WANTS_CHANGE in found or Belief.HARD in amber or Pattern.TOO_HARD in wanted,
        Pattern.USEFUL_LOW: bool(amber & {Belief.USEFUL, Belief.FITS}) or Pattern.USEFUL_LOW in wanted,
        Pattern.SURE_LOW: Belief.SURE in amber,
        Pattern.LITTLE_LEARNED: Signal.LITTLE_LEARNED in found,
        Pattern.STARTS_FALLING: Signal.STARTS_FALLING in found,
        Pattern.REMINDERS: any(task.reminders_stopped for task in rows.tasks),
        Pattern.PRIVACY: "privacy" in met,
        Pattern.TIME_OR_CARE: bool(met & {"time", "care"}),
        Pattern.ASKED_ADVICE: Pattern.ASKED_ADVICE in wanted,
        Pattern.BETTER: bool(rows.wins) or Signal.BETTER in found or any(lines.was_done(task) for task in rows.tasks),
    }
    return (rows.patterns & {Pattern.COUPLE, Pattern.BOTH_FEELINGS}) | {
        pattern for pattern, does in holds.items() if does
    }


def maybe_ask(rows: DigestInput, found: Collection[Signal]) -> list[Line]:
    """8: at most two open questions for the top pattern (F29). Nothing is sent; they are to be said, or not."""
    met = {obstacle.kind for task in rows.tasks for obstacle in task.obstacles}
    met.update(chip for question in rows.questions for chip in question.chips)
    practical = any(kind in lines.PRACTICAL for kind in met)
    aside = {stems.stem_id(Pattern.SURE_LOW, 1) if stem == stems.SURE_AT_ZERO else stem for stem in rows.put_aside}
    lens = rows.lens == "meaning"
    chosen = stems.choose(patterns_of(rows, found), meaning=lens, practical=practical, aside=aside)
    return [Line(_stem(stem, rows), None, "ask") for stem in chosen]


def _stem(stem: str, rows: DigestInput) -> Msg:
    """A stem as a message; the one about confidence names the number the client chose."""
    if stem not in stems.ids_of(Pattern.SURE_LOW):
        return Msg(stem)
    sure = min(number(task.belief.sure) for task in rows.tasks if task.belief.sure is not None)
    if sure <= 0:
        return Msg(stems.SURE_AT_ZERO)
    return Msg.of(stem, sure=sure, lower=max(sure - 2, 0), higher=sure + 1)


def build(rows: DigestInput) -> Digest:
    """The digest of one client. The same rows give the same digest."""
    found = signals_of(rows)
    sections: dict[str, Sequence[Ranked]] = {
        "safety": [(0, line) for line in lines.safety(rows)],
        "change": list(enumerate(lines.change(rows))),
        "asked": list(enumerate(asked(rows))),
        "celebrate": list(enumerate(lines.celebrate(rows))),
        "plan": list(plan(rows)),
        "found_out": list(enumerate(lines.found_out(rows))),
        "mood": list(enumerate(lines.mood(rows))),
        "ask": list(enumerate(maybe_ask(rows, found))),
        "open": list(enumerate(lines.still_open(rows))),
    }
    folded = fold({key: sections[key] or [(0, Line(Msg("none")))] for key in TITLES})
    return Digest(folded, rows.now, visible_words(folded), tuple(str(each) for each in Signal if each in found))


# --- stored form -----------------------------------------------------------------------------------------------------


def to_json(digest: Digest) -> dict[str, Any]:
    """The digest as plain JSON values, to be stored sealed."""
    return {
        "format": FORMAT,
        "built_at": digest.built_at.isoformat(),
        "words": digest.words,
        "signals": list(digest.signals),
        "sections": [
            {
                "key": section.key,
                "lines": [_line_out(line) for line in section.lines],
                "folded": [_line_out(line) for line in section.folded],
            }
            for section in digest.sections
        ],
    }


def from_json(data: Mapping[str, Any]) -> Digest:
    """The digest stored by `to_json`. Raises ValueError when it is of another format (then build it anew)."""
    if data.get("format") != FORMAT:
        raise ValueError("a digest of another format")
    sections = tuple(
        Section(
            place,
            section["key"],
            tuple(_line_in(line) for line in section["lines"]),
            tuple(_line_in(line) for line in section["folded"]),
        )
        for place, section in enumerate(data["sections"], start=1)
    )
    return Digest(sections, datetime.fromisoformat(data["built_at"]), data["words"], tuple(data["signals"]))


def _line_out(line: Line) -> dict[str, Any]:
    """One line as JSON values."""
    link = list(line.link) if line.link else None
    return {"msg": _value_out(line.msg), "link": link, "tone": line.tone, "series": list(line.series)}


def _line_in(data: Mapping[str, Any]) -> Line:
    """One line from JSON values."""
    link = (data["link"][0], data["link"][1]) if data["link"] else None
    return Line(_value_in(data["msg"]), link, data["tone"], tuple(data["series"]))


def _value_out(value: Any) -> Any:
    """A parameter: messages become objects, lists of messages become lists."""
    if isinstance(value, Msg):
        return {"id": value.id, "params": {key: _value_out(each) for key, each in value.params.items()}}
    return [_value_out(each) for each in value] if isinstance(value, tuple) else value


def _value_in(value: Any) -> Any:
    """A parameter back from JSON."""
    if isinstance(value, dict):
        return Msg(value["id"], {key: _value_in(each) for key, each in value["params"].items()})
    return tuple(_value_in(each) for each in value) if isinstance(value, list) else value
