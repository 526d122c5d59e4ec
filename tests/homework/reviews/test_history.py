"""My history: weeks as marks, mood, measures in plain words, what was found out. Nothing counted against anybody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from homework.assignments.actions import sharing
from homework.reviews import history
from homework.worksheets.definition import load_library
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, url

pytestmark = pytest.mark.django_db


def a_month(cast: Cast) -> None:
    work, today = given.agreed(cast), timezone.now().date()
    for days in (1, 3, 9, 16, 24):
        values = {"tried": "x", "found_out": f"Day {days}.", "mood_before": 3, "mood_after": 5}
        given.shared(cast, work, values, on=today - timedelta(days=days))


@pytest.mark.finding("F16")
def test_weeks_mood_and_findings_are_told_in_plain_words(north: Cast, sign_in: SignIn) -> None:
    a_month(north)
    browser = sign_in(north.ada)
    shown, source = page(browser, "history"), browser.get(url("history")).content.decode()
    assert shown.count("Week of") >= 3
    assert "On days you did this, mood after was on average 2 higher." in shown
    assert source.count("<circle") == 10 and "The same as a table" in shown
    assert shown.index("Day 1.") < shown.index("Day 24.")
    assert "%" not in shown
    assert not re.search(r"streak|in a row|missed|not done|\bof \d+ days", shown)


def test_a_week_with_nothing_in_it_is_not_there(north: Cast) -> None:
    work, today = given.agreed(north), timezone.now().date()
    entries = [given.shared(north, work, {"tried": "x"}, on=today - timedelta(days=days)) for days in (28, 0)]
    assert len(history.weeks(entries[::-1], "Europe/London")) == 2


def test_nothing_written_yet_is_said_kindly(north: Cast, sign_in: SignIn) -> None:
    assert "What you do and write comes here by itself." in page(sign_in(north.ada), "history")


def test_of_a_published_measure_only_the_day_is_told(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north, "gad-7")
    entry = given.begun(north, work)
    answers = {f"q{n}": 3 for n in range(1, 8)}
    sharing.share(by=north.ada.actor, entry=entry, values=answers, kept_private=[], after=sharing.After(), key=entry.pk)
    shown = page(sign_in(north.ada), "history")
    assert "Questions I answered" in shown and "You can look at what it says together." in shown
    assert "21" not in shown.split("Questions I answered")[1].split("You can look")[0].replace("2021", "")
    assert "severe" not in shown.lower()


def test_our_own_scale_is_told_in_words(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north, "mood")
    entry = given.begun(north, work)
    sharing.share(
        by=north.ada.actor,
        entry=entry,
        values={"mood": 6, "q1": 6},
        kept_private=[],
        after=sharing.After(),
        key=entry.pk,
    )
    assert re.search(r": 6 of 10", page(sign_in(north.ada), "history"))


def test_a_score_with_a_question_about_danger_is_never_told() -> None:
    told = {one.slug for one in load_library() if one.measure is not None and history.may_be_told(one.measure)}
    assert "mood" in told
    assert not told & {"phq-9", "phq-8", "gad-7", "pcl-5", "audit-c"}


def test_what_was_taken_back_and_what_others_wrote_is_not_there(north: Cast, sign_in: SignIn) -> None:
    entry = given.shared(north, given.agreed(north), {"found_out": "Mine alone again."})
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert "Mine alone again." not in page(sign_in(north.ada), "history")
    assert "Mine alone again." not in page(sign_in(north.ben), "history")
    assert sign_in(north.theo).get(url("history")).status_code == 404


def test_it_costs_the_same_however_long_it_is(north: Cast, sign_in: SignIn) -> None:
    browser, work, today = sign_in(north.ada), given.agreed(north), timezone.now().date()
    given.shared(north, work, {"found_out": "x"}, on=today)
    browser.get(url("history"))
    before = statements(browser, "get", url("history"))
    for days in range(1, 9):
        given.shared(
            north, work, {"found_out": "x", "mood_before": 1, "mood_after": 2}, on=today - timedelta(days=days)
        )
    assert statements(browser, "get", url("history")) == before


@pytest.mark.finding("F65")
def test_what_this_is_not_and_help_now_are_at_the_foot_of_every_page_of_ones_own(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    for name in ("history", "noticed", "about_practice", "about_fit", "settings", "reading_log"):
        shown = browser.get(url(name)).content.decode()
        assert "It does not replace it." in shown and f'href="{url("help_now")}"' in shown, name
