"""The admin's board as values: therapists and their load, who waits, invitations, sites. Names and numbers only.

How many queries it takes does not depend on how many clients there are; only what is shown is fetched and opened.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import audit
from clinic.access import Actor, Role, TeamRole
from clinic.models import CareTeamMember, Episode, Invitation, Membership, Site
from clinic.returns import marks

SHOWN = 12  # waiting clients and invitations on the board; the list of people has them all
KEPT = timedelta(days=30)  # how long an invitation that ran out stays on the board


@dataclass(frozen=True)
class Colleague:
    """Somebody who works here, with their load. `clients` counts active episodes they lead (a coach: coaches)."""

    member: Membership
    clients: int
    two_steps: bool

    @property
    def name(self) -> str:
        """The name clients and colleagues see."""
        return self.member.display_name

    @property
    def joined(self) -> bool:
        """Whether they have taken up their invitation."""
        return self.member.user_id is not None

    @property
    def can_lead(self) -> bool:
        """Whether a client can be given to them now."""
        return self.joined and self.member.role == Role.THERAPIST

    @property
    def room(self) -> int:
        """Free places; negative when there are more clients than places."""
        return self.member.places - self.clients

    @property
    def blocks(self) -> list[str]:
        """One block a place: on, free ("") or over."""
        free = [""] * max(self.room, 0)
        return ["on"] * min(self.clients, self.member.places) + free + ["over"] * max(-self.room, 0)

    @property
    def load_in_words(self) -> str:
        """For those who do not see the blocks."""
        return _("%(n)d of %(all)d places used") % {"n": self.clients, "all": self.member.places}

    @property
    def room_in_words(self) -> str:
        """How many more clients they have room for."""
        if self.room > 0:
            return ngettext("room for %(n)d", "room for %(n)d", self.room) % {"n": self.room}
        return _("full") if self.room == 0 else _("%(n)d over") % {"n": -self.room}


@dataclass(frozen=True)
class Waiting:
    """A client without a therapist. `offer` is who has room, `same_site` whether they work at the client's site."""

    episode: Episode
    days: int
    joined: bool
    offer: Colleague | None = None

    @property
    def same_site(self) -> bool:
        """Whether the offered therapist works at the client's site."""
        return self.offer is not None and self.offer.member.site_id == self.episode.site_id


@dataclass(frozen=True)
class Invited:
    """An invitation that nobody has taken up yet."""

    invitation: Invitation
    days_ago: int
    hours_left: int
    came_back: bool = False

    @property
    def ran_out(self) -> bool:
        """Whether the link has stopped working."""
        return self.hours_left <= 0


@dataclass(frozen=True)
class Board:
    """Everything on the board."""

    colleagues: list[Colleague]
    waiting: list[Waiting]
    waiting_count: int
    longest_days: int
    active_count: int
    invitations: list[Invited]
    invitations_count: int
    sites: list[Site]
    without_two_steps: list[Colleague] = field(default_factory=list)

    @property
    def clinicians(self) -> list[Colleague]:
        """Those with a caseload."""
        return [one for one in self.colleagues if one.member.role in (Role.THERAPIST, Role.COACH)]


def board_of(actor: Actor) -> Board:
    """The board of an admin's clinic. Opens the names it shows, and nothing but names."""
    colleagues = colleagues_of(actor)
    episodes = Episode.objects.visible_to(actor)
    waiting = episodes.waiting().select_related("client", "site")
    first, count = list(waiting[:SHOWN]), waiting.count()
    invited = open_invitations(actor)
    shown = list(invited[:SHOWN])
    clients = {episode.client_id for episode in first}
    clients |= {row.membership_id for row in shown if row.membership.role == Role.CLIENT}
    audit.opened_list(by=actor, client_ids=clients, verb="board.listed", names_only=True)
    today, now = actor.clinic.today(), timezone.now()
    back = marks.of_invitations(actor.clinic_id, [row.pk for row in shown])
    return Board(
        colleagues=colleagues,
        waiting=offers(first, colleagues, today),
        waiting_count=count,
        longest_days=(today - first[0].opened_on).days if first else 0,
        active_count=episodes.active().count(),
        invitations=[invited_row(row, now, back) for row in shown],
        invitations_count=invited.count(),
        sites=sites_of(actor),
        without_two_steps=[one for one in colleagues if one.joined and not one.two_steps],
    )


