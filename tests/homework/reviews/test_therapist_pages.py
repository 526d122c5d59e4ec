"""The therapist's path in the browser: today, clients, one client, digest, choosing, composing, reviewing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import vault
from clinic.models import Appointment, AuditEvent, ReadingReason
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning.plan_words import Beliefs
from homework.reviews.models import Review
from tests.cast import Cast, Person
from tests.homework.reviews.weeks import DAY, NOW, agree, crowd, fresh, live_a_week, session, share, version
from tests.homework.worksheets.browser import Page

SignIn = Callable[[Person | None], Client]
FORBIDDEN = re.compile(
    r"\b(failed|missed|overdue|non-compliant|compliance|streak|don[’']t forget|must|homework score)\b", re.IGNORECASE
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass
class Week:
    """Ada's week: work under way with one thing shared, one proposal to talk about, a session today."""

    cast: Cast
    work: Assignment
    proposed: Assignment
    coming: Appointment

    @property
    def episode(self) -> UUID:
        return self.work.episode_id

    def pages(self) -> dict[str, list[Any]]:
        sheet = version("w04").worksheet_id
        return {
            "therapist_home": [],
            "caseload": [],
            "client_page": [self.episode],
            "digest": [self.coming.pk],
            "digest_paper": [self.coming.pk],
            "review": [self.work.pk],
            "assignment": [self.work.pk],
            "assignment_change": [self.work.pk],
            "assignment_end": [self.work.pk],
            "propose": [self.episode],
            "propose_with": [self.episode, sheet],
            "propose_nothing": [self.episode],
        }


@pytest.fixture
def week(north: Cast) -> Week:
    work = live_a_week(north.ada, north.theo, NOW)
    return Week(
        cast=north,
        work=work,
        proposed=Assignment.objects.get(episode=north.ada.episode, state=Assignment.State.PROPOSED),
        coming=Appointment.objects.get(episode=north.ada.episode, starts_at__gt=NOW),
    )


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))  # the first page of a sign-in writes down when it began
    return browser


def read(browser: Client, name: str, *args: Any, **query: str) -> str:
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return unescape(answer.content.decode())


def main_of(page: str) -> str:
    """What is in the page's main part, without tags, spaces squeezed."""
    inside = page.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


# --- every page ------------------------------------------------------------------------------------------------------


def test_every_page_opens_for_the_therapist(week: Week, theo: Client) -> None:
    for name, args in week.pages().items():
        read(theo, name, *args)


@pytest.mark.finding("F17")
def test_no_page_speaks_of_fault(week: Week, theo: Client) -> None:
    for name, args in week.pages().items():
        found = FORBIDDEN.search(main_of(read(theo, name, *args)))
        assert found is None, (name, found)


@pytest.mark.finding("F36")
def test_no_title_or_address_says_who_or_what(week: Week, theo: Client) -> None:
    for name, args in week.pages().items():
        title = re.search(r"<title>(.*?)</title>", read(theo, name, *args), re.DOTALL)
        assert title is not None
        assert not re.search(r"Ada|Ben|Catch|moment|wonder|lists", title[1] + reverse(name, args=args))


def test_no_page_carries_style_or_script_of_its_own(week: Week, theo: Client) -> None:
    for name, args in week.pages().items():
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(\bsrc=|type=\"application/json\"))", read(theo, name, *args)
        ), name


def test_what_can_be_operated_can_be_announced_and_every_id_is_there_once(week: Week, theo: Client) -> None:
    for name, args in week.pages().items():
        page = Page(theo.get(reverse(name, args=args)).content.decode())
        nameless = [given for given in page.nameless() if given.get("type") != "hidden"]
        assert not nameless, (name, nameless)
        assert not [found for found, times in page.ids.items() if times > 1], name
        assert page.pointed_at <= set(page.ids), (name, page.pointed_at - set(page.ids))


@pytest.mark.parametrize("who", ["ada", "ben", "amy", "cora", "zoe", "yan"])
def test_nobody_else_sees_anything_of_it(week: Week, sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(week.cast, who))
    for name, args in week.pages().items():
        if args:
            assert browser.get(reverse(name, args=args)).status_code == 404, (who, name)


def test_a_stranger_is_asked_to_sign_in(week: Week, sign_in: SignIn) -> None:
    for name, args in week.pages().items():
        answer = sign_in(None).get(reverse(name, args=args))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


# --- a supervisor, a coach --------------------------------------------------------------------------------------------

READ_ONLY = ("client_page", "digest", "digest_paper", "assignment")


def give_reason(cast: Cast) -> None:
    ReadingReason(
        clinic=cast.north,
        episode=cast.ada.episode,
        member=cast.sol.membership,
        reason="Supervision on Friday.",
        until=timezone.now() + timedelta(hours=1),
    ).save()


