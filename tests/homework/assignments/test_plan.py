"""From an idea to something agreed: propose, shape, yes, talk first, not now; change, rest, let go."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
import time_machine

from clinic.models import AuditEvent, Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.forms.plan import PlanForm, ShapeForm
from homework.assignments.models import Assignment, BeforeCheck, CopingPlan, Plan
from homework.assignments.planning.plan_words import Beliefs, IfThen, words_of
from tests.cast import Cast
from tests.homework.assignments import given

pytestmark = pytest.mark.django_db


@pytest.mark.finding("F01")
def test_a_reason_that_is_still_the_librarys_is_refused(north: Cast) -> None:
    seed = given.version("w02").parsed.why
    with pytest.raises(ActionRefused) as no:
        given.proposed(north, rationale=f"  {str(seed).upper()} ")
    assert (no.value.status, no.value.field) == (422, "rationale")


@pytest.mark.finding("F15")
@pytest.mark.finding("F19")
@pytest.mark.parametrize("missing", ["rationale", "first_step", "counts_as_some"])
def test_a_proposal_without_what_a_client_needs_is_refused_and_says_which(north: Cast, missing: str) -> None:
    with pytest.raises(ActionRefused) as no:
        given.proposed(north, **{missing: "  "})
    assert (no.value.status, no.value.field) == (422, missing)
    assert not Assignment.objects.exists()


@pytest.mark.finding("F18")
def test_before_the_clients_yes_nothing_is_due_and_no_reminder_can_come(north: Cast) -> None:
    work = given.proposed(north, reminder=Plan.Reminder.NEUTRAL, reminder_time=time(9))
    assert work.state == Assignment.State.PROPOSED
    assert (work.next_due_at, work.next_reminder_at) == (None, None)


@pytest.mark.finding("F18")
def test_a_yes_makes_it_active_from_today_on(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.proposed(north, starts_on=date(2026, 2, 27))
    with time_machine.travel("2026-03-05T09:00:00Z"):
        plan = planning.confirm(by=north.ada.actor, assignment=work)
        work = given.fresh(work)
    assert (work.state, plan.state) == (Assignment.State.ACTIVE, Plan.State.AGREED)
    assert plan.starts_on == date(2026, 3, 5), "a plan asks for nothing before it is agreed"
    assert not plan.codesigned
    assert work.next_due_at is not None


@pytest.mark.finding("F18")
def test_something_to_do_once_is_not_lost_when_the_yes_comes_days_later(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.proposed(north, frequency=Plan.Frequency.ONCE)
    with time_machine.travel("2026-03-06T09:00:00Z"):
        planning.confirm(by=north.ada.actor, assignment=work)
        assert given.fresh(work).next_due_at is not None


@pytest.mark.finding("F18")
def test_shaping_it_is_a_revision_of_the_clients_own_and_the_reason_stays_the_therapists(north: Cast) -> None:
    work = given.proposed(north)
    before = words_of(work.plans.get())
    shaped = replace(before, place="on the bus", size="S", rationale="Because I say so")
    plan = planning.confirm(by=north.ada.actor, assignment=work, words=shaped)
    assert plan.codesigned
    assert plan.author_id == north.ada.membership.pk
    assert (plan.revision, plan.place, plan.size, plan.rationale) == (2, "on the bus", "S", given.WHY)
    assert list(work.plans.order_by("revision").values_list("state", flat=True)) == ["replaced", "agreed"]


def test_a_yes_with_nothing_changed_is_not_called_the_clients_own(north: Cast) -> None:
    work = given.proposed(north)
    plan = planning.confirm(by=north.ada.actor, assignment=work, words=words_of(work.plans.get()))
    assert (plan.revision, plan.codesigned) == (1, False)


@pytest.mark.finding("F12")
def test_beliefs_are_kept_with_the_revision_they_were_about_and_untouched_ones_are_no_answer(north: Cast) -> None:
    work = given.agreed(north, beliefs=Beliefs(useful=3, sure=9, first_step_known="no"))
    check = BeforeCheck.objects.get(plan=work.plans.agreed().get())
    assert check.ratings == {"useful": 3, "sure": 9}
    assert check.first_step_known == "no"
    assert not BeforeCheck.objects.filter(plan=given.agreed(north, "w05").plans.get()).exists()


def test_a_second_yes_is_refused_because_nothing_waits_any_more(north: Cast) -> None:
    work = given.agreed(north)
    with pytest.raises(ActionRefused):
        planning.confirm(by=north.ada.actor, assignment=work)


@pytest.mark.finding("F33")
def test_not_now_needs_no_reason_and_ends_a_first_proposal(north: Cast) -> None:
    work = given.proposed(north)
    planning.decline(by=north.ada.actor, assignment=work)
    work = given.fresh(work)
    assert (work.state, work.ended_as) == (Assignment.State.ENDED, Assignment.EndedAs.DECLINED)


@pytest.mark.finding("F33")
def test_not_now_to_a_change_leaves_what_was_agreed(north: Cast) -> None:
    work = given.agreed(north)
    planning.change(by=north.theo.actor, assignment=work, words=given.words(place="in the park"))
    planning.decline(by=north.ada.actor, assignment=work)
    assert given.fresh(work).state == Assignment.State.ACTIVE
    assert work.plans.agreed().get().place == "at the kitchen table"


def test_talk_first_keeps_the_proposal_open_and_tells_why(north: Cast) -> None:
    work = given.proposed(north)
    planning.talk_first(by=north.ada.actor, assignment=work, words="Is it safe at work?")
    plan = work.plans.get()
    assert (plan.state, plan.answer, plan.answer_words) == ("proposed", "talk", "Is it safe at work?")
    assert planning.confirm(by=north.ada.actor, assignment=work).state == "agreed"


@pytest.mark.finding("F21")
def test_a_clients_change_holds_at_once_and_plans_the_future_only(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north)
        old = given.shared(north, work, {"hot_thought": "x"})
    with time_machine.travel("2026-03-05T09:00:00Z"):
        words = replace(words_of(work.plans.agreed().get()), place="on the bus")
        plan = planning.change(by=north.ada.actor, assignment=given.fresh(work), words=words)
    assert (plan.state, plan.starts_on, plan.revision) == ("agreed", date(2026, 3, 5), 2)
    old.refresh_from_db()
    assert old.plan.revision == 1, "entries keep the revision they were written under"
    assert work.entries.count() == 1


@pytest.mark.finding("F21")
def test_a_therapists_change_waits_for_the_clients_yes(north: Cast) -> None:
    work = given.agreed(north)
    planning.change(by=north.theo.actor, assignment=work, words=given.words(place="in the park"), reason="rain")
    assert work.plans.agreed().get().revision == 1
    plan = planning.confirm(by=north.ada.actor, assignment=work)
    assert (plan.revision, plan.place) == (2, "in the park")
    assert list(work.plans.agreed()) == [plan]


@pytest.mark.finding("F21")
def test_reminders_follow_the_new_plan_from_now_on(north: Cast) -> None:
    with time_machine.travel("2026-03-02T06:00:00Z"):
        work = given.agreed(north, reminder=Plan.Reminder.NEUTRAL, reminder_time=time(9))
        assert given.fresh(work).next_reminder_at.hour == 9
        words = replace(words_of(work.plans.agreed().get()), reminder_time=time(12))
        planning.change(by=north.ada.actor, assignment=given.fresh(work), words=words)
        assert given.fresh(work).next_reminder_at.hour == 12


@pytest.mark.finding("F20")
def test_up_to_three_if_thens_are_kept_in_order_and_empty_ones_are_not(north: Cast) -> None:
    pairs = tuple(IfThen("time", f"if {n}", f"then {n}") for n in range(5))
    work = given.proposed(north, if_thens=(IfThen(), *pairs))
    kept = CopingPlan.objects.filter(plan__assignment=work).order_by("position")
    assert [row.if_text for row in kept] == ["if 0", "if 1", "if 2"]


def test_resting_and_going_on_need_no_reason(north: Cast) -> None:
    work = given.agreed(north)
    resting.pause(by=north.ada.actor, assignment=work)
    assert given.fresh(work).next_due_at is None
    resting.resume(by=north.ada.actor, assignment=given.fresh(work))
    assert given.fresh(work).next_due_at is not None


def test_letting_go_twice_is_as_good_as_once(north: Cast) -> None:
    work = given.agreed(north)
    resting.let_go(by=north.ada.actor, assignment=work)
    resting.let_go(by=north.ada.actor, assignment=given.fresh(work))
    assert AuditEvent.objects.filter(verb="assignment.ended").count() == 1


@pytest.mark.finding("F27")
def test_nothing_this_week_is_a_plan_the_client_agrees_to_and_never_reminds(north: Cast) -> None:
    assert north.ada.episode is not None
    work = planning.agree_nothing(by=north.theo.actor, episode=north.ada.episode, rationale="A full week as it is.")
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    work = given.fresh(work)
    assert (work.kind, work.state, work.next_reminder_at) == ("nothing", "active", None)


def end_care(cast: Cast) -> None:
    Episode.objects.filter(pk=cast.ada.episode.pk).update(state=Episode.State.ENDED)  # type: ignore[union-attr]


@pytest.mark.parametrize("what", ["confirm", "talk_first", "change", "resume"])
def test_after_care_has_ended_nothing_can_be_planned_any_more(north: Cast, what: str) -> None:
    work = given.agreed(north) if what in ("change", "resume") else given.proposed(north)
    if what == "resume":
        resting.pause(by=north.ada.actor, assignment=work)
    end_care(north)
    more: dict[str, Any] = {"words": given.words()} if what == "change" else {}
    with pytest.raises(ActionRefused, match="ended"):
        getattr(resting if what == "resume" else planning, what)(
            by=north.ada.actor, assignment=given.fresh(work), **more
        )


# --- the form ---------------------------------------------------------------------------------------------------------


def posted(form: PlanForm, **changes: str | list[str]) -> dict[str, Any]:
    """What a browser sends for a form as it stands, with some answers changed."""
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, tuple | list):
            data[bound.html_name] = [str(item) for item in value]
        elif value is not None:
            data[bound.html_name] = value.strftime("%H:%M") if isinstance(value, time) else str(value)
    return data | changes


PLAIN = given.words(
    rationale="One.\nTwo.",
    frequency="weekdays",
    weekdays=(0, 4),
    local_time=time(8, 0),
    minutes=5,
    starts_on=date(2026, 1, 5),
)


def test_a_form_sent_back_untouched_changes_nothing() -> None:
    form = PlanForm(posted(PlanForm(definition=None, words=PLAIN)), definition=None, words=PLAIN)
    assert form.is_valid(), form.errors
    assert form.to_words() == PLAIN


def test_line_ends_of_a_browser_are_not_a_change() -> None:
    data = posted(PlanForm(definition=None, words=PLAIN), rationale="One.\r\nTwo.")
    form = PlanForm(data, definition=None, words=PLAIN)
    assert form.is_valid()
    assert form.to_words() == PLAIN


def test_every_field_that_was_changed_reaches_the_plan() -> None:
    data = posted(
        PlanForm(definition=None, words=PLAIN),
        place="on the bus",
        weekdays=["2"],
        minutes="10",
        if_0="it rains",
        then_0="go under the roof",
        obstacle_0="other",
    )
    form = PlanForm(data, definition=None, words=PLAIN)
    assert form.is_valid(), form.errors
    words = form.to_words()
    assert (words.place, words.weekdays, words.minutes) == ("on the bus", (2,), 10)
    assert words.if_thens == (IfThen("other", "it rains", "go under the roof"),)
    assert words.rationale == PLAIN.rationale


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"frequency": "times_per_week", "weekdays": [], "times_per_week": ""}, "times_per_week"),
        ({"times_per_week": "8"}, "times_per_week"),
        ({"local_time": "25:00"}, "local_time"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"minutes": "many"}, "minutes"),
        ({"frequency": "hourly"}, "frequency"),
        ({"place": "x" * 401}, "place"),
        ({"place": "a\x00b"}, "place"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field_and_kept(changes: dict[str, Any], field: str) -> None:
    form = PlanForm(posted(PlanForm(definition=None, words=PLAIN), **changes), definition=None, words=PLAIN)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form[field].value() == changes[field]


def test_the_clients_form_offers_no_reason_to_change_and_only_sizes_there_are() -> None:
    definition = given.load("gad-7")
    form = ShapeForm(definition=definition, words=PLAIN)
    assert not {"rationale", "starts_on", "ends_on", "free"} & set(form.fields)
    assert [code for code, _label in form.fields["size"].choices] == ["M"]  # type: ignore[attr-defined]


def test_a_rating_out_of_range_is_refused_and_an_untouched_one_is_none() -> None:
    definition = given.load("w02")
    data = posted(ShapeForm(definition=definition, words=PLAIN), useful="11")
    assert "useful" in ShapeForm(data, definition=definition, words=PLAIN).errors
    form = ShapeForm(data | {"useful": "0"}, definition=definition, words=PLAIN)
    assert form.is_valid(), form.errors
    assert (form.to_beliefs().useful, form.to_beliefs().sure) == (0, None)


def test_the_day_a_plan_begins_is_the_clients_own_day(north: Cast) -> None:
    north.ada.user.time_zone = "Pacific/Auckland"
    north.ada.user.save()
    with time_machine.travel("2026-03-02T20:00:00Z"):
        work = given.proposed(north, starts_on=None)
        plan = planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    assert plan.starts_on == date(2026, 3, 3)


def test_what_new_work_takes_the_place_of_ends_with_the_clients_yes(north: Cast) -> None:
    from tests.access.world import version, words_for

    assert north.ada.episode is not None
    old = planning.propose(
        by=north.theo.actor, episode=north.ada.episode, version=version("w02"), words=words_for("old")
    )
    planning.confirm(by=north.ada.actor, assignment=old)
    new = planning.propose(
        by=north.theo.actor, episode=north.ada.episode, version=version("w01"), words=words_for("new"), follows=old
    )
    old.refresh_from_db()
    assert old.state == Assignment.State.ACTIVE
    planning.confirm(by=north.ada.actor, assignment=new)
    old.refresh_from_db()
    assert (old.state, old.ended_as) == (Assignment.State.ENDED, Assignment.EndedAs.REPLACED)
