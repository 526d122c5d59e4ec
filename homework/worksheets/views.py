"""The library for staff: what there is, one worksheet as the client will see it, and the same on paper."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clinic.access import CLINICIANS, Role, actor_of, open_to
from clinic.models import Membership
from homework.worksheets import catalogue
from homework.worksheets.models import Worksheet

TIMES = [("", _("Any")), (str(catalogue.SHORT), _("Up to 5 minutes")), (str(catalogue.MIDDLE), _("Up to 15 minutes"))]


class LibraryForm(forms.Form):
    """Narrowing the library. Everything is optional, and what cannot be read narrows nothing."""

    words = forms.CharField(label=_("Find"), required=False, max_length=80)
    approach = forms.ChoiceField(
        label=_("Approach"), required=False, choices=[("", _("Any")), *Membership.Approach.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *Worksheet.Kind.choices])
    minutes = forms.TypedChoiceField(label=_("Time needed"), required=False, choices=TIMES, coerce=int, empty_value=None)

    def to_filter(self) -> catalogue.Filter:
        """What to narrow to."""
        self.full_clean()
        said = getattr(self, "cleaned_data", {})
        return catalogue.Filter(
            words=said.get("words", ""),
            kind=said.get("kind", ""),
            approach=said.get("approach", ""),
            minutes=said.get("minutes"),
        )


@open_to(*CLINICIANS)
@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Every worksheet one may offer, by family, one's own approach first (F06)."""
    form = LibraryForm(request.GET)
    if actor_of(request).role == Role.COACH:
        form.fields["kind"].choices = [row for row in form.fields["kind"].choices if row[0] != Worksheet.Kind.MEASURE]  # type: ignore[attr-defined]
    sheets = catalogue.offered(actor_of(request))
    shelves = catalogue.shelves(sheets, form.to_filter())
    shown = sum(len(shelf.sheets) for shelf in shelves)
    context = {"form": form, "shelves": shelves, "shown": shown, "all": len(sheets)}
    return render(request, "worksheets/library.html", context)


@open_to(*CLINICIANS)
@require_GET
def worksheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One worksheet: what it is for, how to bring it in, its sizes, and the page as the client will see it."""
    sheet = catalogue.sheet_for(actor_of(request), pk)
    size = sheet.definition.size_code(request.GET.get("size", "M"))
    return render(request, "worksheets/worksheet.html", {"sheet": sheet, "definition": sheet.definition, "size": size})


@open_to(*CLINICIANS)
@require_GET
def worksheet_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same on paper, to fill in by hand (F59). It names no person, no clinic."""
    sheet = catalogue.sheet_for(actor_of(request), pk)
    size = sheet.definition.size_code(request.GET.get("size", "M"))
    return render(request, "worksheets/paper.html", {"sheet": sheet, "definition": sheet.definition, "size": size})
