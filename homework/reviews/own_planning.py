"""A clinician's private look at their own planning (F52): how often their plans say what makes a plan work.

Only the person themself sees it; a supervisor of one of their clients does when they share it, and nobody else, an admin
included. There are no clients in it, no ranking and no one to compare with but oneself three months before. Plain columns
only, one statement: nothing sealed is opened. Below `FEW` plans there is no share, because it would say nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.access import Actor, Can, Role, TeamRole, team_roles_that
from clinic.models import Appointment, CareTeamMember, Membership
from homework.assignments.models import Assignment
from homework.reviews import caseload, plan_quality
from homework.reviews.models import Review

SPAN = timedelta(days=91)
FEW = 5  # plans; with fewer there is no share
CHANGE = 10  # points, from which on it is more or less often than before
POINTS: dict[str, Promise] = {**plan_quality.POINTS, "reviewed": _("It was looked at in a session or after one")}


@dataclass(frozen=True)
class Share:
    """How many of how many plans. `percent` is None with fewer than `FEW`."""

    count: int
    plans: int

    @property
    def percent(self) -> int | None:
        """The share in percent, rounded."""
        return None if self.plans < FEW else round(100 * self.count / self.plans)


@dataclass(frozen=True)
class Line:
    """One point, now and before."""

    key: str
    says: "str | Promise"
    now: Share
    before: Share

    @property
    def trend(self) -> str:
        """`more`, `same` or `less` often than before; empty when one of the two says too little."""
        if self.now.percent is None or self.before.percent is None:
            return ""
        change = self.now.percent - self.before.percent
        return "same" if abs(change) < CHANGE else "more" if change > 0 else "less"


@dataclass(frozen=True)
class Own:
    """The whole look: lines, and the number of plans behind them."""

    plans: int
    plans_before: int
    lines: list[Line]

    @property
    def is_few(self) -> bool:
        """Whether there are too few plans to speak of shares."""
        return self.plans < FEW


def of(member: Membership, now: datetime) -> Own:
    """The plans this person proposed and a client agreed to, in the last three months and the three before. One query.

    Questionnaires and weeks with nothing are no plans here. "Looked at" counts over plans that have seen a session.
    """
    rows = caseload.practice(Assignment.objects.filter(proposed_by=member, kind=Assignment.Kind.WORK))
    sessions = Appointment.objects.past(now).filter(
        episode_id=OuterRef("episode_id"), starts_at__gt=OuterRef("agreed_at")
    )
    looks = Review.objects.filter(assignment_id=OuterRef("pk")).exclude(outcome=Review.Outcome.LATER)
    rows = rows.filter(agreed_at__gt=now - 2 * SPAN, agreed_at__lte=now).annotate(
        **plan_quality.conditions(), met=Exists(sessions), looked=Exists(looks)
    )
    spans = {"now": Q(agreed_at__gt=now - SPAN), "before": Q(agreed_at__lte=now - SPAN)}
    asked = {f"{key}_{span}": Count("pk", filter=when & Q(**{key: True})) for key in plan_quality.POINTS
             for span, when in spans.items()}  # fmt: skip
    asked |= {f"plans_{span}": Count("pk", filter=when) for span, when in spans.items()}
    asked |= {f"met_{span}": Count("pk", filter=when & Q(met=True)) for span, when in spans.items()}
    asked |= {f"looked_{span}": Count("pk", filter=when & Q(met=True, looked=True)) for span, when in spans.items()}
    found: dict[str, Any] = rows.aggregate(**asked)
    return Own(found["plans_now"], found["plans_before"], [_line(key, found) for key in POINTS])


def _line(key: str, found: dict[str, Any]) -> Line:
    part, whole = ("looked", "met") if key == "reviewed" else (key, "plans")
    now, before = (Share(found[f"{part}_{span}"], found[f"{whole}_{span}"]) for span in ("now", "before"))
    return Line(key, POINTS[key], now, before)


def member_for(actor: Actor, pk: UUID) -> Membership:
    """Whose planning this person may look at.

    Raises Http404 where there is no such clinician in this clinic, PermissionDenied (403) for a member of staff who may
    not: it exists, and is that person's own.
    """
    if pk == actor.member_id:
        return actor.member
    found = Membership.objects.clinicians().current().filter(clinic_id=actor.clinic_id, pk=pk).first()
    if found is None:
        raise Http404
    if not found.shares_plan_quality or not supervises(actor, found):
        raise PermissionDenied
    return found


def supervises(actor: Actor, member: Membership) -> bool:
    """Whether the actor is a supervisor today of at least one client whom this person treats today."""
    if actor.role != Role.THERAPIST:
        return False
    places = CareTeamMember.objects.current(actor.clinic)
    treated = places.filter(member=member, role__in=team_roles_that(Can.REVIEW)).values("episode_id")
    mine = places.filter(member_id=actor.member_id, role=TeamRole.SUPERVISOR, episode_id__in=treated)
    return mine.exists()


def shared_with(actor: Actor) -> list[Membership]:
    """The clinicians who let this supervisor see their planning, by name. One query."""
    places = CareTeamMember.objects.current(actor.clinic)
    mine = places.filter(member_id=actor.member_id, role=TeamRole.SUPERVISOR).values("episode_id")
    treating = places.filter(
        episode_id__in=mine, role__in=team_roles_that(Can.REVIEW), member__shares_plan_quality=True
    )
    rows = Membership.objects.current().filter(pk__in=treating.values("member_id")).exclude(pk=actor.member.pk)
    return list(rows.order_by("display_name", "pk"))
