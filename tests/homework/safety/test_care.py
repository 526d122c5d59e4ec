"""6.3: what clinicians do about a flag. Opening is no acknowledgement, a typed plan is; nobody closes without an outcome."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from clinic.access import TeamRole
from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.safety.actions import care
from homework.safety.models import FlagEvent, SafetyFlag
from tests.cast import Cast, put_on_team
from tests.homework.safety.flagged import fresh, p2, steps, told
from tests.homework.safety.given import IN_HOURS, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_HOURS, tick=False) as there:
        yield there


@pytest.fixture
def flag(north: Cast) -> SafetyFlag:
    """Ada's, in a clinic that has arranged everything; Theo leads."""
    set_up(north)
    return p2(north)


def test_6_3_looking_stops_the_ladder_and_says_who_and_when(north: Cast, flag: SafetyFlag) -> None:
    care.see(by=north.theo.actor, flag=flag)
    row = fresh(flag)
    assert (row.state, row.seen_by, row.seen_at, row.next_rung_at) == ("seen", north.theo.membership, IN_HOURS, None)
    assert steps(flag)[-1] == "seen"


def test_6_3_a_second_tap_changes_nothing(north: Cast, flag: SafetyFlag) -> None:
    for _ in range(2):
        care.see(by=north.theo.actor, flag=flag)
    for _ in range(2):
        care.act(by=north.theo.actor, flag=flag, plan="Call at 11.")
    for _ in range(2):
        care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    assert [step for step in steps(flag) if step not in ("raised", "told")] == ["seen", "planned", "closed"]
    verbs = AuditEvent.objects.filter(object_id=flag.pk, verb__startswith="flag.").exclude(verb="flag.raised")
    assert sorted(verbs.values_list("verb", flat=True)) == ["flag.closed", "flag.planned", "flag.seen"]


@pytest.mark.parametrize("plan", ["", "  \n "])
def test_6_3_a_plan_is_typed(north: Cast, flag: SafetyFlag, plan: str) -> None:
    with pytest.raises(ActionRefused) as no:
        care.act(by=north.theo.actor, flag=flag, plan=plan)
    assert (no.value.status, no.value.field) == (422, "plan")
    assert fresh(flag).state == "open"


def test_6_3_a_typed_plan_is_an_acknowledgement_by_itself(north: Cast, flag: SafetyFlag) -> None:
    care.act(by=north.theo.actor, flag=flag, plan="Call at 11.")
    row = fresh(flag)
    assert (row.state, row.plan, row.seen_by, row.next_rung_at) == (
        "acting",
        "Call at 11.",
        north.theo.membership,
        None,
    )


@pytest.mark.parametrize("begun", [False, True])
def test_6_3_the_outcome_comes_after_a_plan(north: Cast, flag: SafetyFlag, begun: bool) -> None:
    if begun:
        care.see(by=north.theo.actor, flag=flag)
    with pytest.raises(ActionRefused) as no:
        care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    assert no.value.status == 409
    assert fresh(flag).is_standing


@pytest.mark.parametrize("outcome", ["spoke", "plan", "service", "emergency", "known"])
def test_6_3_each_outcome_closes(north: Cast, flag: SafetyFlag, outcome: str) -> None:
    care.act(by=north.theo.actor, flag=flag, plan="Call at 11.")
    care.close(by=north.theo.actor, flag=flag, outcome=outcome, note="Done.")
    row = fresh(flag)
    assert (row.state, row.outcome, row.note, row.closed_by) == ("closed", outcome, "Done.", north.theo.membership)
    assert row.closed_at == IN_HOURS
    with pytest.raises(ActionRefused) as no:
        care.see(by=north.theo.actor, flag=flag)
    assert no.value.status == 409


@pytest.mark.parametrize(("outcome", "field"), [("", "outcome"), ("better", "outcome"), ("mistake", "note")])
def test_6_3_closing_needs_an_outcome_and_a_mistake_a_note(
    north: Cast, flag: SafetyFlag, outcome: str, field: str
) -> None:
    care.act(by=north.theo.actor, flag=flag, plan="Ask her.")
    with pytest.raises(ActionRefused) as no:
        care.close(by=north.theo.actor, flag=flag, outcome=outcome, note="  ")
    assert (no.value.status, no.value.field) == (422, field)
    assert fresh(flag).is_standing


