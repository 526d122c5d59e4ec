"""Every page of the client's, and Today: what they show, and what they never show."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from homework.assignments.actions import plan as planning
from homework.assignments.days import thread, today
from homework.assignments.models import Entry
from homework.reviews.models import Review
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, text, told, url

pytestmark = pytest.mark.django_db


def every_page(north: Cast) -> list[str]:
    given.session(north)
    work, idea = given.agreed(north), given.proposed(north, "w05")
    draft, done = (
        given.begun(north, work, {"tried": "x"}),
        given.shared(north, given.agreed(north, "w31"), {"noticed": "x"}),
    )
    return [
        url("today"),
        url("work"),
        url("notes"),
        url("task", work.pk),
        url("agreed_sheet", work.pk),
        url("work_change", work.pk),
        url("shape", idea.pk),
        url("entry", draft.pk),
        url("entry", done.pk),
        url("entry_finish", draft.pk),
        url("entry_done", done.pk),
    ]


@pytest.mark.finding("F36")
def test_titles_are_neutral(north: Cast, ada: Client) -> None:
    found = {re.search(r"<title>(.*?)</title>", ada.get(path).content.decode())[1] for path in every_page(north)}  # type: ignore[index]
    assert found <= {"Today", "My work", "Notes", "What we agreed", "Change it", "Have a look", "Looking back"}


@pytest.mark.finding("F65")
def test_help_now_and_what_this_is_not_are_on_every_page(north: Cast, ada: Client) -> None:
    for path in every_page(north):
        shown = ada.get(path).content.decode()
        assert f'href="{url("help_now")}"' in shown, path
        assert "It does not replace it." in shown, path


def test_every_page_that_takes_words_says_that_nobody_reads_straight_away(north: Cast, ada: Client) -> None:
    north.north.reading_hours = "Monday to Friday, 9 to 17"
    north.north.save()
    for path in every_page(north):
        shown = text(ada.get(path))
        assert "straight away" in shown, path
        assert "Monday to Friday, 9 to 17" in shown, path


@pytest.mark.finding("F17")
@pytest.mark.finding("F27")
def test_no_page_counts_what_was_not_done_or_gives_orders(north: Cast, ada: Client) -> None:
    banned = re.compile(r"\b(failed|missed|overdue|streak|must|don.t forget|incomplete|compliance)\b|\d\s?%", re.I)
    for path in every_page(north):
        assert not banned.search(text(ada.get(path))), path


def test_pages_are_not_there_for_anybody_else(north: Cast, sign_in: SignIn) -> None:
    paths = every_page(north)
    for person in (north.ben, north.theo, north.kit, north.amy, north.yan):
        browser = sign_in(person)
        mine = [path for path in paths if path.count("/") > 2]
        assert {browser.get(path).status_code for path in mine} == {404}, person.membership.role


def test_there_is_no_n_plus_one(north: Cast, ada: Client) -> None:
    paths = [*every_page(north)[:3], url("today")]
    ada.get(paths[0])
    few = [statements(ada, "get", path) for path in paths]
    for number in range(6):
        work = given.agreed(north, "w31", frequency="event")
        given.shared(north, work, {"noticed": f"{number}"})
        given.begun(north, work, {"noticed": "more"})
        given.proposed(north, "w05")
    assert [statements(ada, "get", path) for path in paths] == few


def test_today_greets_by_the_clients_own_clock_and_says_how_long_until_the_session(north: Cast, ada: Client) -> None:
    north.ada.user.time_zone = "America/New_York"
    north.ada.user.save()
    with time_machine.travel("2026-03-03T13:00:00Z"):
        given.session(north, datetime(2026, 3, 5, 20, 0, tzinfo=UTC))
        shown = page(ada, "today")
    assert "Good morning, Ada" in shown
    assert "Tuesday. Two days until you see Theo." in shown


@pytest.mark.parametrize(
    ("starts_at", "says"),
    [
        (datetime(2026, 3, 3, 17, 0, tzinfo=UTC), "You see Theo today, at 17:00."),
        (datetime(2026, 3, 4, 17, 0, tzinfo=UTC), "You see Theo tomorrow."),
        (datetime(2026, 3, 17, 17, 0, tzinfo=UTC), "14 days until you see Theo."),
    ],
)
def test_the_session_line_is_plain(north: Cast, starts_at: datetime, says: str) -> None:
    now = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert today.session_line(given.session(north, starts_at), now, "Europe/London") == f"Tuesday. {says}"


def test_starting_todays_task_is_one_tap(north: Cast, ada: Client) -> None:
    work = given.agreed(north, size="M")
    response = ada.get(url("today"))
    shown = response.content.decode()
    assert f'action="{url("begin", work.pk)}"' in shown
    assert "You said evenings feel all the same." in shown
    assert "Do the 2-minute version" in shown
    begun = ada.post(url("begin", work.pk))
    entry = Entry.objects.get()
    assert (begun.status_code, begun["Location"]) == (303, url("entry", entry.pk))


@pytest.mark.finding("F41")
def test_the_small_version_is_one_tap_too(north: Cast, ada: Client) -> None:
    ada.post(url("begin", given.agreed(north, size="M").pk), {"size": "S"})
    entry = Entry.objects.get()
    assert (entry.size, entry.stepped_down) == ("S", True)


def test_what_is_done_today_is_shown_with_the_clients_own_words(north: Cast, ada: Client) -> None:
    given.shared(north, given.agreed(north), {"tried": "x", "found_out": "He only sighs when he is tired."})
    shown = page(ada, "today")
    assert "You wrote: “He only sighs when he is tired.”" in shown
    assert "Start" not in shown


@pytest.mark.finding("F07")
def test_something_that_may_happen_any_time_can_be_noted_in_one_tap(north: Cast, ada: Client) -> None:
    work = given.agreed(north, "w31", frequency="event")
    given.shared(north, work, {"noticed": "once"})
    assert "Log now" in page(ada, "today")


def test_work_for_another_day_is_not_shown_and_today_says_it_is_free(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-03T09:00:00Z"):  # a Tuesday
        given.agreed(north, frequency="weekdays", weekdays=(4,))
        assert "No practice for today" in page(sign_in(north.ada), "today")
    with time_machine.travel("2026-03-06T09:00:00Z"):
        assert "Start" in page(sign_in(north.ada), "today")


def test_some_days_a_week_stops_asking_when_there_are_enough(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north, frequency="times_per_week", times_per_week=1)
        assert "Any day you like" in page(sign_in(north.ada), "today")
        given.shared(north, work, {"tried": "x"})
    with time_machine.travel("2026-03-05T09:00:00Z"):
        assert "No practice for today" in page(sign_in(north.ada), "today")
    with time_machine.travel("2026-03-09T09:00:00Z"):
        assert "Any day you like" in page(sign_in(north.ada), "today")


def test_something_to_do_once_stays_until_it_is_done(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north, frequency="once")
    with time_machine.travel("2026-03-05T09:00:00Z"):
        assert "Start" in page(sign_in(north.ada), "today")
        given.shared(north, work, {"tried": "x"})
    with time_machine.travel("2026-03-06T09:00:00Z"):
        assert "No practice for today" in page(sign_in(north.ada), "today")


@pytest.mark.finding("F18")
def test_an_idea_says_that_nothing_starts_before_a_yes(north: Cast, ada: Client) -> None:
    given.proposed(north)
    shown = page(ada, "today")
    assert "Theo thought of you. Nothing starts until you have shaped it and said yes." in shown
    assert "Start " not in shown.replace("Nothing starts", "")


@pytest.mark.finding("F27")
def test_nothing_this_week_is_shown_as_a_plan_like_any_other(north: Cast, ada: Client) -> None:
    assert north.ada.episode is not None
    work = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week as it is.")
    assert "Yes, a free week" in page(ada, "shape", work.pk)
    shown = told(ada, ada.post(url("shape", work.pk), {"answer": "yes"}))
    assert "Nothing this week" in shown
    assert "A full week as it is." in shown


def test_an_empty_day_says_why_and_offers_one_next_step(north: Cast, ada: Client) -> None:
    shown = page(ada, "today")
    assert "No practice just now" in shown
    assert "Read my notes" in shown


def test_what_the_therapist_wrote_back_is_there_until_it_was_read_and_can_be_read_again(
    north: Cast, ada: Client
) -> None:
    work = given.agreed(north)
    review = Review(
        clinic=north.north,
        episode=north.ada.episode,
        assignment=work,
        reviewer=north.theo.membership,
        outcome="keep",
        message="What was different about Sunday?",
        went_well="only for the session",
    )
    review.save()
    shown = page(ada, "today")
    assert "Theo wrote back" in shown
    assert "only for the session" not in shown
    shown = told(ada, ada.post(url("message_seen", review.pk)))
    assert "Theo wrote back" not in shown
    assert "What was different about Sunday?" in shown
    review.refresh_from_db()
    assert review.message_seen_at is not None


@pytest.mark.finding("F31")
def test_the_thread_draws_small_as_done_and_names_no_day_a_failure(north: Cast) -> None:
    monday = date(2026, 3, 2)
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north, size="M")
        rule = work.plans.get().rule
        given.shared(north, work, {"tried": "x"})
    with time_machine.travel("2026-03-03T09:00:00Z"):
        given.shared(north, work, {"tried": "x"}, size="S")
    with time_machine.travel("2026-03-04T09:00:00Z"):
        given.begun(north, work, {"tried": "x"})
    ends = thread.Ends(monday - timedelta(days=1), monday + timedelta(days=6))
    days = thread.days([rule], work.entries.all(), ends, monday + timedelta(days=4), "Europe/London")
    assert [day.mark for day in days] == [
        "session", "done", "small", "partial", "notthistime", "now", "planned", "session",
    ]  # fmt: skip
    assert len(thread.days([rule], [], thread.Ends(None, None), monday, "Europe/London")) == 7
    assert len(thread.days([rule], [], thread.Ends(monday, monday + timedelta(days=40)), monday, "Europe/London")) == 10


def test_some_days_a_week_asks_for_no_day_in_particular(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        rule = given.agreed(north, frequency="times_per_week", times_per_week=3).plans.get().rule
    ends = thread.Ends(date(2026, 3, 1), date(2026, 3, 9))
    days = thread.days([rule], [], ends, date(2026, 3, 8), "Europe/London")
    assert {day.label for day in days if day.mark == "notthistime"} == {"A free day"}
