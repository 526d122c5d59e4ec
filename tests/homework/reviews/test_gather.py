"""Gathering for digests: only what was shared, nothing kept private, as many queries for one as for many."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from clinic import vault
from clinic.models import Appointment, ContactPrefs
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning import beliefs
from homework.assignments.planning.plan_words import Beliefs, IfThen
from homework.reviews.digest import gather, interval, signals
from homework.reviews.digest.build import build
from homework.reviews.digest.input import digest_input
from homework.reviews.digest.rows import DigestInput, TaskRow
from homework.reviews.digest.signals import Signal
from tests.cast import Cast
from tests.homework.reviews.weeks import DAY, NOW, WORDS, agree, crowd, fresh, session, share, version


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coming(north: Cast) -> Appointment:
    """Ada's next session, a week after the last."""
    session(north.ada, north.theo, NOW - 7 * DAY)
    return session(north.ada, north.theo, NOW + timedelta(hours=4))


def seen(appointment: Appointment) -> DigestInput:
    return digest_input(gather.intervals(gather.appointments([appointment.pk], NOW), NOW)[0])


def task(appointment: Appointment) -> TaskRow:
    (row,) = seen(appointment).tasks
    return row


def test_one_plan_of_the_week(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY, beliefs=Beliefs(useful=6, fits=7, hard=4, sure=7))
    for days in (5, 3, 2):
        share(north.ada, work, at=NOW - days * DAY, amount=2, engaged=6, learned=5)
    row = task(coming)
    assert (row.state, row.size, row.entries, row.days, row.amount, row.depth) == ("active", "S", 3, 3, 2, 5.5)
    assert (row.belief.useful, row.belief.fits, row.belief.hard, row.belief.sure) == (6, 7, 4, 7)
    assert (row.done, row.planned) == (3, 7)
    assert row.first_start
    assert row.link == ("assignment", str(work.pk))


