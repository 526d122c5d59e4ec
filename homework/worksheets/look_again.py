"""Worksheets a clinic wrote itself whose day for another look has gone by (1M, F57): shown, and noted neutrally once a week.

Asked is who made a sheet, while they may still write here; for sheets whose maker has gone, everybody who may. The sheet stays
on the shelf: nothing is locked by a date.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from clinic import outbox
from clinic.access import Role
from clinic.models import Clinic, Membership, OutgoingMessage
from clinic.outbox import staff
from homework.worksheets.models import Worksheet, WorksheetVersion

KEY = "library:"


def due(clinic: Clinic, today: date) -> QuerySet[Any]:
    """The clinic's own worksheets on the shelf whose newest version was to be looked at again before today."""
    newest = WorksheetVersion.objects.filter(worksheet_id=OuterRef("pk")).order_by("-number")
    day = Subquery(newest.values(day=KeyTextTransform("review_due", "definition"))[:1])
    rows = Worksheet.objects.filter(clinic=clinic, retired=False, for_client__isnull=True)
    found: QuerySet[Any] = rows.annotate(look_again=day).filter(look_again__lt=today.isoformat()).order_by("pk")
    return found


def since(worksheet: Worksheet, review_due: date, today: date) -> date | None:
    """The day a sheet of the clinic was to be looked at again, once that has gone by; None for what ships."""
    return review_due if worksheet.clinic_id is not None and review_due < today else None


def ask_writers(clinic: Clinic, now: datetime) -> int:
    """ "Something to read" for each of them, at most once a week, in their day. Returns how many are new."""
    rows = list(due(clinic, clinic.today(now)))
    if not rows:
        return 0
    people = Membership.objects.current().filter(clinic=clinic, role=Role.THERAPIST, user__is_active=True)
    writers = {member.pk: member for member in people.select_related("user").order_by("pk")}
    asked: dict[UUID, Worksheet] = {}
    for row in rows:
        for pk in [row.made_by_id] if row.made_by_id in writers else writers:
            asked.setdefault(pk, row)
    notes = [_note(writers[pk], row, clinic, now) for pk, row in asked.items()]
    return outbox.queue_all([note for note in notes if note is not None])


def _note(member: Membership, row: Worksheet, clinic: Clinic, now: datetime) -> OutgoingMessage | None:
    """One message a person and week."""
    note = staff.something_to_read(member=member, about=row.pk, now=now, series=KEY)
    if note is not None:
        year, week, _day = now.astimezone(clinic.zone).isocalendar()
        note.key = f"{KEY}{member.pk}:{year}-{week:02}"
    return note


@outbox.check(OutgoingMessage.Kind.DIGEST)
def still_due(clinic: Clinic, messages: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note about sheets that have all been looked at meanwhile is not sent."""
    mine = [row.pk for row in messages if row.key.startswith(KEY)]
    return dict.fromkeys(mine, "" if not mine or due(clinic, clinic.today(now)).exists() else "looked at")
