"""What tests of reminders share: agreeing on work, a client who wants e-mail, and the two sweeps at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import time_machine
from django.db import transaction

from clinic import outbox, vault
from clinic.models import Clinic, ContactPrefs, OutgoingMessage
from clinic.scope import acting_in
from homework.assignments import reminders
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning.plan_words import PlanWords
from homework.worksheets.models import WorksheetVersion
from tests.cast import Person

MONDAY = datetime(2027, 3, 15, 10, 0, tzinfo=UTC)  # in London still UTC; clocks change on Sunday the 28th
NINE = datetime(2027, 3, 16, 9, 0, tzinfo=UTC)  # the first reminder of a plan agreed on Monday
DAY = timedelta(days=1)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock stands at this moment."""
    with time_machine.travel(moment, tick=False):
        yield


def version(slug: str = "w02") -> WorksheetVersion:
    """The newest version of a shipped worksheet."""
    found = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic__isnull=True).select_related("worksheet")
    return found.order_by("-number")[0]


def words(**more: Any) -> PlanWords:
    """A daily plan with a plain reminder at nine."""
    values: dict[str, Any] = {
        "rationale": "Because of what you said about mornings.",
        "first_step": "Open it.",
        "counts_as_some": "One word.",
        "frequency": Plan.Frequency.DAILY,
        "reminder": Plan.Reminder.NEUTRAL,
        "reminder_time": time(9, 0),
    }
    return PlanWords(**(values | more))


def propose(person: Person, therapist: Person, *, slug: str = "w02", **more: Any) -> Assignment:
    """Work offered, not agreed yet. Call inside the clinic's scope."""
    assert person.episode is not None
    return planning.propose(by=therapist.actor, episode=person.episode, version=version(slug), words=words(**more))


def agree(person: Person, therapist: Person, *, slug: str = "w02", **more: Any) -> Assignment:
    """Work agreed. Call inside the clinic's scope."""
    assignment = propose(person, therapist, slug=slug, **more)
    planning.confirm(by=person.actor, assignment=assignment)
    return fresh(assignment)


def fresh(assignment: Assignment) -> Assignment:
    """As the database has it now, with its client."""
    rows = Assignment.objects.select_related("episode__client__user", "version__worksheet")
    found: Assignment = rows.get(pk=assignment.pk)
    return found


def wants_email(person: Person, moment: datetime = MONDAY, **more: Any) -> ContactPrefs:
    """The client turned reminders on and is the only one who sees them."""
    prefs = ContactPrefs.objects.get(client=person.membership)
    prefs.email_reminders, prefs.consented_at, prefs.seen_by_others = True, moment, "no"
    prefs.updated_at = moment
    for name, value in more.items():
        setattr(prefs, name, value)
    prefs.save()
    return prefs


def write(person: Person, assignment: Assignment, *, share: bool = True) -> Entry:
    """The client writes something now."""
    entry = doing.begin(by=person.actor, assignment=fresh(assignment))
    values = {"thought": "a word"}
    if not share:
        return doing.save_draft(by=person.actor, entry=entry, values=values, kept_private=[], rev=entry.rev)
    after = sharing.After(amount=1)
    return sharing.share(by=person.actor, entry=entry, values=values, kept_private=[], after=after, key=uuid4())


def sweep(clinic: Clinic, moment: datetime) -> int:
    """Beat's minute: queue what has come up. Returns how many messages are new."""
    with at(moment), acting_in(clinic.pk), vault.session(), transaction.atomic():
        return reminders.queue_due(clinic, moment)[1]


def send(clinic: Clinic, moment: datetime) -> outbox.Tally:
    """The outbox's minute: send what is due and still wanted, in both lanes."""
    with at(moment), acting_in(clinic.pk), vault.session():
        return outbox.deliver(clinic, [*outbox.claim(clinic, urgent=True), *outbox.claim(clinic, urgent=False)])


def minute(clinic: Clinic, moment: datetime) -> int:
    """Both, one after the other. Returns how many were sent."""
    sweep(clinic, moment)
    return send(clinic, moment).sent


def reasons() -> list[str]:
    """Why messages were not sent, in order."""
    rows = OutgoingMessage.objects.filter(state=OutgoingMessage.State.SKIPPED).order_by("pk")
    return list(rows.values_list("skipped_because", flat=True))