def test_a_supervisor_says_why_before_reading(week: Week, sign_in: SignIn) -> None:
    sol = sign_in(week.cast.sol)
    for name in READ_ONLY:
        answer = sol.get(reverse(name, args=week.pages()[name]))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("supervision_reason", args=[week.episode]))


def test_a_supervisor_with_a_reason_reads_and_decides_nothing(week: Week, sign_in: SignIn) -> None:
    give_reason(week.cast)
    sol = sign_in(week.cast.sol)
    for name, args in week.pages().items():
        if args:
            assert sol.get(reverse(name, args=args)).status_code == (200 if name in READ_ONLY else 403), name


def test_a_supervisor_is_offered_nothing_that_would_be_refused(week: Week, sign_in: SignIn) -> None:
    give_reason(week.cast)
    sol = sign_in(week.cast.sol)
    Assignment.objects.filter(pk=week.work.pk).update(agreed_at=NOW - 9 * DAY)
    for name in READ_ONLY:
        page = read(sol, name, *week.pages()[name])
        for route, args in (
            ("review", [week.work.pk]),
            ("propose", [week.episode]),
            ("assignment_change", [week.work.pk]),
        ):
            assert reverse(route, args=args) not in page, (name, route)


def test_a_supervisors_day_names_whom_they_supervise(week: Week, sign_in: SignIn) -> None:
    week.cast.sol.membership.is_supervisor = True
    week.cast.sol.membership.save()
    page = main_of(read(sign_in(week.cast.sol), "therapist_home"))
    assert "You supervise" in page
    assert "Ada" in page
    assert "second stop" not in page


@pytest.mark.finding("F64")
def test_a_coach_reads_and_plans_without_measures_and_digests(week: Week, sign_in: SignIn) -> None:
    kit = sign_in(week.cast.kit)
    score = agree(week.cast.ada, week.cast.theo, at=NOW - 7 * DAY, slug="gad-7", frequency=Plan.Frequency.ONCE)
    share(week.cast.ada, score, at=NOW - 2 * DAY, values={f"q{n}": 2 for n in range(1, 8)})
    assert kit.get(reverse("digest", args=[week.coming.pk])).status_code == 403
    assert kit.get(reverse("assignment", args=[score.pk])).status_code == 404
    assert kit.get(reverse("review", args=[score.pk])).status_code == 404
    for name in ("therapist_home", "caseload", "client_page", "review", "assignment", "propose"):
        assert "GAD" not in read(kit, name, *week.pages()[name]), name


@pytest.mark.finding("F64")
def test_a_coach_cannot_choose_what_is_for_therapists(week: Week, sign_in: SignIn) -> None:
    kit = sign_in(week.cast.kit)
    for slug in ("gad-7", "phq-8"):
        sheet = version(slug).worksheet_id
        assert kit.get(reverse("propose_with", args=[week.episode, sheet])).status_code == 403
        assert kit.get(reverse("worksheet", args=[sheet])).status_code == 403
    assert kit.get(reverse("propose_with", args=[week.episode, version("w26").worksheet_id])).status_code == 200


# --- today ------------------------------------------------------------------------------------------------------------


def test_today_shows_the_session_with_its_digest_and_the_new_work(week: Week, theo: Client) -> None:
    page = read(theo, "therapist_home")
    text = main_of(page)
    assert "Thursday 12 March" in text
    assert "14:00 Ada next, session 2" in text
    assert reverse("digest", args=[week.coming.pk]) in page
    assert "It passed at the second stop." in text
    assert reverse("review", args=[week.work.pk]) in page


def test_once_the_digest_is_built_its_first_line_and_marks_stand_beside_the_session(week: Week, theo: Client) -> None:
    read(theo, "digest", week.coming.pk)
    page = read(theo, "therapist_home")
    sessions = page.split('id="ses"', 1)[1].split("</section>", 1)[0]
    assert "I do not see how lists help." in sessions
    assert "1 done" in sessions


def test_new_work_comes_oldest_first(week: Week, theo: Client) -> None:
    older = agree(week.cast.ben, week.cast.theo, at=NOW - 7 * DAY)
    share(week.cast.ben, older, at=NOW - 4 * DAY, values={"found_out": "It was loud at first."})
    text = main_of(read(theo, "therapist_home"))
    assert text.index("It was loud at first.") < text.index("It passed at the second stop.")


def test_reviewed_work_is_not_new(week: Week, theo: Client) -> None:
    theo.post(reverse("review", args=[week.work.pk]), {"outcome": "keep", "seen": seen_on(theo, week.work)})
    assert "It passed at the second stop." not in main_of(read(theo, "therapist_home"))


