"""One thing to carry along: one card a session, for a day, and once more mid-week (F05)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clinic.access import system
from clinic.actions import contact
from clinic.models import Appointment
from clinic.refusal import ActionRefused
from homework.reviews import tasks
from homework.reviews.actions import takeaway as taking
from homework.reviews.models import Takeaway
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, text, told, url

pytestmark = [pytest.mark.django_db, pytest.mark.finding("F05")]
CARD = "One thing to carry with me"
HOURS = timedelta(hours=1)


def held(cast: Cast, hours_ago: float = 3.0) -> Appointment:
    return given.session(cast, timezone.now() - timedelta(hours=hours_ago))


def sweep(cast: Cast) -> int:
    return taking.bring(by=system(cast.north, "test"))


def test_a_session_that_ended_brings_exactly_one_card(north: Cast) -> None:
    held(north)
    assert [sweep(north), sweep(north)] == [1, 0]
    assert Takeaway.objects.count() == 1


def test_two_workers_at_once_make_one(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = held(north)
    monkeypatch.setattr("homework.reviews.takeaways.without_a_card", lambda now: [session])
    sweep(north)
    sweep(north)
    assert Takeaway.objects.count() == 1


@pytest.mark.parametrize("hours_ago", [-5, 0.5, 1.5, 30])
def test_not_before_an_hour_has_passed_and_not_after_a_day(north: Cast, hours_ago: float) -> None:
    held(north, hours_ago)
    assert sweep(north) == 0


def test_none_after_a_cancelled_session(north: Cast) -> None:
    session = held(north)
    session.state = Appointment.State.CANCELLED
    session.save()
    assert sweep(north) == 0


def test_none_when_the_client_turned_them_off(north: Cast) -> None:
    held(north)
    contact.offer_takeaways(by=north.ada.actor, offered=False)
    assert sweep(north) == 0


def test_the_sweep_of_the_worker_is_in_the_timetable_and_does_it_in_every_clinic(cast: Cast, north: Cast) -> None:
    from clinic.jobs import BY_TASK

    assert BY_TASK["reviews.takeaway_cards"].every == 300.0
    held(north)
    assert tasks.takeaway_cards() == 1
    assert tasks.takeaway_cards() == 0


def test_the_card_is_on_today_for_a_day_and_costs_one_statement(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    held(north)
    browser.get(url("today"))
    before = statements(browser, "get", url("today"))
    sweep(north)
    assert CARD in page(browser, "today")
    assert statements(browser, "get", url("today")) == before
    with time_machine.travel(timezone.now() + timedelta(hours=22), tick=False):
        assert CARD not in page(sign_in(north.ada), "today")


def test_what_is_written_is_sealed_and_comes_up_once_more_mid_week(north: Cast, sign_in: SignIn) -> None:
    held(north)
    sweep(north)
    row, browser = Takeaway.objects.get(), sign_in(north.ada)
    shown = told(browser, browser.post(url("takeaway", row.pk), {"text": "I can say no once.", "action": "keep"}))
    assert "Kept." in shown and CARD not in shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM reviews_takeaway")
        assert b"say no" not in bytes(cursor.fetchone()[0])
    again = system(north.north, "test")
    assert taking.bring_again(by=again) == 0
    later = timezone.now() + timedelta(days=3)
    with time_machine.travel(later, tick=False):
        assert [taking.bring_again(by=again), taking.bring_again(by=again)] == [1, 0]
        assert "I can say no once." in page(sign_in(north.ada), "today")
    with time_machine.travel(later + timedelta(days=2), tick=False):
        assert "I can say no once." not in page(sign_in(north.ada), "today")
        assert "I can say no once." in page(sign_in(north.ada), "history")


@pytest.mark.parametrize(("action", "wanted"), [("skip", True), ("stop", False)])
def test_it_can_be_skipped_or_stopped_without_a_reason(north: Cast, sign_in: SignIn, action: str, wanted: bool) -> None:
    held(north)
    sweep(north)
    browser = sign_in(north.ada)
    assert CARD not in told(browser, browser.post(url("takeaway", Takeaway.objects.get().pk), {"action": action}))
    north.ada.membership.contact.refresh_from_db()  # type: ignore[attr-defined]
    assert north.ada.membership.contact.takeaways is wanted  # type: ignore[attr-defined]
    assert Takeaway.objects.get().text is None


def test_they_can_be_turned_on_again_in_the_settings(north: Cast, sign_in: SignIn) -> None:
    contact.offer_takeaways(by=north.ada.actor, offered=False)
    told(browser := sign_in(north.ada), browser.post(url("settings"), {"part": "cards", "offered": "on"}))
    held(north)
    assert sweep(north) == 1


def test_sent_without_words_it_asks_again(north: Cast, sign_in: SignIn) -> None:
    held(north)
    sweep(north)
    answer = sign_in(north.ada).post(url("takeaway", Takeaway.objects.get().pk), {"text": "  "})
    assert answer.status_code == 422 and "Write one thing, or skip it." in text(answer)


def test_the_therapist_may_begin_it_with_the_clients_own_words(north: Cast, sign_in: SignIn) -> None:
    session = held(north)
    theo, ada = sign_in(north.theo), sign_in(north.ada)
    assert north.ada.episode is not None
    assert "Their words in the session of" in page(theo, "client_page", north.ada.episode.pk)
    told(theo, theo.post(url("takeaway_begin", session.pk), {"words": "I am allowed to rest."}))
    assert sweep(north) == 0  # there is one already
    shown = page(ada, "today")
    assert "I am allowed to rest." in shown and "These were your words." in shown
    row = Takeaway.objects.get()
    taking.write(by=north.ada.actor, takeaway=row, text="I am allowed to rest on Sundays.")
    with pytest.raises(ActionRefused, match="written theirs"):
        taking.begin(by=north.theo.actor, appointment=session, words="Something else.")
    assert "on Sundays" not in page(theo, "client_page", north.ada.episode.pk)  # what the client keeps is theirs


def test_nothing_is_begun_for_somebody_who_wants_no_cards(north: Cast) -> None:
    contact.offer_takeaways(by=north.ada.actor, offered=False)
    with pytest.raises(ActionRefused, match="rather not"):
        taking.begin(by=north.theo.actor, appointment=held(north), words="x")


def test_only_the_client_writes_it(north: Cast) -> None:
    held(north)
    sweep(north)
    actor: Any = north.theo.actor
    with pytest.raises(ActionRefused):
        taking.write(by=actor, takeaway=Takeaway.objects.get(), text="x")
