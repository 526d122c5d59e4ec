"""A client's own history in plain words: weeks as marks, mood, measures, what they found out (F33, F16).

Nothing is counted against anybody: no percentages, no rows of empty days. A week in which nothing was written is not there.
A score is only told where the scale is our own and asks nothing about danger; of every other measure only the day is told,
because a number without somebody to talk about it says too little and too much.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.access import Actor
from clinic.models import Episode
from clinic.wall_clock import local_day
from homework.assignments import moods, notes
from homework.assignments.days import marks, thread
from homework.assignments.days import today as todays
from homework.assignments.models import Entry
from homework.assignments.moods import Drawing, Mood
from homework.assignments.planning import agreed
from homework.reviews import takeaways
from homework.reviews.digest import gather
from homework.reviews.models import Takeaway
from homework.worksheets import scoring
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Measure

ENTRIES, WEEKS, FOUND = 300, 26, 20
Told = tuple[date, str]


@dataclass(frozen=True)
class Week:
    """One week: its Monday and the marks of what was written, in the order of the days."""

    begins: date
    marks: list[str]


@dataclass(frozen=True)
class Found:
    """What the client found out on one day, and the entry it is from."""

    entry: UUID
    on: date
    words: str
    title: str


@dataclass(frozen=True)
class Taken:
    """A measure and the days it was answered, newest first, with words where they may be told."""

    title: str
    times: list[Told]
    told: bool


@dataclass(frozen=True)
class History:
    """Everything on the page."""

    weeks: list[Week] = field(default_factory=list)
    mood: list[Mood] = field(default_factory=list)
    drawing: Drawing | None = None
    says: list[tuple[str, str]] = field(default_factory=list)  # title, sentence
    measures: list[Taken] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    carried: list[Takeaway] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return not (self.weeks or self.mood or self.measures or self.found or self.carried)


def of(actor: Actor, now: datetime) -> History:
    """The history of the client who asks. Six queries, however long it is."""
    assert actor.user is not None
    zone, episode = actor.user.time_zone, todays.episode_of(actor)
    if episode is None:
        return History()
    entries = _entries(actor)
    known = notes.moods(entries, zone)
    return History(
        weeks=weeks(entries, zone),
        mood=known[::-1],
        drawing=moods.drawing(known),
        says=_says(entries, zone),
        measures=_measures(episode, zone),
        found=_found(entries, zone),
        carried=takeaways.kept(actor),
    )


def _entries(actor: Actor) -> list[Entry]:
    """What was written and not taken back, newest first, measures apart."""
    rows = notes.written_by(actor).exclude(state=Entry.State.WITHDRAWN).select_related("after", "version")
    return [row for row in rows[:ENTRIES] if row.sheet.parsed.measure is None]


def weeks(entries: Sequence[Entry], zone: str) -> list[Week]:
    """The weeks in which something was written, newest first; of each day the best of each piece of work."""
    best: dict[tuple[date, UUID], Entry] = {}
    for entry in reversed(entries):
        key = (thread.day_of(entry, zone), entry.assignment_id)
        if key not in best or _rank(entry) >= _rank(best[key]):
            best[key] = entry
    found: dict[date, list[str]] = {}
    for (on, _key), entry in sorted(best.items(), key=lambda item: item[0][0]):
        monday = on - timedelta(days=on.weekday())
        found.setdefault(monday, []).append(thread.MARK_OF[thread.state_of(entry)])
    return [Week(begins, names) for begins, names in sorted(found.items(), reverse=True)][:WEEKS]


def _rank(entry: Entry) -> int:
    return marks.RANK.index(thread.state_of(entry))


def _says(entries: Sequence[Entry], zone: str) -> list[tuple[str, str]]:
    """For each piece of work with three pairs or more: mood after against mood before, in one plain sentence."""
    works: dict[UUID, list[Entry]] = {}
    for entry in entries:
        works.setdefault(entry.assignment_id, []).append(entry)
    told = [(str(agreed.spoken(rows[0].sheet).title), notes.mood_says(rows, zone)) for rows in works.values()]
    return [(title, said) for title, said in told if said]


def _found(entries: Sequence[Entry], zone: str) -> list[Found]:
    """What they found out, newest first, in their own words."""
    found = []
    for entry in entries:
        words = (entry.answers or {}).get("found_out")
        if isinstance(words, str) and words.strip():
            title = str(agreed.spoken(entry.sheet).title)
            found.append(Found(entry.pk, thread.day_of(entry, zone), words, title))
    return sorted(found, key=lambda one: one.on, reverse=True)[:FOUND]


def _measures(episode: Episode, zone: str) -> list[Taken]:
    """Each measure with its days."""
    taken: dict[str, list[tuple[Definition, Told]]] = {}
    for definition, score in gather.scores({episode.pk: episode})[episode.pk]:
        measure = definition.measure
        assert measure is not None
        words = in_words(measure, score.result or {}) if may_be_told(measure) else ""
        taken.setdefault(definition.slug, []).append((definition, (local_day(score.taken_at, zone), words)))
    found = []
    for rows in taken.values():
        times = [told for _definition, told in reversed(rows)]
        newest = rows[-1][0]
        title = str(newest.localised(get_language() or "en").title)
        found.append(Taken(title, times, any(words for _on, words in times)))
    return found


def may_be_told(measure: Measure) -> bool:
    """Whether the client reads a score of it: our own scale, and no question about danger or to be looked at first."""
    return measure.licence_status == "own" and not any(item.risk or item.watch for item in measure.items)


def in_words(measure: Measure, result: dict[str, object]) -> str:
    """A kept result as the client reads it: the band where there is one, else the number with its top."""
    said = []
    for track in scoring.tracks(measure):
        total = track.total(result)
        if total is not None:
            band = scoring.band(track, total)
            number = (
                _("%(total)s of %(top)s") % {"total": total, "top": measure.highest} if not track.key else str(total)
            )
            said.append(": ".join(part for part in (track.label, band or number) if part))
    return ", ".join(said)