def seen_on(browser: Client, work: Assignment) -> str:
    """The entries the review page says it shows."""
    found = re.search(r'name="seen" value="([^"]*)"', read(browser, "review", work.pk))
    assert found is not None
    return found[1]


@pytest.mark.finding("F34")
def test_today_shows_nothing_that_was_kept_private(week: Week, theo: Client) -> None:
    row = agree(week.cast.ben, week.cast.theo, at=NOW - 7 * DAY)
    values = {"situation": "At home", "found_out": "Nobody should know."}
    share(week.cast.ben, row, at=NOW - DAY, values=values, private=["found_out"])
    text = main_of(read(theo, "therapist_home"))
    assert "At home" in text
    assert "Nobody should know" not in text


def attention(browser: Client) -> str:
    page = read(browser, "therapist_home")
    return main_of("<main" + page.split('id="att"', 1)[1].split("</section>", 1)[0] + "</main>")


def test_who_asked_to_talk_first_waits_for_a_reply_in_their_words(week: Week, theo: Client) -> None:
    page = read(theo, "therapist_home")
    said = page.split('id="asked"', 1)[1].split("</section>", 1)[0]
    assert "I do not see how lists help." in said
    assert "lists help" not in attention(theo)


@pytest.mark.finding("F12")
def test_doubts_and_wishes_are_worth_attention(week: Week, theo: Client) -> None:
    said = attention(theo)
    assert "not sure it is useful (3 of 10)" in said
    assert "not so sure about giving it a go (5 of 10)" in said
    assert "smaller." in said


@pytest.mark.finding("F17")
def test_a_task_not_done_is_never_listed_by_itself(north: Cast, theo: Client) -> None:
    session(north.ben, north.theo, NOW - 7 * DAY)
    session(north.ben, north.theo, NOW + 2 * DAY)
    agree(north.ben, north.theo, at=NOW - 7 * DAY)
    said = attention(theo)
    assert "A task not done is never listed by itself." in said
    assert "Ben" not in said


def test_a_plan_that_has_not_started_is_listed_with_what_in_the_plan_could_change(north: Cast, theo: Client) -> None:
    session(north.ben, north.theo, NOW - 7 * DAY)
    session(north.ben, north.theo, NOW + 2 * DAY)
    agree(north.ben, north.theo, at=NOW - 7 * DAY, if_thens=())
    said = attention(theo)
    assert "has not started yet. It has no if-then yet. What in the plan could change?" in said


def test_going_quiet_after_having_begun_is_a_change(north: Cast, theo: Client) -> None:
    row = agree(north.ben, north.theo, at=NOW - 30 * DAY)
    share(north.ben, row, at=NOW - 12 * DAY)
    Assignment.objects.filter(pk=row.pk).update(reviewed_at=NOW - 11 * DAY)
    assert "Nothing for 12 days after" in attention(theo)


def test_one_event_records_who_was_listed(week: Week, theo: Client) -> None:
    read(theo, "therapist_home")
    event = AuditEvent.objects.get(verb="today.listed")
    assert event.detail == {"clients": [str(week.cast.ada.membership.pk)]}
    assert event.is_read


def test_a_day_without_anything_says_so(north: Cast, theo: Client) -> None:
    text = main_of(read(theo, "therapist_home"))
    assert "No sessions today." in text
    assert "Nothing new just now" in text
    assert "Nobody is waiting for a reply." in text
    assert "Nobody is stuck or has asked for a change." in text
    assert "No flag stands. Not a sign of safety; ask as usual." in text


# --- clients ----------------------------------------------------------------------------------------------------------


def test_clients_stand_in_the_order_of_their_next_session(week: Week, theo: Client) -> None:
    session(week.cast.ben, week.cast.theo, NOW + timedelta(hours=1))
    text = main_of(read(theo, "caseload"))
    assert text.index("Ben") < text.index("Ada")
    assert "Thu 12 Mar, 14:00" in text
    assert "would like to talk first" in text


def test_a_name_is_found_by_its_letters_in_any_case(week: Week, theo: Client) -> None:
    text = main_of(read(theo, "caseload", q="aDa"))
    assert "Ada" in text
    assert "Ben" not in text
    assert "No name like that" in main_of(read(theo, "caseload", q="Yan"))


def test_the_list_opens_names_only_and_is_one_event(week: Week, theo: Client) -> None:
    read(theo, "caseload")
    event = AuditEvent.objects.get(verb="caseload.listed")
    assert not event.is_read
    assert len(event.detail["clients"]) == 2


