"""Plans of last time and one's own planning, through the API."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import Appointment
from clinic.scope import acting_in
from homework.assignments.models import Assignment
from tests.access.world import Belongings
from tests.api.conftest import Api
from tests.api.test_assignments import sheet
from tests.cast import Cast


@pytest.mark.finding("F47")
def test_a_proposal_before_last_times_plan_was_looked_at_is_refused_with_the_way_there(
    api: Api, cast: Cast, world: dict[str, Belongings]
) -> None:
    ada, now = world["ada"], timezone.now()
    with acting_in(cast.north.pk):
        Appointment.objects.filter(pk=ada.appointment).update(starts_at=now - timedelta(minutes=5))
        Assignment.objects.filter(pk=ada.active).update(agreed_at=now - timedelta(days=8), reviewed_at=None)
    body = {"episode": ada.episode, "worksheet": sheet("w04"), "rationale": "Because you said it helps."}
    no = api(cast.theo).post("api_assignments", body=body)
    assert no.status == 409
    assert reverse("review", args=[ada.active]) in no.body["see"]
    assert no.body["message"]


@pytest.mark.finding("F52")
def test_ones_own_planning_is_there_and_anothers_is_refused(api: Api, cast: Cast) -> None:
    theo = cast.theo.membership.pk
    mine = api(cast.theo).get("api_planning", theo)
    assert mine.status == 200
    assert {line["key"] for line in mine.body["lines"]} >= {
        "own_words",
        "client_changed",
        "if_then",
        "asked",
        "reviewed",
    }
    assert {line["now"]["percent"] for line in mine.body["lines"]} == {None}
    for who in (cast.amy, cast.sol, cast.cora, cast.kit):
        assert api(who).get("api_planning", theo).status == 403
    for who in (cast.ada, cast.zoe):
        assert api(who).get("api_planning", theo).status == 404
