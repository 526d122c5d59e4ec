"""Doing it: begin, save as you go, make it smaller, share once, take back. No word is ever lost."""

import threading
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from clinic import vault
from clinic.models import AuditEvent, Episode
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments import writing
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.actions import sharing
from homework.assignments.actions.sharing import After
from homework.assignments.days import thanks
from homework.assignments.models import AfterCheck, Assignment, CopingPlan, DraftCopy, Entry, Plan, Score
from tests.cast import Cast, make_cast
from tests.homework.assignments import given

pytestmark = pytest.mark.django_db


def share(cast: Cast, entry: Entry, values: dict[str, Any], **more: Any) -> Entry:
    said: dict[str, Any] = {"kept_private": [], "after": After(amount=2), "key": uuid4()}
    return sharing.share(by=cast.ada.actor, entry=entry, values=values, **said | more)


# --- begin ------------------------------------------------------------------------------------------------------------


def test_beginning_twice_is_one_entry(north: Cast) -> None:
    work = given.agreed(north)
    assert given.begun(north, work).pk == given.begun(north, work).pk
    assert AuditEvent.objects.filter(verb="entry.begun").count() == 1


@pytest.mark.parametrize("frequency", ["once", "event"])
def test_beginning_twice_is_one_entry_where_there_is_no_day(north: Cast, frequency: str) -> None:
    work = given.agreed(north, frequency=frequency)
    first = given.begun(north, work)
    assert first.slot_on is None
    assert given.begun(north, work).pk == first.pk


def test_when_the_day_is_written_already_one_more_is_welcome_and_again_only_one(north: Cast) -> None:
    work = given.agreed(north)
    given.shared(north, work, {"hot_thought": "x"})
    more = given.begun(north, work)
    assert more.slot_on is None
    assert given.begun(north, work).pk == more.pk


def test_yesterdays_draft_is_not_todays(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north)
        old = given.begun(north, work, {"hot_thought": "x"})
    with time_machine.travel("2026-03-03T09:00:00Z"):
        new = given.begun(north, work)
    assert old.pk != new.pk
    assert (old.slot_on, new.slot_on) == (date(2026, 3, 2), date(2026, 3, 3))


def test_the_day_is_the_clients_own(north: Cast) -> None:
    north.ada.user.time_zone = "Pacific/Auckland"
    north.ada.user.save()
    with time_machine.travel("2026-03-02T20:00:00Z"):
        assert given.begun(north, given.agreed(north)).slot_on == date(2026, 3, 3)


@pytest.mark.finding("F18")
def test_what_was_not_agreed_cannot_be_begun(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        given.begun(north, given.proposed(north))
    paused = given.agreed(north, "w05")
    resting.pause(by=north.ada.actor, assignment=paused)
    with pytest.raises(ActionRefused):
        given.begun(north, paused)


@pytest.mark.finding("F07")
def test_what_happens_on_another_day_is_a_note_of_its_own(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        event, once = given.agreed(north, frequency="event"), given.agreed(north, frequency="once")
        old, begun = given.begun(north, event, {"tried": "x"}), given.begun(north, once, {"tried": "x"})
    with time_machine.travel("2026-03-03T09:00:00Z"):
        new = given.begun(north, event)
        assert new.pk != old.pk
        assert given.begun(north, event).pk == new.pk
        assert given.begun(north, once).pk == begun.pk


@pytest.mark.finding("F27")
def test_a_week_with_nothing_has_nothing_to_begin(north: Cast) -> None:
    assert north.ada.episode is not None
    work = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week.")
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    with pytest.raises(ActionRefused):
        given.begun(north, given.fresh(work))


@pytest.mark.finding("F41")
def test_the_small_version_is_one_tap_and_keeps_what_is_typed(north: Cast) -> None:
    work = given.agreed(north, size="M")
    entry = given.begun(north, work, {"situation": "on the stairs"})
    smaller = given.begun(north, work, size="S")
    assert smaller.pk == entry.pk
    assert (smaller.size, smaller.stepped_down, smaller.answers) == ("S", True, {"situation": "on the stairs"})
    bigger = doing.resize(by=north.ada.actor, entry=smaller, size="M")
    assert not bigger.stepped_down


@pytest.mark.parametrize("size", ["X", "L", "ss", ""])
def test_a_size_that_there_is_not_is_never_stored(north: Cast, size: str) -> None:
    entry = given.begun(north, given.agreed(north, size="M"), size=size)
    assert entry.size == "M"
    with pytest.raises(ActionRefused):
        doing.resize(by=north.ada.actor, entry=entry, size=size)


# --- save -------------------------------------------------------------------------------------------------------------


def test_saving_counts_up_and_knows_whether_anything_was_written(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north))
    first = doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": ""}, kept_private=[], rev=0)
    assert (first.rev, first.started) == (1, False)
    second = doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "x"}, kept_private=[], rev=1)
    assert (second.rev, second.started) == (2, True)


