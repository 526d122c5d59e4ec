"""Who treats whom: assigning, transferring, and the other places on a care team.

A client is with one lead at a time. Cover and coaching have dates and end by themselves; a supervisor reads only with a
stated reason; a coach is never a lead, because a lead may open measures and a coach may not (F64).
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, leaving, transferring
from clinic.access import Actor, Can, Role, TeamRole, team_roles_that
from clinic.actions import appointments, covering, feed, number, push
from clinic.models import CareTeamMember, ContactNumber, ContactPrefs, Episode, Membership
from clinic.refusal import ActionRefused

DATED = {TeamRole.COVER, TeamRole.COACH}


@dataclass(frozen=True)
class Transfer:
    """What a transfer did with the sessions that were planned: taken over by the new therapist, or cancelled."""

    lead: CareTeamMember
    sessions_kept: int
    sessions_cancelled: int


@transaction.atomic
def assign_client(*, by: Actor, episode: Episode, lead: Membership) -> CareTeamMember:
    """Give a waiting client to a therapist: the episode is active from now.

    Raises ActionRefused: 409 when the client is not waiting, 422 when `lead` is not a therapist of this clinic.
    """
    row = _locked(episode)
    if row.state != Episode.State.WAITING:
        raise ActionRefused(_("This client is no longer waiting."))
    _check_therapist(by, lead, "lead")
    covering.hold(lead)
    Episode.objects.filter(pk=row.pk).update(state=Episode.State.ACTIVE)
    episode.state = Episode.State.ACTIVE
    place = _put(row, lead, TeamRole.LEAD, by.clinic.today(), None)
    covering.for_new_lead(row, lead, by.clinic)
    audit.record(by=by, verb="client.assigned", obj=row, lead=str(lead.pk))
    return place


@transaction.atomic
def transfer_client(*, by: Actor, episode: Episode, to: Membership, client_knows: bool = False) -> Transfer:
    """Hand a client to another therapist, from now: the old lead sees nothing of them any more.

    Planned sessions go to the new therapist at the same times; those at which the new therapist already has a session
    are cancelled, and a weekly series with such a clash ends (its free sessions stay). Raises ActionRefused: 409 when
    the episode is not active or already with `to`, 422 when `to` is not a therapist of this clinic.
    """
    row = _locked(episode)
    if row.state != Episode.State.ACTIVE:
        raise ActionRefused(_("Only a client with a therapist can be transferred."))
    _check_therapist(by, to, "to")
    old = CareTeamMember.objects.filter(episode=row, role=TeamRole.LEAD, ended_at__isnull=True).first()
    if old is not None and old.member_id == to.pk:
        raise ActionRefused(_("This client is already with this therapist."), field="to")
    covering.hold(to)
    now = timezone.now()
    ending = CareTeamMember.objects.filter(episode=row, ended_at__isnull=True)
    # A lead may do everything the other places allow, so those of the new one end with the change.
    ending.filter(pk__in=[old.pk] if old else []).update(ended_at=now)
    ending.filter(member=to).update(ended_at=now)
    lead = _put(row, to, TeamRole.LEAD, by.clinic.today(), None)
    covering.for_new_lead(row, to, by.clinic, old=old.member_id if old else None)
    kept, cancelled = appointments.hand_over(episode=row, old=old.member_id, new=to) if old else (0, 0)
    transferring.hand_on(by, row, to)
    audit.record(
        by=by,
        verb="client.transferred",
        obj=row,
        old=str(old.member_id) if old else None,
        new=str(to.pk),
        client_knows=client_knows,
        sessions_cancelled=cancelled,
    )
    return Transfer(lead, kept, cancelled)


@transaction.atomic
def add_member(
    *,
    by: Actor,
    episode: Episode,
    member: Membership,
    role: TeamRole,
    starts_on: date,
    ends_on: date | None = None,
    client_agreed: bool = False,
    skill: str = "",
) -> CareTeamMember:
    """Put somebody on the care team. Cover and coaching need a last day, a coach also a named skill (F70).

    A coach comes in with the client's own tap on their own page (`actions.coach`): until then the place opens nothing.
    client_agreed: they said so on paper, which counts only for a client who has not signed in here yet.

    Raises ActionRefused: 422 when the person cannot have this role, dates are missing or in the wrong order, a coach has
    no skill or cannot be asked; 409 when they already have it or the episode has ended.
    """
    row = _locked(episode)
    if not row.is_open:
        raise ActionRefused(_("This episode of care has ended."))
    _check_fits(by, member, role)
    _check_dates(role, starts_on, ends_on)
    on_paper = role == TeamRole.COACH and row.client.user_id is None
    if role == TeamRole.COACH:
        _check_coach(skill, asks_here=not on_paper, said_yes=client_agreed)
    today = by.clinic.today()
    here = CareTeamMember.objects.filter(episode=row, member=member, ended_at__isnull=True)
    here.filter(role=role, ends_on__lt=today).update(ended_at=timezone.now())  # ran out by itself: make room
    if here.filter(role__in=[role, TeamRole.LEAD]).exists():
        raise ActionRefused(_("This person is already on the team."), field="member")
    place = _put(row, member, role, starts_on, ends_on, skill=skill.strip(), on_paper=on_paper)
    audit.record(by=by, verb="team.added", obj=row, member=str(member.pk), role=str(role), asked=place.waits_for_yes)
    return place


@transaction.atomic
def end_member(*, by: Actor, place: CareTeamMember) -> None:
    """End a place on a care team from now, and the sessions that hang on it.

    Raises ActionRefused (409): the lead's, which is transferred instead, or one that has ended.
    """
    row = (
        CareTeamMember.objects.select_for_update(of=("self",))
        .select_related("episode__client", "member")
        .get(pk=place.pk)
    )
    if row.role == TeamRole.LEAD:
        raise ActionRefused(_("The therapist’s place is not ended but transferred, so that nobody is left alone."))
    if row.ended_at is not None:
        raise ActionRefused(_("This place has already ended."))
    CareTeamMember.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    places = CareTeamMember.objects.current(by.clinic).filter(episode=row.episode, member=row.member)
    if not places.filter(role__in=team_roles_that(Can.SCHEDULE)).exists():
        appointments.cancel_all(episode=row.episode, therapist=row.member)
    audit.record(by=by, verb="team.ended", obj=row, member=str(row.member_id), role=row.role)


@transaction.atomic
def end_episode(*, by: Actor, episode: Episode) -> None:
    """End an episode of care: nothing is due any more, sessions to come are cancelled, no message goes out.

    The client keeps their place and their own pages for a time (`clinic.after_care`), and the team its record. Raises
    ActionRefused (409) twice, and while `leaving` knows something that is still open.
    """
    row = _locked(episode)
    if not row.is_open:
        raise ActionRefused(_("This episode of care has already ended."))
    if left := leaving.reasons(by.clinic, row.client):
        raise ActionRefused(" ".join(left))
    Episode.objects.filter(pk=row.pk).update(state=Episode.State.ENDED, ended_on=by.clinic.today())
    episode.state, episode.ended_on = Episode.State.ENDED, by.clinic.today()
    appointments.cancel_all(episode=row)
    ContactPrefs.objects.filter(client_id=row.client_id).update(email_reminders=False, consented_at=None)
    feed.end_all(by=by, member=row.client)
    push.end_all(row.client_id)
    number.end_for(row.client_id, ContactNumber.Ended.CARE)
    audit.record(by=by, verb="episode.ended", obj=row)


def _locked(episode: Episode) -> Episode:
    """The episode's row as it is now, held until the end of the transaction."""
    return Episode.objects.select_for_update(of=("self",)).select_related("client", "clinic", "site").get(pk=episode.pk)


