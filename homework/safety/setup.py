"""Whether a clinic is set up to follow up a risky answer, and what is still open (clinical.md 6.8).

Until it is, PHQ-9, CORE-10 and the like stay closed: to ask somebody whether they think of dying and then to do nothing is
worse than not to ask.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from clinic.access import CLINICIANS
from clinic.models import Membership
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
    """The arrangement of a clinic with what `open_points` asks about, None before anybody began with it. One query."""
    duty = DutyDay.objects.filter(clinic_id=OuterRef("clinic_id"), member__ended_at__isnull=True)
    lines = ClinicResource.objects.filter(clinic_id=OuterRef("clinic_id"), retired_at__isnull=True).in_danger()
    closed = SafetyRehearsal.objects.filter(clinic_id=OuterRef("clinic_id"), closed_at__isnull=False)
    return (
        SafetySetup.objects.filter(clinic_id=clinic_id)
        .select_related("clinic", "lead", "deputy")
        .annotate(
            duty=ArraySubquery(duty.values("weekday")),
            lines=ArraySubquery(lines.values(json=JSONObject(kind="kind", on="verified_on"))),
            rehearsed=Exists(closed),
        )
        .first()
    )


def open_points(setup: Any) -> list[Point]:
    """What is still to be done before a question about danger may be asked, in order; empty when all is there.

    setup: what `of` found.
    """
    if setup is None:
        return list(Point)
    there = {
        Point.HOURS: bool(setup.hours),
        Point.TARGETS: setup.p1_minutes > 0 and setup.rung_minutes > 0,
        Point.LEADS: setup.lead_id != setup.deputy_id and _works_here(setup.lead) and _works_here(setup.deputy),
        Point.ROTA: bool(setup.hours) and {int(day) for day in setup.hours} <= set(setup.duty),
        Point.LINES: _lines_checked(setup.lines, setup.clinic.today() - FRESH),
        Point.POLICY: bool(setup.policy.strip()),
        Point.WORDING: bool(setup.approved_by.strip() and setup.approved_on),
        Point.REHEARSAL: setup.rehearsed,
    }
    return [point for point in Point if not there[point]]


def is_complete(clinic_id: UUID) -> bool:
    """Whether PHQ-9, CORE-10 and the like may be used (the gate of `worksheets.gates`). One query."""
    return not open_points(of(clinic_id))


def _works_here(member: Membership | None) -> bool:
    """Whether this is a clinician who works here now."""
    return member is not None and member.ended_at is None and member.role in CLINICIANS


def _lines_checked(lines: Iterable[dict[str, str | None]], edge: date) -> bool:
    """An emergency number and a crisis line that were checked since a day; older rows are asked about, and shown."""
    fresh = {line["kind"] for line in lines if line["on"] and date.fromisoformat(line["on"]) >= edge}
    return fresh >= {ClinicResource.Kind.EMERGENCY, ClinicResource.Kind.CRISIS}
