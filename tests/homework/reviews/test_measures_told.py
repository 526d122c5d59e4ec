"""Measures without a total, watched answers and open risk questions in the digest and on the client's page."""

from datetime import timedelta
from typing import Any

import pytest

from homework.assignments.models import Plan
from homework.reviews import change_table
from tests.cast import Cast
from tests.homework.reviews.test_gather import DAY, NOW, agree, coming, seen, share  # noqa: F401

pytestmark = pytest.mark.django_db


def test_it(north: Cast, coming: Any) -> None:  # noqa: F811
    for slug, values in (
        ("couple-pulse", {"q1": 8, "q2": 2}),
        ("pcl-5", {f"q{n}": 3 for n in range(1, 21)}),
        ("mood", {"q1": 4}),
    ):
        row = agree(north.ada, north.theo, at=NOW - DAY, slug=slug, frequency=Plan.Frequency.ONCE)
        share(north.ada, row, at=NOW - DAY + timedelta(hours=1), values=values)
    found = {row.name: row for row in seen(coming).measures}
    assert found["The two of us this week: Close"].scores == (8.0,)
    assert found["The two of us this week: Safe to say"].scores == (2.0,)
    assert "harm" in found["PCL-5"].watched[0]
    tables = {table.title: table for table in change_table.tables(north.ada.episode, "Europe/London")}
    assert tables["Mood"].sentence == "4: the first score."
    assert any("not a diagnosis" in line for line in tables["PCL-5"].lines)