def test_a_row_of_days_without_anything_is_not_drawn(north: Cast, theo: Client) -> None:
    session(north.ben, north.theo, NOW - 7 * DAY)
    agree(north.ben, north.theo, at=NOW - 7 * DAY)
    assert "not this time" not in read(theo, "caseload", q="Ben")


def queries(browser: Client, name: str, *args: Any) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(reverse(name, args=args)).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in asked.captured_queries)


def test_sixty_clients_take_as_many_queries_as_six(north: Cast, theo: Client) -> None:
    crowd(north, 6)
    pages = {"caseload": 7, "therapist_home": 17}
    six = {page: queries(theo, page) for page in pages}
    crowd(north, 54, first=6)
    sixty = {page: queries(theo, page) for page in pages}
    assert six == sixty
    assert all(sixty[page] <= most for page, most in pages.items()), sixty


def test_the_client_page_takes_as_many_queries_for_forty_entries_as_for_two(week: Week, theo: Client) -> None:
    share(week.cast.ada, week.work, at=NOW - DAY)
    two = queries(theo, "client_page", week.episode)
    daily = agree(week.cast.ada, week.cast.theo, at=NOW - 50 * DAY)
    for days in range(49, 11, -1):
        share(week.cast.ada, daily, at=NOW - days * DAY)
    assert two == queries(theo, "client_page", week.episode)


def test_a_review_takes_twelve_queries_however_much_there_is(week: Week, theo: Client) -> None:
    one = queries(theo, "review", week.work.pk)
    for days in (6, 5, 4, 3, 1):
        share(week.cast.ada, week.work, at=NOW - days * DAY)
    crowd(week.cast, 3)
    assert one == queries(theo, "review", week.work.pk) <= 12


# --- one client -------------------------------------------------------------------------------------------------------


def test_the_client_page_tells_plans_entries_beliefs_and_if_thens(week: Week, theo: Client) -> None:
    text = main_of(read(theo, "client_page", week.episode))
    for words in ("Would like to talk first", "It passed at the second stop.", "someone comes in", "It can help 3"):
        assert words in text


@pytest.mark.finding("F33")
def test_drafts_and_sign_ins_are_not_on_it(week: Week, theo: Client) -> None:
    draft = doing.begin(by=week.cast.ada.actor, assignment=fresh(week.work))
    values = {"found_out": "Still thinking about it."}
    doing.save_draft(by=week.cast.ada.actor, entry=draft, values=values, kept_private=[], rev=0)
    week.cast.ada.user.last_login = NOW - timedelta(minutes=3)
    week.cast.ada.user.save()
    for name, args in week.pages().items():
        page = read(theo, name, *args)
        assert "Still thinking" not in page
        assert not re.search(r"last (login|sign-in|seen)|signed in at", page, re.IGNORECASE)


def test_a_score_comes_with_its_band_and_the_change_in_words(week: Week, theo: Client) -> None:
    for weeks, answer in ((3, 3), (1, 1)):
        row = agree(
            week.cast.ada, week.cast.theo, at=NOW - weeks * 7 * DAY, slug="gad-7", frequency=Plan.Frequency.ONCE
        )
        share(week.cast.ada, row, at=NOW - (weeks * 7 - 1) * DAY, values={f"q{n}": answer for n in range(1, 8)})
    text = main_of(read(theo, "client_page", week.episode))
    assert "21 to 7, mild: reliably better, crossed the cut-off." in text
    assert "severe" in text


@pytest.mark.finding("F49")
def test_nothing_on_it_multiplies_amount_and_depth(week: Week, theo: Client) -> None:
    for name in ("client_page", "assignment", "review", "digest"):
        assert "%" not in main_of(read(theo, name, *week.pages()[name])), name


# --- the digest -------------------------------------------------------------------------------------------------------

TITLES = (
    "Safety",
    "Change",
    "Asked by the client",
    "To celebrate",
    "The plan",
    "What they found out",
    "Mood",
    "Maybe ask",
    "Not yet talked about",
)


def test_the_nine_sections_always_stand_in_their_order(week: Week, theo: Client) -> None:
    for name in ("digest", "digest_paper"):
        text = main_of(read(theo, name, week.coming.pk))
        places = [text.index(f"{number} {title}") for number, title in enumerate(TITLES, 1)]
        assert places == sorted(places)


def test_an_empty_digest_says_none_so_that_absence_is_seen(north: Cast, theo: Client) -> None:
    row = session(north.ben, north.theo, NOW + DAY)
    text = main_of(read(theo, "digest", row.pk))
    assert text.count("none") == 8
    assert "No flag raised. Not a sign of safety; ask as usual." in text


