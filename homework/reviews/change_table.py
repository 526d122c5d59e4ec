"""The measures of an episode as words and a table: every score with its band, and change against the first and best.

Change is only called reliable from the published number of points on; a zero is an answer, not a sign of safety.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clinic.models import Episode
from homework.reviews import gather
from homework.worksheets import scoring
from homework.worksheets.definition import Definition


@dataclass(frozen=True)
class Taken:
    """One time a measure was filled in."""

    at: datetime
    label: str
    band: str
    words: str


@dataclass(frozen=True)
class MeasureTable:
    """A measure with every score of the episode, newest first, and the change in one sentence."""

    title: str
    sentence: str
    rows: list[Taken]


def tables(episode: Episode) -> list[MeasureTable]:
    """Each measure of the episode with its totals, bands and change as words."""
    scores: dict[str, list[tuple[Definition, Any]]] = {}
    for definition, score in gather.scores({episode.pk: episode})[episode.pk]:
        scores.setdefault(definition.slug, []).append((definition, score))
    return [_table(rows) for rows in scores.values()]


def _table(rows: Sequence[tuple[Definition, Any]]) -> MeasureTable:
    definition = rows[-1][0]
    measure = definition.measure
    assert measure is not None
    totals: list[int] = []
    taken, sentence = [], _("No total yet.")
    for _definition, score in rows:
        result = score.result or {}
        total = result.get("total")
        words = ", ".join(scoring.change_of(measure, totals, total).words) if total is not None else ""
        label = _("no total") if total is None else str(total)
        if result.get("prorated"):
            label = _("%(total)s (prorated)") % {"total": total}
        taken.append(Taken(score.taken_at, label, scoring.band(measure, total), words))
        if total is not None:
            totals.append(total)
            sentence = _change_sentence(totals, scoring.band(measure, total), words)
    return MeasureTable(str(definition.title), sentence, taken[::-1])


def _change_sentence(totals: Sequence[int], band: str, words: str) -> str:
    """The change in one line: "17 to 9, mild: reliably better, crossed the cut-off"."""
    if len(totals) == 1:
        return _("%(total)s, %(band)s: the first score.") % {"total": totals[0], "band": band}
    parts = {"first": totals[0], "last": totals[-1], "band": band, "words": words}
    return _("%(first)s to %(last)s, %(band)s: %(words)s.") % parts