def test_two_devices_keep_both_texts_whichever_writes_last(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "on the phone"})
    with pytest.raises(doing.DraftConflict) as both:
        doing.save_draft(
            by=north.ada.actor, entry=entry, values={"tried": "on the laptop"}, kept_private=["tried"], rev=0
        )
    assert both.value.entry.answers == {"tried": "on the laptop"}
    assert [copy.answers for copy in entry.copies.all()] == [{"tried": "on the phone"}]
    later = doing.save_draft(
        by=north.ada.actor,
        entry=entry,
        values={"tried": "on the laptop, on"},
        kept_private=["tried"],
        rev=both.value.entry.rev,
    )
    assert later.answers == {"tried": "on the laptop, on"}
    assert [copy.answers for copy in entry.copies.all()] == [{"tried": "on the phone"}], "what was there is never lost"


@pytest.mark.finding("F34")
def test_a_part_kept_private_on_one_device_is_not_opened_by_the_other(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north))
    doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "a"}, kept_private=["tried"], rev=0)
    with pytest.raises(doing.DraftConflict):
        doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "b"}, kept_private=[], rev=0)
    entry.refresh_from_db()
    assert entry.kept_private == ["tried"]


def test_the_same_text_from_an_old_page_is_no_conflict(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "x"})
    again = doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "x"}, kept_private=[], rev=0)
    assert again.rev == 1
    assert not DraftCopy.objects.exists()


def test_a_first_word_beside_an_empty_draft_is_no_conflict(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": ""})
    saved = doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "x"}, kept_private=[], rev=0)
    assert saved.answers == {"tried": "x"}
    assert not DraftCopy.objects.exists()


def test_settling_keeps_what_the_client_chose_and_drops_the_copies(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "one"})
    with pytest.raises(doing.DraftConflict):
        doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "two"}, kept_private=[], rev=0)
    settled = doing.settle(by=north.ada.actor, entry=entry, values={"tried": "one"})
    assert settled.answers == {"tried": "one"}
    assert not entry.copies.exists()


def test_two_texts_are_put_one_under_the_other_and_rows_together() -> None:
    definition = given.load("w05")
    first = {"tried": "The call.", "small_done": "yes", "actions": [{"what": "Call"}]}
    second = {"tried": "The walk.", "small_done": "some", "found_out": "Cold.", "actions": [{"what": "Walk"}]}
    assert writing.joined(definition, first, second) == {
        "tried": "The call.\n\nThe walk.",
        "small_done": "yes",
        "found_out": "Cold.",
        "actions": [{"what": "Call"}, {"what": "Walk"}],
    }


@pytest.mark.finding("F34")
def test_what_is_not_on_the_smaller_page_keeps_its_answer_and_its_lock(north: Cast) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work)
    entry = doing.save_draft(
        by=north.ada.actor,
        entry=entry,
        values={"situation": "s", "hot_thought": "h"},
        kept_private=["situation"],
        rev=0,
    )
    entry = doing.resize(by=north.ada.actor, entry=entry, size="S")
    written = writing.read(entry, work.version.parsed, {"hot_thought": "h2", "rev": "1"})
    assert written.values == {"situation": "s", "hot_thought": "h2"}
    assert written.private == ["situation"]


@pytest.mark.parametrize("rev", ["", "x", "-1", "9" * 40, "²"])
def test_a_page_that_does_not_say_what_it_grew_from_never_overwrites(north: Cast, rev: str) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"tried": "x"})
    assert writing.read(entry, work.version.parsed, {"rev": rev}).rev == writing.UNKNOWN_REV


# --- share ------------------------------------------------------------------------------------------------------------


