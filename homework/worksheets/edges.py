"""A clinic's own cut-off and reliable change, where a measure has published several (clinical.md 2.3)."""

from collections.abc import Iterable
from dataclasses import replace

from homework.worksheets.definition import Definition
from homework.worksheets.kinds import Measure
from homework.worksheets.models import Edge


def has_several(measure: Measure | None) -> bool:
    """Whether there is anything to choose."""
    return measure is not None and bool(measure.cutoffs or measure.rcis)


def of(definitions: Iterable[Definition]) -> dict[str, Edge]:
    """What the clinic one acts in chose, by slug. No query when none of these leaves a choice."""
    slugs = {one.slug for one in definitions if has_several(one.measure)}
    if not slugs:
        return {}
    rows = Edge.objects.filter(worksheet__slug__in=slugs).select_related("worksheet")
    return {edge.worksheet.slug: edge for edge in rows}


def chosen(definition: Definition, edge: Edge | None) -> Definition:
    """The definition with a choice, if there is one. A number the measure no longer names keeps the pack's own."""
    if edge is None or definition.measure is None:
        return definition
    try:
        return replace(definition, measure=definition.measure.chosen(cutoff=edge.cutoff, rci=edge.rci))
    except ValueError:
        return definition
