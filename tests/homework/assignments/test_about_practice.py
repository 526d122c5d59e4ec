"""What a client says about practice between sessions: offered once, all of it optional, read on the first planning screen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.models import ContactPrefs, Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import practice
from homework.assignments.models import FitProfile
from homework.assignments.planning.about_practice import stamp
from tests.cast import Cast
from tests.homework.assignments.pages import SignIn, page, statements, told, url

pytestmark = [pytest.mark.django_db, pytest.mark.finding("F14")]
LINE = "Five questions, if you like."
SAID = {
    "earlier": "Thought records, once.",
    "word": "School, and red ink.",
    "noun": "experiment",
    "helped": "A friend did it too.",
    "in_the_way": "Late evenings.",
}


def episode(cast: Cast) -> Episode:
    assert cast.ada.episode is not None
    return cast.ada.episode


def make_new(cast: Cast, days: int = 2) -> None:
    Episode.objects.filter(pk=episode(cast).pk).update(opened_on=timezone.now().date() - timedelta(days=days))


def send(browser: Client, **changes: str) -> str:
    shown = browser.get(url("about_practice")).content.decode()
    grew_from = shown.split('name="grew_from" value="')[1].split('"')[0]
    return told(browser, browser.post(url("about_practice"), {**SAID, "grew_from": grew_from, **changes}))  # type: ignore[arg-type]


def test_a_new_client_is_offered_it_in_one_line_which_costs_no_statement(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    browser.get(url("today"))
    before = statements(browser, "get", url("today"))
    assert LINE not in page(browser, "today")  # thirty days here: it is in the settings
    make_new(north)
    assert LINE not in page(browser, "today")  # one thing at a time: whether it is safe to write comes first
    ContactPrefs.objects.update(asked_at=timezone.now())
    assert LINE in page(browser, "today")
    assert statements(browser, "get", url("today")) == before
    assert url("about_practice") in browser.get(url("settings")).content.decode()


def test_answering_keeps_the_words_sealed_and_changes_the_word_on_the_pages(north: Cast, sign_in: SignIn) -> None:
    make_new(north)
    shown = send(sign_in(north.ada))
    assert LINE not in shown and "Today Experiments Notes" in shown
    kept = FitProfile.objects.get(episode=episode(north))
    assert kept.practice == {part: SAID[part] for part in ("earlier", "word", "helped", "in_the_way")}
    assert ContactPrefs.objects.get(client=north.ada.membership).noun == "experiment"
    with connection.cursor() as cursor:
        cursor.execute("SELECT practice FROM assignments_fitprofile")
        assert b"red ink" not in bytes(cursor.fetchone()[0])


def test_every_question_may_stay_open(north: Cast, sign_in: SignIn) -> None:
    make_new(north)
    shown = send(sign_in(north.ada), earlier="", word="", noun="", helped="", in_the_way="")
    assert "Saved." in shown and LINE not in shown
    assert ContactPrefs.objects.get(client=north.ada.membership).noun == "practice"


def test_it_can_be_put_away_and_found_again(north: Cast, sign_in: SignIn) -> None:
    make_new(north)
    browser = sign_in(north.ada)
    assert LINE not in told(browser, browser.post(url("about_practice_away")))
    assert "Saved." in send(browser)
    assert "School, and red ink." in browser.get(url("about_practice")).content.decode()


def test_the_therapist_reads_it_on_the_first_planning_screen_open(north: Cast, sign_in: SignIn) -> None:
    send(sign_in(north.ada))
    theo = sign_in(north.theo)
    shown = theo.get(url("propose", episode(north).pk)).content.decode()
    assert "School, and red ink." in shown and "Prefers the word" in shown and "experiments" in shown
    assert '<details open><summary class="small">About practice between sessions' in shown


def test_switched_off_only_the_client_reads_it(north: Cast, sign_in: SignIn) -> None:
    send(sign_in(north.ada))
    FitProfile.objects.update(in_use=False)
    assert "red ink" not in page(sign_in(north.theo), "propose", episode(north).pk)
    assert "Only you, because you switched off what suits you." in page(sign_in(north.ada), "about_practice")


def test_two_pages_never_overwrite_each_other(north: Cast) -> None:
    before = stamp(FitProfile(episode=episode(north)))
    said = {"earlier": "One."}
    practice.say(by=north.ada.actor, episode=episode(north), said=said, noun="practice", grew_from=before)
    practice.say(by=north.ada.actor, episode=episode(north), said=said, noun="practice", grew_from=before)  # sent twice
    with pytest.raises(ActionRefused, match="changed somewhere else"):
        practice.say(
            by=north.ada.actor, episode=episode(north), said={"earlier": "Two."}, noun="practice", grew_from=before
        )
    assert FitProfile.objects.get().practice["earlier"] == "One."


def test_what_was_typed_stays_when_it_is_refused(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    send(browser)
    refused = browser.post(url("about_practice"), {**SAID, "earlier": "Something newer.", "grew_from": "old"})
    assert refused.status_code == 409 and "Something newer." in refused.content.decode()


def test_nobody_else_says_it_for_them(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        practice.say(by=north.theo.actor, episode=episode(north), said={}, noun="practice", grew_from="")
