"""Weekly sessions: a rule in local wall time, kept as rows eight weeks ahead.

Each row can be moved or cancelled alone; its date in the series is its key, so making rows again never doubles one.
"""

from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, overlap
from clinic.access import Actor
from clinic.actions.appointments import check_can_meet, refuse_after, refuse_clash
from clinic.models import Appointment, AppointmentSeries, Episode, Membership
from clinic.refusal import ActionRefused
from clinic.wall_clock import local_day

DAY = timedelta(days=1)
AHEAD = timedelta(weeks=8)
LOOKED_AT = timedelta(weeks=52)  # how far ahead a new series is checked against what is booked


@transaction.atomic
def start_series(
    *,
    by: Actor,
    episode: Episode,
    therapist: Membership,
    weekday: int,
    local_time: time,
    starts_on: date,
    minutes: int = 50,
    zone: str = "",
    ends_on: date | None = None,
) -> AppointmentSeries:
    """Arrange a weekly session from `starts_on` (0 = Monday), by default in the time zone of the site.

    It keeps its local time when clocks change, and ends with the last day of a cover's or coach's place.
    Raises ActionRefused: 409 on the first clash of the coming year or when the episode has ended, 422 for a weekday,
    length or first day that cannot be, or a therapist who does not treat this client.
    """
    place = check_can_meet(by=by, episode=episode, therapist=therapist, minutes=minutes)
    refuse_after(place, starts_on)
    if not 0 <= weekday <= 6:
        raise ActionRefused(_("Choose a day of the week."), status=422, field="weekday")
    row = AppointmentSeries(
        clinic=by.clinic,
        episode=episode,
        therapist=therapist,
        weekday=weekday,
        local_time=local_time,
        zone=zone or episode.site.time_zone,
        minutes=minutes,
        starts_on=starts_on,
        ends_on=min(filter(None, (ends_on, place.ends_on)), default=None),
    )
    today = local_day(timezone.now(), row.zone)
    spans = [overlap.span_on(row, day) for day in overlap.dates(row, starts_on, max(today, starts_on) + LOOKED_AT)]
    refuse_clash(therapist=therapist, episode=episode, spans=spans)
    row.save()
    Appointment.objects.bulk_create(_rows(row, starts_on, max(today + AHEAD, starts_on)))
    audit.record(by=by, verb="series.started", obj=row)
    return row


@transaction.atomic
def end_series(*, by: Actor, series: AppointmentSeries, last_on: date | None = None) -> int:
    """End a weekly session after `last_on` (today by default); later ones are cancelled. Returns how many.

    Raises ActionRefused (409) when it has ended before.
    """
    rows = AppointmentSeries.objects.select_for_update(of=("self",)).select_related("episode__client")
    row: AppointmentSeries = rows.get(pk=series.pk)
    last = last_on or local_day(timezone.now(), row.zone)
    if row.ends_on is not None and row.ends_on <= last:
        raise ActionRefused(_("These weekly sessions have already ended."))
    AppointmentSeries.objects.filter(pk=row.pk).update(ends_on=last)
    planned = Appointment.objects.filter(series=row, state=Appointment.State.PLANNED, starts_at__gt=timezone.now())
    count = planned.filter(series_date__gt=last).update(state=Appointment.State.CANCELLED)
    audit.record(by=by, verb="series.ended", obj=row, cancelled=count)
    return count


@transaction.atomic
def extend_series(*, by: Actor) -> int:
    """Sweep: keep every running series of one clinic eight weeks ahead. Returns how many sessions were added.

    Each goes on from its last row, so a sweep that did not run for long leaves no gap. Two queries however many series
    there are; running it twice, or twice at once, adds nothing.
    """
    now = timezone.now()
    going_on = AppointmentSeries.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=now.date() - DAY))
    going_on = going_on.filter(clinic_id=by.clinic_id).exclude(episode__state=Episode.State.ENDED)
    rows = [
        appointment
        for series in going_on.annotate(last=Max("appointments__series_date"))
        for appointment in _rows(
            series, series.last + DAY if series.last else series.starts_on, local_day(now, series.zone) + AHEAD
        )
    ]
    Appointment.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record(by=by, verb="series.extended", count=len(rows))
    return len(rows)


def _rows(series: AppointmentSeries, since: date, until: date) -> list[Appointment]:
    return [
        Appointment(
            clinic_id=series.clinic_id,
            episode_id=series.episode_id,
            therapist_id=series.therapist_id,
            series=series,
            series_date=day,
            starts_at=overlap.span_on(series, day).begins,
            minutes=series.minutes,
        )
        for day in overlap.dates(series, since, until)
    ]
