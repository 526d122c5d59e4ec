"""The therapist's first page: four lists in their order, a reason and one thing to do for each, and no score in any of it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.access import TeamRole
from clinic.models import Membership
from homework.assignments.models import Assignment, Plan
from homework.reviews import attention, quiet
from homework.reviews.actions import comment as commenting
from homework.reviews.actions import question as speaking
from homework.reviews.actions.review import review_work
from homework.safety.actions import care
from tests.cast import Cast, Person, put_on_team
from tests.homework.reviews.test_therapist_pages import main_of, read
from tests.homework.reviews.weeks import DAY, NOW, agree, fresh, live_a_week, session, share

SignIn = Callable[[Person | None], Client]
HEADS = ["saf", "asked", "att", "ses", "rev"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))
    return browser


def home(browser: Client) -> str:
    return read(browser, "therapist_home")


def part(page: str, head: str) -> str:
    """One list, as HTML."""
    return page.split(f'aria-labelledby="{head}"', 1)[1].split("</section>", 1)[0]


def items(page: str, head: str) -> list[str]:
    """Its lines."""
    return [line.split("</li>", 1)[0] for line in part(page, head).split("<li")[1:]]


def words(page: str, head: str) -> str:
    return main_of(f"<main>{part(page, head)}</main>")


def test_four_lists_in_their_order_then_new_work(north: Cast, theo: Client) -> None:
    page = home(theo)
    places = [page.index(f'id="{head}"') for head in HEADS]
    assert places == sorted(places)
    text = main_of(page)
    numbered = ["1 Safety", "2 Needs a reply", "3 Stuck or wants change", "4 Sessions today"]
    assert all(head in text for head in numbered)


def test_each_list_says_how_it_is_ordered(theo: Client) -> None:
    page = home(theo)
    for head in HEADS:
        assert "How this is ordered" in words(page, head), head
        assert re.search(r"</summary><p>.{20,}</p>", part(page, head)), head


def test_a_day_with_nothing_says_so_kindly_in_each_list(theo: Client) -> None:
    page = home(theo)
    for head, says in (
        ("saf", "No flag stands. Not a sign of safety; ask as usual."),
        ("asked", "Nobody is waiting for a reply."),
        ("att", "Nobody is stuck or has asked for a change."),
        ("ses", "A day without sessions."),
        ("rev", "Nothing new just now"),
    ):
        assert says in words(page, head)


def test_each_line_has_one_reason_and_one_thing_to_do(north: Cast, theo: Client) -> None:
    live_a_week(north.ada, north.theo, NOW)
    assert north.ada.episode is not None
    care.raise_by_clinician(
        by=north.theo.actor, episode=north.ada.episode, kind="clinician", words="Said on the phone."
    )
    said = speaking.Said(kind="how", text="Is it enough?")
    speaking.ask(by=north.ada.actor, episode=north.ada.episode, said=said)
    page = home(theo)
    for head in ("saf", "asked", "ses", "rev"):
        lines = items(page, head)
        assert lines, head
        assert [len(re.findall(r'class="btn', line)) for line in lines] == [1] * len(lines), head
        assert all(len(main_of(f"<main>x<i{line}</main>").split()) > 4 for line in lines), head
    people = items(page, "att")
    assert [line.count("<a ") for line in people] == [1] * len(people) != []


def test_a_standing_flag_comes_first_with_its_reason_and_when_to_look(north: Cast, theo: Client) -> None:
    assert north.ada.episode is not None
    flag = care.raise_by_clinician(
        by=north.theo.actor, episode=north.ada.episode, kind="clinician", words="Said on the phone."
    )
    page = home(theo)
    listed = words(page, "saf")
    assert "Ada" in listed
    assert "to be looked at by" in listed
    assert reverse("flag", args=[flag.pk]) in part(page, "saf")
    assert "on the phone" not in page


def test_a_coach_has_no_safety_list(north: Cast, sign_in: SignIn) -> None:
    assert north.ada.episode is not None
    care.raise_by_clinician(by=north.theo.actor, episode=north.ada.episode, kind="clinician", words="Said so.")
    page = home(sign_in(north.kit))
    assert 'id="saf"' not in page
    assert "Raised by a clinician" not in page


def test_the_longest_wait_stands_first_among_questions_and_plans_to_talk_about(north: Cast, theo: Client) -> None:
    live_a_week(north.ada, north.theo, NOW)  # a proposal to talk about since yesterday
    assert north.ben.episode is not None
    with time_machine.travel(NOW - 3 * DAY, tick=False):
        speaking.ask(by=north.ben.actor, episode=north.ben.episode, said=speaking.Said(kind="how", text="How long?"))
    listed = words(home(theo), "asked")
    assert listed.index("How long?") < listed.index("I do not see how lists help.")
    assert "3 days" in listed


def test_a_reply_nobody_has_read_waits_with_the_way_to_it(north: Cast, theo: Client) -> None:
    work = live_a_week(north.ada, north.theo, NOW)
    entry = work.entries.get()
    entry.episode = work.episode
    said = commenting.say(by=north.theo.actor, entry=entry, text="What was that like?")
    commenting.reply(by=north.ada.actor, comment=said, text="Loud, at first.")
    page = home(theo)
    assert "Wrote back to your comment" in words(page, "asked")
    assert "Loud, at first." not in page
    waits = next(line for line in items(page, "asked") if "Wrote back" in line)
    address = unescape(re.findall(r'href="([^"]+)"', waits)[0]).split("#")[0]
    assert "Loud, at first." in theo.get(address).content.decode()
    assert "Wrote back to your comment" not in words(home(theo), "asked")


def test_the_answers_are_one_click_from_here(north: Cast, theo: Client) -> None:
    work = live_a_week(north.ada, north.theo, NOW)
    address = reverse("review", args=[work.pk])
    page = home(theo)
    assert f'href="{address}"' in part(page, "rev")
    assert "one click from here" in words(page, "rev")
    assert "It passed at the second stop." in main_of(theo.get(address).content.decode())


# --- stuck, wants change, quiet --------------------------------------------------------------------------------------


@pytest.mark.finding("F50")
@pytest.mark.parametrize(("days", "listed"), [(9, False), (10, True), (30, True)])
def test_ten_days_without_a_word_and_an_active_plan_is_gone_quiet(
    north: Cast, theo: Client, days: int, listed: bool
) -> None:
    row = agree(north.ben, north.theo, at=NOW - 40 * DAY)
    share(north.ben, row, at=NOW - days * DAY)
    Assignment.objects.filter(pk=row.pk).update(reviewed_at=NOW - timedelta(hours=1))
    assert (f"Nothing for {days} days" in words(home(theo), "att")) is listed


@pytest.mark.finding("F50")
def test_a_question_or_a_pause_is_no_silence_and_an_ended_plan_is_none(north: Cast) -> None:
    row = agree(north.ben, north.theo, at=NOW - 40 * DAY)
    share(north.ben, row, at=NOW - 20 * DAY)
    Assignment.objects.filter(pk=row.pk).update(reviewed_at=NOW)

    def quiet_ones() -> list[str]:
        found = attention.people(attention.plans(north.theo.actor, NOW), NOW)
        return [said.text for one in found for said in one.said if "Nothing" in said.text]

    assert len(quiet_ones()) == 1
    assert north.ben.episode is not None
    with time_machine.travel(NOW - 2 * DAY, tick=False):
        speaking.ask(
            by=north.ben.actor, episode=north.ben.episode, said=speaking.Said(kind="how", text="Is it enough?")
        )
    assert quiet_ones() == []


@pytest.mark.finding("F50")
@pytest.mark.finding("F33")
def test_signing_in_says_nothing_about_going_quiet(north: Cast, theo: Client) -> None:
    row = agree(north.ben, north.theo, at=NOW - 40 * DAY)
    share(north.ben, row, at=NOW - 12 * DAY)
    Assignment.objects.filter(pk=row.pk).update(reviewed_at=NOW)
    before = words(home(theo), "att")
    north.ben.user.last_login = NOW - timedelta(minutes=1)
    north.ben.user.save(update_fields=["last_login"])
    assert "Nothing for 12 days" in before
    assert words(home(theo), "att") == before
    for module in (quiet, attention):
        source = Path(str(module.__file__)).read_text()
        assert "last_login" not in source
        assert "Session" not in source.replace("SessionFeedback", "")


def test_not_started_two_sessions_running_is_a_reason_to_listen(north: Cast, theo: Client) -> None:
    for days in (14, 7):
        session(north.ben, north.theo, NOW - days * DAY)
    row = agree(north.ben, north.theo, at=NOW - 15 * DAY)
    assert "has not started, two sessions running" in words(home(theo), "att")
    share(north.ben, row, at=NOW - 5 * DAY)
    assert "has not started, two sessions running" not in words(home(theo), "att")


def test_two_steps_down_and_a_wish_lead_to_changing_the_plan(north: Cast, theo: Client) -> None:
    row = agree(north.ben, north.theo, at=NOW - 7 * DAY, size="M")
    for days in (3, 2):
        share(north.ben, row, at=NOW - days * DAY, size="S")
    page = home(theo)
    assert "more than once. Would a smaller plan fit better?" in words(page, "att")
    assert f"{reverse('assignment_change', args=[row.pk])}?outcome=smaller" in part(page, "att")


# --- no severity -----------------------------------------------------------------------------------------------------


def with_a_score(cast: Cast, person: Person, answers: list[int]) -> Assignment:
    """A week like any other, and a PHQ-8 answered in it."""
    work = live_a_week(person, cast.theo, NOW)
    asked = agree(person, cast.theo, at=NOW - 7 * DAY, slug="phq-8", frequency=Plan.Frequency.ONCE)
    share(person, asked, at=NOW - 3 * DAY, values={f"q{n}": value for n, value in enumerate(answers, 1)})
    return work


@pytest.mark.finding("F53")
def test_the_same_plan_gives_the_same_lists_and_suggestions_whatever_the_score(north: Cast, theo: Client) -> None:
    low, high = [1, 1, 1, 1, 1, 0, 0, 0], [3, 3, 3, 3, 3, 3, 2, 2]
    assert (sum(low), sum(high)) == (5, 22)
    ada, ben = with_a_score(north, north.ada, low), with_a_score(north, north.ben, high)
    page = home(theo)
    for head in HEADS[1:]:
        lists = [
            [line.replace(name, "N") for line in items(page, head) if f">{name}<" in line] for name in ("Ada", "Ben")
        ]
        said = [[main_of(f"<main>x<i{line}</main>") for line in lines] for lines in lists]
        assert [re.sub("next, ", "", line) for line in said[0]] == [re.sub("next, ", "", line) for line in said[1]]
    offered = [re.findall(r'data-say="([^"]+)"', read(theo, "review", row.pk)) for row in (ada, ben)]
    assert offered[0] == offered[1] != []


@pytest.mark.finding("F53")
def test_no_list_looks_at_a_score() -> None:
    folder = Path(str(attention.__file__)).parent
    for name in ("day", "attention", "quiet", "waiting_for_reply", "unreviewed", "caseload", "desk"):
        source = (folder / f"{name}.py").read_text()
        assert not re.search(r"Score\b|severity|\.bands?\b", source.replace("score__isnull", "")), name


# --- cover and supervision -------------------------------------------------------------------------------------------


def test_who_is_only_covered_is_marked_with_the_last_day(north: Cast, sign_in: SignIn) -> None:
    live_a_week(north.ada, north.theo, NOW)
    assert north.ada.episode is not None
    cora = sign_in(north.cora)
    assert "Ada" not in home(cora)
    put_on_team(north.ada.episode, north.cora, TeamRole.COVER, ends_on=(NOW + 5 * DAY).date())
    page = home(cora)
    for head in ("asked", "att", "rev"):
        assert "cover until 17 March" in words(page, head), head
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        assert "Ada" not in home(sign_in(north.cora))


def test_the_therapist_is_not_marked_as_cover(north: Cast, theo: Client) -> None:
    live_a_week(north.ada, north.theo, NOW)
    assert "cover until" not in home(theo)


# --- left from last time ---------------------------------------------------------------------------------------------


def held_yesterday(cast: Cast) -> Assignment:
    """Ben's plan, agreed nine days ago, and a session yesterday in which nobody looked at it."""
    row = agree(cast.ben, cast.theo, at=NOW - 9 * DAY)
    session(cast.ben, cast.theo, NOW - DAY)
    return fresh(row)


