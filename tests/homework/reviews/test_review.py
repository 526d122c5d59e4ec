"""Reviewing: only the outcome is asked for, it acts at once or opens the next plan, and nothing is overlooked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Entry
from homework.reviews.actions.review import Ratings, review_work
from homework.reviews.models import Review
from tests.cast import Cast
from tests.homework.reviews.weeks import DAY, NOW, WORDS, agree, fresh, session, share, version


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def work(north: Cast) -> Assignment:
    """Ada's work, agreed a week ago, with one thing shared."""
    row = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    share(north.ada, row, at=NOW - 2 * DAY)
    return fresh(row)


def look(cast: Cast, work: Assignment, outcome: str = "keep", **more: Any) -> Review:
    return review_work(by=cast.theo.actor, assignment=fresh(work), outcome=outcome, **more)


@pytest.mark.finding("F47")
def test_one_word_is_enough_for_a_review(north: Cast, work: Assignment) -> None:
    look(north, work)
    assert fresh(work).reviewed_at == NOW
    assert not Assignment.objects.awaiting_review().filter(pk=work.pk).exists()


@pytest.mark.finding("F48")
@pytest.mark.parametrize("outcome", ["keep", "adjust", "smaller", "bigger", "replace"])
def test_these_outcomes_leave_what_was_agreed_as_it_is(north: Cast, work: Assignment, outcome: str) -> None:
    look(north, work, outcome)
    assert fresh(work).state == Assignment.State.ACTIVE
    assert work.plans.count() == 1


@pytest.mark.finding("F48")
def test_pausing_happens_at_once(north: Cast, work: Assignment) -> None:
    look(north, work, "pause")
    row = fresh(work)
    assert (row.state, row.next_due_at, row.next_reminder_at) == (Assignment.State.PAUSED, None, None)


def test_work_that_rests_already_can_be_paused_again(north: Cast, work: Assignment) -> None:
    resting.pause(by=north.ada.actor, assignment=fresh(work))
    look(north, work, "pause")
    assert fresh(work).state == Assignment.State.PAUSED


@pytest.mark.finding("F48")
def test_stopping_ends_it_as_completed_when_anything_was_shared(north: Cast, work: Assignment) -> None:
    look(north, work, "stop")
    assert fresh(work).ended_as == Assignment.EndedAs.COMPLETED


def test_stopping_what_never_began_is_letting_go_together(north: Cast) -> None:
    row = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    look(north, row, "stop")
    assert fresh(row).ended_as == Assignment.EndedAs.DROPPED


@pytest.mark.finding("F17")
def test_work_that_was_not_done_is_reviewed_like_any_other(north: Cast) -> None:
    row = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    made = look(north, row, "smaller", in_the_way="The week was full.")
    assert (made.outcome, made.in_the_way) == ("smaller", "The week was full.")
    assert fresh(row).reviewed_at == NOW


def test_a_week_with_nothing_has_its_own_review(north: Cast) -> None:
    made = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="You have a lot on.")
    planning.confirm(by=north.ada.actor, assignment=fresh(made))
    assert look(north, made, "stop").assignment_id == made.pk


def test_without_an_outcome_there_is_no_review(north: Cast, work: Assignment) -> None:
    with pytest.raises(ActionRefused) as refused:
        look(north, work, "")
    assert (refused.value.status, refused.value.field) == (422, "outcome")
    assert fresh(work).reviewed_at is None


@pytest.mark.parametrize("state", [Assignment.State.PROPOSED, Assignment.State.ENDED])
def test_there_is_nothing_to_decide_about_work_that_is_not_under_way(north: Cast, state: str) -> None:
    row = planning.propose(by=north.theo.actor, episode=north.ada.episode, version=version(), words=WORDS)
    if state == Assignment.State.ENDED:
        resting.let_go(by=north.theo.actor, assignment=fresh(row))
    with pytest.raises(ActionRefused) as refused:
        look(north, row)
    assert refused.value.status == 409


def test_a_double_click_reviews_once(north: Cast, work: Assignment) -> None:
    first = look(north, work, "stop", message="You went back and looked.")
    again = look(north, work, "stop", message="You went back and looked.")
    assert first.pk == again.pk
    assert work.reviews.count() == 1


def test_another_word_later_is_another_review(north: Cast, work: Assignment) -> None:
    look(north, work, message="You went back.")
    look(north, work, message="And one thing more.")
    assert work.reviews.count() == 2


def test_what_was_shared_while_the_therapist_was_writing_stays_new(north: Cast, work: Assignment) -> None:
    seen = [work.entries.get().pk]
    late = share(north.ada, work, at=NOW - timedelta(minutes=5))
    look(north, work, seen=seen, ratings=Ratings(skill=4, learning=4))
    assert Assignment.objects.awaiting_review().filter(pk=work.pk).exists()
    assert Entry.objects.get(pk=late.pk).depth == 6
    assert fresh(work).reviewed_at < late.shared_at


@pytest.mark.finding("F49")
def test_depth_takes_in_the_therapists_ratings_and_leaves_the_amount_alone(north: Cast, work: Assignment) -> None:
    look(north, work, ratings=Ratings(skill=3, learning=2))
    entry = work.entries.get()
    assert float(entry.depth) == 6.1  # of 6, 6, 3 x 2.5 and 2 x 2.5, rounded to even
    assert entry.amount == Entry.Amount.ALL


@pytest.mark.finding("F49")
def test_ratings_of_this_review_do_not_change_what_was_reviewed_before(north: Cast, work: Assignment) -> None:
    look(north, work)
    share(north.ada, work, at=NOW + timedelta(hours=1))
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        look(north, work, "adjust", ratings=Ratings(skill=0, learning=0))
    old, new = work.entries.order_by("shared_at")
    assert (float(old.depth), float(new.depth)) == (6.0, 3.0)


def test_a_review_belongs_to_the_session_that_is_being_held(north: Cast, work: Assignment) -> None:
    held = session(north.ada, north.theo, NOW - timedelta(minutes=20))
    session(north.ada, north.theo, NOW + 7 * DAY)
    assert look(north, work).appointment_id == held.pk


def test_a_review_between_sessions_belongs_to_none(north: Cast, work: Assignment) -> None:
    session(north.ada, north.theo, NOW - 3 * DAY)
    assert look(north, work).appointment_id is None


def test_the_record_says_what_was_decided_and_nothing_of_what_was_said(north: Cast, work: Assignment) -> None:
    look(north, work, message="You looked straight at it.", went_well="She stayed.")
    event = AuditEvent.objects.get(verb="assignment.reviewed")
    assert event.detail == {"outcome": "keep", "told": True}
    assert event.client == north.ada.membership.pk


def test_what_was_written_is_sealed_in_the_database(north: Cast, work: Assignment) -> None:
    from django.db import connection

    look(north, work, message="You looked straight at it.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM reviews_review")
        assert b"straight" not in bytes(cursor.fetchone()[0])
