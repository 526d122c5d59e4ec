"""The ladder: who is told about a flag that nobody looks at, rung by rung (6.3). Reads only; `actions.ladder` climbs.

    0 therapist (whoever covers while they are away; for P1 also the day's duty person)
    1 cover: who covers or treats beside the therapist, and the day's duty person
    2 the safety lead; the deputy while the lead is away or has been told already
    3 everybody: supervisors on the team, the clinic's admins, and all of the above. It repeats, and never ends.

A rung that nobody holds is skipped. Somebody the client would rather not have as cover is not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from clinic.access import Role, TeamRole
from clinic.models import Absence, CareTeamMember, Membership
from homework.safety.models import DutyDay, FlagEvent, SafetyFlag, SafetySetup

REPEAT_MINUTES = 60
"""Working minutes after which the last rung is told again."""


class Rung(IntEnum):
    """How far a flag has climbed."""

    THERAPIST = 0
    COVER = 1
    LEAD = 2
    EVERYBODY = 3


@dataclass(frozen=True)
class People:
    """Who could be told about one flag at one moment, and who has been."""

    lead: Membership | None
    beside: list[Membership] = field(default_factory=list)  # cover and co-therapists on the team today
    supervisors: list[Membership] = field(default_factory=list)
    admins: list[Membership] = field(default_factory=list)
    duty: Membership | None = None
    leads: list[Membership] = field(default_factory=list)  # the safety lead, then the deputy
    covers: dict[UUID, Membership] = field(default_factory=dict)  # of those who are away today
    declined: frozenset[UUID] = frozenset()  # whom the client would rather not have as cover
    told: frozenset[UUID] = frozenset()
    openings: frozenset[str] = frozenset()  # days at whose opening the duty person was told

    @property
    def cover(self) -> Membership | None:
        """Who covers for the therapist today, if the therapist is away."""
        return self.covers.get(self.lead.pk) if self.lead is not None else None

    @property
    def on_duty(self) -> Membership | None:
        """The day's duty person, or who covers for them."""
        return self.covers.get(self.duty.pk, self.duty) if self.duty is not None else None

    def first(self, priority: str) -> list[Membership]:
        """Who is told at once."""
        duty = self.on_duty if priority == SafetyFlag.Priority.P1 else None
        return self.able([self.lead, self.cover, duty])

    def on(self, rung: int) -> list[Membership]:
        """Who holds a rung and is to be told now; on the first three nobody twice."""
        if rung == Rung.EVERYBODY:
            every = [self.lead, self.cover, *self.beside, self.on_duty, *self.leads, *self.supervisors, *self.admins]
            return self.able(every)
        if rung == Rung.LEAD:
            return self._new([one for one in self.leads if one.pk not in self.covers])[:1]
        return self._new([self.cover, *self.beside, self.on_duty]) if rung == Rung.COVER else []

    def _new(self, people: Iterable[Membership | None]) -> list[Membership]:
        therapist = self.lead.pk if self.lead is not None else None
        return [one for one in self.able(people) if one.pk not in self.told and one.pk != therapist]

    def able(self, people: Iterable[Membership | None]) -> list[Membership]:
        """Each once, those who work here and may know of it: no coach, nobody the client has said no to."""
        found = {one.pk: one for one in people if one is not None}
        able = (Role.THERAPIST, Role.ADMIN)
        here = [one for one in found.values() if one.ended_at is None and one.role in able]
        return [one for one in here if one.pk not in self.declined]


def people(flag: SafetyFlag, setup: SafetySetup | None, now: datetime) -> People:
    """Everybody around one flag. Five queries."""
    clinic = flag.episode.clinic
    today = clinic.today(now)
    team = list(CareTeamMember.objects.filter(episode_id=flag.episode_id, ended_at=None).select_related("member__user"))
    here = [one for one in team if one.starts_on <= today and (one.ends_on is None or one.ends_on >= today)]
    agreed = [one for one in here if one.objected_at is None]
    away = Absence.objects.on(today).filter(clinic_id=clinic.pk).select_related("cover__user")
    duty = DutyDay.objects.filter(clinic_id=clinic.pk, weekday=today.weekday()).select_related("member__user").first()
    admins = Membership.objects.current().filter(clinic_id=clinic.pk, role=Role.ADMIN).select_related("user")
    told, openings = _told(flag)
    return People(
        lead=next((one.member for one in agreed if one.role == TeamRole.LEAD), None),
        beside=[one.member for one in agreed if one.role in (TeamRole.COVER, TeamRole.COTHERAPIST)],
        supervisors=[one.member for one in agreed if one.role == TeamRole.SUPERVISOR],
        admins=list(admins.order_by("display_name", "pk")),
        duty=duty.member if duty is not None else None,
        leads=[one for one in (setup.lead, setup.deputy) if one is not None] if setup is not None else [],
        covers={one.member_id: one.cover for one in away},
        declined=frozenset(one.member_id for one in team if one.objected_at and (one.ends_on or today) >= today),
        told=told,
        openings=openings,
    )


def next_rung(flag: SafetyFlag, around: People) -> tuple[Rung, list[Membership], list[int]]:
    """The next rung somebody holds, who that is, and which were skipped. From the last rung it is the last again."""
    skipped: list[int] = []
    for rung in list(Rung)[flag.rung + 1 :]:
        holders = around.on(rung)
        if holders:
            return rung, holders, skipped
        skipped.append(int(rung))
    return Rung.EVERYBODY, around.on(Rung.EVERYBODY), [rung for rung in skipped if rung != Rung.EVERYBODY]


def _told(flag: SafetyFlag) -> tuple[frozenset[UUID], frozenset[str]]:
    """Who has been told since it began (a handed-over flag begins anew), and the openings at which that was."""
    told: set[UUID] = set()
    openings: set[str] = set()
    steps = (FlagEvent.Step.TOLD, FlagEvent.Step.CLIMBED)
    rows = FlagEvent.objects.filter(flag_id=flag.pk, step__in=steps).order_by("created_at", "pk")
    for step, to_id, detail in rows.values_list("step", "to_id", "detail"):
        if step == FlagEvent.Step.CLIMBED and detail.get("rung") == Rung.THERAPIST:
            told.clear()
        elif step == FlagEvent.Step.TOLD and to_id is not None:
            told.add(to_id)
            openings.add(detail.get("opening", ""))
    return frozenset(told), frozenset(openings - {""})