def test_sharing_twice_with_one_key_is_sharing_once(north: Cast) -> None:
    entry, key = given.begun(north, given.agreed(north)), uuid4()
    first = share(north, entry, {"tried": "x"}, key=key)
    again = share(north, entry, {"tried": "x"}, key=key)
    assert (first.pk, first.shared_at) == (again.pk, again.shared_at)
    assert AuditEvent.objects.filter(verb="entry.shared").count() == 1
    assert AfterCheck.objects.count() == 1


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(north: Cast) -> None:
    entry, key = given.begun(north, given.agreed(north)), uuid4()
    share(north, entry, {"tried": "x"}, key=key)
    with pytest.raises(ActionRefused) as no:
        share(north, entry, {"tried": "y"}, key=key)
    entry.refresh_from_db()
    assert (no.value.status, entry.answers) == (422, {"tried": "x"})


def test_another_key_for_what_is_shared_is_refused(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north))
    share(north, entry, {"tried": "x"})
    with pytest.raises(ActionRefused) as no:
        share(north, entry, {"tried": "x"})
    assert no.value.status == 409


def test_a_key_that_shared_another_entry_is_refused(north: Cast) -> None:
    key = uuid4()
    share(north, given.begun(north, given.agreed(north)), {"tried": "x"}, key=key)
    other = given.begun(north, given.agreed(north, "w05"))
    with pytest.raises(ActionRefused) as no:
        share(north, other, {"tried": "x"}, key=key)
    other.refresh_from_db()
    assert (no.value.status, other.state) == (409, Entry.State.DRAFT)


def test_nothing_is_shared_that_was_written_after_the_page_was_looked_at(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north), {"tried": "seen"})
    doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "not seen"}, kept_private=[], rev=1)
    with pytest.raises(ActionRefused) as no:
        share(north, entry, {"tried": "seen"}, rev=1)
    entry.refresh_from_db()
    assert (no.value.status, entry.state, entry.answers) == (409, Entry.State.DRAFT, {"tried": "not seen"})


def test_sharing_nothing_is_refused_kindly(north: Cast) -> None:
    entry = given.begun(north, given.agreed(north))
    with pytest.raises(ActionRefused, match="One word is enough") as no:
        share(north, entry, {"tried": ""}, after=After())
    assert no.value.status == 422


@pytest.mark.finding("F43")
def test_one_line_of_a_whole_page_is_shared_and_counts(north: Cast) -> None:
    work = given.agreed(north)
    entry = share(north, given.begun(north, work), {"hot_thought": "He will sigh"}, after=After(amount=1))
    assert entry.state == Entry.State.SHARED
    assert thanks.acknowledgement(work.version.parsed, entry) == "You wrote one line. That counts."
    hard = share(north, given.begun(north, work), {"mood_before": 2}, after=After(amount=1))
    assert thanks.acknowledgement(work.version.parsed, hard) == "You wrote one line on a hard day. That counts."


def test_amount_and_depth_are_kept_apart(north: Cast) -> None:
    entry = share(
        north, given.begun(north, given.agreed(north)), {"tried": "x"}, after=After(amount=1, engaged=8, learned=5)
    )
    entry.refresh_from_db()
    assert (entry.amount, float(entry.depth)) == (1, 6.5)
    assert entry.after.ratings == {"engaged": 8, "learned": 5}


@pytest.mark.finding("F20")
def test_what_became_of_an_if_then_is_kept_with_that_plan_only(north: Cast) -> None:
    work, other = given.agreed(north), given.agreed(north, "w05")
    mine, strange = (CopingPlan.objects.get(plan__assignment=one) for one in (work, other))
    after = After(amount=4, coping={mine.pk: "used", strange.pk: "used"})
    share(north, given.begun(north, work), {"tried": "x"}, after=after)
    mine.refresh_from_db()
    strange.refresh_from_db()
    assert (mine.outcome, strange.outcome) == ("used", "")


def test_sharing_moves_what_is_due_past_the_day_that_is_done(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north)
        share(north, given.begun(north, work), {"tried": "x"})
        assert given.fresh(work).next_due_at.date() == date(2026, 3, 3)


@pytest.mark.finding("F40")
def test_what_got_in_the_way_can_be_told_without_opening_the_sheet(north: Cast) -> None:
    work = given.agreed(north)
    entry = sharing.not_today(by=north.ada.actor, assignment=work, obstacles=["care", "bogus"], key=uuid4())
    assert (entry.state, entry.amount, entry.started) == (Entry.State.SHARED, 0, False)
    assert entry.after.obstacles == ["care"]
    assert "useful" in thanks.acknowledgement(work.version.parsed, entry)


