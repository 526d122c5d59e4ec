"""Listen first: on by its two rules and by nothing else, said in words, and what planning offers then (F24-F27)."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.access import TeamRole
from clinic.models import AuditEvent, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments.actions import offer
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Entry
from homework.assignments.planning import listen_first as planning_listens
from homework.assignments.planning.listen_first import STEMS
from homework.reviews import listening
from homework.reviews.actions.readiness import Readiness, mark
from homework.reviews.digest import signals
from homework.reviews.listening import Marked, Span
from tests.api.conftest import Caller
from tests.cast import Cast, Person, put_on_team
from tests.homework.reviews.test_therapist_pages import main_of
from tests.homework.reviews.weeks import DAY, NOW, WORDS, agree, fresh, session, share, version

SignIn = Callable[[Person | None], Client]
WEEK = 7 * DAY
FILLED = {
    "rationale": "You said the mornings are the heaviest.",
    "first_step": "One dot.",
    "counts_as_some": "One line.",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


# --- the rules, as plain functions -----------------------------------------------------------------------------------


def on(marked: list[Marked], started: list[bool] | None = None) -> bool:
    return listening.listen_first(marked, started or []).on


@pytest.mark.finding("F24")
@pytest.mark.parametrize(("against", "opens"), [(None, False), (0, False), (1, False), (2, True), (3, True)])
def test_against_the_task_opens_it_from_two_on(against: int | None, opens: bool) -> None:
    assert on([Marked(NOW - WEEK), Marked(NOW, against=against)]) is opens
    assert on([Marked(NOW - WEEK, against=against), Marked(NOW)]) is opens


@pytest.mark.finding("F24")
def test_a_mark_of_three_sessions_ago_opens_nothing() -> None:
    assert not on([Marked(NOW - 2 * WEEK, against=3), Marked(NOW - WEEK), Marked(NOW)])


@pytest.mark.finding("F24")
def test_two_small_marks_are_not_added_up() -> None:
    assert not on([Marked(NOW - WEEK, against=1, unsure=3), Marked(NOW, against=1, unsure=3)])


@pytest.mark.finding("F24")
@pytest.mark.parametrize(("unsure", "offers"), [(None, False), (1, False), (2, True), (3, True)])
def test_being_unsure_offers_both_sides_and_leaves_the_mode_off(unsure: int | None, offers: bool) -> None:
    found = listening.listen_first([Marked(NOW, unsure=unsure)], [])
    assert (found.on, bool(found.balance)) == (False, offers)


@pytest.mark.finding("F26")
@pytest.mark.parametrize(
    ("importance", "looks"), [(None, False), (0, True), (3, True), (4, True), (5, False), (10, False)]
)
def test_the_ruler_explores_at_four_and_not_at_five(importance: int | None, looks: bool) -> None:
    found = listening.listen_first([Marked(NOW, importance=importance)], [])
    assert (found.on, bool(found.explores)) == (False, looks)


@pytest.mark.finding("F26")
def test_the_last_ruler_holds() -> None:
    assert listening.explores([Marked(NOW - WEEK, importance=2), Marked(NOW, importance=6)]) is None
    assert listening.explores([Marked(NOW - WEEK, importance=2), Marked(NOW)]) is not None
    assert listening.explores([Marked(NOW - 2 * WEEK, importance=2), Marked(NOW - WEEK), Marked(NOW)]) is None


EDGES = [NOW - 2 * WEEK, NOW - WEEK, NOW]
ALL_ALONG = [Span(NOW - 3 * WEEK)]


@pytest.mark.finding("F25")
@pytest.mark.parametrize(
    ("shares", "found"),
    [
        ([], [False, False]),
        ([NOW - 10 * DAY], [True, False]),
        ([NOW - DAY], [False, True]),
        ([NOW - WEEK], [False, True]),  # on the very edge it belongs to what follows
        ([NOW + timedelta(hours=1)], [False, False, True]),  # a start since the last session counts at once
    ],
)
def test_starts_between_sessions(shares: list[datetime], found: list[bool]) -> None:
    assert listening.starts(ALL_ALONG, shares, EDGES, NOW + 2 * timedelta(hours=1)) == found
    assert on([], found) is (not any(found[-2:]))


@pytest.mark.finding("F25")
def test_a_stretch_without_agreed_work_says_nothing() -> None:
    assert listening.starts([Span(NOW - 6 * DAY)], [], EDGES, NOW) == [False]
    assert listening.starts([Span(NOW - 3 * WEEK, NOW - 2 * WEEK)], [], EDGES, NOW) == []
    assert listening.starts([], [], EDGES, NOW) == []


@pytest.mark.finding("F25")
@pytest.mark.parametrize(("hours", "found"), [(71, []), (72, [False])])
def test_a_stretch_too_short_to_begin_says_nothing(hours: int, found: list[bool]) -> None:
    edges = [NOW - timedelta(hours=hours), NOW]
    assert listening.starts([Span(edges[0])], [], edges, NOW) == found


# --- as it is read ----------------------------------------------------------------------------------------------------


def marks(cast: Cast, at: datetime, by: Person | None = None, **values: int) -> None:
    """A session held then, with marks made in it."""
    held = session(cast.ada, cast.theo, at)
    with time_machine.travel(at + timedelta(minutes=20), tick=False):
        mark(by=(by or cast.theo).actor, appointment=held, said=Readiness(marks=values))


def now_for(cast: Cast, who: Person | None = None) -> planning_listens.ListenFirst:
    assert cast.ada.episode is not None
    return planning_listens.of(cast.ada.episode, (who or cast.theo).actor, NOW)


@pytest.mark.finding("F24")
def test_its_reason_is_said_in_plain_words(north: Cast) -> None:
    marks(north, NOW - 2 * DAY, against=2)
    assert now_for(north).reasons == ("You marked “against this task or the therapy” (2 of 3) on 10 March.",)


@pytest.mark.finding("F24")
def test_a_colleague_reads_who_marked_it_and_a_coach_reads_no_mark(north: Cast) -> None:
    put_on_team(north.ada.episode, north.cora, TeamRole.COTHERAPIST)  # type: ignore[arg-type]
    marks(north, NOW - 2 * DAY, against=3, importance=3)
    assert now_for(north, north.cora).reasons[0].startswith("Theo marked")
    found = now_for(north, north.kit)
    assert found.on
    assert found.session is None
    assert not [said for said in (*found.reasons, found.explores) if "3" in said or "marked" in said]


@pytest.mark.finding("F24")
def test_it_ends_when_the_mark_is_two_sessions_old_or_taken_back(north: Cast) -> None:
    marks(north, NOW - 9 * DAY, against=2)
    marks(north, NOW - 2 * DAY, unsure=1)
    assert now_for(north).on
    marks(north, NOW - DAY, unsure=1)
    assert not now_for(north).on


@pytest.mark.finding("F24")
def test_a_cancelled_session_does_not_count(north: Cast) -> None:
    marks(north, NOW - 9 * DAY, against=2)
    for days in (2, 1):
        row = session(north.ada, north.theo, NOW - days * DAY)
        row.state = row.State.CANCELLED
        row.save()
    assert now_for(north).on


def stall(cast: Cast, slug: str = "w01") -> Assignment:
    """Two sessions in a row without a start."""
    for weeks in (3, 2, 1):
        session(cast.ada, cast.theo, NOW - weeks * WEEK)
    return agree(cast.ada, cast.theo, at=NOW - 3 * WEEK + timedelta(hours=1), slug=slug)


@pytest.mark.finding("F25")
def test_two_sessions_in_a_row_without_a_start_open_it(north: Cast) -> None:
    stall(north)
    assert "two sessions in a row" in now_for(north).reasons[0]


@pytest.mark.finding("F25")
def test_one_session_without_a_start_does_not(north: Cast) -> None:
    for weeks in (3, 2, 1):
        session(north.ada, north.theo, NOW - weeks * WEEK)
    agree(north.ada, north.theo, at=NOW - 2 * WEEK + timedelta(hours=1))
    assert not now_for(north).on


@pytest.mark.finding("F25")
@pytest.mark.parametrize("days", [20, 10, 3])
def test_any_start_closes_it_a_small_one_too(north: Cast, days: int) -> None:
    work = stall(north)
    share(north.ada, work, at=NOW - days * DAY, values={"situation": "x"}, size="S")
    assert not now_for(north).on


@pytest.mark.finding("F25")
def test_not_today_is_no_start(north: Cast) -> None:
    work = stall(north)
    share(north.ada, work, at=NOW - 3 * DAY, values={}, amount=Entry.Amount.NOT_YET, obstacles=["tired"])
    assert now_for(north).on


@pytest.mark.finding("F27")
def test_free_weeks_questionnaires_and_rest_are_not_weeks_without_a_start(north: Cast) -> None:
    work = stall(north)
    resting.pause(by=north.ada.actor, assignment=work)
    agree(north.ada, north.theo, at=NOW - 3 * WEEK, slug="gad-7")
    with time_machine.travel(NOW - 3 * WEEK, tick=False):
        made = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week.")
        planning.confirm(by=north.ada.actor, assignment=fresh(made))
    assert not now_for(north).on


@pytest.mark.finding("F25")
@pytest.mark.parametrize(("days", "opens"), [(21, True), (2, False)])
def test_time_in_which_everything_rested_is_not_held_against_anybody(north: Cast, days: int, opens: bool) -> None:
    stall(north)
    prefs = north.ada.membership.contact
    prefs.paused_until = (NOW - days * DAY).date()
    prefs.save()
    assert now_for(north).on is opens


@pytest.mark.finding("F27")
@pytest.mark.parametrize(("free", "pressed"), [(4, True), (5, True), (6, False), (None, False)])
def test_who_did_not_feel_free_to_say_no_may_feel_pressed(free: int | None, pressed: bool) -> None:
    assert (signals.Belief.PRESSED in signals.belief_amber(free_to_say_no=free)) is pressed


@pytest.mark.finding("F27")
def test_a_week_with_nothing_has_its_own_review(north: Cast, theo: Client) -> None:
    with time_machine.travel(NOW - 8 * DAY, tick=False):
        made = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week.")
        planning.confirm(by=north.ada.actor, assignment=fresh(made))
    session(north.ada, north.theo, NOW - DAY)
    address = reverse("review", args=[made.pk])
    assert address in planner(theo, north)
    assert theo.get(address).status_code == 200
    assert theo.post(address, {"outcome": "stop", "went_well": "The week was free."}).status_code == 303
    assert address not in planner(theo, north)


# --- adding anyway takes the word of both --------------------------------------------------------------------------------


def add(cast: Cast, **more: Any) -> Assignment:
    assert cast.ada.episode is not None
    return offer.offer(by=cast.theo.actor, episode=cast.ada.episode, version=version("w24"), words=WORDS, **more)


@pytest.mark.finding("F25")
def test_adding_a_plan_while_listening_takes_the_word_of_both(north: Cast) -> None:
    marks(north, NOW - 2 * DAY, against=2)
    with pytest.raises(ActionRefused) as refused:
        add(north)
    assert (refused.value.status, refused.value.field) == (409, "together_decided")
    made = add(north, together_decided=True)
    assert made.state == Assignment.State.PROPOSED
    assert AuditEvent.objects.get(verb="assignment.added_while_listening").object_id == made.pk


@pytest.mark.finding("F25")
def test_without_the_mode_nobody_is_asked(north: Cast) -> None:
    marks(north, NOW - 2 * DAY, against=1, unsure=3, importance=2)
    add(north)
    assert not AuditEvent.objects.filter(verb="assignment.added_while_listening").exists()


@pytest.mark.finding("F25")
def test_something_different_and_nothing_this_week_stay_open(north: Cast) -> None:
    work = agree(north.ada, north.theo, at=NOW - 2 * DAY)
    marks(north, NOW - 2 * DAY, against=3)
    assert add(north, follows=work).follows_id == work.pk
    assert north.ada.episode is not None
    offer.offer_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="We let this week be.")


@pytest.mark.finding("F25")
def test_the_mode_adds_no_reminder(north: Cast, theo: Client) -> None:
    work = agree(north.ada, north.theo, at=NOW - 3 * DAY, reminder="neutral", reminder_time=time(9))
    before = (fresh(work).next_reminder_at, OutgoingMessage.objects.count())
    marks(north, NOW - 2 * DAY, against=3)
    assert str(STEMS[0]) in main_of(planner(theo, north))
    assert (fresh(work).next_reminder_at, OutgoingMessage.objects.count()) == before
    assert before[0] is not None


# --- the planning page --------------------------------------------------------------------------------------------------


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))
    return browser


def planner(browser: Client, cast: Cast, query: str = "") -> str:
    assert cast.ada.episode is not None
    answer = browser.get(reverse("propose", args=[cast.ada.episode.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def choose(cast: Cast, slug: str) -> str:
    assert cast.ada.episode is not None
    return reverse("propose_with", args=[cast.ada.episode.pk, version(slug).worksheet_id])


@pytest.mark.finding("F25")
def test_the_planner_opens_in_listen_first(north: Cast, theo: Client) -> None:
    work = agree(north.ada, north.theo, at=NOW - 2 * DAY + timedelta(hours=2))
    marks(north, NOW - 2 * DAY, against=2)
    page = planner(theo, north)
    text = main_of(page)
    assert "You marked “against this task or the therapy” (2 of 3) on 10 March." in text
    assert len(STEMS) == 5
    assert all(str(stem) in text for stem in STEMS)
    held = north.ada.episode.appointments.get().pk  # type: ignore[union-attr]
    for address in (
        reverse("session_notes", args=[held]),
        reverse("worksheet", args=[version("w24").worksheet_id]),
        reverse("assignment_change", args=[work.pk]) + "?outcome=smaller",
        f"?follows={work.pk}",
        reverse("propose_nothing", args=[work.episode_id]),
    ):
        assert address in page, address
    assert choose(north, "w04") not in page
    assert 'role="search"' not in page


@pytest.mark.finding("F25")
def test_the_library_is_one_tap_away_and_the_next_page_asks(north: Cast, theo: Client) -> None:
    marks(north, NOW - 2 * DAY, against=2)
    assert choose(north, "w04") in planner(theo, north, "?add=1")
    form = theo.get(choose(north, "w04")).content.decode()
    assert 'name="together_decided"' in form
    refused = theo.post(choose(north, "w04"), FILLED)
    assert refused.status_code == 409
    assert FILLED["rationale"] in refused.content.decode()
    assert theo.post(choose(north, "w04"), {**FILLED, "together_decided": "on"}).status_code == 303


@pytest.mark.finding("F24")
def test_without_the_mode_the_planner_is_as_ever(north: Cast, theo: Client) -> None:
    marks(north, NOW - 2 * DAY, unsure=3)
    page = planner(theo, north)
    assert choose(north, "w04") in page
    assert str(STEMS[0]) not in page
    assert "Being unsure about change was marked on 10 March." in page
    assert 'name="together_decided"' not in theo.get(choose(north, "w04")).content.decode()


@pytest.mark.finding("F26")
@pytest.mark.parametrize(("importance", "narrowed"), [(4, True), (5, False)])
def test_with_little_importance_the_planner_shows_first_what_looks_closer(
    north: Cast, theo: Client, importance: int, narrowed: bool
) -> None:
    marks(north, NOW - 2 * DAY, importance=importance)
    page = planner(theo, north)
    assert all(choose(north, slug) in page for slug in ("w24", "w25", "w31", "w17"))
    assert (choose(north, "w04") not in page) is narrowed
    assert choose(north, "w04") in planner(theo, north, "?show=everything")
    assert 'name="show" value="everything"' not in page


@pytest.mark.finding("F26")
def test_showing_everything_holds_while_the_library_is_narrowed(north: Cast, theo: Client) -> None:
    marks(north, NOW - 2 * DAY, importance=1)
    page = planner(theo, north, "?show=everything&family=doing")
    assert '<input type="hidden" name="show" value="everything">' in page
    assert "?show=everything" in page
    assert choose(north, "w04") in page


@pytest.mark.finding("F24")
def test_a_coach_plans_in_the_mode_and_sees_no_mark(north: Cast, sign_in: SignIn) -> None:
    marks(north, NOW - 2 * DAY, against=3, importance=2)
    page = planner(sign_in(north.kit), north)
    assert str(STEMS[0]) in main_of(page)
    assert "of 3)" not in page
    assert "of 10" not in page
    assert "/notes/" not in page


def test_the_rules_cost_the_same_for_ever_more_sessions(north: Cast) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            now_for(north)
        return len(queries)

    work = stall(north)
    few = counted()
    for days in range(4, 14):
        share(north.ada, work, at=NOW - days * DAY, on=(NOW - days * DAY).date())
        session(north.ada, north.theo, NOW - days * WEEK)
    assert counted() == few == 3


def test_another_clients_marks_open_nothing(north: Cast) -> None:
    held = session(north.ben, north.theo, NOW - 2 * DAY)
    mark(by=north.theo.actor, appointment=held, said=Readiness(marks={"against": 3}))
    assert not now_for(north).on


# --- through the API ------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F25")
def test_the_api_asks_for_the_word_of_both_too(north: Cast, sign_in: SignIn) -> None:
    marks(north, NOW - 2 * DAY, against=2)
    assert north.ada.episode is not None
    said = {
        "episode": north.ada.episode.pk,
        "worksheet": str(version("w24").worksheet_id),
        "rationale": "You asked to look at both sides.",
    }
    api = Caller(sign_in(north.theo))
    refused = api.post("api_assignments", body=said)
    assert (refused.status, refused.body["field"]) == (409, "together_decided")
    assert api.post("api_assignments", body={**said, "together_decided": False}).status == 409
    assert api.post("api_assignments", body={**said, "together_decided": True}).status == 201
