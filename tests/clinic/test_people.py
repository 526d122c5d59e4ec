"""Inviting people, sending again, withdrawing, and ending a place."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import keys
from accounts.models import ApiToken, User
from clinic import access, audit, vault
from clinic.access import Role, TeamRole
from clinic.actions import people
from clinic.actions.security import create_token
from clinic.models import (
    Appointment,
    AuditEvent,
    CareTeamMember,
    ContactPrefs,
    DataKey,
    Episode,
    Invitation,
    Membership,
    OutgoingMessage,
    Site,
)
from clinic.refusal import ActionRefused
from tests.cast import Cast, Person

SignIn = Callable[[Person | None], Client]


def site_of(cast: Cast) -> Site:
    return Site.objects.get(clinic=cast.north)


def invite_nora(cast: Cast, **more: object) -> tuple[Membership, str]:
    """A new client, Nora."""
    more = {"name": "Nora Quill", "email": "nora@example.org", "site": site_of(cast), **more}
    return people.invite_client(by=cast.amy.actor, **more)  # type: ignore[arg-type]


def test_an_invited_client_gets_a_place_a_key_wishes_and_waits(north: Cast) -> None:
    member, _token = invite_nora(north)
    assert member.user is None
    assert DataKey.objects.filter(client=member, destroyed_at__isnull=True).count() == 1
    assert ContactPrefs.objects.get(client=member).email_reminders is False
    episode = Episode.objects.get(client=member)
    assert (episode.state, episode.opened_on) == (Episode.State.WAITING, north.north.today())


def test_a_clients_name_is_sealed_in_the_database(north: Cast) -> None:
    member, _token = invite_nora(north)
    with connection.cursor() as cursor:
        cursor.execute("SELECT display_name, client_name FROM clinic_membership WHERE id = %s", [member.pk])
        plain, sealed = cursor.fetchone()
    assert plain == ""
    assert b"Nora" not in bytes(sealed)


def test_a_client_invited_with_a_therapist_is_theirs_at_once(north: Cast) -> None:
    member, _token = invite_nora(north, lead=north.theo.membership)
    episode = Episode.objects.get(client=member)
    assert episode.state == Episode.State.ACTIVE
    assert CareTeamMember.objects.get(episode=episode, role=TeamRole.LEAD).member_id == north.theo.membership.pk


def test_only_the_hash_of_a_token_is_kept_and_the_message_holds_it_sealed(north: Cast) -> None:
    member, token = invite_nora(north)
    invitation = Invitation.objects.get(membership=member)
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    message = OutgoingMessage.objects.get(about=invitation.pk)
    assert (message.kind, message.to, message.state) == ("invitation", "nora@example.org", "queued")
    assert token not in message.secret
    assert keys.open_text(message.secret, purpose=f"invitation {invitation.pk}") == token
    assert len(token) >= 43, "256 bits"


def test_an_invitation_works_for_72_hours(north: Cast) -> None:
    member, _token = invite_nora(north)
    invitation = Invitation.objects.get(membership=member)
    with time_machine.travel(invitation.created_at + timedelta(hours=71, minutes=59), tick=False):
        assert Invitation.objects.open().filter(pk=invitation.pk).exists()
    with time_machine.travel(invitation.created_at + timedelta(hours=72, seconds=1), tick=False):
        assert not Invitation.objects.open().filter(pk=invitation.pk).exists()


def test_an_address_with_a_place_here_is_refused(north: Cast) -> None:
    with pytest.raises(ActionRefused) as refusal:
        invite_nora(north, email="ADA@example.org")
    assert refusal.value.field == "email"
    assert not Invitation.objects.exists()


def test_an_address_with_an_open_invitation_is_refused(north: Cast) -> None:
    invite_nora(north)
    with pytest.raises(ActionRefused):
        invite_nora(north, name="Another Nora")


def test_an_address_known_in_another_clinic_is_no_reason_to_refuse(north: Cast) -> None:
    """An admin cannot find out who is a client elsewhere."""
    member, _token = invite_nora(north, email=north.yan.user.email)
    assert member.pk


def test_a_name_of_blanks_is_refused(north: Cast) -> None:
    with pytest.raises(ActionRefused) as refusal:
        invite_nora(north, name="   ")
    assert (refusal.value.status, refusal.value.field) == (422, "name")


def test_a_colleague_is_invited_with_places_and_a_role(north: Cast) -> None:
    member, _token = people.invite_staff(
        by=north.amy.actor,
        name="Vera Long",
        email="vera@example.org",
        role=Role.THERAPIST,
        site=site_of(north),
        approach="cbt",
        places=12,
        is_supervisor=True,
    )
    assert (member.label, member.places, member.is_supervisor, member.role) == ("Vera Long", 12, True, "therapist")


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMIN])
def test_only_a_therapist_supervises(north: Cast, role: Role) -> None:
    with pytest.raises(ActionRefused):
        people.invite_staff(
            by=north.amy.actor, name="Vera", email="vera@example.org", role=role, site=None, is_supervisor=True
        )


def test_a_client_is_not_invited_as_staff(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        people.invite_staff(by=north.amy.actor, name="Vera", email="vera@example.org", role=Role.CLIENT)


# --- again, and taken back --------------------------------------------------------------------------------------------


def test_sending_again_makes_a_new_link_and_the_old_one_stops(north: Cast) -> None:
    member, old = invite_nora(north)
    first = Invitation.objects.get(membership=member)
    row, new = people.send_again(by=north.amy.actor, invitation=first, email="nora.q@example.org")
    assert new != old
    assert row.email == "nora.q@example.org"
    assert list(Invitation.objects.open()) == [row]
    waiting = OutgoingMessage.objects.filter(state=OutgoingMessage.State.QUEUED)
    assert [message.about for message in waiting] == [row.pk], "the message that had not gone is dropped"


def test_an_invitation_that_ran_out_can_be_sent_again(north: Cast) -> None:
    member, _old = invite_nora(north)
    first = Invitation.objects.get(membership=member)
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        row, _token = people.send_again(by=north.amy.actor, invitation=first)
        assert row.is_open


def test_a_withdrawn_link_no_longer_works_and_its_message_is_not_sent(north: Cast) -> None:
    member, _token = invite_nora(north)
    invitation = Invitation.objects.get(membership=member)
    people.withdraw(by=north.amy.actor, invitation=invitation)
    assert not Invitation.objects.open().exists()
    message = OutgoingMessage.objects.get(about=invitation.pk)
    assert (message.state, message.secret) == (OutgoingMessage.State.SKIPPED, "")


def test_an_invitation_that_was_used_is_neither_sent_again_nor_withdrawn(north: Cast) -> None:
    member, _token = invite_nora(north)
    invitation = Invitation.objects.get(membership=member)
    Invitation.objects.filter(pk=invitation.pk).update(used_at=timezone.now())
    for act in (people.send_again, people.withdraw):
        with pytest.raises(ActionRefused):
            act(by=north.amy.actor, invitation=invitation)


# --- an ended place ---------------------------------------------------------------------------------------------------


def test_a_therapist_with_clients_stays_until_they_are_transferred(north: Cast) -> None:
    with pytest.raises(ActionRefused) as refusal:
        people.end_place(by=north.amy.actor, member=north.theo.membership)
    assert "2" in refusal.value.message_for_user
    assert Membership.objects.current().filter(pk=north.theo.membership.pk).exists()


def test_ending_a_coachs_place_ends_their_places_on_teams_and_their_sessions(north: Cast) -> None:
    assert north.ada.episode is not None
    session = Appointment.objects.create(
        clinic=north.north,
        episode=north.ada.episode,
        therapist=north.kit.membership,
        starts_at=timezone.now() + timedelta(days=2),
    )
    people.end_place(by=north.amy.actor, member=north.kit.membership)
    assert not Episode.objects.visible_to(north.kit.actor).exists()
    session.refresh_from_db()
    assert session.state == Appointment.State.CANCELLED


def test_ending_a_clients_place_ends_their_episode_and_their_messages(north: Cast) -> None:
    ContactPrefs.objects.filter(client=north.ada.membership).update(
        email_reminders=True, consented_at=timezone.now(), seen_by_others="no"
    )
    people.end_place(by=north.amy.actor, member=north.ada.membership)
    episode = Episode.objects.get(client=north.ada.membership)
    assert (episode.state, episode.ended_on) == (Episode.State.ENDED, north.north.today())
    assert ContactPrefs.objects.get(client=north.ada.membership).may_email is False
    assert DataKey.objects.get(client=north.ada.membership).destroyed_at is None, "ending is not erasing"


def test_a_person_whose_place_has_ended_is_out_at_the_next_click(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.kit)
    assert browser.get(reverse("my_security")).status_code == 200
    UserSession.objects.create(
        user=cast.kit.user, ip="127.0.0.1", session_key=browser.session.session_key, user_agent=""
    )
    answer = sign_in(cast.amy).post(reverse("place_end", args=[cast.kit.membership.pk]))
    assert answer.status_code == 303
    assert browser.get(reverse("my_security")).status_code == 302, "to the sign-in page"
    assert not UserSession.objects.filter(user=cast.kit.user).exists()


def test_api_tokens_end_with_the_place(north: Cast) -> None:
    create_token(by=north.kit.actor, name="my notebook")
    people.end_place(by=north.amy.actor, member=north.kit.membership)
    assert not ApiToken.objects.live().filter(user=north.kit.user).exists()


def test_nobody_ends_their_own_place(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        people.end_place(by=north.amy.actor, member=north.amy.membership)


def test_the_last_admin_stays(north: Cast) -> None:
    with pytest.raises(ActionRefused) as refusal:
        people.end_place(by=access.system(north.north, "test"), member=north.amy.membership)
    assert "last admin" in refusal.value.message_for_user


def test_an_invited_admin_who_never_came_is_not_counted_as_another_admin(north: Cast) -> None:
    people.invite_staff(by=north.amy.actor, name="Mo", email="mo@example.org", role=Role.ADMIN)
    with pytest.raises(ActionRefused):
        people.end_place(by=access.system(north.north, "test"), member=north.amy.membership)


def test_one_of_two_admins_can_go(north: Cast) -> None:
    member, _token = people.invite_staff(by=north.amy.actor, name="Mo", email="mo@example.org", role=Role.ADMIN)
    Membership.objects.filter(pk=member.pk).update(user=User.objects.create_user("mo@example.org"))
    people.end_place(by=north.amy.actor, member=member)
    assert not Membership.objects.current().filter(pk=member.pk).exists()


def test_a_place_ends_once(north: Cast) -> None:
    people.end_place(by=north.amy.actor, member=north.cora.membership)
    with pytest.raises(ActionRefused):
        people.end_place(by=north.amy.actor, member=north.cora.membership)


# --- the record -------------------------------------------------------------------------------------------------------


def test_every_change_of_people_leaves_one_event_without_names(north: Cast) -> None:
    member, _token = invite_nora(north)
    invitation = Invitation.objects.get(membership=member)
    row, _token = people.send_again(by=north.amy.actor, invitation=invitation)
    people.withdraw(by=north.amy.actor, invitation=row)
    people.end_place(by=north.amy.actor, member=member)
    verbs = list(AuditEvent.objects.about(member.pk).values_list("verb", flat=True).order_by("at"))
    assert verbs == ["client.invited", "invitation.sent_again", "invitation.withdrawn", "episode.ended", "place.ended"]
    assert "Nora" not in str(list(AuditEvent.objects.values()))


def test_an_admins_list_opens_names_and_nothing_else(cast: Cast) -> None:
    from clinic.scope import acting_in

    with acting_in(cast.north.pk), vault.session() as opened:
        audit.opened_list(by=cast.amy.actor, client_ids=[cast.ada.membership.pk], verb="people.listed", names_only=True)
        assert Membership.objects.get(pk=cast.ada.membership.pk).label == "Ada"
        assert not opened.contents
