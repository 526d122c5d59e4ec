"""What went well, with or without a plan: written, seen, thanked for, told in the digest (F43)."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent, Episode
from homework.assignments.actions.sharing import After
from homework.assignments.models import Entry
from homework.reviews.models import Win
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.assignments.pages import page, text, told, url
from tests.homework.reviews.test_questions import digest_of, section

SignIn = Callable[[Person | None], Client]


@pytest.mark.finding("F43")
def test_a_win_needs_no_plan_and_the_thanks_can_be_read(north: Cast, sign_in: SignIn) -> None:
    ada, theo, coming = sign_in(north.ada), sign_in(north.theo), given.session(north)
    for name in ("today", "work"):
        assert url("wins") in ada.get(url(name)).content.decode()
    sent = {"text": "I rang my sister.", "submission_key": str(uuid4())}
    for _tap in range(2):
        assert "I rang my sister." in told(ada, ada.post(url("wins"), sent))
    win = Win.objects.get()
    assert "“I rang my sister.”" in section(coming, "celebrate")
    assert "I saw this. Thank you for telling me." in page(theo, "client_page", win.episode_id)
    for _tap in range(2):
        assert theo.post(url("win_seen", win.pk)).status_code == 303
    assert "Theo: “I saw this. Thank you for telling me.”" in page(ada, "wins")
    assert list(AuditEvent.objects.filter(verb__startswith="win.", is_read=False).order_by("at").values_list("verb", flat=True)) == ["win.noted", "win.seen"]  # fmt: skip


@pytest.mark.finding("F43")
def test_one_row_of_seven_is_some_is_acknowledged_and_is_in_the_digest(north: Cast, sign_in: SignIn) -> None:
    work, coming, ada = given.agreed(north), given.session(north), sign_in(north.ada)
    after = After(amount=Entry.Amount.A_LITTLE)
    entry = given.shared(north, work, {"hot_thought": "I will be late."}, after=after)
    assert entry.amount == Entry.Amount.A_LITTLE
    assert "That counts." in page(ada, "entry_done", entry.pk)
    (first, *_more) = digest_of(coming).section("celebrate").lines
    assert first.msg.id != "none"
    assert "1 of" in first.text or "1 entry" in first.text
    assert not [word for word in ("confetti", "🎉", "streak") if word in text(ada.get(url("entry_done", entry.pk)))]


@pytest.mark.finding("F43")
def test_nothing_to_celebrate_is_only_said_when_nothing_was_done(north: Cast) -> None:
    work, coming = given.agreed(north), given.session(north)
    assert section(coming, "celebrate") == ["none"]
    given.shared(north, work, {}, after=After(amount=Entry.Amount.A_LITTLE))
    assert section(coming, "celebrate") != ["none"]


def test_a_win_is_one_word_at_least_and_nothing_after_care_has_ended(north: Cast, sign_in: SignIn) -> None:
    ada = sign_in(north.ada)
    assert ada.post(url("wins"), {"text": "  "}).status_code == 422
    Episode.objects.filter(pk=north.ada.episode.pk).update(state=Episode.State.ENDED, ended_on=timezone.now().date())  # type: ignore[union-attr]
    assert ada.post(url("wins"), {"text": "Still here."}).status_code == 409
    assert not Win.objects.exists()
