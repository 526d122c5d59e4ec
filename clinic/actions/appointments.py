"""Single sessions: booking, moving, cancelling, and noting that they took place.

A therapist has one session at a time, and so has a client; a clash is refused with the time that is taken.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic import audit, overlap
from clinic.access import Actor, Can, team_roles_that
from clinic.models import Appointment, AppointmentSeries, CareTeamMember, Episode, Membership
from clinic.refusal import ActionRefused
from clinic.wall_clock import local_day

SHORTEST, LONGEST = 5, 240  # minutes


@transaction.atomic
def book(*, by: Actor, episode: Episode, therapist: Membership, starts_at: datetime, minutes: int = 50) -> Appointment:
    """Arrange one session.

    Raises ActionRefused: 409 when the episode has ended or somebody is busy, 422 when `therapist` does not treat this
    client or the length is not between 5 minutes and 4 hours.
    """
    place = check_can_meet(by=by, episode=episode, therapist=therapist, minutes=minutes)
    refuse_after(place, local_day(starts_at, episode.site.time_zone))
    refuse_clash(therapist=therapist, episode=episode, spans=[overlap.span(starts_at, minutes)])
    row = Appointment.objects.create(
        clinic=by.clinic, episode=episode, therapist=therapist, starts_at=starts_at, minutes=minutes
    )
    audit.record(by=by, verb="session.booked", obj=row)
    return row


@transaction.atomic
def move(*, by: Actor, appointment: Appointment, starts_at: datetime, minutes: int | None = None) -> Appointment:
    """Move one session, also one of a series.

    the others stay. Raises ActionRefused (409): cancelled, past, or a clash.
    """
    row = _locked(appointment)
    if row.state != Appointment.State.PLANNED:
        raise ActionRefused(_("Only a session that is still to come can be moved."))
    length = minutes or row.minutes
    place = check_can_meet(by=by, episode=row.episode, therapist=row.therapist, minutes=length)
    refuse_after(place, local_day(starts_at, row.episode.site.time_zone))
    spans = [overlap.span(starts_at, length)]
    refuse_clash(therapist=row.therapist, episode=row.episode, spans=spans, besides=row)
    row.starts_at, row.minutes = starts_at, length
    row.save(update_fields=["starts_at", "minutes"])
    audit.record(by=by, verb="session.moved", obj=row)
    return row


@transaction.atomic
def cancel(*, by: Actor, appointment: Appointment) -> None:
    """Cancel a session to come, or note that a past one did not take place. Raises ActionRefused (409) twice."""
    row = _locked(appointment)
    if row.state == Appointment.State.CANCELLED:
        raise ActionRefused(_("This session has already been cancelled."))
    row.state = Appointment.State.CANCELLED
    row.save(update_fields=["state"])
    audit.record(by=by, verb="session.cancelled", obj=row)


@transaction.atomic
def mark_held(*, by: Actor) -> int:
    """Sweep: planned sessions that are over count as held. Returns how many; running it twice changes nothing."""
    ends_at = ExpressionWrapper(F("starts_at") + F("minutes") * Value(timedelta(minutes=1)), DateTimeField())
    over = Appointment.objects.filter(clinic_id=by.clinic_id, state=Appointment.State.PLANNED)
    count = over.annotate(over_at=ends_at).filter(over_at__lte=timezone.now()).update(state=Appointment.State.HELD)
    if count:
        audit.record(by=by, verb="sessions.held", count=count)
    return count


def check_can_meet(*, by: Actor, episode: Episode, therapist: Membership, minutes: int) -> CareTeamMember:
    """The place that lets this person give this client sessions; holds both until the end of the transaction."""
    # Always the episode before the person, so that two bookings cannot wait for each other.
    row = Episode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    Membership.objects.select_for_update(of=("self",)).filter(pk=therapist.pk).first()
    if not row.is_open:
        raise ActionRefused(_("This episode of care has ended."))
    if not SHORTEST <= minutes <= LONGEST:
        raise ActionRefused(_("A session lasts from 5 minutes to 4 hours."), status=422, field="minutes")
    treating = CareTeamMember.objects.current(by.clinic).filter(role__in=team_roles_that(Can.SCHEDULE))
    places = treating.filter(episode=row, member=therapist).order_by(F("ends_on").desc(nulls_first=True))
    longest = places.first()
    if longest is None:
        raise ActionRefused(_("Choose somebody of this client’s care team."), status=422, field="therapist")
    return longest


def refuse_after(place: CareTeamMember, day: date) -> None:
    """Raises ActionRefused (422) for a session after the last day of somebody's cover or coaching."""
    if place.ends_on is not None and day > place.ends_on:
        raise ActionRefused(
            _("This person is on the team until %(day)s. Please choose an earlier day.")
            % {"day": date_format(place.ends_on, "j F Y")},
            status=422,
            field="day",
        )


