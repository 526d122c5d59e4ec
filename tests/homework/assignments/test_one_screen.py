"""Agreeing on one screen in the session: the client's own PIN, both in the record, doubts spoken about before leaving."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts import pin
from clinic.models import AuditEvent
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, as_it_stands, page, text, told, url

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "2580", "7913"


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    pin.set_pin(north.ada.user, RIGHT)
    return sign_in(north.theo)


def sent(work: Assignment, **more: Any) -> dict[str, Any]:
    """What the screen sends when the button is pressed."""
    data = as_it_stands(work, pin=RIGHT) | more
    return {name: value for name, value in data.items() if name not in ("reminder", "answer")}


@pytest.mark.finding("F18")
def test_the_clients_pin_is_the_clients_yes_and_both_are_in_the_record(north: Cast, theo: Client) -> None:
    work = given.proposed(north)
    shown = told(theo, theo.post(url("together", work.pk), sent(work, place="on the bus")))
    assert "Agreed on one screen, with their own yes." in shown
    plan = work.plans.agreed().get()
    assert (plan.together, plan.codesigned, plan.place) == (True, True, "on the bus")
    assert plan.author_id == north.ada.membership.pk
    assert given.fresh(work).state == Assignment.State.ACTIVE
    by = dict(AuditEvent.objects.filter(object_id=work.pk).values_list("verb", "actor"))
    assert by["plan.confirmed"] == north.ada.membership.pk
    assert by["plan.agreed_together"] == north.theo.membership.pk


@pytest.mark.finding("F18")
@pytest.mark.parametrize("typed", ["", WRONG])
def test_without_the_right_pin_nothing_is_agreed_and_everything_typed_is_kept(
    north: Cast, theo: Client, typed: str
) -> None:
    work = given.proposed(north)
    answer = theo.post(url("together", work.pk), sent(work, pin=typed, place="in the hall"))
    assert answer.status_code == 422
    assert "That is not the PIN." in text(answer)
    assert "in the hall" in answer.content.decode()
    assert f'value="{WRONG}"' not in answer.content.decode(), "a PIN is never sent back"
    assert given.fresh(work).state == Assignment.State.PROPOSED
    assert not work.plans.agreed().exists()


@pytest.mark.finding("F18")
def test_wrong_tries_are_counted_although_the_yes_is_refused_and_the_fifth_closes_it(north: Cast, theo: Client) -> None:
    work = given.proposed(north)
    for _try in range(pin.MOST_TRIES - 1):
        assert theo.post(url("together", work.pk), sent(work, pin=WRONG)).status_code == 422
    assert theo.post(url("together", work.pk), sent(work, pin=WRONG)).status_code == 409
    answer = theo.post(url("together", work.pk), sent(work))
    assert answer.status_code == 409, "the right one opens nothing any more"
    assert "on their own phone" in text(answer)
    assert given.fresh(work).state == Assignment.State.PROPOSED


@pytest.mark.finding("F12")
def test_a_doubt_is_looked_at_before_leaving_and_keeping_it_is_recorded(north: Cast, theo: Client) -> None:
    work = given.proposed(north)
    doubtful = sent(work, useful="3", fits="9", hard="9", sure="9")
    shown = text(theo.post(url("together", work.pk), doubtful))
    assert "Worth a word before you go on" in shown
    assert given.fresh(work).state == Assignment.State.PROPOSED, "first a word"
    for choice in ("Make it smaller", "keep it and explore", "with what was changed"):
        assert choice in shown
    assert theo.post(url("together", work.pk), doubtful | {"amber": "keep"}).status_code == 303, "it blocks nothing"
    assert work.plans.agreed().get().before.ratings == {"useful": 3, "fits": 9, "hard": 9, "sure": 9}
    event = AuditEvent.objects.get(verb="plan.amber_keep")
    assert (event.actor, event.detail["about"]) == (north.theo.membership.pk, ["useful", "hard"])


@pytest.mark.finding("F12")
@pytest.mark.finding("F13")
def test_make_it_smaller_shows_the_small_size_before_the_yes(north: Cast, theo: Client) -> None:
    work = given.proposed(north, "w13")
    answer = theo.post(url("together", work.pk), sent(work, hard="9", amber="smaller"))
    assert "checked" in answer.content.decode().split('name="size" value="S"', 1)[1].split(">", 1)[0]
    assert given.fresh(work).state == Assignment.State.PROPOSED


@pytest.mark.finding("F18")
def test_without_a_pin_the_page_waits_for_the_clients_own_phone(north: Cast, sign_in: SignIn) -> None:
    theo, work = sign_in(north.theo), given.proposed(north)
    shown = page(theo, "together", work.pk)
    assert "Ada has no PIN yet." in shown or "has no PIN yet." in shown
    assert 'name="pin"' not in theo.get(url("together", work.pk)).content.decode()
    assert theo.get(url("together_state", work.pk)).json() == {"next": ""}
    assert theo.post(url("together", work.pk), sent(work)).status_code == 409
    read = AuditEvent.objects.filter(is_read=True).count()
    planning.confirm(by=north.ada.actor, assignment=work)
    assert theo.get(url("together_state", work.pk)).json() == {"next": url("assignment_agreed", work.pk)}
    assert AuditEvent.objects.filter(is_read=True).count() == read, "asking again and again reads nothing"
    assert theo.get(url("together", work.pk))["Location"] == url("assignment_agreed", work.pk)
    assert "Agreed on their own phone." in page(theo, "assignment_agreed", work.pk)


@pytest.mark.finding("F19")
def test_the_agreed_page_of_the_therapist_says_everything_that_was_agreed(north: Cast, theo: Client) -> None:
    work = given.agreed(north)
    shown = page(theo, "assignment_agreed", work.pk)
    for line in (given.WHY, given.STEP, "After breakfast, every day", "All: Four days.", "Some: A single dot."):
        assert line in shown
    assert theo.get(url("assignment_agreed", given.proposed(north, "w05").pk)).status_code == 303


class Path:
    """A therapist's taps and keystrokes from the client's page on, as a browser without a script makes them."""

    def __init__(self, browser: Client) -> None:
        self.browser, self.taps, self.typed = browser, 0, []  # type: ignore[var-annotated]
        self.at, self.page = "", ""

    def open(self, where: str) -> None:
        answer = self.browser.get(where, follow=True)
        assert answer.status_code == 200, answer.content.decode()[:500]
        self.at, self.page = answer.request["PATH_INFO"], unescape(answer.content.decode())

    def tap(self, where: str) -> None:
        assert f'href="{where}"' in self.page, where
        self.taps += 1
        self.open(where)

    def press(self, button: dict[str, str], **typed: str) -> None:
        """Press a button of the page's planning form with what stands in it, and what is typed."""
        self.taps += 1
        self.typed += list(typed)
        inside = re.search(r"<form[^>]*data-planning.*?</form>", self.page, re.S)
        assert inside is not None
        answer = self.browser.post(self.at, filled(inside[0]) | typed | button, follow=True)
        assert answer.status_code == 200, text(answer)
        self.at, self.page = answer.request["PATH_INFO"], unescape(answer.content.decode())


def filled(form: str) -> dict[str, Any]:
    """What a browser would send for a form as it stands."""
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is None or (('type="radio"' in tag or 'type="checkbox"' in tag) and "checked" not in tag):
            continue
        data[name[1]] = value[1] if value else ("on" if "checkbox" in tag else "")
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        data[name] = inside.strip()
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', inside)
        data[name] = chosen[1] if chosen else ""
    return data


@pytest.mark.finding("F18")
def test_from_the_clients_page_to_an_agreed_plan_in_four_taps_with_only_the_reason_and_the_pin_typed(
    north: Cast, theo: Client
) -> None:
    assert north.ada.episode is not None
    episode, sheet = north.ada.episode.pk, given.version("w13").worksheet_id
    path = Path(theo)
    path.open(url("client_page", episode))
    path.tap(url("propose", episode))
    path.tap(url("propose_with", episode, sheet))
    path.press({"then": "together"}, rationale="You said your shoulders are up at your ears by noon.")
    path.press({}, pin=RIGHT)
    work = Assignment.objects.get()
    assert path.at == url("assignment_agreed", work.pk)
    assert work.plans.agreed().get().together
    assert (path.taps, path.typed) == (4, ["rationale", "pin"])
