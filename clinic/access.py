"""Who may do what: the whole policy, on one page a clinician can read.

1. A person acts in one clinic through one membership with one **role** (client, therapist, coach, admin).
2. Everything clinical hangs on an **episode** of care. Its care team has roles of its own (lead, cotherapist, dated cover,
   supervisor, coach). What each may do is the table `CARE_TEAM` below; what the client may do is `CLIENT`; admins manage
   people and load and never read content.
3. Every view declares who it is for (`open_to`, `public`), every object is fetched by `get_visible`: 404 when it is not
   yours (the same answer as for an id that does not exist), 403 when you may see it but not do this. Reading another
   person's work is recorded in the same transaction.

There is no superuser and no bypass. `tests/access/` walks every route with every kind of person.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User
    from clinic.models import Clinic, Membership

M = TypeVar("M", bound=models.Model)
V = TypeVar("V", bound=Callable[..., Any])


class Role(StrEnum):
    """What a membership is in its clinic."""

    CLIENT = "client"
    THERAPIST = "therapist"
    COACH = "coach"
    ADMIN = "admin"


CLINICIANS = (Role.THERAPIST, Role.COACH)
STAFF = (Role.THERAPIST, Role.COACH, Role.ADMIN)


class TeamRole(models.TextChoices):
    """What a member of staff is on one episode's care team."""

    LEAD = "lead", _("Therapist")
    COTHERAPIST = "cotherapist", _("Co-therapist")
    COVER = "cover", _("Cover")
    SUPERVISOR = "supervisor", _("Supervisor")
    COACH = "coach", _("Coach")


class Can(StrEnum):
    """What can be done with an episode and what belongs to it."""

    SEE = "see"  # know that it exists: the client's name, sessions, which work is agreed
    READ = "read"  # read plans, shared answers, digests
    MEASURES = "measures"  # read and propose measures and their scores
    PLAN = "plan"  # propose work and change a plan
    REVIEW = "review"  # review work and write back
    SCHEDULE = "schedule"  # arrange, move and cancel sessions
    TEAM = "team"  # change the care team
    AGREE = "agree"  # say yes, change or no to a plan: the client alone
    WRITE = "write"  # answer worksheets: the client alone
    ADMINISTER = "administer"  # people, load and transfers, without content


CLIENT = frozenset({Can.SEE, Can.READ, Can.MEASURES, Can.AGREE, Can.WRITE})
_TREATING = frozenset({Can.SEE, Can.READ, Can.MEASURES, Can.PLAN, Can.REVIEW, Can.SCHEDULE})
CARE_TEAM: dict[TeamRole, frozenset[Can]] = {
    TeamRole.LEAD: _TREATING | {Can.TEAM},
    TeamRole.COTHERAPIST: _TREATING,
    TeamRole.COVER: _TREATING,  # only between its dates
    TeamRole.SUPERVISOR: frozenset({Can.SEE, Can.READ, Can.MEASURES}),  # only with a stated, current reason
    TeamRole.COACH: frozenset({Can.SEE, Can.READ, Can.PLAN, Can.REVIEW, Can.SCHEDULE}),  # a subset of the library
}
ADMIN = frozenset({Can.ADMINISTER})


def team_roles_that(can: Can) -> list[TeamRole]:
    """The care-team roles that hold a capability."""
    return [role for role, held in CARE_TEAM.items() if can in held]


@dataclass(frozen=True)
class Actor:
    """Who is acting: a person in a clinic, or the program itself (`membership` is None, role 'system')."""

    user: "User | None"
    membership: "Membership | None"
    clinic: "Clinic"
    role: str
    purpose: str = ""

    @property
    def clinic_id(self) -> UUID:
        """The clinic acted in."""
        return self.clinic.pk

    @property
    def member(self) -> "Membership":
        """The membership of a person; the program has none, so it may not do what a person signs for."""
        if self.membership is None:
            raise PermissionDenied
        return self.membership

    @property
    def member_id(self) -> UUID | None:
        """The membership's id, None for the program."""
        return self.membership.pk if self.membership else None

    @property
    def is_client(self) -> bool:
        """Whether this is a client."""
        return self.role == Role.CLIENT

    @property
    def is_clinician(self) -> bool:
        """Whether this is a therapist or coach."""
        return self.role in CLINICIANS

    @property
    def is_admin(self) -> bool:
        """Whether this is a clinic admin."""
        return self.role == Role.ADMIN

    @property
    def sees_figures(self) -> bool:
        """Whether this person sees figures about the whole service, in which no client and no therapist can be found.

        Admins, supervisors and the safety lead answer for the service; a therapist sees no numbers of colleagues (F52).
        """
        member = self.membership
        return self.is_admin or (member is not None and (member.is_supervisor or member.is_safety_lead))

    @property
    def label(self) -> str:
        """The name shown to the person themself."""
        return self.membership.label if self.membership else str(_("Between"))