def test_every_line_that_has_a_source_leads_to_a_page_that_opens(week: Week, theo: Client) -> None:
    page = read(theo, "digest", week.coming.pk)
    links = set(re.findall(r'class="quiet" href="([^"]+)"', page))
    assert reverse("assignment", args=[week.work.pk]) in links
    for link in links:
        assert theo.get(link).status_code == 200


def test_opening_the_digest_brings_it_up_to_date(week: Week, theo: Client) -> None:
    read(theo, "digest", week.coming.pk)
    share(week.cast.ada, week.work, at=NOW - timedelta(minutes=1), values={"found_out": "Something just now."})
    assert "Something just now." in main_of(read(theo, "digest", week.coming.pk))


def test_reading_a_digest_is_on_the_record(week: Week, theo: Client) -> None:
    read(theo, "digest", week.coming.pk)
    event = AuditEvent.objects.get(verb="digest.read")
    assert (event.client, event.is_read) == (week.cast.ada.membership.pk, True)


# --- proposing --------------------------------------------------------------------------------------------------------

FILLED = {
    "rationale": "You said the mornings are the heaviest. This looks at which part of them.",
    "first_step": "Note one thing you did today.",
    "counts_as_some": "One line.",
    "counts_as_all": "Four days.",
    "size": "S",
    "frequency": "times_per_week",
    "times_per_week": "4",
    "anchor": "after breakfast",
}


def compose(browser: Client, episode: UUID, slug: str = "w04", query: str = "", **changed: Any) -> Any:
    address = reverse("propose_with", args=[episode, version(slug).worksheet_id])
    return browser.post(address + query, {**FILLED, **changed})


def test_three_clicks_and_the_reason_make_a_proposal(north: Cast, theo: Client) -> None:
    episode = north.ben.episode
    assert episode is not None
    choose = reverse("propose", args=[episode.pk])
    assert choose in read(theo, "client_page", episode.pk)
    form = reverse("propose_with", args=[episode.pk, version("w04").worksheet_id])
    assert form in read(theo, "propose", episode.pk)
    typed = filled_form(read(theo, "propose_with", episode.pk, version("w04").worksheet_id))
    answer = theo.post(form, {**typed, "rationale": FILLED["rationale"]})
    made = Assignment.objects.get(episode=episode)
    assert (answer.status_code, answer["Location"]) == (303, reverse("assignment", args=[made.pk]))
    assert made.state == Assignment.State.PROPOSED


def filled_form(page: str) -> dict[str, Any]:
    """What a browser would send when nothing on the page is touched."""
    form = page.split("<main", 1)[1].split("<form", 1)[1].split("</form>", 1)[0]
    sent: dict[str, Any] = {}
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = text
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        if "name" in attributes and attributes["name"] != "csrfmiddlewaretoken":
            sent[attributes["name"]] = attributes.get("value", "")
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


@pytest.mark.finding("F01")
def test_the_librarys_own_reason_is_refused_beside_the_field_with_everything_typed_kept(
    north: Cast, theo: Client
) -> None:
    assert north.ben.episode is not None
    seed = str(version("w04").parsed.why)
    answer = compose(
        theo, north.ben.episode.pk, rationale=seed, first_step="My very own step", anchor="at the bus stop"
    )
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    error = page.split('id="id_rationale_error"', 1)[1].split("</div>", 1)[0]
    assert "still the library" in error
    for kept in (seed, "My very own step", "on the bus", 'value="4"'):
        assert kept in page
    assert not Assignment.objects.filter(episode=north.ben.episode).exists()


@pytest.mark.finding("F01")
def test_the_seed_in_the_clients_language_is_a_seed_too(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    north.ben.user.language = "es"
    north.ben.user.save()
    seed = str(version("w04").parsed.localised("es").why)
    assert seed in read(theo, "propose_with", north.ben.episode.pk, version("w04").worksheet_id)
    assert compose(theo, north.ben.episode.pk, rationale=seed).status_code == 422


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("rationale", marks=pytest.mark.finding("F01")),
        pytest.param("first_step", marks=pytest.mark.finding("F15")),
        pytest.param("counts_as_some", marks=pytest.mark.finding("F19")),
    ],
)
def test_what_the_client_needs_cannot_be_left_out(north: Cast, theo: Client, field: str) -> None:
    assert north.ben.episode is not None
    answer = compose(theo, north.ben.episode.pk, **{field: ""})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Assignment.objects.filter(episode=north.ben.episode).exists()


