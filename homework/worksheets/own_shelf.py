"""The clinic's own worksheets: published, being written, or both."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language

from clinic import audit
from clinic.access import Actor, Can
from clinic.models import Episode
from homework.worksheets import look_again, usage
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion


@dataclass(frozen=True)
class OwnSheet:
    """One worksheet of the clinic. Copies for one client are not in this list: they are on that client's page."""

    worksheet: Worksheet
    title: str
    number: int
    draft: Draft | None
    look_again: date | None = None  # the day it was to be looked at again, once that has gone by


def own_sheets(actor: Actor) -> list[OwnSheet]:
    """Every worksheet of the clinic that is for everybody, the last written first. Three queries."""
    rows = Worksheet.objects.editable_by(actor).filter(for_client__isnull=True).order_by("-id")
    newest = {
        version.worksheet_id: version
        for version in WorksheetVersion.objects.filter(worksheet__in=rows)
        .select_related("worksheet")
        .order_by("worksheet_id", "-number")
        .distinct("worksheet_id")
    }
    drafts = {
        draft.worksheet_id: draft
        for draft in Draft.objects.filter(worksheet__in=rows).select_related("by", "worksheet")
    }
    found = []
    for worksheet in rows:
        version, draft = newest.get(worksheet.pk), drafts.get(worksheet.pk)
        title = str(version.parsed.localised(get_language() or "en").title) if version else ""
        title = title or str(draft.words.get("title") or "" if draft else "")
        found.append(OwnSheet(worksheet, title, version.number if version else 0, draft, _look_again(actor, version)))
    return found


def _look_again(actor: Actor, version: WorksheetVersion | None) -> date | None:
    if version is None or version.worksheet.retired:
        return None
    return look_again.since(version.worksheet, version.parsed.review_due, actor.clinic.today())


def in_use(actor: Actor, worksheet: Worksheet) -> int:
    """With how many clients the worksheet is under way."""
    return usage.under_way(actor, worksheet.pk)


def sheet_to_write(actor: Actor, pk: UUID) -> Worksheet:
    """A worksheet of the clinic this person may write on; a copy for one client is opened, on the record. Raises Http404."""
    worksheet = Worksheet.objects.editable_by(actor).select_related("for_client").filter(pk=pk).first()
    if worksheet is None:
        raise Http404
    _open(actor, worksheet)
    return worksheet


def draft_to_write(actor: Actor, pk: UUID) -> Draft:
    """The same for a draft."""
    mine = Worksheet.objects.editable_by(actor)
    rows = Draft.objects.filter(worksheet__in=mine).select_related("worksheet__for_client", "based_on", "by")
    draft = rows.filter(pk=pk).first()
    if draft is None:
        raise Http404
    _open(actor, draft.worksheet)
    return draft


def _open(actor: Actor, worksheet: Worksheet) -> None:
    if worksheet.for_client_id:
        ids = [worksheet.for_client_id]
        audit.opened_list(by=actor, client_ids=ids, verb="worksheet.tailored_read", names_only=True)


def episode_of(actor: Actor, worksheet: Worksheet) -> Episode | None:
    """Where a copy for one client is used: that client's episode, if this person plans there."""
    if worksheet.for_client_id is None:
        return None
    mine = Episode.objects.permitted(actor, Can.PLAN).active()
    return mine.filter(client_id=worksheet.for_client_id).first()
