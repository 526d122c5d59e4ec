"""The library for staff: what there is, one worksheet as the client will see it, and the same on paper."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.access import CLINICIANS, Role, actor_of, open_to
from homework.worksheets import catalogue
from homework.worksheets.forms import LibraryForm


@open_to(*CLINICIANS)
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every worksheet one may offer, by family, one's own approach first (F06)."""
    actor = actor_of(request)
    form = LibraryForm(request.GET, measures=actor.role != Role.COACH)
    sheets = catalogue.offered(actor)
    shelves = catalogue.shelves(sheets, form.to_filter())
    context = {
        "form": form,
        "shelves": shelves,
        "shown": sum(len(shelf.sheets) for shelf in shelves),
        "all": len(sheets),
    }
    return render(request, "worksheets/library.html", context)


@open_to(*CLINICIANS)
@require_safe
def worksheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One worksheet: what it is for, how to bring it in, its sizes, and the page as the client will see it."""
    return _sheet_page(request, pk, "worksheets/worksheet.html")


@open_to(*CLINICIANS)
@require_safe
def worksheet_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on paper, to fill in by hand (F59). It names no person and no clinic."""
    return _sheet_page(request, pk, "worksheets/paper.html")


def _sheet_page(request: HttpRequest, pk: UUID, template: str) -> HttpResponse:
    sheet = catalogue.sheet_for(actor_of(request), pk)
    size = sheet.definition.size_code(request.GET.get("size", "M"))
    return render(request, template, {"sheet": sheet, "definition": sheet.definition, "size": size})
