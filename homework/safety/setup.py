"""Whether a clinic is set up to follow up a risky answer, and what is still open (clinical.md 6.8).

Until it is, PHQ-9, CORE-10 and the like stay closed: to ask somebody whether they think of dying and then to do nothing is
worse than not to ask.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from clinic.models import Clinic, Membership
from homework.safety.models import ClinicResource, DutyDay, SafetyRehearsal, SafetySetup

FRESH = timedelta(days=365)
"""A crisis line that was checked longer ago than this has to be checked again."""


class Point(StrEnum):
    """What has to be there, in the order of the page."""

    HOURS = "hours"
    TARGETS = "targets"
    LEADS = "leads"
    ROTA = "rota"
    LINES = "lines"
    POLICY = "policy"
    WORDING = "wording"
    REHEARSAL = "rehearsal"


def of(clinic_id: UUID) -> SafetySetup | None:
    """The arrangement of a clinic, None before anybody began with it."""
    return SafetySetup.objects.filter(clinic_id=clinic_id).select_related("lead", "deputy").first()


def open_points(clinic: Clinic) -> list[Point]:
    """What is still to be done before a question about danger may be asked, in order; empty when all is there."""
    setup = of(clinic.pk)
    if setup is None:
        return list(Point)
    there = {
        Point.HOURS: bool(setup.hours),
        Point.TARGETS: setup.p1_minutes > 0 and setup.rung_minutes > 0,
        Point.LEADS: _two_people(setup),
        Point.ROTA: _rota_is_full(setup),
        Point.LINES: _lines_checked(clinic),
        Point.POLICY: bool(setup.policy.strip()),
        Point.WORDING: bool(setup.approved_by.strip() and setup.approved_on),
        Point.REHEARSAL: SafetyRehearsal.objects.filter(clinic=clinic, closed_at__isnull=False).exists(),
    }
    return [point for point in Point if not there[point]]


def is_complete(clinic_id: UUID) -> bool:
    """Whether PHQ-9, CORE-10 and the like may be used (the gate of `worksheets.gates`)."""
    clinic = Clinic.objects.filter(pk=clinic_id).first()
    return clinic is not None and not open_points(clinic)


def _two_people(setup: SafetySetup) -> bool:
    """A safety lead and a deputy: two different clinicians who work here now."""
    people = {pk for pk in (setup.lead_id, setup.deputy_id) if pk is not None}
    here = Membership.objects.filter(clinic_id=setup.clinic_id, pk__in=people).current().clinicians().count()
    return len(people) == here == 2


def _rota_is_full(setup: SafetySetup) -> bool:
    """Somebody who works here is on duty on each day of service."""
    here = DutyDay.objects.filter(clinic_id=setup.clinic_id, member__ended_at__isnull=True)
    return bool(setup.hours) and {int(day) for day in setup.hours} <= set(here.values_list("weekday", flat=True))


def _lines_checked(clinic: Clinic) -> bool:
    """An emergency number and a crisis line at least, and none of them checked longer ago than a year."""
    lines = list(ClinicResource.objects.current().filter(clinic=clinic).in_danger().values_list("kind", "verified_on"))
    edge = clinic.today() - FRESH
    return {kind for kind, _on in lines} >= {ClinicResource.Kind.EMERGENCY, ClinicResource.Kind.CRISIS} and all(
        on is not None and on >= edge for _kind, on in lines
    )
