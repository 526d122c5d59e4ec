"""I'm stuck: one's own if-then first, then smaller, then a rest. And smaller as the plan, after twice in a row (F41)."""

import pytest
import time_machine
from django.test import Client

from clinic.models import AuditEvent
from homework.assignments.days import ways
from homework.assignments.models import Assignment, Entry, Plan
from homework.reviews import attention, ways_taken
from homework.reviews.digest.build import build
from homework.reviews.digest.rows import DigestInput, TaskRow
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, page, told, url
from tests.homework.reviews.test_digest import NOW

pytestmark = pytest.mark.django_db


def steps() -> list[dict[str, object]]:
    return list(AuditEvent.objects.filter(verb="work.stuck").order_by("at").values_list("detail", flat=True))


@pytest.mark.finding("F20")
@pytest.mark.finding("F41")
def test_ones_own_words_come_first_then_smaller_then_a_rest(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    assert f'href="{url("stuck", work.pk)}"' in ada.get(url("today")).content.decode()
    assert f'href="{url("stuck", work.pk)}"' in ada.get(url("task", work.pk)).content.decode()
    shown = page(ada, "stuck", work.pk)
    places = [
        shown.index(words)
        for words in ("the kids are up early", "I do it on the bus", "Make it smaller", "Rest it until we talk")
    ]
    assert places == sorted(places), "all of it is on the page, in this order, also without a script"


@pytest.mark.finding("F41")
def test_from_the_worksheet_what_is_typed_is_kept_and_made_smaller(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    entry = given.begun(north, work, {"hot_thought": "He"})
    typed = {"hot_thought": "He will sigh", "rev": str(entry.rev), "stuck": "1"}
    response = ada.post(url("entry_stuck", entry.pk), typed)
    assert response["Location"] == f"{url('stuck', work.pk)}?from={entry.pk}"
    assert "What you wrote is kept." in page(ada, "stuck", work.pk) or "kept" in told(ada, response)
    answer = ada.post(url("stuck", work.pk), {"way": "smaller", "from": str(entry.pk), "obstacles": ["time"]})
    assert answer["Location"] == url("entry", entry.pk)
    entry.refresh_from_db()
    assert (entry.answers, entry.size, entry.stepped_down) == ({"hot_thought": "He will sigh"}, "S", True)
    assert steps() == [{"way": "smaller", "obstacles": ["time"]}]


def test_trying_ones_own_plan_opens_the_worksheet(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    answer = ada.post(url("stuck", work.pk), {"way": "if_then"})
    assert answer["Location"] == url("entry", Entry.objects.get().pk)
    assert Entry.objects.get().size == "M", "nothing was made smaller"
    assert steps() == [{"way": "if_then", "obstacles": []}]


def test_a_rest_until_they_talk_is_seen_by_the_therapist_and_can_be_ended_by_the_client(
    north: Cast, ada: Client, sign_in: SignIn
) -> None:
    work = given.agreed(north)
    given.session(north)
    ada.post(url("stuck", work.pk), {"way": "rest"})
    work.refresh_from_db()
    assert (work.state, work.rest, work.next_due_at) == (Assignment.State.PAUSED, Assignment.Rest.STUCK, None)
    theo = sign_in(north.theo)
    assert "It rests until you two have talked" in page(theo, "therapist_home")
    assert "It rests until you two have talked" in page(theo, "assignment", work.pk)
    ada.post(url("work_resume", work.pk))
    work.refresh_from_db()
    assert (work.state, work.rest) == (Assignment.State.ACTIVE, "")


def test_what_is_not_a_way_on_is_refused_and_nothing_happens(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    assert ada.post(url("stuck", work.pk), {"way": "give up"}).status_code == 422
    assert not Entry.objects.exists()
    assert steps() == []


def test_a_draft_of_other_work_is_not_touched(north: Cast, ada: Client) -> None:
    work, other = given.agreed(north), given.agreed(north, "w04")
    draft = given.begun(north, other, {"first_half": "x"})
    ada.post(url("stuck", work.pk), {"way": "smaller", "from": str(draft.pk)})
    draft.refresh_from_db()
    assert draft.size == "M"


@pytest.mark.finding("F17")
@pytest.mark.finding("F41")
def test_the_digest_tells_the_ways_on_and_the_smaller_version_as_good_self_management() -> None:
    task = TaskRow(
        "Catch-it record", started=True, entries=2, days=2, step_downs=2, ways=("if_then", "rest", "if_then")
    )
    lines = [line for line in _lines(build(DigestInput(now=NOW, tasks=(task,))))]
    assert "Was stuck 3 times, and took a way on: own if-then, a rest until you talk" in lines
    assert "Looked after themself: made it smaller 2 times" in lines
    stuck = TaskRow("Catch-it record", state="stuck")
    assert "Catch-it record: rests until you two have talked" in _lines(build(DigestInput(now=NOW, tasks=(stuck,))))


def _lines(digest: object) -> list[str]:
    section = digest.section("plan")  # type: ignore[attr-defined]
    return [line.text for line in (*section.lines, *section.folded)]


def test_the_steps_are_read_from_the_record(north: Cast, ada: Client) -> None:
    work = given.agreed(north)
    assert ada.post(url("stuck", work.pk), {"way": "if_then", "obstacles": ["no such thing"]}).status_code == 422
    ada.post(url("stuck", work.pk), {"way": "if_then", "obstacles": ["tired"]})
    found = ways_taken.of([north.ada.membership.pk], work.created_at)[work.pk]
    assert [(step.way, step.obstacles) for step in found] == [("if_then", ("tired",))]


@pytest.mark.finding("F41")
def test_twice_smaller_in_a_row_offers_the_small_size_as_the_plan_in_one_tap(north: Cast, sign_in: SignIn) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north)
    says = "Make the small size my plan"
    for day, offered in ((3, False), (4, True)):
        with time_machine.travel(f"2026-03-0{day}T09:00:00Z"):
            entry = given.shared(north, work, {"hot_thought": "x"}, size="S")
            ada = sign_in(north.ada)
            assert (says in page(ada, "entry_done", entry.pk)) is offered
            assert (says in page(ada, "task", work.pk)) is offered
    with time_machine.travel("2026-03-04T10:00:00Z"):
        ada = sign_in(north.ada)
        ada.post(url("work_change", work.pk), {"action": "smaller"})
        assert work.plans.agreed().get().size == Plan.Size.S
        assert says not in page(ada, "task", work.pk)


@pytest.mark.finding("F41")
def test_a_whole_one_in_between_starts_the_count_again(north: Cast) -> None:
    with time_machine.travel("2026-03-02T09:00:00Z"):
        work = given.agreed(north)
    made = []
    for day, size in ((3, "S"), (4, "M"), (5, "S")):
        with time_machine.travel(f"2026-03-0{day}T09:00:00Z"):
            made.append(given.shared(north, work, {"hot_thought": "x"}, size=size))
    plan = work.plans.agreed().get()
    assert not ways.two_small_in_a_row(given.fresh(work), plan, made[::-1])
    assert ways.two_small_in_a_row(given.fresh(work), plan, [made[2], made[0]])


def test_attention_names_only_what_waits_for_a_word() -> None:
    assert set(attention.RESTS) == set(attention.WORD_WANTED)
