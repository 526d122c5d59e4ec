"""Who is away when and who covers, as therapists and admins see it: names of colleagues, dates, numbers, never content.

A client's name is opened only where it is needed to act: to their therapist beside a session of those days, and to therapist
and admin where the client would rather not have the cover.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Absence, Appointment, CareTeamMember, Membership

State = Absence.State


@dataclass(frozen=True)
class Session:
    """One session of somebody's who is away then. It stays as it is until they change it."""

    episode: UUID
    client: str
    starts_at: datetime
    zone: str


@dataclass(frozen=True)
class NotThem:
    """A client who would rather not have the cover."""

    episode: UUID
    client: str


@dataclass
class Line:
    """One absence. `waits`: the cover has not answered; `refused`: they said no and nobody else was found yet."""

    absence: Absence
    today: date
    session_count: int = 0
    sessions: list[Session] = field(default_factory=list)
    not_them: list[NotThem] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Not answered yet."""
        return self.absence.state == State.ASKED

    @property
    def refused(self) -> bool:
        """Somebody else has to be found."""
        return self.absence.state == State.DECLINED

    @property
    def is_on(self) -> bool:
        """Today is one of the days."""
        return self.absence.starts_on <= self.today

    @property
    def can_shorten(self) -> bool:
        """Whether there is an earlier last day to choose."""
        return max(self.absence.starts_on, self.today) < self.absence.ends_on


@dataclass(frozen=True)
class Page:
    """A therapist's page: what they are asked, their own days, and for whom they cover."""

    asked: list[Line]
    own: list[Line]
    covers: list[Line]


def page_of(actor: Actor) -> Page:
    """A therapist's page. The number of queries does not grow with the rows."""
    rows = list(_coming(actor))
    mine = [row for row in rows if row.member_id == actor.member_id]
    asked = [row for row in rows if row.cover_id == actor.member_id and row.state == State.ASKED]
    covers = [row for row in rows if row.cover_id == actor.member_id and row.state == State.STANDING]
    today = actor.clinic.today()
    return Page([Line(row, today) for row in asked], _lines(actor, mine), [Line(row, today) for row in covers])


def rota(actor: Actor) -> list[Line]:
    """An admin's list of the clinic, the next days first."""
    return _lines(actor, list(_coming(actor)))


def _coming(actor: Actor) -> "list[Absence]":
    rows = Absence.objects.visible_to(actor).said().filter(ends_on__gte=actor.clinic.today())
    return list(rows.select_related("member", "cover").order_by("starts_on", "pk"))


def _lines(actor: Actor, rows: list[Absence]) -> list[Line]:
    """With the sessions of the days, and the clients who would rather not have the cover."""
    if not rows:
        return []
    sessions = _sessions(actor, rows)
    refused = CareTeamMember.objects.filter(absence__in=rows, objected_at__isnull=False, ended_at__isnull=True)
    places = list(refused.select_related("episode__client").order_by("pk"))
    shown = [] if actor.is_admin else [row.episode.client_id for found in sessions.values() for row in found]
    names = [*shown, *(place.episode.client_id for place in places)]
    audit.opened_list(by=actor, client_ids=names, verb="absence.listed", names_only=True)
    today = actor.clinic.today()
    return [
        Line(
            row,
            today,
            session_count=len(sessions[row.pk]),
            sessions=[] if actor.is_admin else [_session(one) for one in sessions[row.pk]],
            not_them=[
                NotThem(place.episode_id, place.episode.client.label) for place in places if place.absence_id == row.pk
            ],
        )
        for row in rows
    ]


def _session(row: Appointment) -> Session:
    return Session(row.episode_id, row.episode.client.label, row.starts_at, row.episode.site.time_zone)


def _sessions(actor: Actor, rows: list[Absence]) -> dict[UUID, list[Appointment]]:
    """The sessions that are planned in the days of each absence, by the clinic's dates. One query."""
    zone = actor.clinic.zone
    first = datetime.combine(min(row.starts_on for row in rows), time.min, tzinfo=zone).astimezone(UTC)
    last = datetime.combine(max(row.ends_on for row in rows) + timedelta(days=1), time.min, tzinfo=zone).astimezone(UTC)
    planned = Appointment.objects.filter(
        therapist_id__in={row.member_id for row in rows},
        state=Appointment.State.PLANNED,
        starts_at__gte=max(first, timezone.now()),
        starts_at__lt=last,
    )
    found = list(planned.select_related("episode__client", "episode__site").order_by("starts_at", "pk"))
    return {
        row.pk: [
            one
            for one in found
            if one.therapist_id == row.member_id and row.starts_on <= actor.clinic.today(one.starts_at) <= row.ends_on
        ]
        for row in rows
    }


def one(actor: Actor, pk: UUID) -> Absence:
    """An absence the actor may know of. Raises Http404."""
    rows = Absence.objects.visible_to(actor).select_related("member__user", "cover__user", "clinic")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def cover_place(actor: Actor, pk: str) -> CareTeamMember | None:
    """A client's own place of a cover, by what their page sent; None for anything else."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    rows = CareTeamMember.objects.filter(pk=wanted, episode__client_id=actor.member_id, absence__isnull=False)
    return rows.first()


def therapists(actor: Actor, *, besides: UUID | None = None) -> list[tuple[Membership, str]]:
    """Therapists of the clinic who have joined, as choices, by name."""
    rows = Membership.objects.current().filter(clinic_id=actor.clinic_id, role=Role.THERAPIST, user__isnull=False)
    rows = rows.exclude(pk=besides) if besides is not None else rows
    return [(row, row.display_name) for row in rows.order_by("display_name", "pk")]