def system(clinic: "Clinic", purpose: str) -> Actor:
    """The program acting for a clinic, for example to build digests."""
    return Actor(user=None, membership=None, clinic=clinic, role="system", purpose=purpose)


def open_to(*roles: Role) -> Callable[[V], V]:
    """Declare who a view is for. Everybody else is answered 404 (403 would tell that something is there)."""

    def mark(view: V) -> V:
        view.rule = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: V) -> V:
    """Declare a view for every signed-in person, also one who has no place in a clinic (any more)."""
    view.rule = "signed in"  # type: ignore[attr-defined]
    return view


def public(view: V) -> V:
    """Declare a view for everybody, signed in or not. Public views show nothing that belongs to a person."""
    view.rule = "public"  # type: ignore[attr-defined]
    return view


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request. Raises Http404 when nobody with a place in a clinic is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


def get_visible(
    request: HttpRequest,
    model: type[M],
    pk: UUID,
    *,
    can: Can = Can.SEE,
    verb: str = "",
    related: Iterable[str] = (),
) -> M:
    """Fetch one row through the door: the first line of every view and API method.

    Raises Http404 when the row is not visible to the actor or does not exist, PermissionDenied when it is visible but
    `can` is not allowed, `ReasonNeeded` when a supervisor has not said why. Opens the client's sealed fields for the rest
    of the request and records the read, in the same transaction (`verb`, by default `<model>.read`).
    """
    from clinic import audit, nouns

    actor = actor_of(request)
    rows = model._default_manager.visible_to(actor).with_permission(actor, can)  # type: ignore[attr-defined]
    row: M | None = rows.select_related(*_paths(model, related, actor)).filter(pk=pk).first()
    if row is None:
        raise Http404
    if not row.may:  # type: ignore[attr-defined]
        episode_id = row.pk if model._meta.model_name == "episode" else row.episode_id  # type: ignore[attr-defined]
        if _could_with_a_reason(actor, episode_id, can):
            raise ReasonNeeded(episode_id)
        raise Refused(row, can)
    if actor.is_client:
        nouns.learn(actor, row.client if model._meta.model_name == "episode" else row.episode.client)  # type: ignore[attr-defined]
    audit.opened(by=actor, obj=row, verb=verb or f"{model._meta.model_name}.read")
    return row


def _could_with_a_reason(actor: Actor, episode_id: UUID, can: Can) -> bool:
    """Whether this is a supervisor who has not said why yet."""
    from clinic.models import CareTeamMember

    if can not in CARE_TEAM[TeamRole.SUPERVISOR]:
        return False
    places = CareTeamMember.objects.current(actor.clinic).filter(member_id=actor.member_id, episode_id=episode_id)
    return places.filter(role=TeamRole.SUPERVISOR).exists()


def _paths(model: type[models.Model], related: Iterable[str], actor: Actor) -> list[str]:
    """What the door itself needs beside the row: the episode and its client; for a client also the word they chose."""
    base = ["client"] if model._meta.model_name == "episode" else ["episode__client"]
    return [*base, *([f"{base[0]}__contact"] if actor.is_client else ()), *related]


class Refused(PermissionDenied):
    """Visible, but not allowed. The door records it after the transaction of the request was rolled back."""

    def __init__(self, row: models.Model, can: Can) -> None:
        super().__init__("not allowed")
        self.row, self.can = row, can


class ReasonNeeded(Exception):
    """A supervisor opened an episode without a current reason; the door sends them to say why."""

    def __init__(self, episode_id: UUID) -> None:
        super().__init__("a reason is needed")
        self.episode_id = episode_id
