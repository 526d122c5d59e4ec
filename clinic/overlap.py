"""Whether two sessions would fall on each other: of one therapist, or of one client.

Sessions are rows some weeks ahead and a weekly rule beyond that; both are looked at, so that nothing booked today is
overrun by a series next year. Only the time of a clash is ever told, never whose session it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from clinic.models import Appointment, AppointmentSeries, Episode
from clinic.wall_clock import instant, local_day

LONGEST = timedelta(hours=4)  # no session is longer, so a clash begins at most this long before
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From when to when, both in UTC."""

    begins: datetime
    ends: datetime

    def meets(self, other: "Span") -> bool:
        """Whether the two share any time; one ending when the other begins is fine."""
        return self.begins < other.ends and other.begins < self.ends


def span(begins: datetime, minutes: int) -> Span:
    """A span of so many minutes."""
    return Span(begins, begins + timedelta(minutes=minutes))


def dates(series: AppointmentSeries, since: date, until: date) -> Iterator[date]:
    """The dates a weekly series falls on, from `since` to `until`, both included."""
    day = series.starts_on + timedelta(days=(series.weekday - series.starts_on.weekday()) % 7)
    last = until if series.ends_on is None else min(until, series.ends_on)
    if day < since:
        day += WEEK * -(-(since - day).days // 7)
    while day <= last:
        yield day
        day += WEEK


def span_on(series: AppointmentSeries, day: date) -> Span:
    """When the session of a series is on one of its dates."""
    return span(instant(day, series.local_time, series.zone), series.minutes)


def clash(
    *,
    therapist_id: UUID,
    episode: Episode,
    spans: Sequence[Span],
    besides: Appointment | None = None,
) -> Span | None:
    """The first standing session of this therapist or this client that one of the spans would fall on, or None."""
    if not spans:
        return None
    taken = [*_rows(therapist_id, episode, spans, besides), *_rules(therapist_id, episode, spans)]
    met = (other for mine in spans for other in taken if mine.meets(other))
    return min(met, key=lambda other: other.begins, default=None)


def free(spans: Iterable[Span], taken: Sequence[Span]) -> list[bool]:
    """For each span, whether it meets none of those taken."""
    return [not any(mine.meets(other) for other in taken) for mine in spans]


def taken_by(therapist_id: UUID, since: datetime) -> list[Span]:
    """The sessions a therapist has from a moment on."""
    rows = Appointment.objects.standing().filter(therapist_id=therapist_id, starts_at__gte=since - LONGEST)
    return [span(begins, minutes) for begins, minutes in rows.values_list("starts_at", "minutes")]


def _of_either(therapist_id: UUID, episode: Episode) -> Q:
    return Q(therapist_id=therapist_id) | Q(episode_id=episode.pk)


def _rows(therapist_id: UUID, episode: Episode, spans: Sequence[Span], besides: Appointment | None) -> list[Span]:
    """Sessions that exist as rows."""
    first, last = min(one.begins for one in spans), max(one.ends for one in spans)
    near = Appointment.objects.standing().filter(_of_either(therapist_id, episode), clinic_id=episode.clinic_id)
    near = near.filter(starts_at__gt=first - LONGEST, starts_at__lt=last)
    if besides is not None:
        near = near.exclude(pk=besides.pk)
    return [span(begins, minutes) for begins, minutes in near.values_list("starts_at", "minutes")]


def _rules(therapist_id: UUID, episode: Episode, spans: Sequence[Span]) -> list[Span]:
    """Sessions that a weekly series will have but that are not rows yet."""
    first, last = min(one.begins for one in spans), max(one.ends for one in spans)
    going_on = Q(ends_on__isnull=True) | Q(ends_on__gte=first.date() - DAY)
    either = _of_either(therapist_id, episode)
    rules = list(AppointmentSeries.objects.filter(going_on, either, clinic_id=episode.clinic_id))
    made = set(Appointment.objects.filter(series__in=rules).values_list("series_id", "series_date"))
    found = []
    for rule in rules:
        for day in dates(rule, local_day(first, rule.zone) - DAY, local_day(last, rule.zone) + DAY):
            if (rule.pk, day) not in made:
                found.append(span_on(rule, day))
    return found
