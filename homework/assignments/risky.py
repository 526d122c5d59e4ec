"""What a shared measure says that somebody has to look at: the answers its score calls risky, and what was said last time.

Pure but for one query: the last score of the same measure, in any episode of this client. Nothing is predicted from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homework.assignments.models import Entry, Score
from homework.safety import priority
from homework.worksheets import answered_danger
from homework.worksheets.kinds import Measure


@dataclass(frozen=True)
class Risky:
    """One answer to look at. `kind`: the kind of flag. `answered`: item, points, label, was, rises."""

    kind: str
    answered: dict[str, Any]


@dataclass(frozen=True)
class Before:
    """What a client is told before answering: which question leads to something, and the answer that does not."""

    item: int
    least: str


def asks(measure: Measure | None) -> list[Before]:
    """The questions that lead to a flag; empty for most measures, and for what is none."""
    if measure is None:
        return []
    found = [item for item in measure.items if item.risk]
    return [Before(item.n, answered_danger.label(measure, item.n, measure.ends(item)[0])) for item in found]


def of(entry: Entry, score: Score | None) -> list[Risky]:
    """The answers of a shared measure that somebody has to look at. One query where there are any, else none."""
    measure = entry.sheet.parsed.measure
    found = score.result["risks"] if score is not None else ()
    if score is None or measure is None or not found:
        return []
    before = last_result(score)
    return [_risky(measure, said, points_in(before, said["item"])) for said in found]


def _risky(measure: Measure, said: Mapping[str, Any], was: int | None) -> Risky:
    item, points = said["item"], said["points"]
    answered = {"item": item, "points": points, "label": answered_danger.label(measure, item, points), "was": was}
    return Risky(said["flag"], {**answered, "rises": priority.rises(points, was)})


def last_result(score: Score) -> Mapping[str, Any] | None:
    """The result of the score before this one, of the same measure and client; taken back or not, it was answered."""
    rows = Score.objects.filter(episode__client_id=score.episode.client_id, measure=score.measure)
    last = rows.exclude(pk=score.pk).select_related("episode").order_by("-taken_at", "-pk").first()
    return last.result if last is not None else None


def points_in(result: Mapping[str, Any] | None, item: int) -> int | None:
    """What an earlier result says about a question: 0 below the threshold, None where it was left open or never asked."""
    if result is None or any(left["item"] == item for left in result.get("not_asked", ())):
        return None
    return next((said["points"] for said in result.get("risks", ()) if said["item"] == item), 0)
