"""The sessions of one client as values, for the page that arranges them."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.dates import WEEKDAYS

from clinic.access import Can, team_roles_that
from clinic.models import Appointment, AppointmentSeries, CareTeamMember, Episode, Membership
from clinic.wall_clock import local_day

SHOWN = 12


@dataclass(frozen=True)
class Agenda:
    """What is arranged with one client; each weekly session with the name of its day."""

    series: list[tuple[AppointmentSeries, str]]
    to_come: list[Appointment]
    past: list[Appointment]
    zone: str


def agenda_of(episode: Episode) -> Agenda:
    """Running weekly sessions, the next ones and the last ones; always four queries."""
    zone = episode.site.time_zone
    today = local_day(timezone.now(), zone)
    series = AppointmentSeries.objects.filter(episode=episode).select_related("therapist").order_by("starts_on", "pk")
    sessions = Appointment.objects.filter(episode=episode).select_related("therapist")
    return Agenda(
        series=[(row, WEEKDAYS[row.weekday]) for row in series if row.ends_on is None or row.ends_on > today],
        to_come=list(sessions.upcoming()[:SHOWN]),
        past=list(sessions.past()[:SHOWN]),
        zone=zone,
    )


def therapists(episode: Episode) -> list[tuple[Membership, str]]:
    """Who may give this client sessions today, as choices."""
    places = CareTeamMember.objects.current(episode.clinic).filter(role__in=team_roles_that(Can.SCHEDULE))
    people = {place.member.pk: place.member for place in places.filter(episode=episode).select_related("member")}
    return sorted(((one, one.display_name) for one in people.values()), key=lambda pair: pair[1])
