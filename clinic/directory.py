"""The people of a clinic as an admin finds them: lists with names, dates and counts, and single rows behind the wall.

A row of another clinic is not found, like one that does not exist.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import Http404

from clinic import audit
from clinic.access import Actor, Role, TeamRole
from clinic.board import Colleague
from clinic.models import CareTeamMember, ContactPrefs, Episode, Invitation, Membership, Site
from clinic.returns import marks

M = TypeVar("M", bound=Model)
A_PAGE = 50
STATES = {"active": [Episode.State.ACTIVE], "waiting": [Episode.State.WAITING], "ended": [Episode.State.ENDED]}
OPEN = [Episode.State.ACTIVE, Episode.State.WAITING]


@dataclass(frozen=True)
class ClientRow:
    """One client's episode in the list of people."""

    episode: Episode
    lead: Colleague | None
    invitation_id: UUID | None
    days: int
    invitation_came_back: bool = False

    @property
    def member(self) -> Membership:
        """The client."""
        return self.episode.client

    @property
    def joined(self) -> bool:
        """Whether the client has taken up the invitation."""
        return self.member.user_id is not None

    @property
    def came_back(self) -> bool:
        """Whether e-mail to this client came back: they are asked for another address, or turn messages on again."""
        prefs = getattr(self.member, "contact", None)
        stopped = prefs is not None and prefs.email_stopped == ContactPrefs.Stopped.BOUNCED
        return self.invitation_came_back or (self.joined and stopped)


@dataclass(frozen=True)
class ClientList:
    """A page of clients, and what it was asked for."""

    rows: list[ClientRow]
    page: Page[Episode]
    count: int


def clients(
    actor: Actor, colleagues: list[Colleague], *, state: str = "", with_id: str = "", words: str = "", page: str = "1"
) -> ClientList:
    """Clients of a state (open ones by default), of one therapist, or with some words in their name; newest first.

    Names are sealed, so looking for one opens the names of all that could be meant; without a search only the page's.
    """
    rows: Any = Episode.objects.visible_to(actor).filter(state__in=STATES.get(state, OPEN)).with_lead()
    rows = rows.select_related("client__contact", "site").annotate(invitation_id=_newest_invitation())
    rows = rows.order_by("-opened_on", "-pk")
    leads = {str(one.member.pk): one for one in colleagues}
    if with_id in leads:
        rows = rows.filter(lead_id=leads[with_id].member.pk)
    found = Paginator(_named(actor, rows, words) if words else rows, A_PAGE).get_page(page)
    shown = list(found.object_list)
    if not words:
        _open_names(actor, shown, "people.listed")
    today = actor.clinic.today()
    back = marks.of_invitations(actor.clinic_id, [_invitation_of(episode) for episode in shown])
    return ClientList([_row(episode, leads, today, back) for episode in shown], found, found.paginator.count)


def _row(episode: Episode, leads: dict[str, Colleague], today: date, back: set[UUID]) -> ClientRow:
    annotated: Any = episode
    lead, invitation_id = leads.get(str(annotated.lead_id)), annotated.invitation_id
    return ClientRow(episode, lead, invitation_id, (today - episode.opened_on).days, invitation_id in back)


def _invitation_of(episode: Episode) -> UUID | None:
    """The newest invitation of somebody who has not joined."""
    annotated: Any = episode
    return annotated.invitation_id if episode.client.user_id is None else None


def _newest_invitation() -> Subquery:
    sent = Invitation.objects.filter(membership=OuterRef("client"), used_at__isnull=True)
    return Subquery(sent.order_by("-created_at", "-pk").values("pk")[:1])


def _named(actor: Actor, rows: QuerySet[Episode], words: str) -> list[Episode]:
    """Those with all the words in their name."""
    listed = list(rows)
    _open_names(actor, listed, "people.searched")
    wanted = words.casefold().split()
    return [row for row in listed if all(word in row.client.label.casefold() for word in wanted)]


def _open_names(actor: Actor, episodes: list[Episode], verb: str) -> None:
    ids = [episode.client_id for episode in episodes]
    audit.opened_list(by=actor, client_ids=ids, verb=verb, names_only=True)


def staff(actor: Actor, colleagues: list[Colleague]) -> list[tuple[Colleague, UUID | None, bool]]:
    """Each colleague with the invitation they have not taken up, and whether e-mail to them came back."""
    sent = newest_invitations(actor)
    back = marks.of_invitations(actor.clinic_id, sent.values())
    back |= marks.of_staff(actor.clinic_id, [one.member.user_id for one in colleagues])
    invited = [(one, sent.get(one.member.pk)) for one in colleagues]
    return [(one, pk, (pk or one.member.user_id) in back) for one, pk in invited]


def newest_invitations(actor: Actor) -> dict[UUID, UUID]:
    """For each place of staff that nobody has taken up, its newest invitation."""
    rows = Invitation.objects.filter(clinic_id=actor.clinic_id, membership__user__isnull=True)
    rows = rows.exclude(membership__role=Role.CLIENT).order_by("created_at", "pk")
    return dict(rows.values_list("membership_id", "pk"))


def member(actor: Actor, pk: UUID) -> Membership:
    """A person of this clinic whose place has not ended; a client's name is opened. Raises Http404."""
    rows = Membership.objects.visible_to(actor).current().select_related("clinic", "site")
    return _named_row(actor, _one(rows, pk), "person.opened")


def invitation(actor: Actor, pk: UUID) -> Invitation:
    """An invitation of this clinic; a client's name is opened. Raises Http404."""
    rows = Invitation.objects.filter(clinic_id=actor.clinic_id).select_related("membership")
    found = _one(rows, pk)
    _named_row(actor, found.membership, "invitation.opened")
    return found


def site(actor: Actor, pk: UUID) -> Site:
    """A site of this clinic. Raises Http404."""
    return _one(Site.objects.filter(clinic_id=actor.clinic_id), pk)


def team_place(actor: Actor, pk: UUID) -> CareTeamMember:
    """A place on a care team of this clinic; the door still has to be asked about its episode. Raises Http404."""
    rows = CareTeamMember.objects.filter(clinic_id=actor.clinic_id, ended_at__isnull=True)
    return _one(rows.select_related("member"), pk)


def team_of(episode: Episode, *, asked: bool = False) -> list[CareTeamMember]:
    """Who is on a care team today or will be, the therapist first; `asked`: also coaches who wait for the client's yes, and
    covers the client would rather not have.
    """
    today = episode.clinic.today()
    rows = CareTeamMember.objects.filter(episode=episode, ended_at__isnull=True).select_related("member")
    rows = rows if asked else rows.agreed().filter(objected_at__isnull=True)
    kept = [row for row in rows if row.ends_on is None or row.ends_on >= today]
    return sorted(kept, key=lambda row: (row.role != "lead", row.starts_on, row.member.display_name))


def supervises(actor: Actor, episode: Episode) -> bool:
    """Whether the actor supervises this episode today."""
    places = CareTeamMember.objects.current(actor.clinic).filter(episode=episode, member_id=actor.member_id)
    return places.filter(role=TeamRole.SUPERVISOR).exists()


def _one(rows: QuerySet[M], pk: UUID) -> M:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _named_row(actor: Actor, row: Membership, verb: str) -> Membership:
    if row.role == Role.CLIENT:
        audit.opened_list(by=actor, client_ids=[row.pk], verb=verb, names_only=True)
    return row
