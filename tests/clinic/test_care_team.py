"""Who treats whom: assigning, transferring, cover and coaching between their dates, a supervisor's reason."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.access import Can, TeamRole
from clinic.actions import care_team, series, supervision
from clinic.models import Appointment, AppointmentSeries, AuditEvent, CareTeamMember, Episode, Membership, ReadingReason
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]
NOON = datetime(2031, 5, 14, 12, tzinfo=UTC)


def episode_of(person: Person) -> Episode:
    return Episode.objects.select_related("client", "clinic", "site").get(pk=person.episode.pk)  # type: ignore[union-attr]


def may(person: Person, episode: Episode, can: Can) -> bool:
    return Episode.objects.permitted(person.actor, can).filter(pk=episode.pk).exists()


def set_waiting(cast: Cast) -> Episode:
    """Ben waits again, with nobody."""
    CareTeamMember.objects.filter(episode=cast.ben.episode).delete()
    Episode.objects.filter(pk=cast.ben.episode.pk).update(state="waiting")  # type: ignore[union-attr]
    return episode_of(cast.ben)


# --- assigning and transferring ---------------------------------------------------------------------------------------


def test_a_waiting_client_who_is_assigned_is_active_and_the_therapists(north: Cast) -> None:
    episode = set_waiting(north)
    assert not may(north.cora, episode, Can.READ)
    care_team.assign_client(by=north.amy.actor, episode=episode, lead=north.cora.membership)
    assert episode_of(north.ben).state == Episode.State.ACTIVE
    assert may(north.cora, episode, Can.TEAM)


def test_a_client_is_assigned_once(north: Cast) -> None:
    episode = set_waiting(north)
    care_team.assign_client(by=north.amy.actor, episode=episode, lead=north.cora.membership)
    with pytest.raises(ActionRefused):
        care_team.assign_client(by=north.amy.actor, episode=episode, lead=north.theo.membership)


@pytest.mark.finding("F64")
@pytest.mark.parametrize("who", ["kit", "amy", "zoe", "ada"])
def test_only_a_therapist_of_this_clinic_leads(north: Cast, who: str) -> None:
    """A coach never leads: a lead may open measures, a coach may not."""
    with pytest.raises(ActionRefused) as refusal:
        care_team.assign_client(by=north.amy.actor, episode=set_waiting(north), lead=getattr(north, who).membership)
    assert refusal.value.status == 422


def test_a_therapist_whose_place_has_ended_leads_nobody(north: Cast) -> None:
    Membership.objects.filter(pk=north.cora.membership.pk).update(ended_at=timezone.now())
    north.cora.membership.refresh_from_db()
    with pytest.raises(ActionRefused):
        care_team.assign_client(by=north.amy.actor, episode=set_waiting(north), lead=north.cora.membership)


def test_a_transfer_opens_the_client_to_the_new_therapist_and_shuts_them_to_the_old_one(north: Cast) -> None:
    episode = episode_of(north.ada)
    care_team.transfer_client(by=north.amy.actor, episode=episode, to=north.cora.membership, client_knows=True)
    assert may(north.cora, episode, Can.TEAM)
    assert not may(north.theo, episode, Can.SEE)
    event = AuditEvent.objects.get(verb="client.transferred")
    assert event.detail["client_knows"] is True
    assert (event.detail["old"], event.detail["new"]) == (
        str(north.theo.membership.pk),
        str(north.cora.membership.pk),
    )


def test_other_places_on_the_team_stay_through_a_transfer(north: Cast) -> None:
    episode = episode_of(north.ada)
    care_team.transfer_client(by=north.amy.actor, episode=episode, to=north.cora.membership)
    assert may(north.kit, episode, Can.READ)


def test_a_cotherapist_who_takes_over_has_one_place(north: Cast) -> None:
    episode = episode_of(north.ada)
    today = north.north.today()
    care_team.add_member(
        by=north.theo.actor,
        episode=episode,
        member=north.cora.membership,
        role=TeamRole.COTHERAPIST,
        starts_on=today,
    )
    care_team.transfer_client(by=north.amy.actor, episode=episode, to=north.cora.membership)
    places = CareTeamMember.objects.current(north.north).filter(episode=episode, member=north.cora.membership)
    assert [place.role for place in places] == [TeamRole.LEAD]


def test_sessions_go_to_the_new_therapist_where_they_are_free(north: Cast) -> None:
    """The choice: kept at the same time, or cancelled when the new therapist is busy; never silently moved."""
    ada, ben = episode_of(north.ada), episode_of(north.ben)
    with time_machine.travel(NOON, tick=False):
        weekly = series.start_series(
            by=north.theo.actor,
            episode=ada,
            therapist=north.theo.membership,
            weekday=3,
            local_time=time(10),
            starts_on=NOON.date(),
        )
        first = Appointment.objects.filter(series=weekly).order_by("starts_at")[0]
        Appointment.objects.create(
            clinic=north.north,
            episode=ben,
            therapist=north.cora.membership,
            starts_at=first.starts_at + timedelta(minutes=30),
        )
        done = care_team.transfer_client(by=north.amy.actor, episode=ada, to=north.cora.membership)
    assert (done.sessions_kept, done.sessions_cancelled) == (7, 1)
    first.refresh_from_db()
    assert (first.state, first.therapist_id) == (Appointment.State.CANCELLED, north.theo.membership.pk)
    kept = Appointment.objects.filter(episode=ada, therapist=north.cora.membership)
    assert kept.count() == 7
    weekly.refresh_from_db()
    assert weekly.ends_on == NOON.date(), "it would clash again, so a new one is arranged by the new therapist"


def test_a_weekly_session_without_a_clash_goes_on_with_the_new_therapist(north: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        weekly = series.start_series(
            by=north.theo.actor,
            episode=episode_of(north.ada),
            therapist=north.theo.membership,
            weekday=3,
            local_time=time(10),
            starts_on=NOON.date(),
        )
        care_team.transfer_client(by=north.amy.actor, episode=episode_of(north.ada), to=north.cora.membership)
    weekly = AppointmentSeries.objects.get(pk=weekly.pk)
    assert (weekly.therapist_id, weekly.ends_on) == (north.cora.membership.pk, None)


@pytest.mark.parametrize(("who", "status"), [("theo", 409), ("kit", 422), ("zoe", 422)])
def test_a_transfer_goes_to_another_therapist_of_this_clinic(north: Cast, who: str, status: int) -> None:
    with pytest.raises(ActionRefused) as refusal:
        care_team.transfer_client(by=north.amy.actor, episode=episode_of(north.ada), to=getattr(north, who).membership)
    assert refusal.value.status == status
    assert may(north.theo, episode_of(north.ada), Can.TEAM), "nothing has changed"


def test_the_lead_has_no_end_but_a_transfer(north: Cast) -> None:
    lead = CareTeamMember.objects.get(episode=north.ada.episode, role=TeamRole.LEAD)
    with pytest.raises(ActionRefused):
        care_team.end_member(by=north.amy.actor, place=lead)


def test_an_ended_episode_takes_nobody_in_and_keeps_its_record(north: Cast) -> None:
    episode = episode_of(north.ada)
    care_team.end_episode(by=north.theo.actor, episode=episode)
    with pytest.raises(ActionRefused):
        care_team.add_member(
            by=north.theo.actor,
            episode=episode,
            member=north.cora.membership,
            role=TeamRole.COTHERAPIST,
            starts_on=north.north.today(),
        )
    with pytest.raises(ActionRefused):
        care_team.end_episode(by=north.theo.actor, episode=episode)
    assert may(north.theo, episode, Can.READ)


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "open_"), [(9, False), (10, True), (17, True), (18, False)])
def test_cover_opens_on_its_first_day_and_shuts_after_its_last(north: Cast, day: int, open_: bool) -> None:
    with time_machine.travel(datetime(2025, 6, 1, 12, tzinfo=UTC), tick=False):
        care_team.add_member(
            by=north.theo.actor,
            episode=episode_of(north.ada),
            member=north.cora.membership,
            role=TeamRole.COVER,
            starts_on=datetime(2025, 6, 10).date(),
            ends_on=datetime(2025, 6, 17).date(),
        )
    with time_machine.travel(datetime(2025, 6, day, 12, tzinfo=UTC), tick=False):
        for can in (Can.READ, Can.PLAN, Can.REVIEW, Can.SCHEDULE):
            assert may(north.cora, episode_of(north.ada), can) is open_
        assert not may(north.cora, episode_of(north.ada), Can.TEAM)


def test_the_last_day_of_cover_is_the_clinics_day_not_the_servers(north: Cast) -> None:
    """23:30 UTC on the last day is already the next day in London in summer."""
    with time_machine.travel(datetime(2025, 6, 10, 12, tzinfo=UTC), tick=False):
        care_team.add_member(
            by=north.theo.actor,
            episode=episode_of(north.ada),
            member=north.cora.membership,
            role=TeamRole.COVER,
            starts_on=datetime(2025, 6, 10).date(),
            ends_on=datetime(2025, 6, 17).date(),
        )
    with time_machine.travel(datetime(2025, 6, 17, 22, 59, tzinfo=UTC), tick=False):
        assert may(north.cora, episode_of(north.ada), Can.READ)
    with time_machine.travel(datetime(2025, 6, 17, 23, 1, tzinfo=UTC), tick=False):
        assert not may(north.cora, episode_of(north.ada), Can.READ)


@pytest.mark.finding("F70")
def test_a_coach_is_shut_out_after_their_last_day(cast: Cast, sign_in: SignIn) -> None:
    place = CareTeamMember.objects
    with acting_in(cast.north.pk):
        last = place.get(member=cast.kit.membership).ends_on
    assert last is not None
    page = reverse("sessions", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    with time_machine.travel(datetime.combine(last, time(12), UTC), tick=False):
        assert sign_in(cast.kit).get(page).status_code == 200
    with time_machine.travel(datetime.combine(last + timedelta(days=1), time(12), UTC), tick=False):
        assert sign_in(cast.kit).get(page).status_code == 404


@pytest.mark.finding("F70")
@pytest.mark.parametrize(("ends", "skill", "field"), [(None, "planning", "ends_on"), (30, " ", "skill")])
def test_a_coach_comes_with_a_last_day_and_a_named_skill(north: Cast, ends: int | None, skill: str, field: str) -> None:
    today = north.north.today()
    with pytest.raises(ActionRefused) as refusal:
        care_team.add_member(
            by=north.theo.actor,
            episode=episode_of(north.ben),
            member=north.kit.membership,
            role=TeamRole.COACH,
            starts_on=today,
            ends_on=today + timedelta(days=ends) if ends else None,
            skill=skill,
        )
    assert (refusal.value.status, refusal.value.field) == (422, field)


def test_cover_that_ran_out_can_be_arranged_again(north: Cast) -> None:
    today = north.north.today()
    old = {"starts_on": today - timedelta(days=20), "ends_on": today - timedelta(days=10)}
    CareTeamMember.objects.create(
        clinic=north.north,
        episode=episode_of(north.ada),
        member=north.cora.membership,
        role=TeamRole.COVER,
        **old,
    )
    care_team.add_member(
        by=north.theo.actor,
        episode=episode_of(north.ada),
        member=north.cora.membership,
        role=TeamRole.COVER,
        starts_on=today,
        ends_on=today + timedelta(days=7),
    )
    assert may(north.cora, episode_of(north.ada), Can.READ)


@pytest.mark.parametrize(
    ("who", "role", "field"),
    [
        ("cora", TeamRole.LEAD, "role"),
        ("cora", TeamRole.SUPERVISOR, "member"),
        ("cora", TeamRole.COACH, "member"),
        ("kit", TeamRole.COVER, "member"),
        ("amy", TeamRole.COTHERAPIST, "member"),
        ("zoe", TeamRole.COTHERAPIST, "member"),
        ("ben", TeamRole.COTHERAPIST, "member"),
    ],
)
def test_a_role_goes_only_to_somebody_who_can_have_it(north: Cast, who: str, role: TeamRole, field: str) -> None:
    today = north.north.today()
    with pytest.raises(ActionRefused) as refusal:
        care_team.add_member(
            by=north.theo.actor,
            episode=episode_of(north.ada),
            member=getattr(north, who).membership,
            role=role,
            starts_on=today,
            ends_on=today + timedelta(days=7),
            client_agreed=True,
        )
    assert refusal.value.field == field


def test_somebody_is_on_a_team_once(north: Cast) -> None:
    for member in (north.kit.membership, north.theo.membership):
        with pytest.raises(ActionRefused):
            care_team.add_member(
                by=north.theo.actor,
                episode=episode_of(north.ada),
                member=member,
                role=TeamRole.COACH if member == north.kit.membership else TeamRole.COTHERAPIST,
                starts_on=north.north.today(),
                ends_on=north.north.today() + timedelta(days=7),
                skill="planning",
            )


# --- the page ---------------------------------------------------------------------------------------------------------


def team_form(cast: Cast, **more: object) -> dict[str, object]:
    today = cast.north.today()
    return {
        "role": "cover",
        "member": str(cast.cora.membership.pk),
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=7)).isoformat(),
        **more,
    }


@pytest.mark.parametrize("who", ["theo", "amy"])
def test_the_lead_and_the_admin_arrange_cover_on_a_page(cast: Cast, sign_in: SignIn, who: str) -> None:
    page = reverse("care_team", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    answer = sign_in(getattr(cast, who)).post(page, team_form(cast))
    assert answer.status_code == 303
    with acting_in(cast.north.pk):
        assert may(cast.cora, episode_of(cast.ada), Can.READ)
    place = CareTeamMember.objects
    with acting_in(cast.north.pk):
        row = place.get(member=cast.cora.membership)
    assert sign_in(getattr(cast, who)).post(reverse("care_team_end", args=[row.pk])).status_code == 303
    with acting_in(cast.north.pk):
        assert not may(cast.cora, episode_of(cast.ada), Can.SEE)


@pytest.mark.parametrize(
    ("who", "status"), [("kit", 403), ("sol", 403), ("cora", 404), ("zoe", 404), ("ada", 404), ("ben", 404)]
)
def test_nobody_else_changes_a_team(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    page = reverse("care_team", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    browser = sign_in(getattr(cast, who))
    assert browser.get(page).status_code == status
    assert browser.post(page, team_form(cast)).status_code == status
    with acting_in(cast.north.pk):
        coach = CareTeamMember.objects.get(member=cast.kit.membership)
    assert browser.post(reverse("care_team_end", args=[coach.pk])).status_code == status
    assert browser.post(reverse("care_team_end", args=[uuid4()])).status_code == 404
    with acting_in(cast.north.pk):
        assert CareTeamMember.objects.filter(episode=cast.ada.episode, ended_at__isnull=True).count() == 3


def test_what_was_typed_stays_when_the_team_form_is_refused(cast: Cast, sign_in: SignIn) -> None:
    page = reverse("care_team", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    answer = sign_in(cast.theo).post(page, team_form(cast, ends_on=""))
    assert answer.status_code == 422
    assert answer.context["form"].errors["ends_on"]
    assert str(cast.cora.membership.pk) in answer.content.decode()


# --- a supervisor's reason --------------------------------------------------------------------------------------------


def test_a_supervisor_says_why_and_reads_for_one_hour(north: Cast) -> None:
    episode = episode_of(north.ada)
    assert may(north.sol, episode, Can.SEE)
    assert not may(north.sol, episode, Can.READ)
    with time_machine.travel(NOON, tick=False) as clock:
        supervision.give_reason(by=north.sol.actor, episode=episode, reason="Monthly look at how plans are made")
        assert may(north.sol, episode, Can.READ)
        assert not may(north.sol, episode, Can.REVIEW)
        clock.shift(timedelta(minutes=59))
        assert may(north.sol, episode, Can.READ)
        clock.shift(timedelta(minutes=2))
        assert not may(north.sol, episode, Can.READ)


def test_a_reason_opens_one_episode_only(north: Cast) -> None:
    CareTeamMember.objects.create(
        clinic=north.north,
        episode=episode_of(north.ben),
        member=north.sol.membership,
        role=TeamRole.SUPERVISOR,
        starts_on=north.north.today(),
    )
    supervision.give_reason(by=north.sol.actor, episode=episode_of(north.ada), reason="About the last two weeks")
    assert not may(north.sol, episode_of(north.ben), Can.READ)


def test_a_reason_is_sealed_and_not_in_the_record(north: Cast) -> None:
    supervision.give_reason(by=north.sol.actor, episode=episode_of(north.ada), reason="Monthly look at plans")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM clinic_readingreason")
        assert b"Monthly" not in bytes(cursor.fetchone()[0])
    assert "Monthly" not in str(list(AuditEvent.objects.values()))
    assert ReadingReason.objects.select_related("episode").get().reason == "Monthly look at plans"


@pytest.mark.parametrize("reason", ["", "because", "   x   x   "])
def test_a_reason_that_says_nothing_is_refused(north: Cast, reason: str) -> None:
    with pytest.raises(ActionRefused) as refusal:
        supervision.give_reason(by=north.sol.actor, episode=episode_of(north.ada), reason=reason)
    assert refusal.value.status == 422


@pytest.mark.parametrize("who", ["theo", "cora", "kit", "zoe"])
def test_only_a_supervisor_of_this_client_gives_a_reason(north: Cast, who: str) -> None:
    with pytest.raises(ActionRefused):
        supervision.give_reason(
            by=getattr(north, who).actor, episode=episode_of(north.ada), reason="I would like to read this"
        )


def test_the_page_leads_on_to_where_the_supervisor_was_going(cast: Cast, sign_in: SignIn) -> None:
    page = reverse("supervision_reason", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    browser = sign_in(cast.sol)
    assert browser.get(page, {"next": "/security/"}).status_code == 200
    short = browser.post(page, {"reason": "why", "next": "/security/"})
    assert short.status_code == 422
    assert 'value="/security/"' in short.content.decode()
    answer = browser.post(page, {"reason": "Monthly look at plans", "next": "/security/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/security/")


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_page_never_leads_to_another_site(cast: Cast, sign_in: SignIn, away: str) -> None:
    page = reverse("supervision_reason", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    answer = sign_in(cast.sol).post(page, {"reason": "Monthly look at plans", "next": away})
    assert answer.headers["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("who", "status"), [("theo", 403), ("cora", 404), ("zoe", 404), ("amy", 404), ("kit", 404), ("ada", 404)]
)
def test_the_page_is_for_supervisors(cast: Cast, sign_in: SignIn, who: str, status: int) -> None:
    page = reverse("supervision_reason", args=[cast.ada.episode.pk])  # type: ignore[union-attr]
    assert sign_in(getattr(cast, who)).get(page).status_code == status
