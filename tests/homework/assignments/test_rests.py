"""What makes things worse rests until both want it (F67); everything may rest for some days and comes back by itself (F33)."""

from datetime import date, datetime, time
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from clinic.models import AuditEvent, ContactPrefs
from clinic.refusal import ActionRefused
from homework.assignments import reminders
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest, sharing
from homework.assignments.models import Assignment, Entry, Plan
from homework.reviews import ways_taken
from homework.reviews.actions.digest import build_digest
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, url

pytestmark = pytest.mark.django_db


def at_nine(cast: Cast, slug: str = "w02") -> Assignment:
    """Daily at nine, with a reminder half past eight."""
    return given.agreed(cast, slug, local_time=time(9), reminder=Plan.Reminder.NEUTRAL, reminder_time=time(8, 30))


def both_moments(work: Assignment) -> tuple[datetime | None, datetime | None]:
    work.refresh_from_db()
    return work.next_due_at, work.next_reminder_at


# --- this is making things worse --------------------------------------------------------------------------------------


@pytest.mark.finding("F67")
def test_one_tap_pauses_at_once_shows_the_card_and_nothing_is_due_or_reminded(north: Cast, ada: Client) -> None:
    work = at_nine(north)
    card = given.agreed(north, "w19")
    given.begun(north, card, {"signs": [{"sign": "I stop answering"}]})
    entry = given.begun(north, work, {"hot_thought": "He"})
    sheet = ada.get(url("entry", entry.pk)).content.decode()
    assert f'formaction="{url("entry_worse", entry.pk)}"' in sheet, "one tap on every worksheet"
    assert url("work_worse", work.pk) in ada.get(url("task", work.pk)).content.decode()
    answer = ada.post(url("entry_worse", entry.pk), {"hot_thought": "He will sigh", "rev": str(entry.rev)})
    entry.refresh_from_db()
    assert entry.answers == {"hot_thought": "He will sigh"}, "what was typed is kept"
    shown = ada.get(answer["Location"]).content.decode()
    assert url("help_now") in shown
    assert f"{url('entry', Entry.objects.get(assignment=card).pk)}?card=1" in shown
    assert both_moments(work) == (None, None)
    assert (work.state, work.rest) == (Assignment.State.PAUSED, Assignment.Rest.WORSE)
    assert AuditEvent.objects.filter(verb="assignment.worse", object_id=work.pk).count() == 1
    for day in (1, 2, 9):
        with time_machine.travel(datetime.fromisoformat(f"2031-05-0{day}T07:31:00+00:00")):
            reminders.look_ahead(north.north, datetime.fromisoformat(f"2031-05-0{day}T07:00:00+00:00"))
            assert reminders.queue_due(north.north, datetime.fromisoformat(f"2031-05-0{day}T07:31:00+00:00")) == (0, 0)
    assert both_moments(work) == (None, None)


@pytest.mark.finding("F67")
def test_neither_alone_can_go_on_and_both_together_can(north: Cast, ada: Client, sign_in: SignIn) -> None:
    work = at_nine(north)
    ada.post(url("work_worse", work.pk))
    with pytest.raises(ActionRefused, match="when you both want it"):
        rest.resume(by=north.ada.actor, assignment=given.fresh(work))
    with pytest.raises(ActionRefused, match="their own yes"):
        rest.resume(by=north.theo.actor, assignment=given.fresh(work))
    with pytest.raises(ActionRefused):
        doing.begin(by=north.ada.actor, assignment=given.fresh(work))
    assert url("work_resume", work.pk) not in ada.get(url("task", work.pk)).content.decode()
    assert url("work_resume", work.pk) not in ada.get(url("work")).content.decode()
    theo = sign_in(north.theo)
    assert "made things worse. It rests until you both want to go on." in page(theo, "therapist_home")
    assert "We could go on" in page(theo, "assignment", work.pk)
    theo.post(url("assignment_go_on", work.pk))
    assert both_moments(work) == (None, None), "the offer alone starts nothing"
    with pytest.raises(ActionRefused, match="their own yes"):
        rest.resume(by=north.theo.actor, assignment=given.fresh(work))
    assert "Theo would go on with it" in page(ada, "today")
    ada.post(url("work_resume", work.pk))
    assert work.next_due_at is None
    assert None not in both_moments(work)
    assert (work.state, work.rest, work.resume_offered_at) == (Assignment.State.ACTIVE, "", None)


@pytest.mark.finding("F67")
def test_a_yes_to_an_earlier_proposal_does_not_wake_it_but_a_later_proposal_is_an_offer(north: Cast) -> None:
    work = at_nine(north)
    planning.change(by=north.theo.actor, assignment=given.fresh(work), words=given.words(size="S"))
    rest.worse(by=north.ada.actor, assignment=given.fresh(work))
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    assert both_moments(work) == (None, None)
    assert work.state == Assignment.State.PAUSED
    planning.change(by=north.theo.actor, assignment=given.fresh(work), words=given.words(place="in the garden"))
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    work.refresh_from_db()
    assert (work.state, work.rest) == (Assignment.State.ACTIVE, "")