def _put(
    episode: Episode,
    member: Membership,
    role: TeamRole,
    starts_on: date,
    ends_on: date | None,
    *,
    skill: str = "",
    on_paper: bool = False,
) -> CareTeamMember:
    place: CareTeamMember = CareTeamMember.objects.create(
        clinic=episode.clinic,
        episode=episode,
        member=member,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        skill=skill or None,
        client_agreed_at=timezone.now() if on_paper else None,
    )
    return place


def _check_coach(skill: str, *, asks_here: bool, said_yes: bool) -> None:
    """A coach is for one skill, named; a client who cannot be asked here has said yes on paper (F70)."""
    if not skill.strip():
        raise ActionRefused(_("Name the skill the coach is to help with."), status=422, field="skill")
    if not asks_here and not said_yes:
        raise ActionRefused(
            _("This client has not signed in here yet. Ask them first, and tick that they said yes."),
            status=422,
            field="client_agreed",
        )


def _is_here(by: Actor, member: Membership) -> bool:
    return member.clinic_id == by.clinic_id and member.ended_at is None


def _check_therapist(by: Actor, member: Membership, field: str) -> None:
    if not _is_here(by, member) or member.role != Role.THERAPIST:
        raise ActionRefused(_("Choose a therapist of this clinic."), status=422, field=field)


def _check_fits(by: Actor, member: Membership, role: TeamRole) -> None:
    if role == TeamRole.LEAD:
        raise ActionRefused(_("To change the therapist, transfer the client."), status=422, field="role")
    if role == TeamRole.COACH:
        if not _is_here(by, member) or member.role != Role.COACH:
            raise ActionRefused(_("Choose a coach of this clinic."), status=422, field="member")
        return
    _check_therapist(by, member, "member")
    if role == TeamRole.SUPERVISOR and not member.is_supervisor:
        raise ActionRefused(_("This therapist is not a supervisor."), status=422, field="member")


def _check_dates(role: TeamRole, starts_on: date, ends_on: date | None) -> None:
    if role in DATED and ends_on is None:
        raise ActionRefused(_("Cover and coaching need a last day."), status=422, field="ends_on")
    if ends_on is not None and ends_on < starts_on:
        raise ActionRefused(_("The last day is before the first one."), status=422, field="ends_on")