@pytest.mark.finding("F47")
def test_the_morning_after_a_plan_that_was_not_looked_at_gets_a_gentle_line(north: Cast, theo: Client) -> None:
    row = held_yesterday(north)
    page = home(theo)
    assert "Last time’s plan with Ben was not looked at: two lines are enough." in words(page, "rev")
    assert reverse("review", args=[row.pk]) in part(page, "rev")
    review_work(by=north.theo.actor, assignment=row, outcome="keep")
    assert "was not looked at" not in words(home(theo), "rev")


@pytest.mark.finding("F47")
def test_nothing_is_said_on_the_day_itself(north: Cast, theo: Client) -> None:
    agree(north.ben, north.theo, at=NOW - 9 * DAY)
    session(north.ben, north.theo, NOW - timedelta(hours=3))
    assert "was not looked at" not in words(home(theo), "rev")


@pytest.mark.finding("F47")
def test_not_today_holds_for_one_session_and_the_plan_stays_visible_after_two(
    north: Cast, theo: Client, sign_in: SignIn
) -> None:
    row = held_yesterday(north)
    review_work(by=north.theo.actor, assignment=row, outcome="later", in_the_way="We spoke about the move.")
    assert "was not looked at" not in words(home(theo), "rev")
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        session(north.ben, north.theo, NOW + 6 * DAY)
        later = home(sign_in(north.theo))
        assert "The plan with Ben has waited for more than one session" in words(later, "rev")


@pytest.mark.finding("F47")
def test_a_supervisor_sees_how_many_plans_have_waited_longer_than_one_session(north: Cast, sign_in: SignIn) -> None:
    Membership.objects.filter(pk=north.sol.membership.pk).update(is_supervisor=True)
    agree(north.ada, north.theo, at=NOW - 16 * DAY)
    session(north.ada, north.theo, NOW - 8 * DAY)
    sol = sign_in(north.sol)
    assert "more than one session" not in words(home(sol), "sup")
    session(north.ada, north.theo, NOW - DAY)
    page = home(sol)
    assert "1 plan has not been looked at for more than one session." in words(page, "sup")
    assert "Reading needs a reason each time." in words(page, "sup")
