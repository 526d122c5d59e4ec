"""Numbers about an entry: its depth (never merged with the amount) and, for a measure, its score."""

from collections.abc import Iterable
from dataclasses import asdict

from clinic.access import Actor
from homework.assignments.models import Entry, Score
from homework.worksheets import scoring


def depth(parts: Iterable[int | float | None]) -> float | None:
    """Mean of what is known of A2, A3 rating, R3 x 2.5 and R4 x 2.5 (0 to 10); needs two of the four (2.6)."""
    known = [float(part) for part in parts if part is not None]
    return round(sum(known) / len(known), 1) if len(known) >= 2 else None


def keep(*, by: Actor, entry: Entry) -> Score | None:
    """Score a shared measure and keep the result, sealed. Anything else has no score."""
    definition = entry.sheet.parsed
    if definition.measure is None or entry.shared_at is None:
        return None
    result = scoring.score(definition.measure, entry.answers)
    row = Score(
        clinic_id=by.clinic_id,
        episode=entry.episode,
        entry=entry,
        measure=definition.slug,
        taken_at=entry.shared_at,
        result=asdict(result),
    )
    row.save(force_insert=True)
    return row