@pytest.mark.finding("F67")
def test_it_can_be_said_of_what_rests_already_and_after_an_offer_again(north: Cast, ada: Client) -> None:
    work = at_nine(north)
    rest.pause(by=north.ada.actor, assignment=work)
    ada.post(url("work_worse", work.pk))
    rest.offer_to_go_on(by=north.theo.actor, assignment=given.fresh(work))
    ada.post(url("work_worse", work.pk))
    work.refresh_from_db()
    assert (work.rest, work.resume_offered_at) == (Assignment.Rest.WORSE, None)
    with pytest.raises(ActionRefused):
        rest.offer_to_go_on(by=north.ada.actor, assignment=given.fresh(work))


@pytest.mark.finding("F67")
def test_the_digest_says_so_before_the_next_session(north: Cast) -> None:
    work = at_nine(north)
    appointment = given.session(north)
    rest.worse(by=north.ada.actor, assignment=given.fresh(work))
    assert ways_taken.state_of(given.fresh(work)) == "worse"
    stored = build_digest(appointment.pk, by=north.theo.actor)
    assert "plan.worse" in str(stored.content)
    assert "D7" in stored.content["signals"]


@pytest.mark.finding("F67")
def test_sharing_that_it_felt_worse_offers_the_same_tap(north: Cast, ada: Client) -> None:
    work = at_nine(north)
    entry = given.shared(north, work, {"hot_thought": "x"}, after=sharing.After(amount=1, obstacles=["worse"]))
    assert url("work_worse", work.pk) in ada.get(url("entry_done", entry.pk)).content.decode()


# --- everything rests -------------------------------------------------------------------------------------------------


@pytest.mark.finding("F33")
@pytest.mark.parametrize("days", [1, 14])
def test_everything_rests_and_comes_back_by_itself_on_that_day(north: Cast, sign_in: SignIn, days: int) -> None:
    with time_machine.travel("2031-05-02T06:00:00Z"):
        work, event = at_nine(north), given.agreed(north, "w31", frequency="event")
        ada = sign_in(north.ada)
        assert "Pause everything for" in page(ada, "work")
        assert ada.post(url("pause_all"), {"days": str(days), "back": "today"})["Location"] == url("today")
        until = date(2031, 5, 2 + days)
        assert ContactPrefs.objects.get(client=north.ada.membership).paused_until == until
        due, reminder = both_moments(work)
        assert due is not None and reminder is not None
        assert (due.date(), reminder.date()) == (until, until), "nothing is due and nothing reminds before"
        shown = page(ada, "today")
        assert "Everything rests" in shown and "Go on now" in shown
        assert given.load("w02").title not in shown
        assert given.load("w31").title not in shown
    with time_machine.travel(f"2031-05-{1 + days:02}T21:30:00Z"):
        assert "Everything rests" in page(sign_in(north.ada), "today")
    with time_machine.travel(f"2031-05-{2 + days:02}T08:00:00Z"):
        shown = page(sign_in(north.ada), "today")
        assert "Everything rests" not in shown
        assert str(given.load("w02").title) in shown, "nothing had to wake it"
        assert str(given.load("w31").title) in shown
        work.refresh_from_db()
        event.refresh_from_db()
        assert work.state == event.state == Assignment.State.ACTIVE


@pytest.mark.finding("F33")
def test_going_on_before_is_one_tap_and_days_outside_are_refused(north: Cast, ada: Client) -> None:
    work = at_nine(north)
    before = both_moments(work)
    ada.post(url("pause_all"), {"days": "7"})
    assert both_moments(work) != before
    ada.post(url("resume_all"), {"back": "today"})
    assert both_moments(work) == before
    assert ada.post(url("pause_all"), {"days": "15"}).status_code == 422
    for days in (0, 15):
        with pytest.raises(ActionRefused):
            rest.pause_all(by=north.ada.actor, days=days)
    assert {"work.all_paused", "work.all_resumed"} <= set(AuditEvent.objects.values_list("verb", flat=True))


@pytest.mark.finding("F33")
def test_a_pause_is_no_time_in_which_something_was_not_done(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2031-05-01T08:00:00Z"):
        at_nine(north)
        appointment = given.session(north, datetime.fromisoformat("2031-05-20T10:00:00+00:00"))
    with time_machine.travel("2031-05-02T08:00:00Z"):
        rest.pause_all(by=north.ada.actor, days=14)
    with time_machine.travel("2031-05-15T08:00:00Z"):
        stored = build_digest(appointment.pk, by=north.theo.actor)
        assert not {"D4", "D12"} & set(stored.content["signals"])
        assert "plan.all_rests" in str(stored.content)
        assert "What in the plan could change" not in page(sign_in(north.theo), "therapist_home")


def test_what_is_shared_meanwhile_leaves_the_pause_as_it_is(north: Cast) -> None:
    with time_machine.travel("2031-05-02T06:00:00Z"):
        work = at_nine(north)
        rest.pause_all(by=north.ada.actor, days=5)
        entry = doing.begin(by=north.ada.actor, assignment=given.fresh(work))
        sharing.share(
            by=north.ada.actor,
            entry=entry,
            values={"hot_thought": "x"},
            kept_private=[],
            after=sharing.After(),
            key=uuid4(),
        )
        due, _reminder = both_moments(work)
        assert due is not None and due.date() == date(2031, 5, 7)
