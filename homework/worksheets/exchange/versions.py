"""The versions of a worksheet, for those it is offered to."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from clinic.access import Actor
from homework.worksheets import catalogue
from homework.worksheets.catalogue import Sheet
from homework.worksheets.models import WorksheetVersion
from homework.worksheets.narrowing import Filter


def shown(actor: Actor, narrowed: Filter) -> tuple[QuerySet[WorksheetVersion], dict[UUID, Sheet]]:
    """The newest versions this member of staff may choose from, and their sheets by the version's id."""
    sheets = {sheet.version.pk: sheet for sheet in catalogue.offered(actor) if narrowed.lets(sheet)}
    return WorksheetVersion.objects.filter(pk__in=sheets), sheets


def versions_of(actor: Actor, pk: UUID) -> QuerySet[WorksheetVersion]:
    """Every version of one worksheet. Raises Http404, or PermissionDenied when it is not for this role."""
    sheet = catalogue.sheet_for(actor, pk)
    return WorksheetVersion.objects.filter(worksheet=sheet.worksheet).select_related("worksheet")


def version_of(actor: Actor, pk: UUID, number: int) -> WorksheetVersion:
    """One version. Raises Http404, or PermissionDenied when it is not for this role."""
    found = versions_of(actor, pk).filter(number=number).first() if number < 2**31 else None
    if found is None:
        raise Http404
    return found
