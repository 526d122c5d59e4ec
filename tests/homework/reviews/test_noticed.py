"""Things I've noticed: a star on a line of one's own finds it again and changes nothing (F31)."""

import pytest
from django.utils import timezone

from clinic.refusal import ActionRefused
from homework.assignments.models import Entry
from homework.reviews.actions import noticed as starring
from homework.reviews.digest import gather
from homework.reviews.digest.input import digest_input
from homework.reviews.models import Noticed
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, statements, told, url

pytestmark = [pytest.mark.django_db, pytest.mark.finding("F31")]
FOUND = "It passed sooner than I thought."


def shared(cast: Cast, **more: str) -> Entry:
    return given.shared(cast, given.agreed(cast), {"hot_thought": "They laugh.", "found_out": FOUND, **more})


def test_a_star_on_the_page_puts_the_line_on_a_page_of_its_own_with_a_link_to_its_entry(
    north: Cast, sign_in: SignIn
) -> None:
    entry, browser = shared(north), sign_in(north.ada)
    assert "Put a star on it" in page(browser, "entry", entry.pk)
    answer = browser.post(url("entry_star", entry.pk), {"key": "found_out", "on": "1"})
    assert answer.status_code == 303 and answer["Location"] == f"{url('entry', entry.pk)}#a-found_out"
    assert "Starred" in page(browser, "entry", entry.pk)
    shown = browser.get(url("noticed")).content.decode()
    assert FOUND in shown and f'href="{url("entry", entry.pk)}"' in shown and "They laugh." not in shown


def test_taking_the_star_off_takes_it_from_this_page_only(north: Cast, sign_in: SignIn) -> None:
    entry, browser = shared(north), sign_in(north.ada)
    starring.star(by=north.ada.actor, entry=entry, key="found_out")
    sent = {"key": "found_out", "on": "0", "from": "noticed"}
    assert FOUND not in told(browser, browser.post(url("entry_star", entry.pk), sent))
    assert FOUND in page(browser, "entry", entry.pk)
    assert not Noticed.objects.exists()


def test_twice_is_once_and_only_own_words_have_a_star(north: Cast) -> None:
    entry = shared(north)
    for _again in range(2):
        starring.star(by=north.ada.actor, entry=entry, key="found_out")
    assert Noticed.objects.count() == 1
    for key in ("mood_before", "not_there", "tried"):
        with pytest.raises(ActionRefused):
            starring.star(by=north.ada.actor, entry=entry, key=key)


def test_newest_first_in_as_many_statements_however_many_there_are(north: Cast, sign_in: SignIn) -> None:
    browser, work = sign_in(north.ada), given.agreed(north)
    counts = []
    for word in ("One.", "Two.", "Three."):
        starring.star(by=north.ada.actor, entry=given.shared(north, work, {"found_out": word}), key="found_out")
        browser.get(url("noticed"))
        counts.append(statements(browser, "get", url("noticed")))
    assert len(set(counts)) == 1
    shown = page(browser, "noticed")
    assert shown.index("Three.") < shown.index("Two.") < shown.index("One.")


def test_nobody_else_stars_or_sees_the_page(north: Cast, sign_in: SignIn) -> None:
    entry = shared(north)
    with pytest.raises(ActionRefused):
        starring.star(by=north.theo.actor, entry=entry, key="found_out")
    assert sign_in(north.theo).get(url("noticed")).status_code == 404
    assert sign_in(north.ben).post(url("entry_star", entry.pk), {"key": "found_out"}).status_code == 404


def test_the_digest_tells_the_starred_line_first(north: Cast) -> None:
    session, work = given.session(north), given.agreed(north)
    first, second = (given.shared(north, work, {"found_out": word}) for word in ("Plain.", "With a star."))
    starring.star(by=north.ada.actor, entry=first, key="found_out")
    now = timezone.now()
    rows = digest_input(gather.intervals(gather.appointments([session.pk], now), now)[0]).found_out
    assert {row.words: row.starred for row in rows} == {"Plain.": True, "With a star.": False}
    assert second.pk != first.pk


@pytest.mark.finding("F38")
def test_the_last_entry_is_one_tap_away_from_the_task_and_from_today(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north, frequency="event")
    entry, browser = given.shared(north, work, {"found_out": FOUND}), sign_in(north.ada)
    for name, args in (("task", [work.pk]), ("today", [])):
        shown = browser.get(url(name, *args)).content.decode()
        assert f'href="{url("entry", entry.pk)}"' in shown and "ast time" in shown, name
