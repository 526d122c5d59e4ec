"""Remind me later today: one more message, because the client asked for it with a tap (clinical.md 5).

It takes the place of the day's own reminder where that has not gone yet. Before it leaves everything is asked again, like any
other: what is written meanwhile ends it.
"""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, outbox
from clinic.access import Actor
from clinic.models import OutgoingMessage
from clinic.outbox.reach import Reach
from clinic.refusal import ActionRefused
from homework.assignments import later, reminders
from homework.assignments.actions.rest import locked, needs_open
from homework.assignments.models import Assignment
from homework.assignments.nudge import WINDOW, Work, weekly_cap

Kind, State = OutgoingMessage.Kind, OutgoingMessage.State
MOVED = ("channel", "to", "language", "about", "due_at", "not_after")  # of a row that is asked for again


@transaction.atomic
def remind_later(*, by: Actor, assignment: Assignment, at: time) -> OutgoingMessage:
    """Ask for one more message today, at a wall time. Asked again before it went, it moves.

    Raises ActionRefused: 422 for a time that is over, late or in quiet hours; 409 when there is no way to write to this
    client, nothing to be reminded of, one was sent on a tap today already, or the week is full.
    """
    needs_open(assignment.episode)
    assignment = locked(assignment)
    now = timezone.now()
    assert by.user is not None
    reach = outbox.reach_of(by.clinic, [by.user.pk], now).get(by.user.pk)
    if reach is None or not reach.channel:
        raise ActionRefused(_("No message leaves this page, as you chose. It waits for you here, on Today."))
    if not later.is_open(at, now, reach):
        raise ActionRefused(_("Choose a time later today, before eight in the evening."), status=422, field="at")
    (work,) = reminders.facts_of([assignment.pk], by.clinic, {by.user.pk: reach}, now)
    if work.why_not(now, reach, asked=True):
        raise ActionRefused(_("There is nothing to remind you of here just now."))
    row = _row(by, assignment, reach, later.instant(at, now, reach.zone))
    if row.state != State.QUEUED or row.lease_until is not None:
        raise ActionRefused(_("You were reminded once more today already. It waits for you here."))
    _fits(row, reach, work)
    row.save()
    audit.record(by=by, verb="reminder.later", obj=assignment)
    return row


def _row(by: Actor, assignment: Assignment, reach: Reach, due_at: datetime) -> OutgoingMessage:
    """The one of today, moved, or a new one. Not saved."""
    assert by.user is not None
    key, until = outbox.again_key(reach.client_id, reach.today(due_at)), due_at + WINDOW
    wanted = reach.message(
        Kind.AGAIN, key, by.user, clinic_id=by.clinic_id, about=assignment.pk, due_at=due_at, not_after=until
    )
    held = OutgoingMessage.objects.select_for_update().filter(clinic_id=by.clinic_id, key=key).first()
    if held is None:
        return wanted
    for name in MOVED:
        setattr(held, name, getattr(wanted, name))
    return held


def _fits(row: OutgoingMessage, reach: Reach, work: Work) -> None:
    """Refuse one that would not be sent anyway."""
    why_not = reach.why_not(row.due_at, row=row, weekly=weekly_cap([work], reach))
    if why_not == "cap":
        raise ActionRefused(_("That would be one more than fits in a week. It waits for you here."))
    if why_not:
        raise ActionRefused(_("No message goes out just now. It waits for you here."))