def refuse_clash(
    *, therapist: Membership, episode: Episode, spans: list[overlap.Span], besides: Appointment | None = None
) -> None:
    """Raises ActionRefused with the time that is taken; whose session it is stays unsaid."""
    other = overlap.clash(therapist_id=therapist.pk, episode=episode, spans=spans, besides=besides)
    if other is None:
        return
    wall = other.begins.astimezone(ZoneInfo(episode.site.time_zone))
    raise ActionRefused(
        _("There is already a session on %(day)s at %(time)s. Please choose another time.")
        % {"day": date_format(wall, "j F Y"), "time": date_format(wall, "H:i")}
    )


def cancel_all(*, episode: Episode | None = None, therapist: Membership | None = None) -> int:
    """Cancel what is still to come for an episode that ends or a person who leaves, and end their series.

    Part of an action.
    """
    asked = {name: row for name, row in (("episode", episode), ("therapist", therapist)) if row is not None}
    if not asked:
        raise TypeError("cancel_all needs an episode, a therapist or both")
    _running(**asked).update(ends_on=timezone.now().date())
    to_come = Appointment.objects.filter(**asked, state=Appointment.State.PLANNED, starts_at__gt=timezone.now())
    return to_come.update(state=Appointment.State.CANCELLED)


def hand_over(*, episode: Episode, old: UUID, new: Membership) -> tuple[int, int]:
    """Give the sessions of one client to another therapist: (taken over, cancelled). Part of a transfer.

    A session at a time the new therapist already has is cancelled. A weekly series with such a session ends, because
    it would clash again; a series without one goes on with the new therapist.
    """
    now = timezone.now()
    Membership.objects.select_for_update(of=("self",)).get(pk=new.pk)
    planned = Appointment.objects.filter(episode=episode, therapist_id=old, state=Appointment.State.PLANNED)
    rows = list(planned.filter(starts_at__gt=now))
    spans = [overlap.span(row.starts_at, row.minutes) for row in rows]
    fits = overlap.free(spans, overlap.taken_by(new.pk, now))
    keep = [row for row, fit in zip(rows, fits, strict=True) if fit]
    drop = [row for row, fit in zip(rows, fits, strict=True) if not fit]
    Appointment.objects.filter(pk__in=[row.pk for row in keep]).update(therapist=new)
    Appointment.objects.filter(pk__in=[row.pk for row in drop]).update(state=Appointment.State.CANCELLED)
    clashing = {row.series_id for row in drop if row.series_id}
    running = _running(episode=episode, therapist_id=old)
    running.exclude(pk__in=clashing).update(therapist=new)
    running.filter(pk__in=clashing).update(ends_on=now.date())
    return len(keep), len(drop)


def _running(**asked: Any) -> QuerySet[AppointmentSeries]:
    """Weekly series that have not ended."""
    later = Q(ends_on__isnull=True) | Q(ends_on__gt=timezone.now().date())
    found: QuerySet[AppointmentSeries] = AppointmentSeries.objects.filter(later, **asked)
    return found


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",))
    found: Appointment = rows.select_related("episode__client", "episode__site", "therapist").get(pk=appointment.pk)
    return found
