"""Every plan of last time gets an outcome before a new one; what was left is told once, neutrally, and blocks nobody."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.jobs import BY_TASK
from clinic.models import OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments.actions import offer
from homework.assignments.models import Assignment
from homework.assignments.planning import composing
from homework.reviews import tasks, unreviewed
from homework.reviews.actions.review import Ratings, review_work
from homework.reviews.models import Review
from tests.cast import Cast, Person
from tests.homework.reviews.test_therapist_pages import compose, main_of, read
from tests.homework.reviews.weeks import DAY, NOW, WORDS, agree, fresh, session, version

SignIn = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))
    return browser


@pytest.fixture
def work(north: Cast) -> Assignment:
    """Ben's plan of last time, in the first minutes of the next session."""
    row = agree(north.ben, north.theo, at=NOW - 8 * DAY)
    session(north.ben, north.theo, NOW - timedelta(minutes=10))
    return row


def propose(cast: Cast) -> Assignment:
    assert cast.ben.episode is not None
    return offer.offer(by=cast.theo.actor, episode=cast.ben.episode, version=version("w04"), words=WORDS)


def test_the_outcome_planning_knows_by_name_is_the_one_of_reviews() -> None:
    assert composing.PUT_OFF == Review.Outcome.LATER


@pytest.mark.finding("F47")
def test_proposing_is_refused_with_the_way_to_each_plan_that_waits(north: Cast, work: Assignment) -> None:
    with pytest.raises(ActionRefused) as refused:
        propose(north)
    assert refused.value.status == 409
    assert refused.value.see == (("review", work.pk),)


@pytest.mark.finding("F47")
def test_not_today_with_a_reason_is_an_outcome_for_this_session(north: Cast, theo: Client, work: Assignment) -> None:
    assert north.ben.episode is not None
    answer = theo.post(reverse("review", args=[work.pk]), {"outcome": "later", "reason": "We spoke about the move."})
    made = Review.objects.get()
    assert answer["Location"] == reverse("reviewed", args=[made.pk])
    assert (made.outcome, made.in_the_way) == ("later", "We spoke about the move.")
    assert "stays on your list for the next one" in main_of(read(theo, "reviewed", made.pk))
    assert fresh(work).reviewed_at is None
    assert compose(theo, north.ben.episode.pk).status_code == 303


@pytest.mark.finding("F47")
def test_the_next_session_asks_for_it_again(north: Cast, work: Assignment) -> None:
    review_work(by=north.theo.actor, assignment=work, outcome="later", in_the_way="No time.")
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        session(north.ben, north.theo, NOW + 7 * DAY - timedelta(minutes=5))
        with pytest.raises(ActionRefused):
            propose(north)


@pytest.mark.finding("F47")
def test_not_today_without_a_reason_is_asked_for_one_and_keeps_what_was_typed(theo: Client, work: Assignment) -> None:
    answer = theo.post(reverse("review", args=[work.pk]), {"outcome": "later", "went_well": "She came."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words why not today." in page
    assert "She came." in page
    assert not Review.objects.exists()


@pytest.mark.finding("F47")
def test_what_was_decided_in_the_last_session_does_not_count_for_this_one(north: Cast, work: Assignment) -> None:
    session(north.ben, north.theo, NOW - 7 * DAY)
    Assignment.objects.filter(pk=work.pk).update(reviewed_at=NOW - 7 * DAY + timedelta(minutes=20))
    with pytest.raises(ActionRefused):
        propose(north)
    Assignment.objects.filter(pk=work.pk).update(reviewed_at=NOW - 6 * DAY)
    assert propose(north).pk


@pytest.mark.finding("F47")
def test_two_lines_and_the_time_it_took_are_enough(north: Cast, theo: Client, work: Assignment) -> None:
    assert "2 to 5 minutes" in read(theo, "review", work.pk)
    theo.post(reverse("review", args=[work.pk]), {"outcome": "keep", "went_well": "She tried.", "minutes": "5"})
    assert Review.objects.get().minutes == Review.Minutes.UNDER_5


def test_ratings_of_not_today_change_nothing_about_entries(north: Cast, work: Assignment) -> None:
    made = review_work(
        by=north.theo.actor, assignment=work, outcome="later", in_the_way="No time.", ratings=Ratings(minutes="2")
    )
    assert (made.minutes, fresh(work).reviewed_at) == ("2", None)


@pytest.mark.finding("F51")
def test_the_snag_field_is_open_and_snags_are_usual(theo: Client, work: Assignment) -> None:
    page = read(theo, "review", work.pk)
    before_fold = page.split("For your own notes", 1)[0]
    assert 'name="in_the_way"' in before_fold.rsplit("<details", 1)[-1] or 'name="in_the_way"' in before_fold
    assert "Most people hit snags with this." in main_of(page)


def test_the_checklist_of_the_plan_is_filled_in_by_itself(north: Cast, theo: Client, work: Assignment) -> None:
    text = main_of(read(theo, "review", work.pk))
    for says in (
        "The reason is in words for this person : yes",
        "The client changed something : not yet",
        "It says when and where : yes",
        "It says what already counts as some : yes",
        "It has an if-then plan : yes",
        "They were asked how sure they are : yes",
    ):
        assert says in text


# --- the note in the morning -----------------------------------------------------------------------------------------


@pytest.mark.finding("F47")
def test_one_neutral_note_the_morning_after_and_not_a_second_one(north: Cast, work: Assignment) -> None:
    assert tasks.unreviewed_plans() == 0  # the day itself
    with time_machine.travel(NOW + DAY, tick=False):
        assert [tasks.unreviewed_plans() for _run in range(2)] == [1, 0]
    note = OutgoingMessage.objects.get()
    assert note.user_id == north.theo.user.pk
    assert note.key == f"digest:{north.theo.membership.pk}:{(NOW + DAY).date()}"
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert tasks.unreviewed_plans() == 0


@pytest.mark.finding("F47")
def test_a_digest_that_was_told_that_day_is_the_one_message(north: Cast, work: Assignment) -> None:
    key = f"digest:{north.theo.membership.pk}:{(NOW + DAY).date()}"
    OutgoingMessage.objects.create(
        clinic=north.north, key=key, kind=OutgoingMessage.Kind.DIGEST, user=north.theo.user, due_at=NOW + DAY
    )
    with time_machine.travel(NOW + DAY, tick=False):
        assert tasks.unreviewed_plans() == 0
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.finding("F47")
def test_what_was_looked_at_meanwhile_is_told_to_nobody(north: Cast, work: Assignment) -> None:
    with time_machine.travel(NOW + DAY, tick=False):
        tasks.unreviewed_plans()
        waiting = list(OutgoingMessage.objects.all())
        assert set(unreviewed.still_left(north.north, waiting, NOW + DAY).values()) == {""}
        review_work(by=north.theo.actor, assignment=fresh(work), outcome="later", in_the_way="No time.")
        assert set(unreviewed.still_left(north.north, waiting, NOW + DAY).values()) == {"looked at"}
        review_work(by=north.theo.actor, assignment=fresh(work), outcome="keep")
        assert set(unreviewed.still_left(north.north, waiting, NOW + DAY).values()) == {"looked at"}


def test_a_sweep_looks_every_hour() -> None:
    assert "reviews.unreviewed_plans" in BY_TASK
