"""Moving a piece of work to the newest version of its worksheet. Nothing is sent, and nothing that was written is lost."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.refusal import ActionRefused
from homework.assignments import moving
from homework.assignments.models import Assignment, Entry
from homework.worksheets.definition import Definition
from homework.worksheets.models import WorksheetVersion


def newest_of(assignment: Assignment) -> WorksheetVersion | None:
    """The newest version of its worksheet, when that is not the one it has. One query."""
    here = assignment.version
    if here is None:
        return None
    return (
        WorksheetVersion.objects.filter(worksheet_id=here.worksheet_id, number__gt=here.number)
        .select_related("worksheet")
        .order_by("-number")
        .first()
    )


def of_same_sheet(version: WorksheetVersion, pk: str) -> WorksheetVersion | None:
    """Another version of the same worksheet, by its id as a page sent it."""
    try:
        wanted = UUID(pk)
    except ValueError:
        return None
    rows = WorksheetVersion.objects.select_related("worksheet").filter(worksheet_id=version.worksheet_id)
    return rows.filter(pk=wanted).first()


@transaction.atomic
def move(*, by: Actor, assignment: Assignment, version: WorksheetVersion, to: Mapping[str, str]) -> Assignment:
    """Let the work go on with a newer version. `to`: old question -> new question.

    What was shared stays with the version it was written on. Drafts, which only their client can read, come along.
    Raises ActionRefused (409) for work that has ended, or a version that is not newer.
    """
    locked: Assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("version__worksheet").get(pk=assignment.pk)
    )
    locked.episode = assignment.episode
    old = locked.version
    if not locked.is_open or old is None:
        raise ActionRefused(_("This has ended, so it stays as it is."))
    if version.worksheet_id != old.worksheet_id or version.number <= old.number:
        raise ActionRefused(_("It has this version, or a newer one, already."))
    before, after = old.parsed, version.parsed
    fields = moving.checked(before, after, to)
    entries = Entry.objects.select_for_update().filter(assignment=locked, version__isnull=True)
    entries.written().update(version=old)
    for draft in entries.drafts():
        draft.episode = locked.episode
        _carry(draft, before, after, fields, old)
    locked.version = version
    locked.save(update_fields=["version"])
    audit.record(by=by, verb="assignment.moved", obj=locked, left=old.number, to=version.number, questions=len(fields))
    return locked


def _carry(
    draft: Entry, before: Definition, after: Definition, fields: Mapping[str, str], old: WorksheetVersion
) -> None:
    """Bring one draft along. The program reads it, nobody else does."""
    answers, private = moving.carried(draft.answers or {}, draft.kept_private or [], old=before, new=after, to=fields)
    draft.answers, draft.kept_private = answers, private
    draft.carried = {"from": str(old.pk), "to": dict(fields)}
    draft.rev += 1
    if draft.size not in after.sizes:
        draft.size = "M"
    draft.save(update_fields=["answers", "kept_private", "carried", "rev", "size"])
