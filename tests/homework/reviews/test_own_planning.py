"""A look at one's own planning: private, a trend and no ranking, nothing sealed opened, no share of four plans."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import AuditEvent, Membership
from homework.assignments.models import Assignment
from homework.reviews import own_planning
from homework.reviews.actions.review import review_work
from tests.cast import Cast, Person
from tests.homework.reviews.test_therapist_pages import main_of, read
from tests.homework.reviews.weeks import DAY, NOW, agree, fresh, session

SignIn = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def plans(cast: Cast, number: int, days: int, **changed: object) -> list[Assignment]:
    return [agree(cast.ben, cast.theo, at=NOW - (days + n) * DAY, **changed) for n in range(number)]


def lines(cast: Cast) -> dict[str, own_planning.Line]:
    return {line.key: line for line in own_planning.of(cast.theo.membership, NOW).lines}


def shares(cast: Cast, on: bool = True) -> None:
    Membership.objects.filter(pk=cast.theo.membership.pk).update(shares_plan_quality=on)


@pytest.mark.finding("F52")
def test_shares_of_ones_plans_now_and_before(north: Cast) -> None:
    plans(north, 5, 100, if_thens=())
    plans(north, 4, 10)
    plans(north, 1, 20, if_thens=())
    found = lines(north)
    assert (found["if_then"].now.percent, found["if_then"].before.percent) == (80, 0)
    assert found["if_then"].trend == "more"
    assert (found["own_words"].now.count, found["own_words"].trend) == (5, "same")
    assert found["client_changed"].now.count == 0
    assert found["asked"].now.percent == 100


@pytest.mark.finding("F52")
def test_below_five_plans_there_is_no_share(north: Cast, sign_in: SignIn) -> None:
    plans(north, 4, 10)
    assert own_planning.of(north.theo.membership, NOW).is_few
    text = main_of(read(sign_in(north.theo), "own_planning"))
    assert "4 plans agreed in the last three months" in text
    assert "%" not in text


@pytest.mark.finding("F52")
def test_looked_at_counts_over_plans_that_have_seen_a_session(north: Cast) -> None:
    rows = plans(north, 6, 10)
    assert lines(north)["reviewed"].now.plans == 0
    session(north.ben, north.theo, NOW - 5 * DAY)
    review_work(by=north.theo.actor, assignment=fresh(rows[0]), outcome="keep")
    review_work(by=north.theo.actor, assignment=fresh(rows[1]), outcome="later", in_the_way="No time.")
    assert (lines(north)["reviewed"].now.count, lines(north)["reviewed"].now.plans) == (1, 6)


@pytest.mark.finding("F52")
def test_the_page_names_no_client_and_nobody_to_be_compared_with(north: Cast, sign_in: SignIn) -> None:
    plans(north, 5, 10)
    text = main_of(read(sign_in(north.theo), "own_planning"))
    assert "100 %" in text
    assert "Only you see this." in text
    for name in ("Ben", "Ada", "Cora", "Sol", "Kit"):
        assert name not in text


@pytest.mark.finding("F52")
def test_nothing_sealed_is_fetched_and_one_statement_is_enough(north: Cast) -> None:
    plans(north, 6, 10)
    with CaptureQueriesContext(connection) as asked:
        own_planning.of(north.theo.membership, NOW)
    assert len(asked) == 1
    fetched = asked.captured_queries[0]["sql"].split(" FROM ", 1)[0]
    assert set(re.findall(r"[A-Z]+\(", fetched)) == {"COUNT("}  # numbers alone, no column


@pytest.mark.finding("F52")
def test_another_persons_page_is_refused_to_every_member_of_staff(north: Cast, sign_in: SignIn) -> None:
    for route in ("planning_of", "api_planning"):
        address = reverse(route, args=[north.theo.membership.pk])
        for who in ("amy", "sol", "cora", "kit"):
            assert sign_in(getattr(north, who)).get(address).status_code == 403, (route, who)
        for who in ("ada", "zoe", "yan"):
            assert sign_in(getattr(north, who)).get(address).status_code == 404, (route, who)
        assert sign_in(north.theo).get(address).status_code == 200


@pytest.mark.finding("F52")
def test_a_supervisor_of_one_of_their_clients_sees_it_once_it_is_shared_and_nobody_else_does(
    north: Cast, sign_in: SignIn
) -> None:
    address = reverse("planning_of", args=[north.theo.membership.pk])
    shares(north)
    sol = sign_in(north.sol)
    page = sol.get(address)
    assert page.status_code == 200
    assert "Questions and advice" not in page.content.decode()
    assert address in read(sol, "own_planning")
    for who in ("amy", "cora", "kit"):
        assert sign_in(getattr(north, who)).get(address).status_code == 403, who
    shares(north, on=False)
    assert sol.get(address).status_code == 403


@pytest.mark.finding("F52")
def test_sharing_is_ones_own_choice_and_can_be_taken_back(north: Cast, sign_in: SignIn) -> None:
    theo = sign_in(north.theo)
    for on in ("1", "0"):
        assert theo.post(reverse("own_planning"), {"share": on}).status_code == 303
        assert Membership.objects.get(pk=north.theo.membership.pk).shares_plan_quality is (on == "1")
    verbs = set(AuditEvent.objects.filter(verb__startswith="planning.").values_list("verb", flat=True))
    assert verbs == {"planning.shared", "planning.kept_private"}


def test_only_plans_somebody_said_yes_to_in_the_last_six_months_count(north: Cast) -> None:
    plans(north, 1, 190)
    plans(north, 1, 20)
    found = own_planning.of(north.theo.membership, NOW)
    assert (found.plans, found.plans_before) == (1, 0)
    assert own_planning.of(north.cora.membership, NOW + timedelta(days=1)).plans == 0