def test_6_3_could_not_reach_keeps_it_open_and_the_ladder_goes_on(north: Cast, flag: SafetyFlag) -> None:
    care.act(by=north.theo.actor, flag=flag, plan="Call at 11.")
    for _ in range(2):
        care.close(by=north.theo.actor, flag=flag, outcome="not_reached", note="No answer.")
    row = fresh(flag)
    assert (row.state, row.outcome, row.closed_at) == ("open", "", None)
    assert (row.next_rung_at - IN_HOURS).total_seconds() == 30 * 60  # type: ignore[operator]
    assert steps(flag).count("tried") == 1
    assert FlagEvent.objects.select_related("episode").get(flag=flag, step="tried").words == "No answer."
    care.see(by=north.theo.actor, flag=flag)
    assert fresh(flag).state == "acting"  # the plan is still there


def test_6_3_whoever_has_not_looked_has_not_tried(north: Cast, flag: SafetyFlag) -> None:
    with pytest.raises(ActionRefused):
        care.tried(by=north.theo.actor, flag=flag)


@pytest.mark.parametrize("who", ["sol", "cora", "kit", "amy", "ada", "zoe"])
def test_6_3_acting_needs_a_clinical_role_on_the_team(north: Cast, flag: SafetyFlag, who: str) -> None:
    by = getattr(north, who).actor
    for attempt in (
        lambda: care.see(by=by, flag=flag),
        lambda: care.act(by=by, flag=flag, plan="x"),
        lambda: care.close(by=by, flag=flag, outcome="spoke"),
        lambda: care.let_reminders_go_on(by=by, flag=flag, on=True),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert fresh(flag).state == "open"


def test_reminders_rest_until_a_clinician_decides(north: Cast, flag: SafetyFlag) -> None:
    assert not fresh(flag).reminders_on
    for on in (True, True, False):
        care.let_reminders_go_on(by=north.theo.actor, flag=flag, on=on)
    assert not fresh(flag).reminders_on
    assert steps(flag).count("reminders") == 2


@pytest.mark.parametrize("kind", ["clinician", "harm_to_others", "child", "partner_violence"])
def test_6_6_a_clinician_raises_one_once_and_the_therapist_is_told(north: Cast, kind: str) -> None:
    set_up(north)
    assert north.ada.episode is not None
    put_on_team(north.ada.episode, north.cora, TeamRole.COTHERAPIST)
    made = [
        care.raise_by_clinician(by=north.cora.actor, episode=north.ada.episode, kind=kind, words=" He hit the wall. ")
        for _ in range(2)
    ]
    (flag,) = SafetyFlag.objects.select_related("episode")
    assert {one.pk for one in made} == {flag.pk}
    assert (flag.words, flag.raised_by, flag.kind) == ("He hit the wall.", north.cora.membership, kind)
    assert "Theo" in told(flag)


@pytest.mark.parametrize(
    ("kind", "words", "field"), [("", "x", "kind"), ("item9", "x", "kind"), ("child", " ", "words")]
)
def test_6_6_a_kind_and_words_are_needed(north: Cast, kind: str, words: str, field: str) -> None:
    assert north.ada.episode is not None
    with pytest.raises(ActionRefused) as no:
        care.raise_by_clinician(by=north.theo.actor, episode=north.ada.episode, kind=kind, words=words)
    assert (no.value.status, no.value.field) == (422, field)


@pytest.mark.parametrize("who", ["kit", "sol", "cora", "ada"])
def test_6_6_only_therapists_who_treat_raise_one(north: Cast, who: str) -> None:
    assert north.ada.episode is not None
    with pytest.raises(PermissionDenied):
        care.raise_by_clinician(by=getattr(north, who).actor, episode=north.ada.episode, kind="child", words="x")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM safety_safetyflag",
        "DELETE FROM safety_flagevent",
        "UPDATE safety_flagevent SET detail = '{}'",
        "UPDATE safety_safetyflag SET kind = 'contact'",
        "UPDATE safety_safetyflag SET answered = NULL",
        "UPDATE safety_safetyflag SET raised_at = now()",
        "UPDATE safety_safetyflag SET words = NULL",
    ],
)
def test_6_7_the_program_can_neither_delete_nor_rewrite(north: Cast, flag: SafetyFlag, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