@pytest.mark.finding("F68")
def test_the_first_plan_of_an_episode_starts_small_and_later_ones_as_usual(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    page = read(theo, "propose_with", north.ben.episode.pk, version("w04").worksheet_id)
    assert filled_form(page)["size"] == "S"
    agree(north.ben, north.theo, at=NOW - DAY)
    page = read(theo, "propose_with", north.ben.episode.pk, version("w04").worksheet_id)
    assert filled_form(page)["size"] == "M"


@pytest.mark.finding("F23")
def test_a_third_plan_at_a_time_needs_a_reason_that_is_kept_with_it(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    for slug in ("w01", "w31"):
        agree(north.ben, north.theo, at=NOW - DAY, slug=slug)
    answer = compose(theo, north.ben.episode.pk)
    assert answer.status_code == 409
    assert 'id="id_pace_reason_error"' in answer.content.decode()
    assert compose(theo, north.ben.episode.pk, pace_reason="He asked for it himself.").status_code == 303
    plan = Plan.objects.get(assignment__state=Assignment.State.PROPOSED)
    assert plan.change_reason == "He asked for it himself."
    assert AuditEvent.objects.get(verb="assignment.third_plan").detail == {"under_way": 2}


@pytest.mark.finding("F23")
def test_a_second_plan_is_nobodys_business(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    agree(north.ben, north.theo, at=NOW - DAY)
    assert compose(theo, north.ben.episode.pk).status_code == 303


@pytest.mark.finding("F47")
def test_last_times_plan_comes_before_a_new_one_with_the_way_there(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    row = agree(north.ben, north.theo, at=NOW - 8 * DAY)
    session(north.ben, north.theo, NOW - timedelta(minutes=10))
    answer = compose(theo, north.ben.episode.pk)
    assert answer.status_code == 409
    assert reverse("review", args=[row.pk]) in answer.content.decode()
    theo.post(reverse("review", args=[row.pk]), {"outcome": "keep"})
    assert compose(theo, north.ben.episode.pk).status_code == 303


@pytest.mark.finding("F47")
def test_what_was_reviewed_before_the_session_need_not_be_reviewed_in_it_again(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    session(north.ben, north.theo, NOW - 7 * DAY)
    row = agree(north.ben, north.theo, at=NOW - 8 * DAY)
    Assignment.objects.filter(pk=row.pk).update(reviewed_at=NOW - 2 * DAY)
    session(north.ben, north.theo, NOW - timedelta(minutes=10))
    assert compose(theo, north.ben.episode.pk).status_code == 303


def test_what_is_proposed_in_a_session_belongs_to_it(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    held = session(north.ben, north.theo, NOW - timedelta(minutes=10))
    compose(theo, north.ben.episode.pk)
    assert Assignment.objects.get(episode=north.ben.episode).appointment_id == held.pk


@pytest.mark.finding("F27")
def test_a_week_with_nothing_is_a_plan_without_a_reminder(north: Cast, theo: Client) -> None:
    assert north.ben.episode is not None
    address = reverse("propose_nothing", args=[north.ben.episode.pk])
    assert theo.post(address, {"rationale": " "}).status_code == 422
    assert theo.post(address, {"rationale": "You have a lot on. We let this week be."}).status_code == 303
    made = Assignment.objects.get(episode=north.ben.episode)
    assert (made.kind, made.next_reminder_at) == (Assignment.Kind.NOTHING, None)
    assert "Nothing this week" in main_of(read(theo, "assignment", made.pk))


def test_an_unknown_worksheet_is_not_there(week: Week, theo: Client) -> None:
    assert theo.get(reverse("propose_with", args=[week.episode, week.episode])).status_code == 404


# --- one piece of work ------------------------------------------------------------------------------------------------


@pytest.mark.finding("F12")
def test_an_amber_plan_blocks_nothing_and_names_its_reason(north: Cast, theo: Client) -> None:
    work = agree(north.ben, north.theo, at=NOW - DAY, beliefs=Beliefs(useful=3, fits=9, hard=9, sure=9))
    assert fresh(work).state == Assignment.State.ACTIVE
    assert "Not sure it is useful (3 of 10)." in main_of(read(theo, "assignment", work.pk))


@pytest.mark.finding("F13")
@pytest.mark.parametrize(
    ("beliefs", "offered"),
    [
        ({"useful": 4}, "Change the reason"),
        ({"hard": 8}, "Choose a smaller size"),
        ({"fits": 4}, "Link it to a goal"),
    ],
)
def test_each_doubt_has_its_own_remedy(north: Cast, theo: Client, beliefs: dict[str, int], offered: str) -> None:
    work = agree(
        north.ben,
        north.theo,
        at=NOW - DAY,
        beliefs=Beliefs(**{"useful": 8, "fits": 8, "hard": 2, "sure": 8, **beliefs}),
    )
    text = main_of(read(theo, "assignment", work.pk))
    others = {"Change the reason", "Choose a smaller size", "Link it to a goal", "Plan for a snag"} - {offered}
    assert offered in text
    assert not [other for other in others if other in text]


@pytest.mark.finding("F15")
def test_an_unclear_first_step_opens_the_example(north: Cast, theo: Client) -> None:
    clear = agree(north.ben, north.theo, at=NOW - DAY)
    assert 'example" open' not in read(theo, "assignment", clear.pk)
    unclear = agree(north.ben, north.theo, at=NOW - DAY, beliefs=Beliefs(first_step_known="no"))
    page = read(theo, "assignment", unclear.pk)
    assert "The first step is not clear" in page
    assert 'class="fold example" open' in page


@pytest.mark.finding("F21")
def test_each_revision_stands_with_its_author_and_what_was_changed(week: Week, theo: Client) -> None:
    answer = theo.post(
        reverse("assignment_change", args=[week.work.pk]),
        {**as_it_stands(theo, week.work), "place": "in the car", "reason": "The kitchen is never empty."},
    )
    assert answer.status_code == 303
    text = main_of(read(theo, "assignment", week.work.pk))
    assert "12 March, Theo Proposed: where" in text
    assert "The kitchen is never empty." in text
    assert "A change is proposed and waits for their answer." in text
    assert week.work.plans.agreed().get().place == "at the kitchen table"


def as_it_stands(browser: Client, work: Assignment, **query: str) -> dict[str, Any]:
    return filled_form(read(browser, "assignment_change", work.pk, **query))


def test_a_change_that_changes_nothing_is_not_sent(week: Week, theo: Client) -> None:
    answer = theo.post(reverse("assignment_change", args=[week.work.pk]), as_it_stands(theo, week.work))
    assert answer.status_code == 422
    assert week.work.plans.count() == 1


def test_ending_asks_how_and_never_whose_fault(week: Week, theo: Client) -> None:
    address = reverse("assignment_end", args=[week.work.pk])
    assert theo.post(address, {}).status_code == 422
    assert theo.post(address, {"ended_as": "dropped_together"}).status_code == 303
    assert fresh(week.work).ended_as == Assignment.EndedAs.DROPPED
    assert theo.get(reverse("assignment_change", args=[week.work.pk])).status_code == 409


# --- reviewing --------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F04")
def test_what_was_tried_and_found_out_stands_first(week: Week, theo: Client) -> None:
    values = {"situation": "On the bus", "thought": "They stare.", "tried": "Two stops.", "found_out": "Nobody looked."}
    share(week.cast.ada, week.work, at=NOW - DAY, values=values)
    text = main_of(read(theo, "review", week.work.pk))
    places = [text.index(words) for words in ("Two stops.", "Nobody looked.", "On the bus", "They stare.")]
    assert places == sorted(places)


@pytest.mark.finding("F48")
def test_the_form_asks_in_its_fixed_order(week: Week, theo: Client) -> None:
    text = main_of(read(theo, "review", week.work.pk))
    order = ("What went well", "What was learned", "What got in the way", "Write back to Ada", "What next for this?")
    places = [text.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.finding("F29")
def test_open_questions_can_be_read_without_a_script(week: Week, theo: Client) -> None:
    page = read(theo, "review", week.work.pk)
    said = re.findall(r'data-say="([^"]+)"', page)
    assert len(said) == 3
    assert all(question.endswith("?") for question in said)


def test_a_private_part_says_that_it_is_there_and_not_what_it_is(week: Week, theo: Client) -> None:
    values = {"situation": "At home", "thought": "Nobody should know."}
    share(week.cast.ada, week.work, at=NOW - DAY, values=values, private=["thought"])
    text = main_of(read(theo, "review", week.work.pk))
    assert "kept private" in text
    assert "Nobody should know" not in text


@pytest.mark.finding("F51")
def test_not_done_is_met_with_interest(north: Cast, theo: Client) -> None:
    row = agree(north.ben, north.theo, at=NOW - 7 * DAY)
    text = main_of(read(theo, "review", row.pk))
    assert "Most people hit snags with this." in text
    assert theo.post(reverse("review", args=[row.pk]), {"outcome": "keep"}).status_code == 303


@pytest.mark.finding("F48")
@pytest.mark.parametrize(("outcome", "size"), [("smaller", "S"), ("bigger", "L"), ("adjust", "M")])
def test_a_decision_opens_the_next_plan_already_filled_in(north: Cast, theo: Client, outcome: str, size: str) -> None:
    work = agree(north.ben, north.theo, at=NOW - 7 * DAY, size="M")
    answer = theo.post(reverse("review", args=[work.pk]), {"outcome": outcome})
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("assignment_change", args=[work.pk]))
    sent = filled_form(unescape(theo.get(answer["Location"]).content.decode()))
    assert (sent["size"], sent["place"]) == (size, "at the kitchen table")
    if outcome != "adjust":
        assert theo.post(answer["Location"], sent).status_code == 303
        assert [plan.size for plan in work.plans.proposed()] == [size]


def test_smaller_than_the_smallest_offers_other_ways(north: Cast, theo: Client) -> None:
    work = agree(north.ben, north.theo, at=NOW - 7 * DAY, size="S")
    assert "the smallest size there is" in main_of(read(theo, "assignment_change", work.pk, outcome="smaller"))


@pytest.mark.finding("F48")
def test_replacing_opens_the_library_for_this_client(week: Week, theo: Client) -> None:
    answer = theo.post(reverse("review", args=[week.work.pk]), {"outcome": "replace"})
    assert answer["Location"] == f"{reverse('propose', args=[week.episode])}?follows={week.work.pk}"
    page = unescape(theo.get(answer["Location"]).content.decode())
    assert f"?follows={week.work.pk}" in page
    assert compose(theo, week.episode, query=f"?follows={week.work.pk}").status_code == 303
    assert Assignment.objects.get(follows=week.work.pk).state == Assignment.State.PROPOSED


def test_keeping_needs_no_new_yes_and_leads_on_to_the_next_client(week: Week, theo: Client) -> None:
    other = agree(week.cast.ben, week.cast.theo, at=NOW - 7 * DAY)
    share(week.cast.ben, other, at=NOW - DAY)
    answer = theo.post(reverse("review", args=[week.work.pk]), {"outcome": "keep", "message": "You stayed with it."})
    made = Review.objects.get()
    assert answer["Location"] == reverse("reviewed", args=[made.pk])
    page = read(theo, "reviewed", made.pk)
    assert "Next: Ben" in main_of(page)
    assert reverse("review", args=[other.pk]) in page
    assert not week.work.plans.proposed().exists()


def test_after_the_last_one_the_way_leads_back_to_today(week: Week, theo: Client) -> None:
    theo.post(reverse("review", args=[week.work.pk]), {"outcome": "keep", "seen": seen_on(theo, week.work)})
    text = main_of(read(theo, "reviewed", Review.objects.get().pk))
    assert "Nothing else is waiting for a look." in text


def test_a_review_without_an_outcome_keeps_every_word(week: Week, theo: Client) -> None:
    typed = {"message": "You looked straight at it.", "went_well": "She stayed."}
    answer = theo.post(reverse("review", args=[week.work.pk]), typed)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Keeping it as it is counts." in page
    assert all(words in page for words in typed.values())
    assert not Review.objects.exists()


def test_what_the_page_showed_is_what_counts_as_seen(week: Week, theo: Client) -> None:
    seen = seen_on(theo, week.work)
    share(week.cast.ada, week.work, at=NOW - timedelta(seconds=30))
    theo.post(reverse("review", args=[week.work.pk]), {"outcome": "keep", "seen": seen})
    assert Assignment.objects.awaiting_review().filter(pk=week.work.pk).exists()


def test_a_review_of_somebody_elses_client_is_not_there(week: Week, sign_in: SignIn) -> None:
    for who in (week.cast.cora, week.cast.zoe, week.cast.ada):
        answer = sign_in(who).post(reverse("review", args=[week.work.pk]), {"outcome": "stop"})
        assert answer.status_code == 404
    assert fresh(week.work).state == Assignment.State.ACTIVE


def test_words_never_reach_the_log_of_messages(week: Week, theo: Client) -> None:
    with acting_in(week.cast.north.pk), vault.session():
        theo.post(reverse("review", args=[week.work.pk]), {"outcome": "keep", "message": "You looked straight at it."})
        assert not AuditEvent.objects.filter(detail__icontains="straight").exists()


def test_a_suggested_question_can_be_put_aside_and_stays_away(week: Week, theo: Client) -> None:
    """It is an offer (section 8): put aside, the next one takes its place, also when the digest is built again."""
    shown = re.findall(r'name="stem" value="([a-z_.0-9]+)"', read(theo, "digest", week.coming.pk))
    assert len(shown) == 2
    aside = reverse("digest_aside", args=[week.coming.pk])
    for _again in range(2):
        assert theo.post(aside, {"stem": shown[0]}).status_code == 303
    left = re.findall(r'name="stem" value="([a-z_.0-9]+)"', read(theo, "digest", week.coming.pk))
    assert shown[0] not in left
    assert shown[1] in left
    assert "Not this one" not in read(theo, "digest_paper", week.coming.pk)
    assert theo.post(aside, {"stem": "ask.you_should.1"}).status_code == 422
