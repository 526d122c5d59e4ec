"""6.3: the pages about a flag: what was answered, the next step as one form, who may see them, and that reading is recorded."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import vault
from clinic.actions import supervision
from clinic.models import AuditEvent
from clinic.scope import acting_in
from homework.safety.actions import care
from homework.safety.actions import flag as flags
from homework.safety.models import SafetyFlag, SafetySetup
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.safety.flagged import fresh, p1, p2, raised
from tests.homework.safety.given import IN_HOURS, set_up

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]
LEVELS = re.compile(r"\b(?:low|medium|moderate|high|severe)[ -]risk\b|risk (?:level|score)|\bP[12]\b|\bat risk\b", re.I)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_HOURS, tick=False) as there:
        yield there


@pytest.fixture
def flag(north: Cast) -> SafetyFlag:
    """Ada answered question 9, and asked to be called."""
    set_up(north, policy="Call them the same day.")
    made = p2(north, was=0, rises=True)
    flags.choose(by=north.ada.actor, flag=made, choice="contact", number="07700 900123", when="after 6")
    return made


def page(browser: Client, flag: SafetyFlag) -> str:
    answer = browser.get(reverse("flag", args=[flag.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_6_3_the_page_says_what_was_answered_when_and_what_was_chosen(
    north: Cast, flag: SafetyFlag, sign_in: SignIn
) -> None:
    shown = page(sign_in(north.theo), flag)
    for words in (
        "Thoughts that you would be better off dead", "Several days", "Not at all", "07700 900123", "after 6",
        "Call them the same day.", "Somebody has to look by Wednesday 4 March, 11:00", "I am looking at this",
        "Theo was told", "Cora was told", reverse("client_page", args=[flag.episode_id]),
    ):  # fmt: skip
        assert words in shown, words
    assert not LEVELS.search(re.sub(r"<[^>]+>", " ", shown))


def test_6_3_opening_the_page_is_no_acknowledgement(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    page(sign_in(north.theo), flag)
    assert fresh(flag).state == "open"


def test_6_3_each_step_is_one_form_and_answers_with_see_other(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    browser, address = sign_in(north.theo), reverse("flag", args=[flag.pk])
    for step, data, state in (
        ("see", {}, "seen"),
        ("plan", {"plan": "I call her at 11."}, "acting"),
        ("outcome", {"outcome": "not_reached", "note": "No answer."}, "open"),
        ("see", {}, "acting"),
        ("reminders", {"on": "1"}, "acting"),
        ("outcome", {"outcome": "spoke", "note": "She is with her sister."}, "closed"),
    ):
        assert browser.post(address, {"step": step, **data}).status_code == 303
        assert fresh(flag).state == state
    shown = page(browser, flag)
    for words in (
        "I call her at 11.",
        "No answer.",
        "She is with her sister.",
        "Theo closed it: Spoke with the client.",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("step", "data", "status"),
    [("plan", {"plan": " "}, 422), ("outcome", {"outcome": "mistake", "note": ""}, 422),
     ("outcome", {"outcome": "spoke", "note": "typed"}, 409)],
)  # fmt: skip
def test_6_3_a_refusal_keeps_the_page(
    north: Cast, flag: SafetyFlag, sign_in: SignIn, step: str, data: dict[str, str], status: int
) -> None:
    answer = sign_in(north.theo).post(reverse("flag", args=[flag.pk]), {"step": step, **data})
    assert answer.status_code == status
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("who", ["kit", "ada", "ben", "amy", "zoe"])
def test_6_3_nobody_else_finds_it(north: Cast, flag: SafetyFlag, sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(north, who))
    assert browser.get(reverse("flag", args=[flag.pk])).status_code == 404
    assert browser.post(reverse("flag", args=[flag.pk]), {"step": "see"}).status_code == 404


def test_6_3_a_supervisor_says_why_and_reads_and_does_not_act(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    browser, address = sign_in(north.sol), reverse("flag", args=[flag.pk])
    assert browser.get(address)["Location"].startswith(reverse("supervision_reason", args=[flag.episode_id]))
    assert north.ada.episode is not None
    supervision.give_reason(by=north.sol.actor, episode=north.ada.episode, reason="Asked by Theo to look")
    shown = page(browser, flag)
    assert "I am looking at this" not in shown
    assert "Several days" in shown
    assert browser.post(address, {"step": "see"}).status_code == 403
    assert fresh(flag).state == "open"


def test_6_3_every_read_by_another_person_is_recorded_once(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    browser = sign_in(north.theo)
    for count in (1, 2):
        page(browser, flag)
        rows = AuditEvent.objects.filter(is_read=True, client=north.ada.membership.pk, actor=north.theo.membership.pk)
        assert list(rows.values_list("verb", flat=True)) == ["safetyflag.read"] * count


def test_6_3_a_read_that_falls_over_leaves_no_row(
    north: Cast, flag: SafetyFlag, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homework.safety import flag_page

    def falls_over(*_rest: object) -> None:
        raise RuntimeError("page")

    monkeypatch.setattr(flag_page, "page", falls_over)
    with pytest.raises(RuntimeError):
        sign_in(north.theo).get(reverse("flag", args=[flag.pk]))
    assert not AuditEvent.objects.filter(verb="safetyflag.read").exists()


def test_6_6_a_clinician_raises_one_with_the_clinics_policy_beside_it(north: Cast, sign_in: SignIn) -> None:
    set_up(north, local_policies={"child": "Ring the child protection line first."})
    assert north.ada.episode is not None
    browser, address = sign_in(north.theo), reverse("flag_raise", args=[north.ada.episode.pk])
    assert "Ring the child protection line first." in browser.get(address).content.decode()
    assert browser.post(address, {"kind": "child", "words": ""}).status_code == 422
    answer = browser.post(address, {"kind": "child", "words": "The boy had a burn."})
    (flag,) = SafetyFlag.objects.select_related("episode")
    assert (answer.status_code, answer["Location"]) == (303, reverse("flag", args=[flag.pk]))
    assert "The boy had a burn." in page(browser, flag)
    assert "Ring the child protection line first." in page(browser, flag)


def test_6_3_an_admin_sees_ages_and_whom_to_call_and_no_client(
    north: Cast, flag: SafetyFlag, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=3))
    browser = sign_in(north.amy)
    shown = browser.get(reverse("open_flags")).content.decode()
    for words in ("Open for 3", "Theo", "Cora", "Sol", "nobody has looked in time"):
        assert words in shown
    for words in ("Ada", "Several days", "PHQ", "contact", "07700", str(flag.pk), str(flag.episode_id)):
        assert words not in re.sub(r"<head>.*?</head>", "", shown, flags=re.S), words
    assert reverse("open_flags") in browser.get(reverse("board")).content.decode()


def test_the_list_of_open_flags_takes_as_many_queries_for_many(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("open_flags"))
        return len(queries)

    browser = sign_in(north.amy)
    browser.get(reverse("open_flags"))
    few = count()
    for person in (north.ben, north.ada, north.ben):
        raised(person, kind="contact", about_id=person.membership.pk)
    p1(north, north.ben)
    assert count() == few


# --- the mark on every page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["caseload", "library", "own_sheets", "my_security"])
def test_6_3_every_page_of_the_therapist_says_that_it_waits(
    north: Cast, flag: SafetyFlag, sign_in: SignIn, route: str
) -> None:
    shown = sign_in(north.theo).get(reverse(route)).content.decode()
    assert reverse("flag", args=[flag.pk]) in shown


def test_6_3_pages_about_the_client_begin_with_it(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    work, session = given.agreed(north), given.session(north)
    care.see(by=north.theo.actor, flag=flag)  # no banner any more: the note stays until it is closed
    browser, link = sign_in(north.theo), reverse("flag", args=[flag.pk])
    paths = [("client_page", flag.episode_id), ("review", work.pk), ("digest", session.pk)]
    for route, pk in paths:
        shown = browser.get(reverse(route, args=[pk])).content.decode()
        assert link in shown, route
        assert "Begin with it" in shown, route
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    for route, pk in paths:
        assert "Begin with it" not in browser.get(reverse(route, args=[pk])).content.decode(), route


def test_6_3_a_coach_is_told_to_ask_the_therapist_and_nothing_else(
    north: Cast, flag: SafetyFlag, sign_in: SignIn
) -> None:
    browser = sign_in(north.kit)
    shown = browser.get(reverse("client_page", args=[flag.episode_id])).content.decode()
    assert "Please ask the therapist" in shown
    for words in (str(flag.pk), "flag from", "Several days", "Raise a flag"):
        assert words not in shown
    assert "safety flag" not in browser.get(reverse("caseload")).content.decode()


def test_6_3_a_late_heartbeat_stands_above_every_page(
    north: Cast, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    set_up(north, ladder_ran_at=IN_HOURS)
    clock.shift(timedelta(minutes=16))
    for who, route in ((north.theo, "caseload"), (north.kit, "caseload"), (north.amy, "board")):
        assert "Safety notifications last ran at Wednesday 4 March, 10:00" in (
            sign_in(who).get(reverse(route)).content.decode()
        )
    SafetySetup.objects.update(ladder_ran_at=timezone.now())
    assert "last ran" not in sign_in(north.theo).get(reverse("caseload")).content.decode()


def test_6_3_the_banner_is_one_query(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    from homework.safety import banner

    for who in (north.theo, north.kit, north.amy):
        with CaptureQueriesContext(connection) as queries:
            banner.of(who.actor, timezone.now())
        assert len(queries) == 1


# --- the digest, the day ----------------------------------------------------------------------------------------------


def test_6_3_the_digest_says_it_first_and_leads_there(north: Cast, flag: SafetyFlag, sign_in: SignIn) -> None:
    session = given.session(north)
    browser = sign_in(north.theo)
    shown = browser.get(reverse("digest", args=[session.pk])).content.decode()
    first = shown[shown.index('id="d-safety"') :]
    assert "PHQ-9 item 9 answered “Several days”. Open; Theo looks by 2026-03-04 11:00." in first
    assert reverse("flag", args=[flag.pk]) in first
    care.see(by=north.theo.actor, flag=flag)
    shown = browser.get(reverse("digest", args=[session.pk])).content.decode()
    assert "Seen, not closed." in shown
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    shown = browser.get(reverse("digest", args=[session.pk])).content.decode()
    assert "No flag raised. Not a sign of safety; ask as usual." in shown


def test_6_3_a_flag_shows_at_the_session_also_when_the_digest_is_older(north: Cast, sign_in: SignIn) -> None:
    from homework.reviews import day
    from homework.reviews.actions.digest import build_digest

    set_up(north)
    session = given.session(north, timezone.now() + timedelta(hours=2))
    build_digest(session.pk, by=north.theo.actor)
    (before,) = day.day(north.theo.actor, timezone.now()).sessions
    flag = p2(north)
    (after,) = day.day(north.theo.actor, timezone.now()).sessions
    assert (before.safety, after.safety) == (False, True)
    build_digest(session.pk, by=north.theo.actor)
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    (closed,) = day.day(north.theo.actor, timezone.now()).sessions
    assert (closed.safety, "item 9" in closed.line) == (False, False)


def test_6_3_the_words_are_sealed_for_whoever_has_not_opened_the_client(north: Cast, flag: SafetyFlag) -> None:
    with acting_in(north.north.pk), vault.session(), pytest.raises(vault.NotOpened):
        _ = fresh(flag).answered
