"""What a clinic arranges for risky answers, point by point (6.8). Every change makes the arrangement's `version` one higher.

Only admins come here (`views.setup`). Nothing clinical is in any of it. A save that changes nothing changes nothing, so a
form that was sent twice is harmless.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor, Role
from clinic.models import Membership
from clinic.refusal import ActionRefused
from homework.safety.models import DutyDay, SafetySetup

Screening = SafetySetup.Screening


@transaction.atomic
def set_hours(*, by: Actor, hours: Mapping[int, tuple[time, time]], closed_on: Sequence[date] = ()) -> SafetySetup:
    """Service hours by weekday (0 = Monday) and single days without service. No hours at all: nobody reads, ever.

    Raises ActionRefused (422) when a day ends before it begins.
    """
    for day, (first, last) in sorted(hours.items()):
        if last <= first:
            raise ActionRefused(_("This day ends before it begins."), status=422, field=f"until_{day}")
    kept = {str(day): [f"{first:%H:%M}", f"{last:%H:%M}"] for day, (first, last) in sorted(hours.items())}
    return _keep(by, "safety.hours_set", hours=kept, closed_on=sorted({day.isoformat() for day in closed_on}))


@transaction.atomic
def set_targets(
    *,
    by: Actor,
    p1_minutes: int,
    rung_minutes: int,
    p2_minutes: int | None = None,
    all_first: bool = False,
    reads_within_days: int | None = None,
) -> SafetySetup:
    """Response times in working minutes: how soon somebody looks, and when the next person is told."""
    return _keep(
        by,
        "safety.targets_set",
        p1_minutes=p1_minutes,
        p2_minutes=p2_minutes,
        rung_minutes=rung_minutes,
        all_first=all_first,
        reads_within_days=reads_within_days,
    )


@transaction.atomic
def set_leads(*, by: Actor, lead: Membership, deputy: Membership) -> SafetySetup:
    """The safety lead and their deputy. Raises ActionRefused (422) for one and the same person, or no therapist here."""
    if lead.pk == deputy.pk:
        raise ActionRefused(_("Choose somebody else, for when the safety lead is away."), status=422, field="deputy")
    for field, member in (("lead", lead), ("deputy", deputy)):
        _works_here(by, member, field)
    return _keep(by, "safety.leads_set", lead=lead, deputy=deputy)


@transaction.atomic
def set_rota(*, by: Actor, rota: Mapping[int, Membership | None]) -> SafetySetup:
    """Who is on duty on which weekday (0 = Monday). None: nobody. Days that are not named stay as they are."""
    there = {row.weekday: row.member_id for row in DutyDay.objects.filter(clinic_id=by.clinic_id)}
    for day, member in rota.items():
        if member is not None and there.get(day) != member.pk:
            _works_here(by, member, f"day_{day}")
    row = _held(by)
    changed = [day for day, member in rota.items() if there.get(day) != (member.pk if member else None)]
    for day in changed:
        member = rota[day]
        if member is None:
            DutyDay.objects.filter(clinic_id=by.clinic_id, weekday=day).delete()
        else:
            DutyDay.objects.update_or_create(clinic=by.clinic, weekday=day, defaults={"member": member})
    if changed or not row.version:
        _write(by, row, "safety.rota_set", [], days=sorted(changed))
    return row


@transaction.atomic
def set_policy(
    *, by: Actor, policy: str, emergency_department: str = "", local_policies: Mapping[str, str] | None = None
) -> SafetySetup:
    """The clinic's own policy for its staff, what to do about each kind a clinician raises, and words for clients."""
    said = {kind: text.strip() for kind, text in (local_policies or {}).items() if text.strip()}
    return _keep(
        by,
        "safety.policy_set",
        policy=policy.strip(),
        emergency_department=emergency_department.strip(),
        local_policies=said,
    )


@transaction.atomic
def approve_wording(*, by: Actor, approved_by: str, approved_on: date) -> SafetySetup:
    """A clinician approved what clients read after a risky answer. Raises ActionRefused (422) for a day to come."""
    if approved_on > by.clinic.today():
        raise ActionRefused(_("Choose today or an earlier day."), status=422, field="approved_on")
    return _keep(by, "safety.wording_approved", approved_by=approved_by.strip(), approved_on=approved_on)


@transaction.atomic
def set_screening(
    *, by: Actor, screening: str, screening_duty: str = "", screening_told_on: date | None = None
) -> SafetySetup:
    """Switch the look for heavy words on or off (6.4).

    Raises ActionRefused (422): it goes on only with somebody named who reads what it marks, and once clients were told.
    """
    duty = screening_duty.strip()
    if screening != Screening.OFF:
        if not duty:
            raise ActionRefused(_("Name who reads what is marked."), status=422, field="screening_duty")
        if screening_told_on is None or screening_told_on > by.clinic.today():
            raise ActionRefused(
                _("Tell your clients first, and say on which day you did."), status=422, field="screening_told_on"
            )
    return _keep(
        by,
        "safety.screening_set",
        screening=screening,
        screening_duty=duty,
        screening_told_on=screening_told_on,
    )


def _works_here(by: Actor, member: Membership, field: str) -> None:
    """Raises ActionRefused (422) for somebody who is no therapist of this clinic now."""
    here = Membership.objects.current().filter(clinic_id=by.clinic_id, role=Role.THERAPIST, user__isnull=False)
    if not here.filter(pk=member.pk).exists():
        raise ActionRefused(_("Choose a therapist who works here now."), status=422, field=field)


def _held(by: Actor) -> SafetySetup:
    """The clinic's arrangement, held for writing. `version` is 0 the first time, until something is written."""
    SafetySetup.objects.get_or_create(clinic=by.clinic, defaults={"version": 0})
    return SafetySetup.objects.select_for_update().get(clinic_id=by.clinic_id)


def _keep(by: Actor, verb: str, **values: Any) -> SafetySetup:
    """Write what changed."""
    row = _held(by)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed or not row.version:
        _write(by, row, verb, changed, changed=changed)
    return row


def _write(by: Actor, row: SafetySetup, verb: str, fields: Sequence[str], **detail: Any) -> None:
    row.version += 1
    row.updated_at = timezone.now()
    row.save(update_fields=[*fields, "version", "updated_at"])
    audit.record(by=by, verb=verb, obj=row, version=row.version, **detail)
