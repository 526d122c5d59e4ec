"""Goals: anybody who plans writes one down, the client alone says why it matters; plans say what they are for."""

from typing import Any

import pytest
from django.test import Client

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import goal as naming
from homework.assignments.actions import plan as planning
from homework.assignments.models import Goal
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.assignments.pages import SignIn, as_it_stands, page, text, told, url

pytestmark = pytest.mark.django_db
WHY = "My daughter asked if I would come to her play."


def a_goal(cast: Cast, why: str = WHY, text: str = "Leave the house more often") -> Goal:
    """Ada wrote it down herself."""
    assert cast.ada.episode is not None
    return naming.name_goal(by=cast.ada.actor, episode=cast.ada.episode, text=text, why=why)


@pytest.fixture
def theo(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.theo)


@pytest.mark.finding("F28")
def test_a_therapist_names_a_goal_and_never_says_why_it_matters(north: Cast) -> None:
    assert north.ada.episode is not None
    goal = naming.name_goal(by=north.theo.actor, episode=north.ada.episode, text="Leave the house")
    for attempt in (
        lambda: naming.change_goal(by=north.theo.actor, goal=goal, why="Because it is good for her", rev=0),
        lambda: naming.change_goal(by=north.theo.actor, goal=goal, why="", rev=0),
        lambda: naming.name_goal(by=north.theo.actor, episode=goal.episode, text="More", why="For her health"),
    ):
        with pytest.raises(ActionRefused) as no:
            attempt()
        assert (no.value.status, no.value.field) == (403, "why")
    assert Goal.objects.get().why is None
    changed = naming.change_goal(by=north.ada.actor, goal=goal, why=WHY, rev=0)
    assert (changed.why, changed.rev) == (WHY, 1)


@pytest.mark.finding("F28")
def test_why_it_matters_is_shown_on_the_task_the_proposal_and_the_sheet(north: Cast, ada: Client) -> None:
    goal = a_goal(north)
    work = given.proposed(north, goal=goal.pk)
    assert WHY in page(ada, "shape", work.pk)
    planning.confirm(by=north.ada.actor, assignment=work)
    assert WHY in page(ada, "task", work.pk)
    assert WHY in page(ada, "agreed_sheet", work.pk)


@pytest.mark.finding("F28")
def test_the_client_writes_changes_reaches_and_puts_aside_on_their_own_page(north: Cast, ada: Client) -> None:
    shown = told(ada, ada.post(url("goals"), {"text": "Sleep through", "why": WHY}))
    assert "Sleep through" in shown
    assert WHY in shown
    goal = Goal.objects.get()
    goal.episode = north.ada.episode
    data = {"text": "Sleep till five", "why": "For the mornings", "state": "reached", "rev": "0"}
    assert "It is where I want it" in told(ada, ada.post(url("goal_save", goal.pk), data))
    goal.refresh_from_db()
    assert (goal.text, goal.why, goal.state, goal.rev) == ("Sleep till five", "For the mornings", "reached", 1)
    stale = ada.post(url("goal_save", goal.pk), data | {"why": "Typed on another phone", "rev": "0"})
    assert stale.status_code == 409
    assert "Typed on another phone" in text(stale), "what was typed is kept"


def test_the_same_goal_sent_twice_is_one_and_an_empty_one_is_none(north: Cast, ada: Client) -> None:
    for _twice in range(2):
        ada.post(url("goals"), {"text": "Sleep  through "})
    assert ada.post(url("goals"), {"text": "  ", "why": "kept"}).status_code == 422
    assert Goal.objects.count() == 1
    assert AuditEvent.objects.filter(verb="goal.named").count() == 1


def test_there_are_not_more_goals_than_can_be_a_direction(north: Cast) -> None:
    for number in range(naming.MOST):
        a_goal(north, text=f"Goal {number}", why="")
    with pytest.raises(ActionRefused, match="many goals"):
        a_goal(north, text="One more")


@pytest.mark.finding("F28")
def test_the_therapist_reads_why_and_has_no_field_for_it(north: Cast, theo: Client) -> None:
    a_goal(north)
    assert north.ada.episode is not None
    shown = theo.get(url("client_goals", north.ada.episode.pk)).content.decode()
    assert WHY in shown
    assert 'name="why"' not in shown
    theo.post(url("client_goals", north.ada.episode.pk), {"text": "See friends", "why": "Because Theo says so"})
    assert [bool(row.why) for row in Goal.objects.order_by("created_at")] == [True, False]


@pytest.mark.finding("F01")
@pytest.mark.finding("F13")
def test_a_plan_without_a_goal_says_so_and_one_with_a_goal_names_it(north: Cast, theo: Client) -> None:
    goal = a_goal(north)
    bare, linked = given.agreed(north), given.agreed(north, "w05", goal=goal.pk, skill="Noticing")
    assert "Not linked to a goal yet." in page(theo, "assignment", bare.pk)
    shown = page(theo, "assignment", linked.pk)
    assert "Not linked to a goal yet." not in shown
    for words in ("Leave the house more often", WHY, "Noticing"):
        assert words in shown


def test_the_one_goal_there_is_stands_chosen_and_of_two_somebody_chooses(north: Cast, theo: Client) -> None:
    assert north.ada.episode is not None
    where = url("propose_with", north.ada.episode.pk, given.version("w04").worksheet_id)
    goal = a_goal(north)
    assert f'<option value="{goal.pk}" selected>' in theo.get(where).content.decode()
    a_goal(north, text="Sleep", why="")
    assert "selected>Leave the house" not in theo.get(where).content.decode()


@pytest.mark.finding("F18")
def test_the_client_chooses_what_a_plan_is_for(north: Cast, ada: Client) -> None:
    goal = a_goal(north)
    work = given.proposed(north)
    ada.post(url("shape", work.pk), as_it_stands(work, goal=str(goal.pk)))
    plan = work.plans.agreed().get()
    assert (plan.goal_id, plan.codesigned) == (goal.pk, True)


def test_a_goal_of_somebody_else_is_refused(north: Cast) -> None:
    assert north.ben.episode is not None
    other = naming.name_goal(by=north.ben.actor, episode=north.ben.episode, text="His own")
    with pytest.raises(ActionRefused) as no:
        given.proposed(north, goal=other.pk)
    assert (no.value.status, no.value.field) == (422, "goal")


def test_after_care_has_ended_goals_can_be_read_and_not_written(north: Cast, ada: Client) -> None:
    goal, episode = a_goal(north), north.ada.episode
    assert episode is not None
    episode.state = "ended"
    episode.save()
    assert WHY in page(ada, "goals")
    more: dict[str, Any] = {"text": "x", "why": "y", "rev": "0"}
    assert ada.post(url("goal_save", goal.pk), more).status_code == 409