@pytest.mark.finding("F33")
def test_drafts_do_not_exist_for_a_digest(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    draft = doing.begin(by=north.ada.actor, assignment=fresh(work))
    doing.save_draft(by=north.ada.actor, entry=draft, values={"found_out": "Not for you."}, kept_private=[], rev=0)
    assert (task(coming).entries, seen(coming).found_out) == (0, ())


@pytest.mark.finding("F34")
def test_what_was_taken_back_is_not_in_it(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    entry = share(north.ada, work, at=NOW - timedelta(hours=2))
    entry.episode = north.ada.episode
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert (task(coming).entries, seen(coming).found_out) == (0, ())


@pytest.mark.finding("F34")
def test_a_part_kept_private_is_not_in_it(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    values = {"situation": "On the bus", "found_out": "Nobody should know.", "mood_before": 2}
    share(north.ada, work, at=NOW - DAY, values=values, private=["found_out", "mood_before"])
    assert (seen(coming).found_out, seen(coming).mood) == ((), None)


@pytest.mark.finding("F04")
def test_what_they_found_out_comes_newest_first(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    share(north.ada, work, at=NOW - 3 * DAY, values={"found_out": "It was loud."})
    share(north.ada, work, at=NOW - 2 * DAY, values={"found_out": "It passed."})
    assert [row.words for row in seen(coming).found_out] == ["It passed.", "It was loud."]


def test_what_was_shared_before_the_last_session_is_old_news(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 20 * DAY)
    share(north.ada, work, at=NOW - 9 * DAY)
    assert (task(coming).entries, task(coming).first_start) == (0, False)


@pytest.mark.finding("F41")
def test_a_smaller_version_chosen_by_oneself_is_counted_as_a_step_down(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY, size="M")
    share(north.ada, work, at=NOW - DAY, size="S")
    assert task(coming).step_downs == 1


@pytest.mark.finding("F40")
def test_what_got_in_the_way_is_counted_by_kind(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    share(north.ada, work, at=NOW - 3 * DAY, obstacles=["tired", "privacy"])
    share(north.ada, work, at=NOW - 2 * DAY, obstacles=["tired"])
    assert [(row.kind, row.times) for row in task(coming).obstacles] == [("tired", 2), ("privacy", 1)]


@pytest.mark.finding("F40")
def test_not_today_is_told_and_counts_as_no_start(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    with time_machine.travel(NOW - DAY, tick=False):
        sharing.not_today(
            by=north.ada.actor, assignment=fresh(work), obstacles=["care"], words="My son was ill.", key=uuid4()
        )
    row = task(coming)
    assert (row.entries, row.started, row.done, row.amount) == (0, False, 0, None)
    assert Signal.NOT_STARTED in row.signals
    assert [(obstacle.kind, obstacle.words) for obstacle in row.obstacles] == [
        ("care", ""),
        ("other", "My son was ill."),
    ]
    assert seen(coming).questions == ()


@pytest.mark.finding("F20")
def test_an_if_then_comes_with_what_became_of_it(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY, if_thens=(IfThen("tired", "it is late", "one line"),))
    pair = work.plans.get().coping_plans.get()
    share(north.ada, work, at=NOW - DAY, coping={pair.pk: "used"})
    assert [(row.if_text, row.outcome) for row in task(coming).if_thens] == [("it is late", "used")]


@pytest.mark.finding("F18")
def test_a_wish_to_talk_first_is_asked_in_the_clients_words(north: Cast, coming: Appointment) -> None:
    work = planning.propose(by=north.theo.actor, episode=north.ada.episode, version=version(), words=WORDS)
    planning.talk_first(by=north.ada.actor, assignment=fresh(work), words="I do not see how lists help.")
    (question,) = seen(coming).questions
    assert (question.words, question.link) == ("I do not see how lists help.", ("assignment", str(work.pk)))
    assert task(coming).state == "proposed"


def test_what_they_wanted_to_say_beside_an_entry_is_asked(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    share(north.ada, work, at=NOW - DAY, words="Can I skip the columns?")
    assert [row.words for row in seen(coming).questions] == ["Can I skip the columns?"]


@pytest.mark.parametrize(("days", "holds"), [(7, True), (1, False)])
def test_a_plan_that_has_not_started_shows_after_half_of_the_time(
    north: Cast, coming: Appointment, days: int, holds: bool
) -> None:
    agree(north.ada, north.theo, at=NOW - days * DAY)
    assert (Signal.NOT_STARTED in task(coming).signals) is holds


@pytest.mark.finding("F25")
def test_two_sessions_without_a_start_show_for_the_client_as_a_whole(north: Cast, coming: Appointment) -> None:
    session(north.ada, north.theo, NOW - 14 * DAY)
    agree(north.ada, north.theo, at=NOW - 14 * DAY)
    assert Signal.NOT_STARTED_TWICE in seen(coming).signals


@pytest.mark.finding("F27")
def test_a_week_agreed_as_nothing_is_not_a_week_without_a_start(north: Cast, coming: Appointment) -> None:
    session(north.ada, north.theo, NOW - 14 * DAY)
    with time_machine.travel(NOW - 14 * DAY, tick=False):
        made = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week.")
        planning.confirm(by=north.ada.actor, assignment=fresh(made))
    assert Signal.NOT_STARTED_TWICE not in seen(coming).signals
    assert task(coming).state == "nothing"


def test_ten_quiet_days_show(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 20 * DAY)
    share(north.ada, work, at=NOW - 11 * DAY)
    assert Signal.QUIET in seen(coming).signals
    share(north.ada, work, at=NOW - 2 * DAY)
    assert Signal.QUIET not in seen(coming).signals


@pytest.mark.finding("F66")
def test_starts_of_the_last_three_weeks(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 25 * DAY)
    for days in (20, 19, 18, 17, 12, 11, 10, 5, 4):
        share(north.ada, work, at=NOW - days * DAY)
    assert seen(coming).weekly_starts == (4, 3, 2)
    assert Signal.STARTS_FALLING in seen(coming).signals


@pytest.mark.finding("F37")
@pytest.mark.parametrize(("quiet", "late"), [((time(21), time(8)), True), ((time(9), time(16)), False)])
def test_late_in_the_day_means_late_in_ones_own_day(
    north: Cast, coming: Appointment, quiet: tuple[time, time], late: bool
) -> None:
    ContactPrefs.objects.filter(client=north.ada.membership).update(quiet_from=quiet[0], quiet_until=quiet[1])
    north.ada.user.time_zone = "UTC"
    north.ada.user.save()
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    for days in (5, 4, 3):
        share(north.ada, work, at=(NOW - days * DAY).replace(hour=2))
    assert (Signal.END_OF_DAY in task(coming).signals) is late


def test_rows_written_long_after_their_day_are_told_neutrally(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    share(north.ada, work, at=NOW - DAY, on=(NOW - 4 * DAY).date())
    assert (task(coming).back_filled, Signal.BACK_FILLED in task(coming).signals) == (1, True)


@pytest.mark.finding("F10")
def test_a_noticing_task_has_no_target(north: Cast, coming: Appointment) -> None:
    agree(north.ada, north.theo, at=NOW - 7 * DAY, slug="w31", frequency=Plan.Frequency.EVENT)
    assert (task(coming).awareness, task(coming).planned) == (True, None)


def test_a_measure_comes_with_all_its_scores_and_is_no_task(north: Cast, coming: Appointment) -> None:
    for weeks, answer in ((3, 3), (2, 2), (1, 1)):
        row = agree(north.ada, north.theo, at=NOW - weeks * 7 * DAY, slug="gad-7", frequency=Plan.Frequency.ONCE)
        share(north.ada, row, at=NOW - weeks * 7 * DAY + DAY / 24, values={f"q{n}": answer for n in range(1, 8)})
    found = seen(coming)
    assert [row.scores for row in found.measures] == [(21.0, 14.0, 7.0)]
    assert (found.measures[0].rci, found.tasks) == (4, ())


@pytest.mark.finding("F47")
def test_last_times_plan_without_an_outcome_is_not_yet_talked_about(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 9 * DAY)
    assert [row.link for row in seen(coming).unreviewed] == [("review", str(work.pk))]
    Assignment.objects.filter(pk=work.pk).update(reviewed_at=NOW - 7 * DAY)
    assert seen(coming).unreviewed == ()


def test_what_was_agreed_in_the_last_session_is_not_due_for_an_outcome_yet(north: Cast, coming: Appointment) -> None:
    agree(north.ada, north.theo, at=NOW - 7 * DAY + timedelta(minutes=40))
    assert seen(coming).unreviewed == ()


@pytest.mark.finding("F11")
def test_a_psychodynamic_therapist_reads_with_the_lens_of_meaning(north: Cast, coming: Appointment) -> None:
    assert seen(coming).lens == "skills"
    north.theo.membership.approach = "psychodynamic"
    north.theo.membership.save()
    assert seen(coming).lens == "meaning"


@pytest.mark.finding("F21")
def test_days_before_a_change_count_by_the_rule_of_then(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY)
    with time_machine.travel(NOW - 3 * DAY, tick=False):
        changed = replace(WORDS, frequency=Plan.Frequency.WEEKDAYS, weekdays=(2,), starts_on=(NOW - 7 * DAY).date())
        planning.change(by=north.ada.actor, assignment=fresh(work), words=changed)
    assert task(coming).planned == 5  # Friday to Monday as agreed first, then one Wednesday


def test_the_thread_goes_from_session_to_session(north: Cast, coming: Appointment) -> None:
    work = agree(north.ada, north.theo, at=NOW - 7 * DAY, size="M")
    share(north.ada, work, at=NOW - 3 * DAY)
    share(north.ada, work, at=NOW - 2 * DAY, size="S")
    share(north.ada, work, at=NOW - DAY, amount=1)
    days = interval.thread(gather.intervals(gather.appointments([coming.pk], NOW), NOW)[0])
    drawn = ["session", "notthistime", "notthistime", "notthistime", "done", "small", "partial", "session"]
    assert [day["mark"] for day in days] == drawn


def test_titles_are_in_the_language_it_is_built_in(north: Cast, coming: Appointment) -> None:
    agree(north.ada, north.theo, at=NOW - 7 * DAY)
    english = task(coming).title
    with translation.override("es"):
        assert task(coming).title != english


def queries(work: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_twelve_sessions_take_as_many_queries_as_two(north: Cast) -> None:
    people = crowd(north, 12)
    coming = Appointment.objects.filter(starts_at__gt=NOW).order_by("pk")
    ids = list(coming.values_list("pk", flat=True))
    assert len(ids) == 12

    def build_all(some: list[Any]) -> None:
        rows = gather.appointments(some, NOW)
        vault.load_keys([row.episode.client_id for row in rows])
        built = [build(digest_input(here)) for here in gather.intervals(rows, NOW)]
        assert len(built) == len(some)

    clients = [person.membership.pk for person in people]
    with vault.session():
        vault.open_contents(clients)
        two = queries(lambda: build_all(ids[:2]))
    with vault.session():
        vault.open_contents(clients)
        twelve = queries(lambda: build_all(ids))
    assert two == twelve <= 15


@pytest.mark.finding("F12")
@pytest.mark.parametrize("name", ["useful", "fits", "hard", "sure", "free"])
def test_the_doubts_on_pages_are_those_of_the_digest(name: str) -> None:
    called = {"free": "free_to_say_no"}.get(name, name)
    for value in range(11):
        on_pages = bool(beliefs.reasons({name: value}))
        assert on_pages is bool(signals.belief_amber(**{called: value})), (name, value)
    assert bool(beliefs.reasons({}, "no")) is bool(signals.belief_amber(first_step="no"))
