"""The cast: the people of every test, by name.

North clinic: Ada (client), Theo (her therapist, lead), Sol (supervisor), Cora (colleague, not on the team), Ben (another client
of Theo), Amy (admin), Kit (coach). South clinic: Zoe (therapist), Yan (client).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from clinic import vault
from clinic.access import Actor, Role, TeamRole
from clinic.models import CareTeamMember, Clinic, ContactPrefs, Episode, Membership, Site
from clinic.scope import acting_in

PASSWORD = "copper-lantern-orchard-7"


@dataclass
class Person:
    """Somebody of the cast: who they are, their place, and for a client the episode."""

    user: User
    membership: Membership
    episode: Episode | None = None

    @property
    def actor(self) -> Actor:
        """The person acting in their clinic."""
        return Actor(self.user, self.membership, self.membership.clinic, self.membership.role)


@dataclass
class Cast:
    """Two clinics and their people."""

    north: Clinic
    south: Clinic
    ada: Person
    ben: Person
    theo: Person
    sol: Person
    cora: Person
    amy: Person
    kit: Person
    zoe: Person
    yan: Person


def make_person(clinic: Clinic, site: Site, name: str, role: Role, **more: Any) -> Person:
    """A person with a verified address and a place in a clinic. Call inside the clinic's scope."""
    user = User.objects.create_user(f"{name.lower()}@example.org", needs_second_factor=role != Role.CLIENT)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    membership = Membership(clinic=clinic, user=user, role=role, site=site, **more)
    if role != Role.CLIENT:
        membership.display_name = name
        membership.save()
        return Person(user, membership)
    vault.create_key(clinic_id=clinic.pk, client_id=membership.pk)
    membership.client_name = name
    membership.save()
    ContactPrefs.objects.create(clinic=clinic, client=membership, reading_noted_at=timezone.now())
    opened_on = timezone.now().date() - timedelta(days=30)
    episode = Episode.objects.create(
        clinic=clinic, client=membership, site=site, state=Episode.State.ACTIVE, opened_on=opened_on
    )
    return Person(user, membership, episode)


def put_on_team(episode: Episode, person: Person, role: TeamRole, **dates: Any) -> CareTeamMember:
    """Give somebody a place on a care team."""
    dates.setdefault("starts_on", timezone.now().date() - timedelta(days=30))
    return CareTeamMember.objects.create(
        clinic=episode.clinic, episode=episode, member=person.membership, role=role, **dates
    )


def make_cast() -> Cast:
    """Build everybody."""
    with vault.session():
        north = Clinic.objects.create(name="North clinic", slug="north")
        south = Clinic.objects.create(name="South clinic", slug="south")
        with acting_in(north.pk):
            site = Site.objects.create(clinic=north, name="North house")
            people = {
                name: make_person(north, site, name.capitalize(), role)
                for name, role in (
                    ("ada", Role.CLIENT),
                    ("ben", Role.CLIENT),
                    ("theo", Role.THERAPIST),
                    ("sol", Role.THERAPIST),
                    ("cora", Role.THERAPIST),
                    ("amy", Role.ADMIN),
                    ("kit", Role.COACH),
                )
            }
            ada, ben = people["ada"].episode, people["ben"].episode
            assert ada is not None
            assert ben is not None
            put_on_team(ada, people["theo"], TeamRole.LEAD)
            put_on_team(ben, people["theo"], TeamRole.LEAD)
            put_on_team(ada, people["sol"], TeamRole.SUPERVISOR)
            until = timezone.now().date() + timedelta(days=60)
            put_on_team(ada, people["kit"], TeamRole.COACH, ends_on=until, client_agreed_at=timezone.now())
        with acting_in(south.pk):
            house = Site.objects.create(clinic=south, name="South house")
            zoe = make_person(south, house, "Zoe", Role.THERAPIST)
            yan = make_person(south, house, "Yan", Role.CLIENT)
            assert yan.episode is not None
            put_on_team(yan.episode, zoe, TeamRole.LEAD)
    return Cast(north=north, south=south, zoe=zoe, yan=yan, **people)