def test_what_got_in_the_way_never_shares_a_draft_unseen(north: Cast) -> None:
    work = given.agreed(north)
    draft = given.begun(north, work, {"tried": "private so far"})
    with pytest.raises(ActionRefused):
        sharing.not_today(by=north.ada.actor, assignment=work, obstacles=["time"], key=uuid4())
    draft.refresh_from_db()
    assert draft.state == Entry.State.DRAFT


def test_a_measure_asks_for_each_question_or_a_wish_not_to_answer(north: Cast) -> None:
    work = given.agreed(north, "gad-7", size="M")
    entry = given.begun(north, work)
    answers: dict[str, Any] = {f"q{n}": 1 for n in range(1, 7)}
    with pytest.raises(ActionRefused) as no:
        share(north, entry, answers, after=After())
    assert (no.value.status, no.value.field) == (422, "q7")
    share(north, entry, answers | {"q7": 3}, after=After())
    assert Score.objects.get(entry=entry).result["total"] == 9


# --- take back --------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F34")
def test_a_shared_entry_can_be_taken_back_for_a_day_and_the_record_stays(north: Cast) -> None:
    entry = given.shared(north, given.agreed(north), {"tried": "x"})
    sharing.take_back(by=north.ada.actor, entry=entry)
    entry.refresh_from_db()
    assert (entry.state, entry.answers) == (Entry.State.WITHDRAWN, {"tried": "x"})
    assert Entry.objects.visible_to(north.ada.actor).filter(pk=entry.pk).exists()
    assert not Entry.objects.visible_to(north.theo.actor).filter(pk=entry.pk).exists()
    assert set(AuditEvent.objects.filter(object_id=entry.pk).values_list("verb", flat=True)) >= {
        "entry.shared",
        "entry.taken_back",
    }


@pytest.mark.finding("F34")
def test_after_a_day_it_cannot_be_taken_back(north: Cast) -> None:
    entry = given.shared(north, given.agreed(north), {"tried": "x"})
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)), pytest.raises(ActionRefused):
        sharing.take_back(by=north.ada.actor, entry=entry)


# --- who and when -----------------------------------------------------------------------------------------------------


@pytest.mark.finding("F33")
def test_a_draft_does_not_exist_for_anybody_else(north: Cast) -> None:
    draft = given.begun(north, given.agreed(north), {"tried": "x"})
    for person in (north.theo, north.kit, north.sol, north.amy, north.ben):
        assert not Entry.objects.visible_to(person.actor).filter(pk=draft.pk).exists()


@pytest.mark.parametrize("what", ["begin", "save", "share"])
def test_after_care_has_ended_nothing_new_is_written(north: Cast, what: str) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"tried": "x"})
    Episode.objects.filter(pk=work.episode_id).update(state=Episode.State.ENDED)
    with pytest.raises(ActionRefused, match="ended"):
        if what == "begin":
            given.begun(north, given.fresh(work))
        elif what == "save":
            doing.save_draft(by=north.ada.actor, entry=entry, values={"tried": "y"}, kept_private=[], rev=1)
        else:
            share(north, entry, {"tried": "x"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("frequency", [Plan.Frequency.DAILY, Plan.Frequency.EVENT])
def test_two_taps_at_the_very_same_time_are_one_entry(frequency: str) -> None:
    with transaction.atomic():
        cast = make_cast()
        with acting_in(cast.north.pk), vault.session():
            vault.open_contents([cast.ada.membership.pk])
            work = given.agreed(cast, frequency=frequency)
    ready, found = threading.Barrier(2, timeout=10), []

    def tap() -> None:
        try:
            with acting_in(cast.north.pk), vault.session(), transaction.atomic():
                vault.open_contents([cast.ada.membership.pk])
                mine = given.fresh(work)
                ready.wait()
                found.append(doing.begin(by=cast.ada.actor, assignment=mine).pk)
        finally:
            connections.close_all()

    taps = [threading.Thread(target=tap) for _ in range(2)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join(timeout=20)
    assert len(found) == 2
    assert found[0] == found[1]
    with acting_in(cast.north.pk), transaction.atomic():
        assert Assignment.objects.get(pk=work.pk).entries.count() == 1
    connection.close()
