"""A clinic that has arranged everything for risky answers, for tests that need one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from homework.safety.models import ClinicResource, DutyDay, SafetyRehearsal, SafetySetup
from tests.cast import Cast

HOURS = {str(day): ["09:00", "17:00"] for day in range(5)}
IN_HOURS = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # a Wednesday
AT_NIGHT = datetime(2026, 3, 4, 23, 0, tzinfo=UTC)


def set_up(cast: Cast, **more: Any) -> SafetySetup:
    """The North clinic, Monday to Friday 9 to 17 in London: Sol leads, Cora is deputy and on duty every day."""
    today = timezone.now().date()
    said: dict[str, Any] = {
        "lead": cast.sol.membership,
        "deputy": cast.cora.membership,
        "hours": HOURS,
        "policy": "Call them the same day.",
        "approved_by": "Dr Sol",
        "approved_on": today,
    }
    row, _created = SafetySetup.objects.update_or_create(clinic=cast.north, defaults=said | more)
    for day in range(5):
        DutyDay.objects.update_or_create(clinic=cast.north, weekday=day, defaults={"member": cast.cora.membership})
    for kind, name, phone in (("emergency", "Emergency", "999"), ("crisis", "Samaritans", "116 123")):
        ClinicResource.objects.update_or_create(
            clinic=cast.north, kind=kind, name=name, defaults={"phone": phone, "verified_on": today}
        )
    if not SafetyRehearsal.objects.filter(clinic=cast.north, closed_at__isnull=False).exists():
        now = timezone.now()
        SafetyRehearsal.objects.create(
            clinic=cast.north, started_by=cast.amy.membership, handler=cast.sol.membership,
            started_at=now - timedelta(minutes=9), seen_at=now - timedelta(minutes=5), plan="Call.",
            planned_at=now - timedelta(minutes=4), closed_at=now,
        )  # fmt: skip
    return row
