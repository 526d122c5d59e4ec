"""The measures of an episode as words and a table: every score with its band, and change against the first and best.

Change is only called reliable from the published number of points on; a zero is an answer, not a sign of safety.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from clinic.models import Episode
from clinic.wall_clock import local_day
from homework.reviews.digest import gather
from homework.worksheets import answered_danger, gates, scoring
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Measure
from homework.worksheets.scoring import Track


@dataclass(frozen=True)
class Taken:
    """One time a measure was filled in."""

    at: datetime
    label: str
    band: str
    words: str
    on: date
    total: int | None


@dataclass(frozen=True)
class MeasureTable:
    """A measure with every score of the episode, newest first, and the change in one sentence."""

    title: str
    sentence: str
    rows: list[Taken]
    lines: list[str]  # what the newest answers tell a clinician beside the total
    track: Track
    scale: tuple[float, float]  # lowest and highest there can be


def tables(episode: Episode, zone: str) -> list[MeasureTable]:
    """Each measure of the episode with its totals, bands and change as words; one without a total by its subscales.

    zone: whose days the dates are.
    """
    scores: dict[str, list[tuple[Definition, Any]]] = {}
    for definition, score in gather.scores({episode.pk: episode})[episode.pk]:
        scores.setdefault(definition.slug, []).append((definition, score))
    gate_open = gates.is_open("safety_setup", episode.clinic_id)
    return [table for rows in scores.values() for table in _tables(rows, gate_open, zone)]


def _tables(rows: Sequence[tuple[Definition, Any]], gate_open: bool, zone: str) -> Iterator[MeasureTable]:
    definition, newest = rows[-1]
    measure = definition.measure
    assert measure is not None
    told = answered_danger.lines(measure, newest.result or {})
    lines = [*told, *scoring.lines_for_staff(measure, newest.result or {}, gate_open=gate_open)]
    for number, track in enumerate(scoring.tracks(measure)):
        title = f"{definition.title}: {track.label}" if track.label else str(definition.title)
        yield _table(title, track, rows, lines if number == 0 else [], zone)


def _table(
    title: str, track: Track, rows: Sequence[tuple[Definition, Any]], lines: list[str], zone: str
) -> MeasureTable:
    totals: list[int] = []
    taken, sentence = [], _("No total yet.")
    for _definition, score in rows:
        result = score.result or {}
        total = track.total(result)
        words = ", ".join(scoring.change_of(track, totals, total).words) if total is not None else ""
        label = _("no total") if total is None else str(total)
        if result.get("prorated") and not track.key:
            label = _("%(total)s (prorated)") % {"total": total}
        on = local_day(score.taken_at, zone)
        taken.append(Taken(score.taken_at, label, scoring.band(track, total), words, on, total))
        if total is not None:
            totals.append(total)
            sentence = _change_sentence(totals, scoring.band(track, total), words)
    measure = rows[-1][0].measure
    assert measure is not None
    return MeasureTable(title, sentence, taken[::-1], lines, track, _scale(measure, track))


def _scale(measure: Measure, track: Track) -> tuple[float, float]:
    """The ends of the scale a series of totals is on."""
    if not track.key:
        return measure.lowest, measure.highest
    part = next(part for part in measure.subscales if part.key == track.key)
    return measure.ends_of(part.items, part.scoring)


def _change_sentence(totals: Sequence[int], band: str, words: str) -> str:
    """The change in one line: "17 to 9, mild: reliably better, crossed the cut-off". Some scales have no bands."""
    if len(totals) == 1 and not band:
        return _("%(total)s: the first score.") % {"total": totals[0]}
    if len(totals) == 1:
        return _("%(total)s, %(band)s: the first score.") % {"total": totals[0], "band": band}
    parts = {"first": totals[0], "last": totals[-1], "band": band, "words": words}
    if band and words:
        return _("%(first)s to %(last)s, %(band)s: %(words)s.") % parts
    if band or words:
        return _("%(first)s to %(last)s: %(words)s.") % (parts | {"words": band or words})
    return _("%(first)s to %(last)s.") % parts
