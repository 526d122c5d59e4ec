"""What the digest reads from answers: distress that stayed high, two feelings at once, a partner's private wish (D7, D14)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from clinic.models import Appointment
from homework.assignments.models import Assignment
from homework.reviews.actions import question
from homework.reviews.digest import build, gather, patterns
from homework.reviews.digest.input import digest_input
from homework.reviews.digest.rows import DigestInput
from homework.reviews.digest.stems import Pattern
from homework.reviews.models import Comment
from tests.cast import Cast
from tests.homework.reviews.weeks import DAY, NOW, agree, session, share
from tests.homework.worksheets.measures import answered

pytestmark = pytest.mark.django_db


def seen(cast: Cast) -> DigestInput:
    """The digest's input for Ada's session of today."""
    session(cast.ada, cast.theo, NOW - 7 * DAY)
    coming = session(cast.ada, cast.theo, NOW + timedelta(hours=4))
    with time_machine.travel(NOW, tick=False):
        return digest_input(gather.intervals(gather.appointments([coming.pk], NOW), NOW)[0])


def seen_again(cast: Cast) -> DigestInput:
    """The same session's input as it is now."""
    coming = Appointment.objects.filter(starts_at__gt=NOW).latest("starts_at")
    with time_machine.travel(NOW, tick=False):
        return digest_input(gather.intervals(gather.appointments([coming.pk], NOW), NOW)[0])


def stepped(cast: Cast, *pairs: tuple[int, int]) -> Assignment:
    """An approach task, with distress at its peak and at the end of each entry."""
    work = agree(cast.ada, cast.theo, at=NOW - 6 * DAY, slug="w07", size="M")
    for number, (peak, end) in enumerate(pairs):
        values = {"fear_start": 40, "fear_peak": peak, "fear_end": end, "found_out": "It moved."}
        share(cast.ada, work, at=NOW - (5 - number) * DAY, values=values)
    return work


@pytest.mark.parametrize(
    ("pairs", "hurts"),
    [(((70, 71), (70, 71)), True), (((70, 70), (70, 71)), False), (((70, 90),), False), (((90, 40), (80, 30)), False)],
)
def test_distress_that_ends_above_its_peak_twice_shows_in_the_digest(north: Cast, pairs: Any, hurts: bool) -> None:
    stepped(north, *pairs)
    found = build.signals_of(seen(north))
    assert ("D7" in found) is hurts


@pytest.mark.finding("F45")
@pytest.mark.parametrize(
    ("feelings", "both"),
    [(["afraid", "proud"], True), (["afraid"], False), (["proud", "happy"], False), (["calm", "afraid"], False)],
)
def test_scared_and_good_at_once_is_asked_about(north: Cast, feelings: list[str], both: bool) -> None:
    work = agree(north.ada, north.theo, at=NOW - 6 * DAY, slug="w26", size="M")
    picked = [{"feeling": name, "strength": 60} for name in feelings]
    share(north.ada, work, at=NOW - 2 * DAY, values={"sentence": "I would like to leave at five.", "emotions": picked})
    assert (Pattern.BOTH_FEELINGS in seen(north).patterns) is both


@pytest.mark.parametrize("value", [None, "afraid", [], ["afraid"], [{"own": "homesick"}], {"feeling": "afraid"}])
def test_answers_of_another_shape_hold_no_two_feelings(value: Any) -> None:
    assert not patterns.both_feelings(value)


@pytest.mark.finding("F63")
@pytest.mark.parametrize(("safe", "private"), [(3, True), (4, False)])
def test_little_safety_to_speak_is_a_line_for_the_therapist(north: Cast, safe: int, private: bool) -> None:
    work = agree(north.ada, north.theo, at=NOW - 6 * DAY, slug="couple-pulse", size="M")
    share(north.ada, work, at=NOW - DAY, values=answered({1: 8, 2: safe}))
    rows = seen(north)
    assert ("D14" in build.signals_of(rows)) is private
    assert (rows.couple_link is not None) is private


@pytest.mark.finding("F63")
def test_the_private_chip_is_a_line_until_it_was_talked_about(north: Cast) -> None:
    assert north.ada.episode is not None
    with time_machine.travel(NOW - DAY, tick=False):
        said = question.Said(kind="tell", chips=["alone"])
        asked = question.ask(by=north.ada.actor, episode=north.ada.episode, said=said, key=uuid4())
    rows = seen(north)
    assert "D14" in build.signals_of(rows)
    assert rows.couple_link == ("question", str(asked.pk))


def test_what_a_client_wrote_back_to_a_comment_stands_among_what_they_asked(north: Cast) -> None:
    work = agree(north.ada, north.theo, at=NOW - 6 * DAY, slug="w02", size="M")
    entry = share(north.ada, work, at=NOW - 5 * DAY)
    common = {"clinic": north.north, "episode": north.ada.episode, "entry": entry, "key": "found_out"}
    root = Comment(**common, author=north.theo.membership, text="What did you notice?")
    root.save()
    Comment(**common, author=north.ada.membership, text="zq that it passed", answers=root).save()
    (question,) = [row for row in seen(north).questions if row.words == "zq that it passed"]
    assert question.link == ("entry_comment", str(entry.pk))


@pytest.mark.finding("F50")
def test_somebody_who_asks_is_not_quiet(north: Cast) -> None:
    agree(north.ada, north.theo, at=NOW - 20 * DAY, slug="w02", size="M")
    assert "D12" in seen(north).signals
    assert north.ada.episode is not None
    with time_machine.travel(NOW - DAY, tick=False):
        question.ask(
            by=north.ada.actor, episode=north.ada.episode, said=question.Said(kind="how", text="How?"), key=uuid4()
        )
    assert "D12" not in seen_again(north).signals
