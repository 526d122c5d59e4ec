"""Beliefs and what helps, minutes of a bad day, places and hours, room to grow, the calendar file, the client's own version."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import counter
from homework.assignments.actions import plan as planning
from homework.assignments.forms.plan import PlanForm
from homework.assignments.models import Assignment, BeforeCheck, Entry, FitProfile, Plan
from homework.assignments.planning import beliefs, calendar_file, daytimes, pacing, places, shaping, sizing
from homework.assignments.planning.plan_words import Beliefs, PlanWords, words_of
from homework.worksheets.definition import load_library
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, as_it_stands, page, text, told, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


# --- beliefs ----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F13")
@pytest.mark.parametrize(
    ("said", "remedy"),
    [({"useful": 3}, "rationale"), ({"hard": 9}, "smaller"), ({"fits": 2}, "goal"), ({"sure": 6}, "if_then")],
)
def test_each_doubt_has_its_own_remedy(said: dict[str, int], remedy: str) -> None:
    assert [reason.remedy for reason in beliefs.reasons(said)] == [remedy]


@pytest.mark.finding("F13")
@pytest.mark.finding("F57")
@pytest.mark.parametrize(
    ("chip", "remedy"),
    [("point", "rationale"), ("unclear", "example"), ("too_big", "smaller"), ("fit", "adapt"), ("unsafe", "safety")],
)
def test_each_chip_has_its_own_remedy(chip: str, remedy: str) -> None:
    assert [reason.remedy for reason in beliefs.reasons({}, "", [chip])] == [remedy]


def test_a_chip_that_says_what_a_number_said_already_is_said_once() -> None:
    assert len(beliefs.reasons({"hard": 9}, "", ["too_big"])) == 1


def test_every_chip_is_known_and_none_is_no_doubt() -> None:
    assert len(beliefs.reasons({}, "", BeforeCheck.Chip.values)) == len(BeforeCheck.Chip.values)
    assert beliefs.of(None) == []


@pytest.mark.finding("F12")
def test_three_nine_nine_nine_is_amber_and_blocks_nothing(north: Cast, ada: Client, theo: Client) -> None:
    work = given.proposed(north)
    ratings = {"useful": "3", "fits": "9", "hard": "9", "sure": "9"}
    shown = told(ada, ada.post(url("shape", work.pk), as_it_stands(work, **ratings)))
    assert given.fresh(work).state == Assignment.State.ACTIVE, "it blocks nothing"
    for choice in ("Talk about it", "Start smaller", "Keep it and see"):
        assert choice in shown
    staff = page(theo, "assignment", work.pk)
    for choice in ("Change it", "Make it smaller", "Keep it and explore"):
        assert choice in staff


@pytest.mark.finding("F12")
def test_a_yes_without_a_doubt_is_offered_nothing(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    shown = told(ada, ada.post(url("shape", work.pk), as_it_stands(work, useful="8", fits="8", hard="3", sure="9")))
    assert "Keep it and see" not in shown


@pytest.mark.finding("F12")
def test_talking_about_a_doubt_reaches_the_therapist_and_changes_nothing(
    north: Cast, ada: Client, theo: Client
) -> None:
    work = given.agreed(north, beliefs=Beliefs(useful=2))
    assert "You can talk about it" in told(ada, ada.post(url("work_doubt", work.pk), {"choice": "talk"}))
    assert given.fresh(work).state == Assignment.State.ACTIVE
    assert "Said yes, and would like to talk about it." in page(theo, "assignment", work.pk)
    assert AuditEvent.objects.get(verb="plan.amber_talk").detail == {"revision": 1, "about": ["useful"]}
    assert ada.post(url("work_doubt", work.pk), {"choice": "obey"}).status_code == 422


@pytest.mark.finding("F12")
def test_keeping_and_exploring_is_a_recorded_choice_until_the_plan_is_revised(
    north: Cast, theo: Client, ada: Client
) -> None:
    work = given.agreed(north, beliefs=Beliefs(useful=2))
    theo.post(url("assignment_keep", work.pk))
    event = AuditEvent.objects.get(verb="plan.amber_keep")
    assert (event.actor, event.detail) == (north.theo.membership.pk, {"revision": 1, "about": ["useful"]})
    assert "Kept as it is, to explore" in page(theo, "assignment", work.pk)
    planning.change(by=north.theo.actor, assignment=given.fresh(work), words=given.words(place="in the park"))
    planning.confirm(by=north.ada.actor, assignment=given.fresh(work), beliefs=Beliefs(useful=2))
    assert "Keep it and explore" in page(theo, "assignment", work.pk), "a new revision is asked about anew"


@pytest.mark.finding("F57")
def test_does_not_fit_my_life_opens_the_adapt_dialogue_and_what_comes_of_it_waits_for_the_yes(
    north: Cast, ada: Client, theo: Client
) -> None:
    work = given.proposed(north)
    ada.post(url("shape", work.pk), as_it_stands(work, chips=["fit"]))
    assert work.plans.agreed().get().before.chips == ["fit"]
    opened = theo.get(url("assignment", work.pk)).content.decode()
    assert url("assignment_adapt", work.pk) in opened
    asked = page(theo, "assignment_adapt", work.pk)
    for word in ("example", "picture, saying or story", "be part of it", "other form"):
        assert word in asked
    data = {"example": "Cooking with her aunts", "rationale": given.WHY, "first_step": "Ask one aunt."}
    assert theo.post(url("assignment_adapt", work.pk), data).status_code == 303
    plan = work.plans.proposed().get()
    assert (plan.first_step, plan.state) == ("Ask one aunt.", "proposed")
    assert "Cooking with her aunts" in plan.change_reason
    same = {"rationale": given.WHY, "first_step": "Ask one aunt."}
    assert theo.post(url("assignment_adapt", work.pk), same).status_code == 422


@pytest.mark.finding("F20")
@pytest.mark.parametrize(("slug", "says"), [("w13", True), ("w01", False)])
def test_something_to_practise_without_an_if_then_says_so(north: Cast, theo: Client, slug: str, says: bool) -> None:
    assert (given.load(slug).kind == "practice") is says
    work = given.agreed(north, slug, if_thens=())
    assert ("No obstacle plan yet." in page(theo, "assignment", work.pk)) is says
    other = given.agreed(north, "w13")
    assert "No obstacle plan yet." not in page(theo, "assignment", other.pk)


@pytest.mark.finding("F15")
@pytest.mark.parametrize("more", [{"first_step_known": "no"}, {"chips": ["unclear"]}])
def test_an_unclear_first_step_opens_the_example_on_the_task_page(
    north: Cast, ada: Client, more: dict[str, Any]
) -> None:
    work = given.proposed(north)
    ada.post(url("shape", work.pk), as_it_stands(work, **more))
    assert 'class="fold example" open' in ada.get(url("task", work.pk)).content.decode()


@pytest.mark.finding("F09")
def test_every_page_of_agreed_work_says_that_it_is_an_invitation(north: Cast, ada: Client) -> None:
    for slug in ("w02", "w13", "w31"):
        work = given.agreed(north, slug)
        assert "This is an invitation. You can change it, make it smaller, or say no." in page(ada, "task", work.pk)


# --- minutes ----------------------------------------------------------------------------------------------------------


@pytest.mark.finding("F35")
def test_five_minutes_never_begin_with_a_large_one() -> None:
    for one in load_library():
        for code in one.sizes:
            size = sizing.that_fits(one, code, 5)
            fits = one.sizes[size].minutes <= 5
            assert fits or size == next(each for each in ("S", "M", "L") if each in one.sizes), one.slug
            assert one.sizes[size].minutes <= one.sizes[code].minutes


@pytest.mark.finding("F35")
def test_the_minutes_pick_the_size_and_a_hand_that_picked_one_wins() -> None:
    definition = given.load("w13")
    words = given.words(size="M", frequency="daily")
    base = {"size": "M", "frequency": "daily", "minutes": "2", "rationale": given.WHY}
    form = PlanForm(base, definition=definition, words=words)
    assert form.is_valid(), form.errors
    assert form.to_words().size == "S"
    picked = PlanForm(base | {"size_picked": "1"}, definition=definition, words=words)
    assert picked.is_valid()
    assert picked.to_words().size == "M"


@pytest.mark.finding("F35")
def test_the_clients_page_begins_with_what_fits_a_bad_day(north: Cast, ada: Client) -> None:
    work = given.proposed(north, "w13", size="M", minutes=2)
    shown = ada.get(url("shape", work.pk)).content.decode()
    small = shown.split('name="size" value="S"', 1)[1].split(">", 1)[0]
    assert "checked" in small
    assert "More than there is on a bad day." in shown


@pytest.mark.finding("F35")
def test_minutes_said_once_fill_the_next_proposal(north: Cast, theo: Client) -> None:
    assert north.ada.episode is not None
    given.agreed(north, "w02", minutes=2)
    shown = theo.get(url("propose_with", north.ada.episode.pk, given.version("w13").worksheet_id)).content.decode()
    assert 'name="minutes" value="2"' in shown
    assert "checked" in shown.split('name="size" value="S"', 1)[1].split(">", 1)[0]


@pytest.mark.finding("F35")
def test_a_day_that_asks_for_more_than_a_bad_day_has_gets_a_plain_word(north: Cast, ada: Client) -> None:
    given.agreed(north, "w13", size="M", minutes=6)
    assert "add up to" not in page(ada, "work")
    given.agreed(north, "w02", size="M")
    assert "You said that a bad day has 6." in page(ada, "work")


def test_without_minutes_nothing_is_too_much_and_an_event_asks_for_no_day() -> None:
    one = given.load("w13")
    daily = Plan(frequency="daily", size="M", starts_on=date(2026, 3, 2), zone="UTC")
    assert pacing.fullest([(one, daily)], date(2026, 3, 2)) is None
    event = Plan(frequency="event", size="M", starts_on=date(2026, 3, 2), zone="UTC", minutes=1)
    assert pacing.fullest([(one, event)], date(2026, 3, 2)) is None


# --- places and hours -------------------------------------------------------------------------------------------------


@pytest.mark.finding("F42")
def test_quiet_needed_at_work_is_said_with_something_discreet_instead() -> None:
    definition = given.load("w03")
    assert "needs_quiet" in definition.contexts
    note = places.look(definition, ["work"], "M")
    assert note is not None
    assert note.quiet
    assert note.smaller == "One thought, one more way to see it"
    other = next(one for one in load_library() if str(one.title) == note.other)
    assert places.suits(other.contexts, "work")
    assert places.look(given.load("w13"), ["work", "public", "bed", "shared", "home"]) is None


@pytest.mark.finding("F42")
def test_the_word_is_on_both_pages_and_bars_nothing(north: Cast, ada: Client, theo: Client) -> None:
    assert north.ada.episode is not None
    where = url("propose_with", north.ada.episode.pk, given.version("w03").worksheet_id)
    data = {"rationale": "", "used_at": ["work"], "first_step": "x", "counts_as_some": "y", "frequency": "event"}
    refused = theo.post(where, data)
    assert refused.status_code == 422
    assert "This one may not fit there: At work or school." in text(refused)
    assert theo.post(where, data | {"rationale": "For the meetings you told me about."}).status_code == 303
    work = Assignment.objects.get()
    assert work.plans.get().used_at == ["work"]
    shown = page(ada, "shape", work.pk)
    assert "This one may not fit there: At work or school." in shown
    assert "It needs a quiet place." in shown
    assert "Nothing is held back." in shown


@pytest.mark.finding("F42")
@pytest.mark.parametrize(
    ("contexts", "place", "fits"),
    [
        (("work_ok",), "work", True),
        (("public_ok",), "work", False),
        (("work_ok", "needs_privacy"), "work", False),
        (("needs_privacy",), "shared", False),
        (("work_ok",), "shared", True),
        (("needs_quiet", "bed_ok"), "bed", True),
        (("work_ok",), "bed", False),
        (("needs_quiet",), "home", True),
        ((), "public", True),
    ],
)
def test_where_a_worksheet_can_be_used(contexts: tuple[str, ...], place: str, fits: bool) -> None:
    assert places.suits(contexts, place) is fits


@pytest.mark.finding("F37")
@pytest.mark.parametrize("part", FitProfile.Time.values)
def test_no_moment_is_suggested_after_eight_whatever_somebody_likes(part: str) -> None:
    moments = daytimes.suggestions(part)
    assert moments
    assert all(moment.at <= time(20) for moment in moments)
    assert all(not daytimes.is_late(moment.at) for moment in moments)


@pytest.mark.finding("F37")
def test_a_late_hour_gets_a_kind_word_and_is_kept(north: Cast, ada: Client) -> None:
    work = given.proposed(north)
    shown = told(ada, ada.post(url("shape", work.pk), as_it_stands(work, local_time="22:15")))
    assert work.plans.agreed().get().local_time == time(22, 15)
    assert "After eight in the evening many people are too tired." in shown
    early = given.agreed(north, "w05", local_time=time(20))
    assert "data-late hidden" in ada.get(url("shape", given.proposed(north, "w04").pk)).content.decode()
    assert "too tired" not in page(ada, "agreed_sheet", early.pk)


# --- room to grow -----------------------------------------------------------------------------------------------------


def good_week(monday: date, depth: float | None = 6, amount: int = 2, size: str = "S") -> Entry:
    entry = Entry(slot_on=monday, amount=amount, depth=None if depth is None else Decimal(str(depth)), size=size)
    entry.plan = Plan(size=size)
    return entry


@pytest.mark.finding("F68")
def test_a_bigger_size_is_named_after_two_good_weeks_and_not_after_one() -> None:
    definition = given.load("w13")
    plan = Plan(size="S", zone="UTC", confirmed_at=timezone.now())
    first, second = date(2026, 3, 2), date(2026, 3, 9)
    assert pacing.room_to_grow(definition, plan, [good_week(first)]) == ""
    assert pacing.room_to_grow(definition, plan, [good_week(first), good_week(first + timedelta(days=2))]) == ""
    two = [good_week(first), good_week(second)]
    assert pacing.room_to_grow(definition, plan, two) == str(definition.sizes["M"].label)
    assert pacing.room_to_grow(definition, plan, [good_week(first), good_week(second, depth=4.9)]) == ""
    assert pacing.room_to_grow(definition, plan, [good_week(first), good_week(second, amount=0)]) == ""
    assert pacing.room_to_grow(definition, plan, [good_week(first), good_week(second, depth=None)]) == ""
    assert pacing.room_to_grow(definition, Plan(size="M", zone="UTC", confirmed_at=timezone.now()), two) == ""


@pytest.mark.finding("F68")
def test_room_to_grow_is_a_word_on_the_therapists_page(north: Cast, theo: Client) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north, "w13", size="S")
        one = given.shared(north, work, {})
    with time_machine.travel("2026-03-10T09:00:00Z"):
        two = given.shared(north, given.fresh(work), {})
    Entry.objects.filter(pk=one.pk).update(depth=7)
    assert "room to grow" not in page(theo, "assignment", work.pk)
    Entry.objects.filter(pk=two.pk).update(depth=5)
    assert "There may be room to grow." in page(theo, "assignment", work.pk)


# --- the calendar file ------------------------------------------------------------------------------------------------


def a_plan(**more: Any) -> Plan:
    given_ = {"frequency": "daily", "starts_on": date(2026, 3, 23), "zone": "Europe/Berlin", "local_time": time(8, 30)}
    return Plan(**given_ | more)


NOON = datetime(2026, 3, 24, 12, tzinfo=UTC)


def lines_of(plan: Plan, title: str = "Notes") -> list[str]:
    made = calendar_file.text(plan, title=title, minutes=6, now=NOON)
    assert made.endswith("\r\n")
    assert "\n" not in made.replace("\r\n", "")
    return made.split("\r\n")


@pytest.mark.finding("F19")
def test_the_file_holds_wall_times_a_neutral_title_and_no_other_word(north: Cast, ada: Client) -> None:
    work = given.agreed(north, local_time=time(8, 30))
    assert url("work_calendar", work.pk) in ada.get(url("agreed_sheet", work.pk)).content.decode()
    answer = ada.get(url("work_calendar", work.pk))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    made = answer.content.decode()
    assert f"SUMMARY:{north.north.app_name}" in made
    assert "T083000" in made
    for word in (given.WHY, "kitchen", "breakfast", str(work.pk), north.north.name, "Theo", "LOCATION", "ATTENDEE"):
        assert word not in made, word
    names = {line.split(":")[0].split(";")[0] for line in made.split("\r\n") if line and line[0] != " "}
    assert names <= {
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "UID", "DTSTAMP", "DTSTART", "DURATION", "RRULE", "SUMMARY", "CLASS",
        "TRANSP", "END",
    }  # fmt: skip


@pytest.mark.finding("F19")
def test_the_wall_time_stays_over_the_change_to_summer_time() -> None:
    lines = lines_of(a_plan())
    assert "DTSTART:20260324T083000" in lines, "no zone and no Z: the wall time, wherever the phone is"
    assert "RRULE:FREQ=DAILY;UNTIL=20260420T083000" in lines
    assert "DURATION:PT6M" in lines


@pytest.mark.parametrize(
    ("more", "begins", "rule"),
    [
        ({"frequency": "weekdays", "weekdays": [0, 4]}, "DTSTART:20260327T083000", "BYDAY=MO,FR"),
        ({"frequency": "daily", "local_time": None}, "DTSTART;VALUE=DATE:20260324", "RRULE:FREQ=DAILY;UNTIL=20260420"),
        ({"frequency": "daily", "ends_on": date(2026, 3, 26)}, "DTSTART:20260324T083000", "UNTIL=20260326T083000"),
        ({"frequency": "times_per_week", "times_per_week": 2}, "DTSTART:20260324T083000", "BYDAY=TU,SA"),
    ],
)
def test_days_become_one_rule(more: dict[str, Any], begins: str, rule: str) -> None:
    lines = lines_of(a_plan(**more))
    assert begins in lines
    assert any(rule in line for line in lines), lines
    assert lines.count("BEGIN:VEVENT") == 1


def test_days_that_no_rule_gives_are_written_one_by_one() -> None:
    lines = lines_of(a_plan(frequency="times_per_week", times_per_week=2, ends_on=date(2026, 4, 3)))
    assert not any(line.startswith("RRULE") for line in lines)
    starts = [line for line in lines if line.startswith("DTSTART")]
    assert len(starts) == len(set(starts)) > 1
    assert len({line for line in lines if line.startswith("UID")}) == len(starts)


def test_something_to_do_once_is_one_day_and_an_event_has_no_file(north: Cast, ada: Client) -> None:
    lines = lines_of(a_plan(frequency="once", starts_on=date(2026, 3, 25)))
    assert not any(line.startswith("RRULE") for line in lines)
    work = given.agreed(north, frequency="event")
    assert ada.get(url("work_calendar", work.pk)).status_code == 404
    assert url("work_calendar", work.pk) not in ada.get(url("agreed_sheet", work.pk)).content.decode()


def test_a_title_is_escaped_and_a_long_line_folded_between_characters() -> None:
    made = calendar_file.text(a_plan(), title="a,b;c\\d\ne" + "ä" * 60, minutes=6, now=NOON)
    assert all(len(line.encode()) <= calendar_file.LINE for line in made.split("\r\n"))
    whole = made.replace("\r\n ", "")
    assert "SUMMARY:a\\,b\\;c\\\\d\\ne" + "ä" * 60 in whole


# --- the client's own version -----------------------------------------------------------------------------------------


@pytest.mark.finding("F18")
def test_a_different_version_goes_back_and_only_the_clients_yes_starts_it(
    north: Cast, ada: Client, theo: Client
) -> None:
    work = given.proposed(north)
    data = as_it_stands(work, answer="different", place="on the bus", talk_words="The kitchen is never empty.")
    assert "Nothing starts before you say yes." in told(ada, ada.post(url("shape", work.pk), data))
    mine = work.plans.proposed().get()
    assert (mine.author_id, mine.place, mine.rationale) == (north.ada.membership.pk, "on the bus", given.WHY)
    assert given.fresh(work).state == Assignment.State.PROPOSED
    assert "Your own version." in page(ada, "shape", work.pk)
    shown = page(theo, "assignment", work.pk)
    for words in ("suggests it differently.", "Changed: where", "The kitchen is never empty.", "version"):
        assert words in shown
    theo.post(url("suggestion_agree", work.pk))
    back = work.plans.proposed().get()
    assert (back.author_id, back.place, back.codesigned) == (north.theo.membership.pk, "on the bus", True)
    assert given.fresh(work).state == Assignment.State.PROPOSED, "only the client's yes starts anything"
    ada.post(url("shape", work.pk), as_it_stands(work))
    plan = work.plans.agreed().get()
    assert (plan.place, plan.codesigned, given.fresh(work).state) == ("on the bus", True, Assignment.State.ACTIVE)


@pytest.mark.finding("F18")
def test_the_client_may_say_yes_to_their_own_version(north: Cast) -> None:
    work = given.proposed(north)
    words = replace(words_of(work.plans.get()), place="on the bus")
    counter.suggest(by=north.ada.actor, assignment=work, words=words)
    plan = planning.confirm(by=north.ada.actor, assignment=given.fresh(work))
    assert (plan.state, plan.codesigned) == ("agreed", True)


def test_a_version_that_is_not_different_is_not_sent_and_a_therapist_has_none_to_agree_to(north: Cast) -> None:
    work = given.proposed(north)
    with pytest.raises(ActionRefused) as no:
        counter.suggest(by=north.ada.actor, assignment=work, words=words_of(work.plans.get()))
    assert no.value.status == 422
    with pytest.raises(ActionRefused):
        counter.agree_to(by=north.theo.actor, assignment=work)


@pytest.mark.finding("F21")
def test_a_different_version_of_a_change_leaves_what_was_agreed(north: Cast) -> None:
    work = given.agreed(north)
    planning.change(by=north.theo.actor, assignment=work, words=given.words(place="in the park"))
    words: PlanWords = given.words(place="on the balcony")
    counter.suggest(by=north.ada.actor, assignment=given.fresh(work), words=words)
    assert work.plans.agreed().get().place == "at the kitchen table"
    assert shaping.plan_of(given.fresh(work), "proposed").place == "on the balcony"  # type: ignore[union-attr]
