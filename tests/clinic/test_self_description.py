"""About you, optional: the client's own, sealed, and nobody's at the clinic (F55, F56)."""

import pytest
from django.db import connection
from django.urls import reverse

from clinic.actions import self_description
from clinic.models import AuditEvent, SelfDescription
from clinic.refusal import ActionRefused
from tests.cast import Cast
from tests.homework.assignments.pages import SignIn, page, text, told, url

SAID = {"group": "latin", "means": "hard", "words": "zqmyownwordsxv"}


@pytest.mark.finding("F55")
def test_a_client_says_what_they_like_sees_it_again_and_takes_it_back(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    assert "About you (optional)" in page(browser, "settings")
    assert "Delete what I said" not in page(browser, "about_described")
    read = told(browser, browser.post(url("about_described"), SAID))
    assert "Saved. Nobody at the clinic sees it." in read
    assert "Delete what I said" in read
    markup = browser.get(url("about_described")).content.decode()
    assert markup.count("checked") == 2
    assert "zqmyownwordsxv" in markup
    told(browser, browser.post(url("about_described_away")))
    assert not SelfDescription.objects.exists()


@pytest.mark.finding("F56")
def test_the_page_says_who_sees_it_and_how_it_is_counted(north: Cast, sign_in: SignIn) -> None:
    read = page(sign_in(north.ada), "about_described")
    assert (
        "Nobody at the clinic sees what you say here. It is counted once a month, in groups of ten people or more."
        in read
    )


@pytest.mark.finding("F55")
def test_each_part_is_optional_and_nothing_at_all_keeps_nothing(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.ada)
    told(browser, browser.post(url("about_described"), {"means": "easy"}))
    assert SelfDescription.objects.get().said == {"means": "easy"}
    assert "Nothing is kept about this." in told(
        browser, browser.post(url("about_described"), {"group": "", "means": ""})
    )
    assert not SelfDescription.objects.exists()


def test_it_is_sealed_and_the_record_says_only_that_it_happened(north: Cast) -> None:
    self_description.say(by=north.ada.actor, **SAID)
    self_description.say(by=north.ada.actor, **SAID)
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM clinic_selfdescription")
        assert b"latin" not in bytes(cursor.fetchone()[0])
    events = AuditEvent.objects.filter(verb="self.described")
    assert events.count() == 1
    assert "latin" not in str(list(events.values()))


@pytest.mark.parametrize("wrong", [{"group": "tall"}, {"means": "rich"}])
def test_only_what_is_offered_can_be_chosen(north: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
    answer = sign_in(north.ada).post(url("about_described"), SAID | wrong)
    assert answer.status_code == 422
    assert "zqmyownwordsxv" in answer.content.decode()
    with pytest.raises(ActionRefused):
        self_description.say(by=north.ada.actor, **(SAID | wrong))
    assert not SelfDescription.objects.exists()


@pytest.mark.finding("F56")
def test_no_page_of_staff_or_of_another_client_holds_it(north: Cast, sign_in: SignIn) -> None:
    self_description.say(by=north.ada.actor, **SAID)
    assert north.ada.episode is not None
    for person in (north.theo, north.amy, north.ben, north.kit):
        browser = sign_in(person)
        assert person is north.ben or browser.get(url("about_described")).status_code == 404
        for name in ("board", "people", "therapist_home", "caseload", "figures", "about_described", "settings"):
            assert "zqmyownwordsxv" not in browser.get(reverse(name)).content.decode()
        answer = browser.get(url("client_page", north.ada.episode.pk))
        assert "zqmyownwordsxv" not in answer.content.decode()
        assert "Latin American" not in text(answer)
    with pytest.raises(ActionRefused):
        self_description.say(by=north.theo.actor, group="white")
