"""How clients are doing by their measures: reliably better, recovered, worse, or no reliable change. By measure, never by person.

Scores are sealed: the program opens them once a month, some clients at a time, with one event for each batch. A year is looked
at, so the numbers are told roundly: two months side by side tell nobody apart. Nothing here says what caused a change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from accounts.keys import Undecryptable
from clinic.access import Actor
from homework.assignments.models import Entry, Score
from homework.reviews.outcomes import opened, suppress
from homework.reviews.outcomes.month import Month
from homework.worksheets import edges, scoring
from homework.worksheets.kinds import Measure
from homework.worksheets.models import WorksheetVersion
from homework.worksheets.scoring import Track

MONTHS = 12
VERB = "figures.scores"
RECOVERED, BETTER, SAME, WORSE = "recovered", "better", "same", "worse"
WAYS = (RECOVERED, BETTER, SAME, WORSE)


def cells(by: Actor, month: Month) -> dict[str, Any]:
    """What may be told: for each measure with a published reliable change, how many clients went which way."""
    rows = _rows(by, month)
    measures = _measures({version for several in rows.values() for *_, version in several})
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for batch in opened.batches(by, rows, VERB):
        for client in batch:
            for key, way in _of_client(rows[client], measures):
                found[key][way] += 1
    told = [
        {"measure": slug, "part": part, **_told(ways, with_cutoff=_has_cutoff(measures, slug, part))}
        for (slug, part), ways in sorted(found.items())
    ]
    return {"months": MONTHS, "measures": told}


Row = tuple[UUID, UUID, Any, UUID]  # id, episode, the sealed result, the version it was written on


def _rows(by: Actor, month: Month) -> dict[UUID, list[Row]]:
    """The scores of clients who had one in the year, oldest first, of the episode of the last. One query, all sealed."""
    start, end = month.earlier(MONTHS - 1).start, month.end
    scores = Score.objects.filter(clinic_id=by.clinic_id, entry__state=Entry.State.SHARED, taken_at__lt=end)
    names = ("episode__client_id", "pk", "episode_id", "result", "entry__version_id", "entry__assignment__version_id")
    found: dict[UUID, list[Row]] = defaultdict(list)
    late = set()
    for client, pk, episode, result, own, usual, taken_at in scores.order_by("taken_at", "pk").values_list(
        *names, "taken_at"
    ):
        found[client].append((pk, episode, result, own or usual))
        late |= {client} if taken_at >= start else set()
    return {client: [row for row in rows if row[1] == rows[-1][1]] for client, rows in found.items() if client in late}


def _measures(versions: set[UUID]) -> dict[UUID, tuple[str, Measure]]:
    """Each version's measure, with the cut-off and reliable change the clinic chose. Two queries."""
    known = {pk: version.parsed for pk, version in WorksheetVersion.objects.in_bulk(versions).items()}
    here = edges.of(known.values())
    chosen = {pk: edges.chosen(one, here.get(one.slug)) for pk, one in known.items()}
    return {pk: (one.slug, one.measure) for pk, one in chosen.items() if one.measure is not None}


def _of_client(
    rows: Sequence[Row], measures: Mapping[UUID, tuple[str, Measure]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Where one client stands by each measure they filled in twice or more. Who was erased has no scores."""
    result: Any = Score._meta.get_field("result")
    totals: dict[tuple[str, str], list[int]] = defaultdict(list)
    tracks: dict[tuple[str, str], Track] = {}
    for pk, _episode, sealed, version in rows:
        if version not in measures:
            continue
        slug, measure = measures[version]
        try:
            kept = result.reveal(pk, sealed) if sealed is not None else {}
        except Undecryptable:
            return
        for track in scoring.tracks(measure):
            total = track.total(kept)
            if total is not None and track.rci is not None:
                totals[slug, track.key].append(total)
                tracks[slug, track.key] = track
    for key, several in totals.items():
        if len(several) > 1:
            yield key, way_of(tracks[key], several)


def way_of(track: Measure | Track, totals: Sequence[int]) -> str:
    """Which way it went from the first total to the last: recovered is reliably better and across the cut-off."""
    labels = scoring.change_of(track, list(totals[:-1]), totals[-1])
    assert labels.from_first is not None
    if labels.from_first.direction == "better":
        return RECOVERED if labels.crossed else BETTER
    return WORSE if labels.from_first.direction == "worse" else SAME


def _has_cutoff(measures: Mapping[UUID, tuple[str, Measure]], slug: str, part: str) -> bool:
    tracks = (track for name, measure in measures.values() if name == slug for track in scoring.tracks(measure))
    return any(track.key == part and track.cutoff is not None for track in tracks)


def _told(ways: Mapping[str, int], *, with_cutoff: bool) -> dict[str, Any]:
    """The ways that may be told, rounded; None where one is kept back."""
    parts = {way: ways.get(way, 0) for way in WAYS if with_cutoff or way != RECOVERED}
    number = sum(parts.values())
    shown = suppress.line(parts) if number >= suppress.ENOUGH else set()
    return {
        "clients": suppress.about(number) if number >= suppress.ENOUGH else None,
        "ways": {
            way: {"clients": suppress.about(parts[way]), "share": suppress.share(parts[way], number)}
            if way in shown
            else None
            for way in parts
        },
    }