def colleagues_of(actor: Actor) -> list[Colleague]:
    """Everybody who works in the clinic, by name, with their load: two queries."""
    second = Authenticator.objects.filter(user_id=OuterRef("user_id"))
    second = second.exclude(type=Authenticator.Type.RECOVERY_CODES)
    staff = Membership.objects.current().staff().filter(clinic_id=actor.clinic_id)
    staff = staff.select_related("site").annotate(two_steps=Exists(second)).order_by("display_name", "pk")
    load = _load(actor)
    return [Colleague(one, load[one.pk], one.two_steps) for one in staff]  # type: ignore[attr-defined]


def _load(actor: Actor) -> Counter[Any]:
    """How many active episodes each lead leads and each coach coaches."""
    places = CareTeamMember.objects.current(actor.clinic).filter(clinic_id=actor.clinic_id)
    places = places.filter(role__in=(TeamRole.LEAD, TeamRole.COACH), episode__state=Episode.State.ACTIVE)
    return Counter(dict(places.values_list("member_id").annotate(Count("episode_id", distinct=True))))


def offers(episodes: Iterable[Episode], colleagues: Iterable[Colleague], today: date) -> list[Waiting]:
    """For each waiting client the therapist with most room, at their own site if there is one. Spreads them."""
    able = [one for one in colleagues if one.can_lead]
    room = {one.member.pk: one.room for one in able}
    rows = []
    for episode in episodes:
        ranked = sorted(able, key=lambda one: (one.member.site_id != episode.site_id, -room[one.member.pk]))
        offer = next((one for one in ranked if room[one.member.pk] > 0), None)
        if offer is not None:
            room[offer.member.pk] -= 1
        rows.append(Waiting(episode, (today - episode.opened_on).days, episode.client.user_id is not None, offer))
    return rows


def open_invitations(actor: Actor) -> Any:
    """The newest invitation of each place nobody has taken up, unless it was withdrawn; newest first."""
    newest = Invitation.objects.filter(membership=OuterRef("membership")).order_by("-created_at", "-pk")
    rows = Invitation.objects.filter(clinic_id=actor.clinic_id, pk=Subquery(newest.values("pk")[:1]))
    rows = rows.filter(membership__user__isnull=True, membership__ended_at__isnull=True, withdrawn_at__isnull=True)
    rows = rows.filter(used_at__isnull=True, expires_at__gt=timezone.now() - KEPT)
    return rows.select_related("membership").order_by("-created_at", "-pk")


def invited_row(invitation: Invitation, now: datetime, back: set[UUID]) -> Invited:
    """How old an invitation is, how long it still works, and whether its e-mail is among those that came back."""
    left = (invitation.expires_at - now).total_seconds() / 3600
    return Invited(invitation, (now - invitation.created_at).days, ceil(left), invitation.pk in back)


def sites_of(actor: Actor) -> list[Site]:
    """The sites with `active` and `waiting` counts."""
    counts = Episode.objects.filter(clinic_id=actor.clinic_id, site_id=OuterRef("pk")).order_by().values("site_id")
    active = counts.filter(state=Episode.State.ACTIVE).annotate(n=Count("pk")).values("n")
    waiting = counts.filter(state=Episode.State.WAITING).annotate(n=Count("pk")).values("n")
    rows = Site.objects.filter(clinic_id=actor.clinic_id).order_by("name")
    return list(rows.annotate(active=Subquery(active), waiting=Subquery(waiting)))
