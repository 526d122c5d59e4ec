"""Nobody leaves a clinic while its safety hangs on them (6.3, 6.8)."""

import pytest

from clinic.actions import people
from clinic.models import Clinic
from clinic.refusal import ActionRefused
from homework.safety import parts
from homework.safety.models import DutyDay, SafetySetup
from tests.cast import Cast
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db


def test_the_safety_lead_names_another_one_first(north: Cast) -> None:
    set_up(north)
    with pytest.raises(ActionRefused, match=r"safety lead\. Name another one first") as no:
        people.end_place(by=north.amy.actor, member=north.sol.membership)
    assert no.value.status == 409
    SafetySetup.objects.update(lead=north.theo.membership)
    people.end_place(by=north.amy.actor, member=north.sol.membership)


def test_the_deputy_hands_over_and_so_does_whoever_is_on_duty(north: Cast) -> None:
    set_up(north)
    left = parts.of(Clinic.objects.get(pk=north.north.pk), north.cora.membership)
    assert [line.split(".")[0] for line in left] == [
        "This person is the safety lead’s deputy",
        "This person is on safety duty: Monday, Tuesday, Wednesday, Thursday, Friday",
    ]
    SafetySetup.objects.update(deputy=None)
    DutyDay.objects.exclude(weekday=4).update(member=north.theo.membership)
    with pytest.raises(ActionRefused, match="on safety duty: Friday"):
        people.end_place(by=north.amy.actor, member=north.cora.membership)
    DutyDay.objects.update(member=north.theo.membership)
    people.end_place(by=north.amy.actor, member=north.cora.membership)


def test_a_client_and_a_clinic_without_a_set_up_have_nothing_to_hand_over(north: Cast) -> None:
    assert parts.of(north.north, north.ada.membership) == []
    assert parts.of(north.north, north.cora.membership) == []
