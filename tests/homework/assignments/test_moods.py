"""Mood before and after: one plain sentence from three pairs on, for the client and for their therapist (F16)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from homework.assignments import moods
from homework.assignments.actions import sharing
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page

pytestmark = pytest.mark.finding("F16")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], None),
        ([(4, 6), (3, 5)], None),
        ([(4, 6), (3, 5), (None, 9)], None),
        ([(4, 6), (3, 4), (5, 6)], "On days you did this, mood after was on average 1.3 higher."),
        ([(6, 5), (5, 5), (4, 3)], "On days you did this, mood after was on average 0.7 lower."),
        ([(6, 7), (5, 4), (4, 4)], "On days you did this, mood was on average the same before and after."),
    ],
)
def test_the_sentence(pairs: list[moods.Pair], said: str | None) -> None:
    assert moods.mood_sentence(pairs) == said


def test_it_never_says_why() -> None:
    for pairs in ([(0, 9)] * 3, [(9, 0)] * 3, [(5, 5)] * 3):
        for said in (moods.mood_sentence(pairs) or "", moods.sentence_for_staff(pairs)):
            assert said and not {"because", "so", "thanks", "due"} & set(said.lower().replace(",", "").split())


def test_a_rating_is_taken_from_the_sheet_else_from_looking_back() -> None:
    sheet, bare = given.load("w02"), given.load("mood")
    assert moods.pair_of(sheet, {"mood_before": 3, "mood_after": 5}, {"mood_before": 9}) == (3.0, 5.0)
    assert moods.pair_of(sheet, {}, {"mood_before": 2, "mood_after": 4}) == (2.0, 4.0)
    assert moods.pair_of(bare, {}, None) == (None, None)


def test_the_drawing_keeps_the_distance_between_days_and_stays_inside() -> None:
    first = date(2026, 3, 2)
    drawn = moods.drawing([moods.Mood(first + timedelta(days=n), 2, n) for n in (0, 1, 8)])
    assert drawn is not None
    across = [x for x, _y in drawn.after]
    assert across[1] - across[0] < across[2] - across[1]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in (*drawn.after, *drawn.before))
    assert moods.drawing([moods.Mood(first, 2, 3)]) is None


@pytest.mark.django_db
def test_client_and_therapist_read_the_same_from_the_third_entry_on(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north)
    ada, theo = sign_in(north.ada), sign_in(north.theo)
    today = timezone.now().date()
    for days, (before, after) in enumerate([(6, 5), (5, 5), (4, 3)]):
        assert "on average" not in page(ada, "task", work.pk)
        values = {"tried": "x", "mood_before": before, "mood_after": after}
        given.shared(north, work, values, on=today - timedelta(days=days))
    assert "On days you did this, mood after was on average 0.7 lower." in page(ada, "task", work.pk)
    assert "On days they did this, mood after was on average 0.7 lower." in page(theo, "assignment", work.pk)


@pytest.mark.django_db
def test_a_rating_kept_private_is_not_told_to_the_therapist(north: Cast, sign_in: SignIn) -> None:
    work, today = given.agreed(north), timezone.now().date()
    for days in range(3):
        entry = given.begun(north, work, on=today - timedelta(days=days))
        values = {"tried": "x", "mood_before": 3, "mood_after": 5}
        kept = {"values": values, "kept_private": ["mood_after"], "after": sharing.After(amount=4)}
        sharing.share(by=north.ada.actor, entry=entry, key=entry.pk, **kept)  # type: ignore[arg-type]
    assert "on average 2 higher" in page(sign_in(north.ada), "task", work.pk)
    assert "on average" not in page(sign_in(north.theo), "assignment", work.pk)
