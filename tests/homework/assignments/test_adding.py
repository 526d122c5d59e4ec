"""After sharing: what was shared never changes, what is added stands beside it with its day (security 8.2, F34)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import addition, sharing
from homework.assignments.models import Assignment, Entry, EntryAddition
from homework.reviews.actions.review import review_work
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, told, url

pytestmark = pytest.mark.django_db


def add(cast: Cast, entry: Entry, words: str = "It was Tuesday, not Monday", **more: str) -> EntryAddition:
    said = {"kind": "correction", **more}
    return addition.add(by=cast.ada.actor, entry=entry, words=words, submission_key=uuid4(), **said)


def test_an_addition_is_shown_to_both_with_its_day_and_changes_nothing(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "He will sigh"})
    was = Entry.objects.get(pk=entry.pk)
    assert url("entry_add", entry.pk) in ada.get(url("entry", entry.pk)).content.decode()
    sent = {"kind": "more", "key": "hot_thought", "words": "He did not sigh", "submission_key": str(uuid4())}
    for _twice in range(2):
        answer = ada.post(url("entry_add", entry.pk), sent)
    assert EntryAddition.objects.count() == 1, "a double tap adds once"
    assert "What you shared before stays as it was" in told(ada, answer)
    now = Entry.objects.get(pk=entry.pk)
    assert (now.answers, now.rev, now.shared_at, now.submission_hash) == (
        was.answers,
        was.rev,
        was.shared_at,
        was.submission_hash,
    )
    assert "You added this on" in page(ada, "entry", entry.pk)
    for route in ("assignment", "review"):
        shown = page(sign_in(north.theo), route, work.pk)
        assert "He did not sigh" in shown, route
        assert "He will sigh" in shown, route
    event = AuditEvent.objects.get(verb="entry.added_to")
    assert (event.object_id, event.detail) == (entry.pk, {"kind": "more"})


def test_the_therapist_hears_of_it_as_news(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "He will sigh"})
    review_work(by=north.theo.actor, assignment=given.fresh(work), outcome="keep")
    assert not Assignment.objects.awaiting_review().exists()
    theo = sign_in(north.theo)
    assert "He will sigh" not in page(theo, "therapist_home")
    add(north, entry)
    assert Assignment.objects.awaiting_review().get() == work
    assert "He will sigh" in page(theo, "therapist_home")
    assert "1 new entry" in page(theo, "review", work.pk)
    review_work(by=north.theo.actor, assignment=given.fresh(work), outcome="keep", learned="Looked again")
    assert not Assignment.objects.awaiting_review().exists()


@pytest.mark.finding("F34")
def test_taking_it_back_hides_its_additions_too(north: Cast, ada: Client, sign_in: SignIn) -> None:
    work = given.agreed(north)
    entry = given.shared(north, work, {"hot_thought": "He will sigh"})
    made = add(north, entry)
    ada.post(url("entry_take_back", entry.pk))
    assert not EntryAddition.objects.visible_to(north.theo.actor).exists()
    shown = page(sign_in(north.theo), "assignment", work.pk)
    assert "not Monday" not in shown
    assert "He will sigh" not in shown
    assert EntryAddition.objects.visible_to(north.ada.actor).get() == made
    assert "not Monday" in page(ada, "entry", entry.pk)


@pytest.mark.finding("F34")
def test_an_addition_to_a_part_kept_private_stays_private(north: Cast, sign_in: SignIn) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work)
    entry = sharing.share(
        by=north.ada.actor,
        entry=entry,
        values={"hot_thought": "mine", "found_out": "open"},
        kept_private=["hot_thought"],
        after=sharing.After(),
        key=uuid4(),
    )
    add(north, entry, "mine as well", key="hot_thought")
    shown = page(sign_in(north.theo), "assignment", work.pk)
    assert "mine" not in shown.split()
    assert "kept private" in shown


@pytest.mark.finding("F34")
def test_keeping_a_part_private_and_taking_back_within_24_hours_hold(north: Cast) -> None:
    entry = given.shared(north, given.agreed(north), {"hot_thought": "x"})
    Entry.objects.filter(pk=entry.pk).update(shared_at=timezone.now() - timedelta(hours=24, minutes=1))
    with pytest.raises(ActionRefused):
        sharing.take_back(by=north.ada.actor, entry=entry)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"words": " "}, "words"), ({"kind": "together"}, "kind"), ({"key": "no_such"}, "key")],
)
def test_what_does_not_fit_is_refused_beside_its_question(north: Cast, said: dict[str, str], field: str) -> None:
    entry = given.shared(north, given.agreed(north), {"hot_thought": "x"})
    with pytest.raises(ActionRefused) as refused:
        add(north, entry, **said)
    assert (refused.value.status, refused.value.field) == (422, field)


def test_a_draft_is_simply_changed_and_nobody_else_adds(north: Cast, ada: Client, sign_in: SignIn) -> None:
    work = given.agreed(north)
    draft = given.begun(north, work, {"hot_thought": "x"})
    assert ada.get(url("entry_add", draft.pk))["Location"] == url("entry", draft.pk)
    with pytest.raises(ActionRefused):
        add(north, draft)
    assert ada.post(url("entry_add", draft.pk), {"words": "x"}).status_code == 303
    assert sign_in(north.ben).get(url("entry_add", draft.pk)).status_code == 404
    assert not EntryAddition.objects.exists()


def test_what_was_typed_is_kept_when_something_is_missing(north: Cast, ada: Client) -> None:
    entry = given.shared(north, given.agreed(north), {"hot_thought": "x"})
    answer = ada.post(url("entry_add", entry.pk), {"kind": "correction", "words": "", "key": "hot_thought"})
    assert answer.status_code == 422
    assert '<option value="hot_thought" selected' in answer.content.decode()
