"""A coach comes in with the client's own yes, for one named skill, until a day; and goes when either says so (F64, F70)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.access import Can, TeamRole
from clinic.actions import care_team
from clinic.actions import coach as coaching
from clinic.models import AuditEvent, CareTeamMember, Episode
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]


def said(answer: Any) -> str:
    return unescape(answer.content.decode())


def ask_ben(cast: Cast, **more: Any) -> CareTeamMember:
    """Theo proposes Kit to Ben, for a month."""
    today = cast.north.today()
    with vault.session(), acting_in(cast.north.pk):
        return care_team.add_member(
            by=cast.theo.actor,
            episode=Episode.objects.select_related("client").get(pk=cast.ben.episode.pk),  # type: ignore[union-attr]
            member=cast.kit.membership,
            role=TeamRole.COACH,
            starts_on=today,
            ends_on=today + timedelta(days=30),
            **{"skill": "zqplanningxv"} | more,
        )


def sees(cast: Cast, can: Can = Can.READ) -> bool:
    with acting_in(cast.north.pk):
        return bool(Episode.objects.permitted(cast.kit.actor, can).filter(pk=cast.ben.episode.pk).exists())  # type: ignore[union-attr]


@pytest.mark.finding("F70")
def test_a_proposed_coach_opens_nothing_before_the_clients_own_yes(cast: Cast, sign_in: SignIn) -> None:
    place = ask_ben(cast, client_agreed=True)  # a tick does not stand for somebody who can be asked here
    assert place.client_agreed_at is None
    assert not any(sees(cast, can) for can in Can)
    page, kit = reverse("client_page", args=[cast.ben.episode.pk]), sign_in(cast.kit)  # type: ignore[union-attr]
    api = reverse("api_episode", args=[cast.ben.episode.pk])  # type: ignore[union-attr]
    assert [kit.get(page).status_code, kit.get(api).status_code] == [404, 404]
    ben = sign_in(cast.ben)
    assert "Kit" not in said(ben.get(reverse("reading_log"))), "nobody who cannot read yet"
    today = said(ben.get(reverse("today")))
    assert "There is a question for you" in today
    assert "Kit" not in today
    asked = said(ben.get(reverse("coach_asked")))
    until = place.ends_on.strftime("%-d %B") if place.ends_on else ""
    assert f"Kit could help you with zqplanningxv, until {until}" in asked
    assert "Coach, not a licensed therapist" in asked
    assert ben.post(reverse("coach_answer"), {"place": str(place.pk), "answer": "yes"}).status_code == 303
    assert sees(cast)
    assert [kit.get(page).status_code, kit.get(api).status_code] == [200, 200]
    assert "Kit" in said(ben.get(reverse("reading_log")))
    with acting_in(cast.north.pk):
        assert AuditEvent.objects.filter(verb="coach.agreed", client=cast.ben.membership.pk).exists()


@pytest.mark.finding("F70")
@pytest.mark.parametrize("first_yes", [False, True])
def test_not_now_and_not_any_more_shut_the_coach_out(cast: Cast, sign_in: SignIn, first_yes: bool) -> None:
    place = ask_ben(cast)
    ben = sign_in(cast.ben)
    where, data = reverse("coach_answer"), {"place": str(place.pk)}
    if first_yes:
        ben.post(where, data | {"answer": "yes"})
    assert ben.post(where, data | {"answer": "no"}).status_code == 303
    assert not sees(cast)
    assert ben.post(where, data | {"answer": "yes"}).status_code == 409, "what is over is not opened by an old page"
    assert not sees(cast)


@pytest.mark.finding("F70")
def test_nobody_else_answers_for_the_client(cast: Cast, sign_in: SignIn) -> None:
    place = ask_ben(cast)
    data = {"place": str(place.pk), "answer": "yes"}
    statuses = {
        who: sign_in(getattr(cast, who)).post(reverse("coach_answer"), data).status_code
        for who in ("ada", "kit", "theo")
    }
    assert statuses == {"ada": 409, "kit": 404, "theo": 404}
    assert not sees(cast)


@pytest.mark.finding("F70")
def test_a_coach_ends_on_the_day_on_pages_and_in_the_api(cast: Cast, sign_in: SignIn) -> None:
    place = ask_ben(cast)
    sign_in(cast.ben).post(reverse("coach_answer"), {"place": str(place.pk), "answer": "yes"})
    assert place.ends_on is not None
    episode = cast.ben.episode
    assert episode is not None
    paths = [reverse(name, args=[episode.pk]) for name in ("client_page", "propose", "sessions", "api_episode")]
    for day, status in ((place.ends_on, 200), (place.ends_on + timedelta(days=1), 404)):
        with time_machine.travel(datetime.combine(day, time(12), UTC), tick=False):
            kit = sign_in(cast.kit)
            assert {kit.get(path).status_code for path in paths} == {status}
    with time_machine.travel(datetime.combine(place.ends_on + timedelta(days=1), time(12), UTC), tick=False):
        assert "Kit" not in said(sign_in(cast.ben).get(reverse("coach_asked")))


def test_a_question_that_ran_out_is_no_longer_asked(cast: Cast, sign_in: SignIn) -> None:
    place = ask_ben(cast)
    assert place.ends_on is not None
    with time_machine.travel(datetime.combine(place.ends_on + timedelta(days=1), time(12), UTC), tick=False):
        ben = sign_in(cast.ben)
        assert "There is a question for you" not in said(ben.get(reverse("today")))
        assert ben.post(reverse("coach_answer"), {"place": str(place.pk), "answer": "yes"}).status_code == 409


@pytest.mark.finding("F70")
@pytest.mark.parametrize(("tick", "comes_in"), [(True, True), (False, False)])
def test_a_yes_on_paper_counts_only_for_a_client_who_has_not_signed_in(cast: Cast, tick: bool, comes_in: bool) -> None:
    with acting_in(cast.north.pk):
        cast.ben.membership.user = None
        cast.ben.membership.save(update_fields=["user"])
    if comes_in:
        assert ask_ben(cast, client_agreed=tick).client_agreed_at is not None
        assert sees(cast)
        return
    with pytest.raises(ActionRefused) as refusal:
        ask_ben(cast, client_agreed=tick)
    assert (refusal.value.status, refusal.value.field) == (422, "client_agreed")


def test_the_skill_is_sealed_and_the_team_page_says_that_it_waits(cast: Cast, sign_in: SignIn) -> None:
    place = ask_ben(cast)
    episode = cast.ben.episode
    assert episode is not None
    page = said(sign_in(cast.theo).get(reverse("care_team", args=[episode.pk])))
    assert "It begins with the client’s yes." in page
    with acting_in(cast.north.pk), vault.session(), pytest.raises(vault.NotOpened):
        CareTeamMember.objects.get(pk=place.pk).skill  # noqa: B018
    with acting_in(cast.north.pk), vault.session():
        with pytest.raises(ActionRefused):
            coaching.say_yes(by=cast.ada.actor, place=place)
        coaching.say_yes(by=cast.ben.actor, place=place)
        coaching.say_yes(by=cast.ben.actor, place=place)
    assert sees(cast)
