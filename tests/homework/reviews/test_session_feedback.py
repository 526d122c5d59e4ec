"""Three items about a session: asked once, for three days, all optional, read by its therapist alone, used for nothing else."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic.access import TeamRole
from clinic.models import Appointment, ReadingReason
from homework.reviews import digest
from homework.reviews.models import SessionFeedback
from tests.cast import Cast, Person, put_on_team
from tests.homework.reviews.test_therapist_pages import main_of, read
from tests.homework.reviews.weeks import DAY, NOW, agree, session, share

SignIn = Callable[[Person | None], Client]
ASKS = "How was the session for you?"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    """Ada, who said what is safe already, so that Today has nothing else to ask."""
    prefs = north.ada.membership.contact
    prefs.safe_checked_at = NOW
    for name in ("reading_noted_at", "asked_at", "safe_contact_at"):
        if hasattr(prefs, name):
            setattr(prefs, name, NOW)
    prefs.save()
    return sign_in(north.ada)


def held(cast: Cast, ago: timedelta = timedelta(days=1, hours=2)) -> Appointment:
    return session(cast.ada, cast.theo, NOW - ago)


def say(browser: Client, row: Appointment, **said: object) -> int:
    return browser.post(reverse("session_feedback", args=[row.pk]), said).status_code


def test_three_items_word_for_word_and_every_one_may_be_left_out(north: Cast, ada: Client) -> None:
    row = held(north)
    text = main_of(read(ada, "session_feedback", row.pk))
    for words in (
        "Was this week’s plan one you chose?",
        "Was there something you didn’t get to say?",
        "Yes, I’ll bring it",
        "Yes, please ask me",
        "One thing to do differently next time?",
    ):
        assert words in text
    assert say(ada, row) == 422
    assert say(ada, row, words="Less homework talk.") == 303
    assert SessionFeedback.objects.get().said == {"words": "Less homework talk."}


@pytest.mark.parametrize(
    ("ago", "asked"),
    [(timedelta(minutes=30), False), (timedelta(hours=1), True), (timedelta(days=3), True), (timedelta(days=3, hours=1), False)],
)  # fmt: skip
def test_it_can_be_said_from_the_end_of_the_session_for_three_days(
    north: Cast, ada: Client, ago: timedelta, asked: bool
) -> None:
    assert say(ada, held(north, ago), unsaid="no") == (303 if asked else 409)


def test_sent_twice_it_is_kept_once_and_other_words_later_change_nothing(north: Cast, ada: Client) -> None:
    row = held(north)
    assert [say(ada, row, chose="7"), say(ada, row, chose="7"), say(ada, row, chose="2")] == [303, 303, 409]
    assert SessionFeedback.objects.get().said == {"chose": 7}


def test_not_now_hides_it_for_that_session_only(north: Cast, ada: Client) -> None:
    row = held(north)
    today = read(ada, "today")
    if ASKS in today:  # Today asks one thing at a time; what is safe comes before this
        assert say(ada, row, action="not_now") == 303
        assert ASKS not in read(ada, "today")
    else:
        assert say(ada, row, action="not_now") == 303
    assert SessionFeedback.objects.get().said == {}
    other = session(north.ada, north.theo, NOW - timedelta(hours=2))
    assert say(ada, other, chose="9") == 303


def test_a_cancelled_session_is_not_asked_about(north: Cast, ada: Client) -> None:
    row = held(north)
    Appointment.objects.filter(pk=row.pk).update(state=Appointment.State.CANCELLED)
    assert say(ada, row, chose="7") == 409


def told(cast: Cast, ada: Client) -> Appointment:
    """Ada asked for room after yesterday's session; the next one is in four hours."""
    assert say(ada, held(cast), chose="4", unsaid="ask", words="Start with me.") == 303
    return session(cast.ada, cast.theo, NOW + timedelta(hours=4))


@pytest.mark.finding("F54")
def test_the_therapist_reads_it_beside_the_next_digest_and_please_ask_me_stands_in_section_three(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    coming = told(north, ada)
    text = main_of(read(sign_in(north.theo), "digest", coming.pk))
    asked = text.split("3 Asked", 1)[1].split("4 ", 1)[0]
    assert "There was something they did not get to say last time. Please ask." in asked
    assert "They asked for room:" in text
    assert "Start with me." in text
    assert SessionFeedback.objects.get().read_at == NOW


@pytest.mark.finding("F54")
def test_nobody_else_on_the_team_reads_it(north: Cast, ada: Client, sign_in: SignIn) -> None:
    coming = told(north, ada)
    assert north.ada.episode is not None
    put_on_team(north.ada.episode, north.cora, TeamRole.COVER, ends_on=(NOW + 5 * DAY).date())
    ReadingReason(
        clinic=north.north, episode=north.ada.episode, member=north.sol.membership, reason="Supervision.",
        until=NOW + timedelta(hours=1),
    ).save()  # fmt: skip
    read(sign_in(north.theo), "digest", coming.pk)  # built by its therapist, and stored
    for who in (north.cora, north.sol):
        text = main_of(read(sign_in(who), "digest", coming.pk))
        assert "did not get to say" not in text
        assert "Start with me." not in text


@pytest.mark.finding("F54")
def test_a_stored_digest_holds_nothing_of_it(north: Cast, ada: Client, sign_in: SignIn) -> None:
    coming = told(north, ada)
    read(sign_in(north.theo), "digest", coming.pk)
    assert "did not get" not in str(coming.digest.content)
    assert "Start with me" not in str(coming.digest.content)


@pytest.mark.finding("F54")
def test_the_digest_says_the_same_about_the_work_whatever_was_said_about_the_session(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    work = agree(north.ada, north.theo, at=NOW - 3 * DAY)
    share(north.ada, work, at=NOW - timedelta(hours=12))
    row = held(north, timedelta(days=2))
    coming = session(north.ada, north.theo, NOW + timedelta(hours=4))
    theo = sign_in(north.theo)

    def plan_section() -> str:
        return main_of(read(theo, "digest", coming.pk)).split("5 The plan", 1)[1].split("6 ", 1)[0]

    before = plan_section()
    assert say(ada, row, chose="0", unsaid="ask") == 303
    assert plan_section() == before


@pytest.mark.finding("F54")
def test_no_rule_reads_feedback_and_no_alliance_is_computed() -> None:
    folder = Path(str(digest.__file__)).parent
    reviews = folder.parent
    rules = [*folder.glob("*.py")]
    rules += [reviews / f"{name}.py" for name in ("attention", "quiet", "desk", "listening", "unreviewed", "caseload")]
    rules += [*(reviews.parent / "assignments").rglob("*.py"), *(reviews / "outcomes").glob("*.py")]
    known = {reviews.parent / "assignments" / "days" / "today.py"}  # fetches the row for the card, reads nothing of it
    for path in rules:
        source = path.read_text()
        if path not in known and "/migrations/" not in str(path):
            assert not re.search(r"session_?feedback|feedback\b *[.(=]|import feedback", source, re.IGNORECASE), path
        assert not re.search(r"alliance|rapport|\bSRS\b", source, re.IGNORECASE), path
