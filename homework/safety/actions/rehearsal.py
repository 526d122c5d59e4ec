"""Walking a test flag through end to end: started, seen, plan, closed (6.8). No client is part of it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, outbox
from clinic.access import Actor
from clinic.models import Membership, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.safety import setup
from homework.safety.models import SafetyRehearsal
from homework.safety.rehearsals import KEY


@transaction.atomic
def start(*, by: Actor, handler: Membership) -> SafetyRehearsal:
    """Send a test flag to the safety lead or the deputy: a mark in the program, and the neutral message a flag sends.

    Sent twice, it is one. Raises ActionRefused (422) for somebody who is neither.
    """
    arranged = setup.of(by.clinic_id)
    if arranged is None or handler.pk not in (arranged.lead_id, arranged.deputy_id):
        raise ActionRefused(_("Name a safety lead and a deputy first."), status=422, field="handler")
    Membership.objects.select_for_update().get(pk=handler.pk)
    waiting = SafetyRehearsal.objects.filter(clinic_id=by.clinic_id, handler=handler, closed_at__isnull=True).first()
    if waiting is not None:
        return waiting
    row = SafetyRehearsal.objects.create(clinic=by.clinic, started_by=by.member, handler=handler)
    outbox.queue(
        clinic_id=by.clinic_id,
        kind=OutgoingMessage.Kind.SAFETY,
        key=f"{KEY}{row.pk}",
        user=handler.user,
        about=row.pk,
    )
    audit.record(by=by, verb="rehearsal.started", obj=row, handler=str(handler.pk))
    return row


@transaction.atomic
def see(*, by: Actor, rehearsal: SafetyRehearsal) -> SafetyRehearsal:
    """Say that one looks at it."""
    row = _held(by, rehearsal)
    return row if row.seen_at is not None else _step(by, row, "rehearsal.seen", seen_at=timezone.now())


@transaction.atomic
def plan(*, by: Actor, rehearsal: SafetyRehearsal, plan: str) -> SafetyRehearsal:
    """Write down what one would do. Raises ActionRefused: 422 for nothing, 409 before it was seen or once it is closed."""
    row = _held(by, rehearsal)
    words = plan.strip()
    if not words:
        raise ActionRefused(_("Write what you would do. One line is enough."), status=422, field="plan")
    if row.seen_at is None:
        raise ActionRefused(_("Say first that you look at it."))
    if row.closed_at is not None:
        raise ActionRefused(_("This rehearsal is closed."))
    return row if row.plan == words else _step(by, row, "rehearsal.planned", plan=words, planned_at=timezone.now())


@transaction.atomic
def close(*, by: Actor, rehearsal: SafetyRehearsal) -> SafetyRehearsal:
    """Close it. Raises ActionRefused (409) before there is a plan."""
    row = _held(by, rehearsal)
    if row.planned_at is None:
        raise ActionRefused(_("Write what you would do first."))
    return row if row.closed_at is not None else _step(by, row, "rehearsal.closed", closed_at=timezone.now())


def _held(by: Actor, rehearsal: SafetyRehearsal) -> SafetyRehearsal:
    """The row, held for writing. Raises ActionRefused (409) for anybody but the one who was asked to handle it."""
    row = SafetyRehearsal.objects.select_for_update().get(pk=rehearsal.pk)
    if row.handler_id != by.member_id:
        raise ActionRefused(_("Only the person who was asked can go on with it."))
    return row


def _step(by: Actor, row: SafetyRehearsal, verb: str, **values: Any) -> SafetyRehearsal:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    audit.record(by=by, verb=verb, obj=row)
    return row
