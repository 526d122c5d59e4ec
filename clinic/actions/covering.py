"""The places a cover gets from an absence, made and ended. Parts of actions: who may do this is decided there.

One place for each active client the member leads. A place is dated like its absence, so that it begins and ends by itself.
Whoever has a place as cover already (an earlier absence, an agreement by hand) keeps it; the sweep puts the missing one in once
that is over.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from clinic import audit
from clinic.access import Actor, Can, TeamRole, team_roles_that
from clinic.models import Absence, Appointment, CareTeamMember, Clinic, Episode, Membership


def put(absence: Absence, episode_ids: Iterable[UUID]) -> int:
    """Give the cover a place with each of these episodes, in one statement. Returns how many there are to give."""
    ids = list(episode_ids)
    ran_out = CareTeamMember.objects.filter(role=TeamRole.COVER, member_id=absence.cover_id, ended_at__isnull=True)
    ran_out.filter(episode_id__in=ids, ends_on__lt=absence.clinic.today()).update(ended_at=timezone.now())
    rows = [
        CareTeamMember(
            clinic_id=absence.clinic_id,
            episode_id=pk,
            member_id=absence.cover_id,
            role=TeamRole.COVER,
            starts_on=absence.starts_on,
            ends_on=absence.ends_on,
            absence=absence,
        )
        for pk in ids
    ]
    CareTeamMember.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def led_by(member_id: UUID) -> list[UUID]:
    """The active episodes somebody leads."""
    places = CareTeamMember.objects.filter(member_id=member_id, role=TeamRole.LEAD, ended_at__isnull=True)
    return list(places.filter(episode__state=Episode.State.ACTIVE).values_list("episode_id", flat=True))


def hold(member: Membership) -> None:
    """Until the end of the transaction nobody else changes whom this person leads or when they are away."""
    Membership.objects.select_for_update(of=("self",)).filter(pk=member.pk).first()


def for_new_lead(episode: Episode, lead: Membership, clinic: Clinic, *, old: UUID | None = None) -> None:
    """A client has come to somebody who is or will be away: their cover gets this client too. The old one's cover goes."""
    if old is not None:
        places = CareTeamMember.objects.filter(episode=episode, absence__member_id=old, ended_at__isnull=True)
        places.update(ended_at=timezone.now())
    coming = Absence.objects.standing().filter(member=lead, ends_on__gte=clinic.today())
    for absence in coming.select_related("clinic").order_by("starts_on", "pk"):
        put(absence, [episode.pk])


def end(absence: Absence) -> None:
    """End every place that comes from an absence, and what the cover had arranged by way of it."""
    CareTeamMember.objects.filter(absence=absence, ended_at__isnull=True).update(ended_at=timezone.now())
    _without_a_place(absence)


def shorten(absence: Absence) -> None:
    """The places end with the absence's new last day."""
    CareTeamMember.objects.filter(absence=absence, ended_at__isnull=True).update(ends_on=absence.ends_on)
    _without_a_place(absence)


def _without_a_place(absence: Absence) -> None:
    """Cancel sessions to come that the cover arranged for clients they have no place with on that day any more."""
    treating = CareTeamMember.objects.filter(
        member_id=absence.cover_id,
        episode_id=OuterRef("episode_id"),
        role__in=team_roles_that(Can.SCHEDULE),
        ended_at__isnull=True,
    )
    still = treating.filter(ends_on__isnull=True) | treating.filter(ends_on__gte=OuterRef("starts_at__date"))
    to_come = Appointment.objects.filter(
        therapist_id=absence.cover_id, state=Appointment.State.PLANNED, starts_at__gt=timezone.now()
    )
    to_come = to_come.filter(episode_id__in=CareTeamMember.objects.filter(absence=absence).values("episode_id"))
    to_come.exclude(Exists(still)).update(state=Appointment.State.CANCELLED)


@transaction.atomic
def put_missing(*, by: Actor) -> int:
    """Sweep: places of absences that stand and had none yet, because an earlier place was in the way. Returns how many."""
    count = 0
    coming = Absence.objects.standing().filter(clinic_id=by.clinic_id, ends_on__gte=by.clinic.today())
    for absence in coming.select_related("clinic").order_by("starts_on", "pk"):
        there = CareTeamMember.objects.filter(absence=absence).values_list("episode_id", flat=True)
        missing = set(led_by(absence.member_id)) - set(there)
        if missing and put(absence, sorted(missing, key=str)):
            count += CareTeamMember.objects.filter(absence=absence, episode_id__in=missing).count()
    if count:
        audit.record(by=by, verb="cover.put", count=count)
    return count
