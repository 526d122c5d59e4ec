"""Marks of a session: two things never summed, one note a session, and nobody's but the care team's (F24, F26)."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.access import Can, TeamRole
from clinic.models import Appointment, AuditEvent, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.reviews import rulers
from homework.reviews.actions.readiness import MARKS, Readiness, mark
from homework.reviews.models import ReadinessMark
from tests.cast import Cast, Person, put_on_team
from tests.homework.reviews.test_therapist_pages import main_of
from tests.homework.reviews.weeks import DAY, NOW, session
from tests.homework.worksheets.browser import Page

SignIn = Callable[[Person | None], Client]
ALL = {
    "unsure": "3",
    "against": "1",
    "importance": "4",
    "confidence": "0",
    "why_not_lower": "zqwhyxv",
    "for_change": "zqchangexv",
    "for_staying": "zqstayxv",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def held(north: Cast) -> Appointment:
    return session(north.ada, north.theo, NOW - timedelta(minutes=20))


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    browser = sign_in(north.theo)
    browser.get(reverse("library"))
    return browser


def page_of(held: Appointment) -> str:
    return reverse("session_notes", args=[held.pk])


@pytest.mark.finding("F24")
def test_two_marks_a_ruler_and_both_sides_are_kept_apart(theo: Client, held: Appointment) -> None:
    assert theo.post(page_of(held), ALL).status_code == 303
    note = ReadinessMark.objects.get()
    assert note.marks == {"unsure": 3, "against": 1, "importance": 4, "confidence": 0}
    assert note.words == {"why_not_lower": "zqwhyxv", "for_change": "zqchangexv", "for_staying": "zqstayxv"}
    assert "4 of 3" not in main_of(theo.get(page_of(held)).content.decode())


@pytest.mark.finding("F24")
def test_one_tap_is_enough_and_what_is_not_marked_is_absent(theo: Client, held: Appointment) -> None:
    assert theo.post(page_of(held), {"unsure": "0"}).status_code == 303
    note = ReadinessMark.objects.get()
    assert (note.marks, note.words) == ({"unsure": 0}, {})


def test_saving_again_edits_the_same_note(theo: Client, held: Appointment) -> None:
    for sent in (ALL, ALL, {**ALL, "against": "", "for_change": "Less shouting."}):
        assert theo.post(page_of(held), sent).status_code == 303
    note = ReadinessMark.objects.get()
    assert "against" not in note.marks
    assert note.words["for_change"] == "Less shouting."
    sent = Page(theo.get(page_of(held)).content.decode()).sent
    assert (sent["unsure"], sent["importance"], sent["confidence"]) == (["3"], ["4"], ["0"])
    assert theo.post(page_of(held), {}).status_code == 303  # taking all of it back is possible too
    assert ReadinessMark.objects.get().marks == {}


def test_nothing_marked_makes_no_note(theo: Client, held: Appointment) -> None:
    answer = theo.post(page_of(held), {"why_not_lower": " "})
    assert (answer.status_code, ReadinessMark.objects.count()) == (422, 0)


@pytest.mark.parametrize(("name", "value"), [*((name, top + 1) for name, top in MARKS.items()), ("against", -1)])
def test_a_number_off_its_scale_is_refused(north: Cast, held: Appointment, name: str, value: int) -> None:
    with pytest.raises(ActionRefused) as refused:
        mark(by=north.theo.actor, appointment=held, said=Readiness(marks={name: value}))
    assert (refused.value.status, refused.value.field) == (422, name)


def test_what_the_form_cannot_read_is_shown_again_with_everything_typed(theo: Client, held: Appointment) -> None:
    answer = theo.post(page_of(held), {**ALL, "against": "7"})
    assert answer.status_code == 422
    assert "zqwhyxv" in answer.content.decode()
    assert not ReadinessMark.objects.exists()


@pytest.mark.parametrize(("minutes", "opens"), [(31, False), (30, True), (-600, True)])
def test_a_session_is_marked_from_when_it_begins(north: Cast, theo: Client, minutes: int, opens: bool) -> None:
    coming = session(north.ada, north.theo, NOW + timedelta(minutes=minutes))
    assert ("<form" in theo.get(page_of(coming)).content.decode().split("<main")[1].split("</main>")[0]) is opens
    assert theo.post(page_of(coming), {"unsure": "1"}).status_code == (303 if opens else 409)


def test_a_cancelled_session_is_not_marked(north: Cast, held: Appointment) -> None:
    held.state = held.State.CANCELLED
    with pytest.raises(ActionRefused):
        mark(by=north.theo.actor, appointment=held, said=Readiness(marks={"unsure": 1}))


@pytest.mark.finding("F26")
@pytest.mark.parametrize(
    ("number", "asked"),
    [
        (0, "What would have to be different for it to be a 1?"),
        (1, "Why a 1, and not a 0?"),
        (4, "Why a 4, and not a 2?"),
    ],
)
def test_the_question_asks_towards_their_own_reasons(theo: Client, held: Appointment, number: int, asked: str) -> None:
    assert rulers.why_not_lower(number) == asked
    theo.post(page_of(held), {"importance": str(number)})
    page = theo.get(page_of(held)).content.decode()
    assert f'<p data-n="{number}">{asked}</p>' in page
    assert len(re.findall(r'<p data-n="\d*">', page)) == 2  # one for each ruler; the others wait
    assert [rulers.what_would_help(n) for n in (4, 10)] == [
        "What would help it from a 4 to a 5?",
        "What makes you so sure?",
    ]


# --- whose it is --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("theo", 200), ("ada", 404), ("kit", 404), ("amy", 404), ("cora", 404), ("ben", 404), ("zoe", 404)],
)
def test_it_is_the_care_teams_page(north: Cast, sign_in: SignIn, held: Appointment, who: str, status: int) -> None:
    mark(by=north.theo.actor, appointment=held, said=Readiness(words={"for_change": "zqchangexv"}))
    answer = sign_in(getattr(north, who)).get(page_of(held))
    assert answer.status_code == status
    assert ("zqchangexv" in answer.content.decode()) is (status == 200)


@pytest.mark.parametrize("role", [TeamRole.COTHERAPIST, TeamRole.COVER])
def test_a_cotherapist_and_a_cover_mark_too(north: Cast, sign_in: SignIn, held: Appointment, role: TeamRole) -> None:
    assert north.ada.episode is not None
    put_on_team(north.ada.episode, north.cora, role, ends_on=(NOW + DAY).date())
    assert sign_in(north.cora).post(page_of(held), {"against": "2"}).status_code == 303
    assert ReadinessMark.objects.get().author == north.cora.membership


def test_neither_client_nor_coach_knows_of_a_note_anywhere(north: Cast, held: Appointment) -> None:
    mark(by=north.theo.actor, appointment=held, said=Readiness(marks={"against": 2}))
    for person in (north.ada, north.kit, north.amy, north.zoe):
        assert not ReadinessMark.objects.visible_to(person.actor).exists()
        assert not ReadinessMark.objects.permitted(person.actor, Can.READ).exists()
    assert ReadinessMark.objects.visible_to(north.theo.actor).exists()


@pytest.mark.finding("F24")
def test_no_page_of_the_clients_and_no_answer_of_the_api_holds_it(
    north: Cast, sign_in: SignIn, theo: Client, held: Appointment
) -> None:
    theo.post(page_of(held), {**ALL, "against": "2"})
    ada = sign_in(north.ada)
    names = (
        "today",
        "work",
        "notes",
        "settings",
        "reading_log",
        "api_me",
        "api_episodes",
        "api_assignments",
        "api_entries",
    )
    for name in names:
        text = ada.get(reverse(name)).content.decode()
        assert [word for word in ("zqwhyxv", "zqchangexv", "zqstayxv", "against", "readiness") if word in text] == [], (
            name
        )


# --- on the record, sealed, quiet --------------------------------------------------------------------------------------


def test_reading_and_marking_are_on_the_record_without_what_was_marked(theo: Client, held: Appointment) -> None:
    theo.get(page_of(held))
    theo.post(page_of(held), ALL)
    events = {
        event.verb: event for event in AuditEvent.objects.filter(verb__in=("session_notes.read", "readiness.marked"))
    }
    assert events["session_notes.read"].is_read
    assert events["readiness.marked"].detail == {"appointment": str(held.pk)}


def test_it_is_sealed_and_sends_nothing(theo: Client, held: Appointment, mailoutbox: list[Any]) -> None:
    theo.post(page_of(held), ALL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM reviews_readinessmark t")
        stored = cursor.fetchone()[0]
    assert "zq" not in stored
    assert (OutgoingMessage.objects.count(), mailoutbox) == (0, [])


def test_the_pages_of_a_session_lead_to_it(north: Cast, theo: Client, held: Appointment) -> None:
    assert north.ada.episode is not None
    for name, pk in (("client_page", north.ada.episode.pk), ("digest", held.pk)):
        assert page_of(held) in theo.get(reverse(name, args=[pk])).content.decode(), name


def test_it_costs_the_same_for_ever_more_sessions(north: Cast, theo: Client, held: Appointment) -> None:
    def counted() -> int:
        theo.get(page_of(held))
        with CaptureQueriesContext(connection) as queries:
            theo.get(page_of(held))
        return len(queries)

    def more(days: int) -> UUID:
        one = session(north.ada, north.theo, NOW - days * DAY)
        return mark(by=north.theo.actor, appointment=one, said=Readiness(marks={"unsure": 1})).pk

    for days in (7, 14, 21):
        more(days)
    few = counted()
    for days in range(28, 80, 7):
        more(days)
    assert counted() == few
