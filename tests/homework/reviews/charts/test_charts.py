"""Drawings hold what they say: gaps stay gaps, the whole scale shows, amount and depth never meet, nothing is explained."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from homework.reviews.change_table import MeasureTable, Taken
from homework.reviews.charts import engagement, measures, mood
from homework.reviews.charts.drawing import Event
from homework.reviews.charts.frame import BASE, LEFT, RIGHT, TOP, days_to_name, frame, runs
from homework.worksheets.kinds.measures import Band, ReliableChange
from homework.worksheets.scoring import Track

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)
BANDS = tuple(
    Band(low=low, high=high, label=name)  # type: ignore[arg-type]
    for low, high, name in ((0, 4, "minimal"), (5, 9, "mild"), (10, 14, "moderate"), (15, 19, "high"), (20, 27, "top"))
)
PHQ = Track("", "", BANDS, 10, ReliableChange(value=6, source="published"), True)


def table(totals: list[int | None], track: Track = PHQ) -> MeasureTable:
    rows = [
        Taken(
            datetime.combine(MONDAY + n * WEEK, datetime.min.time(), tzinfo=UTC),
            str(total),
            "",
            "",
            MONDAY + n * WEEK,
            total,
        )
        for n, total in enumerate(totals)
    ]
    return MeasureTable("PHQ-9", "A sentence.", rows[::-1], [], track, (0, 27))


def test_a_frame_puts_the_ends_of_the_scale_at_the_ends_of_the_paper() -> None:
    here = frame([MONDAY, MONDAY + WEEK], 0, 27)
    assert (here.y(0), here.y(27)) == (BASE, TOP)
    assert LEFT < here.x(MONDAY) < here.x(MONDAY + WEEK) < RIGHT
    assert here.x(MONDAY - WEEK) == here.x(MONDAY), "a day outside is put at the edge"
    assert frame([MONDAY], 0, 10).x(MONDAY) == (LEFT + RIGHT) / 2


def test_neighbours_are_joined_and_gaps_are_not() -> None:
    points = [(MONDAY + timedelta(days=n), 1.0) for n in (0, 1, 3, 4, 8)]
    assert [len(run) for run in runs(points, timedelta(days=1))] == [2, 2, 1]


def test_day_names_do_not_run_into_each_other() -> None:
    here = frame([MONDAY, MONDAY + 60 * WEEK], 0, 10)
    named = days_to_name(here, [MONDAY + n * WEEK for n in range(61)])
    assert named[-1][1] == MONDAY + 60 * WEEK
    assert all(b - a >= 44 for (a, _one), (b, _two) in pairwise(named))


def test_one_score_is_no_line() -> None:
    assert measures.drawing("m1", table([12]), []) is None
    assert measures.drawing("m1", table([12, None]), []) is None


def test_a_measure_is_drawn_with_bands_cut_off_and_where_change_is_reliable() -> None:
    drawn = measures.drawing("m1", table([18, 17, None, 9]), [])
    assert drawn is not None
    assert [band.name for band in drawn.bands] == ["minimal", "mild", "moderate", "high", "top"]
    assert [band.shade for band in drawn.bands] == [1, 2, 3, 4, 5]
    assert sum(band.height for band in drawn.bands) == pytest.approx(BASE - TOP, abs=0.5)
    assert [edge.name for edge in drawn.edges] == ["cut-off 10", "reliably better from 12"]
    assert drawn.title == "PHQ-9: 18 to 9"
    assert "18, 17, 9" in drawn.finding
    assert len(drawn.lines[0].split()) == 3, "a form without a total is no point"
    assert len(drawn.table.rows) == 4, "but it is in the table"


def test_plan_events_stand_on_the_days_of_the_scores_and_only_there() -> None:
    events = [
        Event("A", MONDAY - WEEK, "agreed: before"),
        Event("B", MONDAY + WEEK, "agreed: one line"),
        Event("C", MONDAY + 9 * WEEK, "ended: after"),
    ]
    drawn = measures.drawing("m1", table([18, 17, 9]), events)
    assert drawn is not None
    assert [(event.letter, event.words) for event in drawn.events] == [("A", "agreed: one line")]
    assert drawn.events[0].x == pytest.approx((LEFT + RIGHT) / 2)


def test_mood_needs_two_days_and_tells_how_many_there_were() -> None:
    ratings = [(MONDAY, 3.0), (MONDAY, 5.0), (MONDAY + timedelta(days=3), 6.0), (MONDAY - timedelta(days=40), 1.0)]
    assert mood.drawing(ratings[:1], [], MONDAY) is None
    drawn = mood.drawing(ratings, [MONDAY + timedelta(days=1)], MONDAY + timedelta(days=4))
    assert drawn is not None
    assert drawn.title == "Mood: 4 to 6"
    assert drawn.lines == [], "two days apart are not joined"
    assert len(drawn.sessions) == 1
    assert drawn.table.rows == [["2 March", "2", "4", "6"]]


@pytest.mark.finding("F49")
def test_amount_and_depth_are_two_charts_and_nothing_makes_one_of_them() -> None:
    assert engagement.amount([], []) is None
    assert engagement.depth([], []) is None
    source = Path(engagement.__file__).read_text()
    assert not re.search(r"amount\s*[*+/]\s*|depth\s*[*+/]\s*", source)


@pytest.mark.finding("F50")
@pytest.mark.parametrize("module", ["events", "measures", "mood", "engagement", "drawing"])
def test_no_drawing_says_why(module: str) -> None:
    text = (Path(engagement.__file__).parent / f"{module}.py").read_text()
    words = " ".join(re.findall(r'_\("([^"]+)"', text)).lower()
    for cause in ("because", "due to", "thanks to", "led to", "caused", "effect", "so that"):
        assert cause not in words
