"""The clinic's own worksheets: published, being written, or both."""

from dataclasses import dataclass

from django.utils.translation import get_language

from clinic.access import Actor
from homework.worksheets import usage
from homework.worksheets.models import Draft, Worksheet, WorksheetVersion


@dataclass(frozen=True)
class OwnSheet:
    """One worksheet of the clinic. Copies for one client are not in this list: they are on that client's page."""

    worksheet: Worksheet
    title: str
    number: int
    draft: Draft | None


def own_sheets(actor: Actor) -> list[OwnSheet]:
    """Every worksheet of the clinic that is for everybody, the last written first. Three queries."""
    rows = Worksheet.objects.editable_by(actor).filter(for_client__isnull=True).order_by("-id")
    newest = {
        version.worksheet_id: version
        for version in WorksheetVersion.objects.filter(worksheet__in=rows)
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
        found.append(OwnSheet(worksheet, title, version.number if version else 0, draft))
    return found


def in_use(actor: Actor, worksheet: Worksheet) -> int:
    """With how many clients the worksheet is under way."""
    return usage.under_way(actor, worksheet.pk)
